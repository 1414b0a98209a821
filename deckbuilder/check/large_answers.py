"""Rules about answers that are too much for one card."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deckbuilder.check import card_words
from deckbuilder.model.diagnostics import Diagnostic
from deckbuilder.model.records import File, Kind, Rendered

WORDS = 120
"""Words of an answer. People read these aloud in a minute."""
ITEMS = 7
"""Items of a list to recall."""
_LIST = re.compile(r"<(?P<end>/?)(?:ul|ol)\b[^>]*+>|<li\b[^>]*+>\s*(?:<p>)?(?P<link><a\b)?")


def short_answers(file: File) -> Iterator[Diagnostic]:
    """Report an answer that nobody can recall. Bad: a text of 121 words, or of 201 Chinese characters. Good: two questions."""
    for entry in _recalled(file):
        html = entry.note.text("answer")
        if len(html) > WORDS and (size := card_words.size(html)).in_words > WORDS and _longest_list(html) <= ITEMS:
            most = int(WORDS * card_words.HAN_IN_WORDS) if size.han > size.words else WORDS
            message = f"the answer has {size}, and a learner recalls {most} at most; ask several questions, each for one thing"
            yield Diagnostic(entry.question.span, "large-answer", message)


def short_lists(file: File) -> Iterator[Diagnostic]:
    """Report an answer with a list of more than seven items. Good: a question for each group of items, or a ``.cloze``."""
    for entry in _recalled(file):
        if (count := _longest_list(entry.note.text("answer"))) > ITEMS:
            message = f"the answer is a list of {count} items, and a learner recalls {ITEMS} at most; ask for groups of them, or for one with .cloze"
            yield Diagnostic(entry.question.span, "many-items", message)


def _recalled(file: File) -> Iterator[Rendered]:
    """Yield the questions whose whole answer the learner recalls."""
    return (entry for entry in file.entries if entry.question.kind in (Kind.BASIC, Kind.REVERSED))


def _longest_list(html: str) -> int:
    """Return the number of items of the longest list in ``html``. An item that begins with a link is for reading on."""
    longest, counts = 0, list[int]()
    for part in _LIST.finditer(html) if html.count("<li") > ITEMS else ():
        if part[0].startswith("<li"):
            if counts:
                counts[-1] += not part["link"]
        elif not part["end"]:
            counts.append(0)
        elif counts:
            longest = max(longest, counts.pop())
    return longest
