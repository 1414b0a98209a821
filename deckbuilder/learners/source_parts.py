"""A question's lines -> the pieces of each part with their places, so that a change in Anki finds its way into the Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from deckbuilder.learners.word_merge import words
from deckbuilder.markdown.block_parser import blocks
from deckbuilder.model.records import Kind, Passage, Question
from deckbuilder.source.parse import task_list

_COMMENT = re.compile(r"(<!--.*?-->)", re.DOTALL)


class Piece(NamedTuple):
    """A word, a sign or a blank of the Markdown."""

    text: str
    begin: int
    """The index of its first character in the section."""
    kept: bool = False
    """True for text that no card shows, such as a comment: no change removes it."""

    @property
    def end(self) -> int:
        """The index behind its last character."""
        return self.begin + len(self.text)


class Place(NamedTuple):
    """The place for the first text of a part that is still empty, and the text around it."""

    at: int
    before: str = ""
    after: str = ""


class SourcePart(NamedTuple):
    """A part of a question in its Markdown."""

    pieces: tuple[Piece, ...] = ()
    heading: int = 0
    """The number of pieces that belong to the heading, which is one line."""
    empty: Place | None = None
    below: Place | None = None
    """The place for a first paragraph below the heading; None if the question has such text already."""
    whole: tuple[int, int] = (0, 0)
    """The characters to delete if the part loses its whole text; (0, 0) if only the pieces go."""


class Section:
    """The lines of one question. All places are indexes of ``text``."""

    def __init__(self, lines: Sequence[str], question: Question, language: str) -> None:
        """Take the lines of ``question``. ``lines`` are those of the whole file."""
        self.question = question
        self.lines = lines[question.span.line - 1 : question.end]
        self.text = "\n".join(self.lines)
        self.label = "来源：" if language.lower().startswith("zh") else "Source: "
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)

    def part(self, name: str) -> SourcePart:
        """Return the part ``name`` of the question, as in ``adopted_notes.PARTS``."""
        found: SourcePart = getattr(self, f"_{name}")()
        return found

    def _question(self) -> SourcePart:
        question = self.question
        text = question.heading.lines[0]
        at = self.text.find(text, 0, self.starts[max(1, question.body.first - question.span.line)])
        heading = list(_pieces(self.text, [(at, at + len(text), False)])) if text and at >= 0 else []
        body = list(self._of_passage(question.body))
        end = self.starts[1] - 1
        parted = bool(question.separators or question.body.lines) or not any(question.answer.lines)
        below = Place(end, "\n\n", "" if parted else "\n\n---")
        return SourcePart((*heading, *body), len(heading), None, None if any(not piece.kept for piece in body) else below)

    def _answer(self) -> SourcePart:
        question = self.question
        found: list[Piece] = []
        options = task_list(blocks(question.body.lines)) if question.kind is Kind.CHOICE else None
        if options is not None:
            ends = [item.start for item in options.items[1:]] + [options.end]
            for item, end in zip(options.items, ends, strict=True):
                if item.lines[0][1] != " ":
                    lines = question.body.lines[item.start : end]
                    found += self._of_passage(Passage(question.body.first + item.start, lines))
        answer = question.answer
        if question.kind is Kind.TYPED:
            first = next(iter(blocks(answer.lines)), None)
            answer = Passage(answer.first + first.end, answer.lines[first.end :]) if first else answer
        return SourcePart((*found, *self._of_passage(answer)), empty=self._last())

    def _last(self) -> Place:
        """Return the place for a first text of the answer: above the source, or at the end."""
        if self.question.source.lines:
            return Place(self.starts[self.question.source.first - self.question.span.line], "", "\n\n")
        return Place(len(self.text.rstrip("\n")), "\n\n")

    def _typed(self) -> SourcePart:
        answer = self.question.answer
        first = next(iter(blocks(answer.lines)), None)
        if first is None:
            return SourcePart()
        return SourcePart(tuple(self._of_passage(Passage(answer.first + first.start, answer.lines[first.start : first.end]))))

    def _source(self) -> SourcePart:
        source = self.question.source
        if not source.lines:
            return SourcePart(empty=Place(len(self.text.rstrip("\n")), f"\n\n{self.label}"))
        row = source.first - self.question.span.line
        begin, end = self.starts[row], self.starts[row + len(source.lines)] - 1
        at = begin + len(self.lines[row]) - len(source.lines[0])
        return SourcePart(tuple(_pieces(self.text, [(at, end, False)])), whole=(begin, min(end + 1, len(self.text))))

    def _hint(self) -> SourcePart:
        found = self.attribute("hint")
        if found is None:
            return SourcePart(empty=self.new_attribute("hint"))
        begin, end, item = found
        return SourcePart(tuple(_pieces(self.text, [(begin, end, False)])), whole=item)

    def attribute(self, key: str) -> tuple[int, int, tuple[int, int]] | None:
        """Return (begin of the value, its end, (begin of the attribute with the blank before it, its end)); None without it."""
        item = next((item for item in self.question.attributes if item.key == key), None)
        if item is None:
            return None
        begin = self.starts[item.span.line - self.question.span.line] + item.span.column - 1
        value = begin + len(key) + 1
        quoted = self.text[value : value + 1] in ('"', "'")
        value += quoted
        end = value + len(item.value)
        if not self.text.startswith(f"{key}=", begin) or self.text[value:end] != item.value:
            return None
        return value, end, (begin - (self.text[begin - 1] == " "), end + quoted)

    def new_attribute(self, key: str) -> Place | None:
        """Return the place for a new attribute of the heading."""
        line = self.lines[0].rstrip()
        if not self.question.attributes:
            return Place(len(line), f' {{{key}="', '"}')
        return Place(len(line) - 1, f' {key}="', '"') if line.endswith("}") else None

    def _of_passage(self, passage: Passage) -> Iterator[Piece]:
        """Yield the pieces of ``passage``. A line that the passage does not have, such as a comment, is kept."""
        first = passage.first - self.question.span.line
        ranges = []
        for row, line in enumerate(passage.lines, first):
            if row < len(self.lines):
                kept = not line.strip() and bool(self.lines[row].strip())
                ranges.append((self.starts[row], min(self.starts[row + 1], len(self.text)), kept))
        yield from _pieces(self.text, _joined(ranges))


def _joined(ranges: Iterable[tuple[int, int, bool]]) -> Iterator[tuple[int, int, bool]]:
    for kept, group in groupby(ranges, key=lambda one: one[2]):
        found = list(group)
        yield found[0][0], found[-1][1], kept


def _pieces(text: str, ranges: Iterable[tuple[int, int, bool]]) -> Iterator[Piece]:
    """Yield the pieces of the characters in ``ranges``: (begin, end, True for characters that stay)."""
    for begin, end, kept in ranges:
        at = begin
        for number, part in enumerate(_COMMENT.split(text[begin:end])):
            for piece in [part] if kept or number % 2 else words(part):
                if piece:
                    yield Piece(piece, at, kept or bool(number % 2))
                    at += len(piece)
