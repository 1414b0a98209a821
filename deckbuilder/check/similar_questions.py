"""A rule about two questions that ask the same. Each question is looked up by its words, so time grows linearly."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deckbuilder.model.diagnostics import Diagnostic
from deckbuilder.model.records import Deck, Outline

TITLE = 2
"""Words. So short a heading, such as a word to learn, is compared as it is written: "die Wagen" is not "die wagen"."""
_NUMBER = re.compile(r"[A-ZА-Я]?\d{1,4}\\?[.):：、][ \t]*|[A-Z]?\d{1,4}[ \t]+(?=[A-Z\u3400-\u9fff])")
"""The number of a question in a list, such as ``12.`` or ``Q12.``."""
_PIECE = re.compile(r"`[^`]*`|[\u3400-\u9fff]|[^\s`\u3400-\u9fff]+")
"""A code span, a Han character, or a word."""
_HEADING = re.compile(r"<p>.*?</p>", re.DOTALL)
_ENDS = "?？!！.。,，:：;；…\"“”‘’'()（）[]「」《》*_~"
_WORDS = "a an the is are was were be do does did you your we i it its there one can could should would will 的 了 吗 呢 请"
_SMALL = frozenset(_WORDS.split())
"""Words that change no question, beside the others. "What", "how" and "not" do change it."""
_SAME = {"what's": "what", "what’s": "what", "explain": "what", "describe": "what", "define": "what"}


def each_question_once(deck: Deck) -> Iterator[Diagnostic]:
    """Report a question that an earlier question asks. Bad: ``What is g?`` and ``What's the g?``. Good: other code below it."""
    first: dict[tuple[tuple[str, ...], str], tuple[Outline, list[str]]] = {}
    for entry in deck.entries:
        question = entry.question
        words = _words(question.heading.lines[0])
        key = tuple(_SAME.get(word, _singular(word)) for word in words if word not in _SMALL) if len(words) > TITLE else ()
        below = _HEADING.sub("", entry.note.text("question"), count=1)
        other, their_words = first.setdefault((key or tuple(words), below), (question, words))
        if other is not question:
            how = "the same as" if words == their_words else "nearly the same as"
            place = f"{other.span.path}:{other.span.line}"
            message = f"this question is {how} '{other.id}' at {place}; ask for something else, or remove one of the two"
            yield Diagnostic(question.span, "duplicate-question", message)


def _words(heading: str) -> list[str]:
    """Return the words of ``heading`` as they are compared, without the number of the question in a list."""
    number = _NUMBER.match(heading)
    pieces: list[str] = _PIECE.findall(heading, number.end() if number else 0)
    return [_word(piece) for piece in pieces] if len(pieces) > TITLE else pieces


def _word(piece: str) -> str:
    """Return ``piece`` without marks and capitals. Code keeps its capitals, and a mark that is no word stays."""
    if piece[0] == "`":
        return piece
    word = piece.strip(_ENDS) or piece
    return word.lower() if word[1:].islower() or len(word) == 1 else word


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] != "s" and word.isalpha() and word.islower() else word
