"""A rule about two questions that ask the same. Each question is looked up by its words, so time grows linearly."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache

from deckbuilder.model.deck import Deck
from deckbuilder.model.diagnostics import Diagnostic
from deckbuilder.model.records import Outline
from deckbuilder.source import parse, positions

_Key = tuple[tuple[str, ...], str]
"""The words of a question, and the HTML below its heading."""
_Titles = list[tuple[int, str]]
"""(line, text) of each heading above the questions of a file."""
LONG = 6
"""Letters. A letter more or less in a shorter word makes another word: "sync" and "async"."""

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
_COMPARED = re.compile(r"\b(?:differences?|compare|vs|versus)\b|区别|不同|异同|对比|比较", re.IGNORECASE)
"""A comparison of two things. The other order of the two asks the same."""
_SAME = {"what's": "what", "what’s": "what", "explain": "what", "describe": "what", "define": "what"}


def each_question_once(deck: Deck) -> Iterator[Diagnostic]:
    """Report a question that an earlier question asks. Bad: ``What is g?`` and ``What's the g?``. Good: other code below it."""
    first: dict[_Key, tuple[Outline, list[str]]] = {}
    titles = cache(lambda path: list(parse.titles(positions.lines_of(deck, path), deck.settings.question_level)))
    for entry in deck.entries:
        question = entry.question
        words = _words(question.heading.lines[0])
        key = tuple(_SAME.get(word, _singular(word)) for word in words if word not in _SMALL) if len(words) > TITLE else ()
        key = tuple(sorted(key)) if _COMPARED.search(question.heading.lines[0]) else key
        below = _HEADING.sub("", entry.note.text("question"), count=1)
        other, their_words = first.setdefault((key or tuple(words), below), (question, words))
        if other is not question:
            yield _report(titles, question, other, "the same as" if words == their_words else "nearly the same as")
    for question, other in _misspelled({key: question for key, (question, _) in first.items()}):
        yield _report(titles, question, other, "but for one letter the same as")


def _report(titles: Callable[[str], _Titles], question: Outline, other: Outline, how: str) -> Diagnostic:
    """Return the diagnostic. ``titles`` returns the titles of the file with a path."""
    place = f"{other.span.path}:{other.span.line}"
    way = "ask for something else, or remove one of the two"
    above = {_title(titles(one.span.path), one) for one in (question, other)}
    if len(above) > 1 and "" not in above:
        way = "if the titles above them make the difference, write 'context = true' into deck.toml, or name it in the heading"
    return Diagnostic(question.span, "duplicate-question", f"this question is {how} '{other.id}' at {place}; {way}")


def _title(titles: _Titles, question: Outline) -> str:
    """Return the last title above ``question``; ``""`` if there is none."""
    at = bisect_left(titles, (question.span.line, ""))
    return titles[at - 1][1] if at else ""


def _misspelled(questions: Mapping[_Key, Outline]) -> Iterator[tuple[Outline, Outline]]:
    """Yield (question, an earlier one) for two questions that differ in one letter of one long word."""
    places = [
        (hash((key[:at], key[at + 1 :], below)), key[at], question)
        for (key, below), question in questions.items()
        for at in range(len(key))
        if len(key) > TITLE and len(key[at]) >= LONG and key[at].isalpha()
    ]
    several = Counter(place for place, _, _ in places)
    first: dict[tuple[int, str], tuple[str, Outline]] = {}
    for place, word, question in places:
        if several[place] > 1:
            for at in range(1, len(word) + 1):
                found, other = first.setdefault((place, word[:at] + word[at + 1 :]), (word, question))
                if other is not question and _near(found, word):
                    yield question, other
                    break


def _near(one: str, other: str) -> bool:
    """Return whether two words differ in one letter, or in the order of two letters, behind the first."""
    if len(one) > len(other):
        one, other = other, one
    at = next((at for at, char in enumerate(one) if char != other[at]), len(one))
    if at == 0 or len(other) - len(one) > 1:
        return False
    swapped = one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    return swapped or one[at + (len(one) == len(other)) :] == other[at + 1 :]


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
