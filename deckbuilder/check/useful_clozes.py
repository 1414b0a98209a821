"""Rules about clozes that hide too much or too little."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from deckbuilder.check import card_words
from deckbuilder.model.anki_text import without_context
from deckbuilder.model.control_characters import CLOZE_OPEN
from deckbuilder.model.diagnostics import Diagnostic
from deckbuilder.model.records import File, Kind
from deckbuilder.source import positions

SENTENCE = 4
"""Words. A shorter hidden text is a term, also on a line of its own."""
_PART = re.compile(r"\{\{c(?P<number>\d+)::|(?P<hint>::)|(?P<close>\}\})")
_END = re.compile(rf"(?<=[.!?。！？])(?=\s|[^\x00-\x7f]|{CLOZE_OPEN}|$)")
_ARTICLES = frozenset(["a", "an", "the", "An", "The"])
_SMALL = frozenset(["的", "地", "得", "了", "一个", "这个", "那个"])
"""Small words of Chinese: like articles, nobody wants to learn these words."""
_NOUN = re.compile(r"\s\w")
"""Comes after an article: a lone "a" may also be a letter."""
_ASKS = (":", "：", "?", "？")


class _Cloze(NamedTuple):
    number: str
    text: str
    hinted: bool
    small: bool


def hidden_parts(file: File) -> Iterator[Diagnostic]:
    """Report a cloze that hides all words of its sentence. Bad: ``{{c1::Flask has no ORM.}}``. Good: ``Flask has no {{c1::ORM}}.``."""
    for entry in file.entries:
        if entry.question.kind is not Kind.CLOZE:
            continue
        shown, clozes = _read(without_context(entry.note.text("question")))
        for number in itertools.islice(dict.fromkeys(_whole(shown, clozes)), positions.MOST):
            place = positions.in_question(file, entry.question.outline(), f"{{{{c{number}::")
            message = (
                f"the card of cloze {number} shows nothing of the sentence, so nobody knows what to recall; hide one part of it"
            )
            yield Diagnostic(place, "hidden-sentence", message)


def clozes_teach(file: File) -> Iterator[Diagnostic]:
    """Report a cloze that hides a small word alone. Bad: ``Flask is {{c1::a}} framework.``. Good: ``Flask is a {{c1::framework}}.``."""
    for entry in file.entries:
        if entry.question.kind is not Kind.CLOZE:
            continue
        _, clozes = _read(without_context(entry.note.text("question")))
        useful = {cloze.number for cloze in clozes if cloze.hinted or not cloze.small}
        small = {cloze.number: cloze for cloze in clozes if cloze.number not in useful}
        for cloze in itertools.islice(small.values(), positions.MOST):
            place = positions.in_question(file, entry.question.outline(), f"{{{{c{cloze.number}::")
            message = f"the cloze hides only '{cloze.text}', which teaches nothing; hide a word that matters"
            yield Diagnostic(place, "trivial-cloze", message)


def _read(html: str) -> tuple[str, list[_Cloze]]:
    """Return the text of a field with a mark for each outer cloze, and these clozes in their order."""
    shown = card_words.text(html.replace("<code>", "`").replace("</code>", "`"))
    pieces, clozes = list[str](), list[_Cloze]()
    number = ""
    depth = begin = end = done = 0
    for part in _PART.finditer(shown):
        if part["number"]:
            if not depth:
                pieces.append(shown[done : part.start()])
                number, begin, end = part["number"], part.end(), 0
            depth += 1
        elif depth == 1 and part["hint"]:
            end = end or part.start()
        elif part["close"] and depth:
            depth -= 1
            if not depth:
                text = shown[begin : end or part.start()].strip()
                small = text in _SMALL or (text in _ARTICLES and _NOUN.match(shown, part.end()) is not None)
                clozes.append(_Cloze(number, text, end > 0, small))
                pieces.append(CLOZE_OPEN)
                done = part.end()
    return "".join([*pieces, shown[done:]]), clozes


def _whole(shown: str, clozes: list[_Cloze]) -> Iterator[str]:
    """Yield the number of each cloze that hides all words of a sentence. No text before asks for them.

    Several lines are a list or a proof. The other lines then say which line is hidden, unless all words are hidden.
    """
    lines = [line for line in shown.split("\n") if line.strip()]
    if len(lines) > 1 and (card_words.words(shown) or len({cloze.number for cloze in clozes}) > 1):
        return
    at, before = 0, ""
    for line in lines:
        for sentence in _END.split(line):
            hidden = clozes[at : at + sentence.count(CLOZE_OPEN)]
            at += len(hidden)
            visible = card_words.words(sentence) or any(cloze.hinted for cloze in hidden)
            numbers = {cloze.number for cloze in hidden}
            size = sum(len(card_words.words(cloze.text)) for cloze in hidden)
            asked = sentence.startswith(card_words.ITEM) or before.endswith(_ASKS)
            if len(numbers) == 1 and size >= SENTENCE and not visible and not asked:
                yield from numbers
            before = sentence.strip() or before
