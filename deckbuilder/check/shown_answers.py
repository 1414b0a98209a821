"""Rules about a text that the question should hide and shows: the answer to type, the text of a cloze, a hint."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from deckbuilder.model.anki_text import is_wide, without_context
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.records import File, Kind, Question
from deckbuilder.model.references import unescape
from deckbuilder.source import positions

_LONGEST = 8
"""Words. A longer text is not searched."""
_LEAST, _LEAST_HAN = 5, 2
"""Letters. A question has a shorter word by chance."""
_MOST_PLACES = 10
"""Places of one text that are looked at."""
_HAN = r"\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]++|[^\w\s]")
"""A Han or Kana character, a word, or a mark."""
_JOINS = frozenset({"or", "and", "nor", "not", "vs", "versus", "than", "/", "|", "、", "和", "或", "与", "跟", "及", "不"})
"""Words and marks between the answers that a question offers."""
_QUOTES = frozenset("\"'“”‘’「」")
_COMMAS = frozenset(",，")
_SMALL = frozenset(
    {"a", "an", "the", "of", "to", "in", "on", "at", "for", "by", "is", "are", "be", "it", "its", "and", "or", "s", "t"}
)
"""Words that give nothing away."""
_OFFERS = re.compile(r"\b(?:which of|between|both|either|plural|past tense)\b|还是|哪一|哪个|区别", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*+>")
_DEEPEST = 8
"""Clozes in each other. Anki reads no deeper ones."""
_PART = re.compile(
    r"""
    <(?P<end>/?)(?P<tag>[a-z][a-z0-9]*)[^>]*+>
    |\{\{c(?P<number>\d+)::
    |(?P<hint>::)
    |(?P<close>\}\})
    |(?P<maths>\\[(\[])
    |\\[)\]]
    """,
    re.IGNORECASE | re.VERBOSE,
)


class _Word(NamedTuple):
    text: str
    """In lower case."""
    hidden: tuple[int, ...]
    """The numbers of the clozes that hide it."""
    is_code: bool


class _Cloze(NamedTuple):
    number: int
    begin: int
    """The index of its first word."""
    end: int = -1
    """The index of the word behind it; -1 while it is open."""


def texts_hidden(file: File) -> Iterator[Diagnostic]:
    """Report an answer to type, or a hidden text, that the question shows. Bad: ``{{c1::Flask}} is small. Flask has …``."""
    for entry in file.entries:
        question = entry.question
        if question.kind not in (Kind.CLOZE, Kind.TYPED):
            continue
        html = without_context(entry.note.text("question"))
        if question.kind is Kind.CLOZE:
            yield from _shown_clozes(file, question, html)
        else:
            yield from _shown_typed(file, question, html, _texts(entry.note.text("typed")))


def hints_help(file: File) -> Iterator[Diagnostic]:
    """Report a hint that says what the question says, or the answer to type. Bad: ``## Which HTTP status? {hint="HTTP status"}``."""
    for entry in file.entries:
        question = entry.question
        if not question.hint:
            continue
        hint = _texts(entry.note.text("hint"))
        place = positions.attribute(question.outline(), "hint")
        if question.kind is Kind.TYPED and _tells(typed := _texts(entry.note.text("typed"))) and _find(hint, typed):
            yield Diagnostic(place, "shown-answer", "the hint shows the answer to type; write another hint")
        elif len(hint) > 1 and _tells(hint) and _find(_texts(without_context(entry.note.text("question"))), hint):
            yield Diagnostic(place, "shown-answer", "the question shows this hint already; write another hint, or remove it")


def _shown_typed(file: File, question: Question, html: str, answer: Sequence[str]) -> Iterator[Diagnostic]:
    if not answer or not _tells(answer):
        return
    alone = len(answer) == 1
    shown = [word.text for word in _Read(html).words if not (alone and word.is_code)]
    if _find(shown, answer) and not _OFFERS.search(html):
        place, text = _place(file, question, answer)
        yield Diagnostic(place, "shown-answer", f"the question shows the answer to type, '{text}'; ask without it")


def _shown_clozes(file: File, question: Question, html: str) -> Iterator[Diagnostic]:
    read = _Read(html)
    texts = [word.text for word in read.words]
    places: dict[int, dict[tuple[str, ...], list[int]]] = {}
    seen = set[tuple[int, tuple[str, ...]]]()
    offers = _OFFERS.search(html)
    for cloze in read.clozes:
        length = cloze.end - cloze.begin
        text = tuple(texts[cloze.begin : cloze.begin + min(length, _LONGEST + 1)])
        if not _tells(text) or (cloze.number, text) in seen:
            continue
        seen.add((cloze.number, text))
        if length not in places:
            places[length] = _grams(texts, length)
        for at in places[length][text]:
            shown = all(cloze.number not in word.hidden for word in read.words[at : at + length])
            if shown and not _offered(texts, at, at + length) and not offers:
                place, written = (
                    _place(file, question, text, cloze.number) if len(seen) <= _MOST_PLACES else (question.span, " ".join(text))
                )
                message = f"the card that hides '{written}' also shows it; hide both with {{{{c{cloze.number}::…}}}}"
                yield Diagnostic(place, "shown-answer", message)
                break


def _grams(texts: Sequence[str], length: int) -> dict[tuple[str, ...], list[int]]:
    """Return the first places of each sequence of ``length`` words."""
    found: dict[tuple[str, ...], list[int]] = {}
    for at in range(len(texts) - length + 1):
        places = found.setdefault(tuple(texts[at : at + length]), [])
        if len(places) < _MOST_PLACES:
            places.append(at)
    return found


class _Read:
    """The words of a field outside blocks of code and formulas, and its clozes."""

    def __init__(self, html: str) -> None:
        self.words: list[_Word] = []
        self.clozes: list[_Cloze] = []
        """In the order of their ends."""
        self._opened: list[_Cloze] = []
        self._code = self._opaque = done = 0
        for part in _PART.finditer(html):
            self._add(html[done : part.start()])
            done = part.end()
            if part["tag"] or part[0][0] == "\\":
                self._element(part)
            else:
                self._cloze(part)
        self._add(html[done:])

    def _add(self, text: str) -> None:
        """Add the words of ``text``, which has no tag."""
        if self._opaque or not text.strip():
            return
        hidden = tuple(cloze.number for cloze in self._opened[:_DEEPEST] if cloze.end < 0)
        self.words += [_Word(word, hidden, self._code > 0) for word in _texts(text)]

    def _element(self, part: re.Match[str]) -> None:
        if part["tag"] in ("code", "pre"):
            step = -1 if part["end"] else 1
            self._code += step
            self._opaque += step * (part["tag"] == "pre")
        elif not part["tag"]:
            self._opaque += 1 if part["maths"] else -1

    def _cloze(self, part: re.Match[str]) -> None:
        """Read ``{{c1::``, ``::`` or ``}}``."""
        if part["number"]:
            self._opened.append(_Cloze(int(part["number"]), len(self.words)))
        elif self._opened:
            cloze = self._opened[-1]
            self._opened[-1] = cloze = cloze if cloze.end >= 0 else cloze._replace(end=len(self.words))
            if part["close"]:
                self.clozes.append(self._opened.pop())


def _texts(html: str) -> list[str]:
    """Return the words of ``html``, which may have tags, in lower case."""
    return [word.lower() for word in _WORD.findall(unescape(_TAG.sub(" ", html) if "<" in html else html))]


def _tells(words: Sequence[str]) -> bool:
    """Return whether ``words`` are long enough to be no chance, and not many."""
    if len(words) > _LONGEST:
        return False
    letters = [word for word in words if word[0].isalpha() and word not in _SMALL]
    size = sum(map(len, letters))
    return size >= _LEAST or (size >= _LEAST_HAN and all(map(is_wide, "".join(letters))))


def _find(words: Sequence[str], part: Sequence[str]) -> bool:
    """Return whether ``words`` have ``part`` at a place where it is no offered answer."""
    places = (at for at, word in enumerate(words) if word == part[0] and list(words[at : at + len(part)]) == list(part))
    return any(not _offered(words, at, at + len(part)) for at in itertools.islice(places, _MOST_PLACES))


def _offered(words: Sequence[str], begin: int, end: int) -> bool:
    """Return whether these words are one of several answers, as in ``list, tuple or str``, or are quoted."""
    before, after = words[max(0, begin - 4) : begin][::-1], words[end : end + 4]
    beside = {*before[:1], *after[:1]}
    if beside & (_JOINS | _QUOTES):
        return True
    return any(side[:1] and side[0] in _COMMAS and (_COMMAS | _JOINS) & {*side[1:]} for side in (before, after))


def _place(file: File, question: Question, words: Sequence[str], cloze: int = 0) -> tuple[Span, str]:
    """Return the first place of ``words`` in the question, outside clozes of this number if possible, and the text there."""
    lines = positions.lines_of(file, question.span.path)[
        question.span.line - 1 : max(question.span.line, question.answer.first - 1)
    ]
    pattern = re.compile(r"[\W_]{0,9}?".join(map(re.escape, words)), re.IGNORECASE)
    places = [(number, match) for number, line in enumerate(lines) for match in itertools.islice(pattern.finditer(line), 9)]
    outside = (place for place in places if not place[1].string.endswith(f"{{{{c{cloze}::", 0, place[1].start()))
    number, match = next(outside, places[0] if places else (0, None))
    place = Span(question.span.path, question.span.line + number, match.start() + 1 if match else 1)
    return place, match[0] if match else " ".join(words)
