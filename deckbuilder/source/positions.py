"""Finds the exact places of texts in a deck's files, for diagnostics."""

from __future__ import annotations

import itertools
import re
from collections.abc import Container, Iterable, Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from deckbuilder.markdown.block import Block, language_of
from deckbuilder.markdown.block_parser import leaves
from deckbuilder.markdown.patterns import FOOTNOTE_TEXT
from deckbuilder.model.anki_text import is_wide
from deckbuilder.model.deck import Deck
from deckbuilder.model.diagnostics import Span
from deckbuilder.model.records import File, Outline, Passage, Question, Source
from deckbuilder.model.same import Same
from deckbuilder.source import front_matter
from deckbuilder.source.blanked import blanked

PIPE = re.compile(r"(?<!\\)\|")
"""The end of a cell in a row of a table."""
TAB = 4
"""Columns of a tab, as in ``card.css``."""
MOST = 100
"""Problems of one kind in a question that get their exact place; further ones are reported at the question's heading.

Each search begins at the start of the question, so a hundred thousand searches would take hours.
"""


def lines_of(deck: Deck | File, path: str) -> list[str]:
    """Return the lines of the file ``path`` of ``deck``."""
    if isinstance(deck, File):
        return _split(Same(deck.source.text))
    return _split(Same(_texts(Same(deck.sources))[path]))


@lru_cache(maxsize=4)
def _split(text: Same[str]) -> list[str]:
    return text.whole.split("\n")


@lru_cache(maxsize=1)
def _texts(sources: Same[tuple[Source, ...]]) -> dict[str, str]:
    return {source.path: source.text for source in sources.whole}


def in_question(deck: Deck | File, question: Outline, *texts: str) -> Span:
    """Return the place of the first of ``texts`` that the question contains, else of its heading."""
    first = question.span.line - 1
    whole = "\n".join(lines_of(deck, question.span.path)[first : question.end])
    for text in texts:
        if (at := whole.find(text)) >= 0:
            return Span.in_text(question.span.path, whole, at, question.span.line)
    return question.span


def count_in_question(deck: Deck, question: Outline, text: str) -> int:
    """Return how often the lines of a question contain ``text``."""
    return "\n".join(lines_of(deck, question.span.path)[question.span.line - 1 : question.end]).count(text)


def in_front_matter(deck: Deck, path: str, text: str) -> Span:
    """Return the place of ``text`` in the front matter of the file ``path``, else of the first line."""
    lines = lines_of(deck, path)
    for number, line in enumerate(lines[1 : front_matter.last_line(lines)], 2):
        if (column := line.find(text)) >= 0:
            return Span(path, number, column + 1)
    return Span(path)


def attribute(question: Outline, key: str) -> Span:
    """Return the place of the heading's attribute ``key``, else of the heading."""
    return next((item.span for item in question.attributes if item.key == key), question.span)


def occurrence(file: File, question: Question, line: int, text: str, begin: int = 0) -> Span:
    """Return the place of ``text`` in a line, at or after the index ``begin``, else of the line."""
    column = lines_of(file, question.span.path)[line - 1].find(text, begin)
    return Span(question.span.path, line, max(0, column) + 1)


def media(deck: Deck, question: Outline, path: str) -> Span:
    """Return the place where the question shows the picture or sound ``path``, spelled as in the file."""
    if path.startswith("[["):  # Obsidian's ![[path|200]]
        path = path[2:-2]
    place = in_question(deck, question, f"[[{path}", f"]({path}", f"](<{path}", f'"{path}"', f"'{path}'", f":{path}", path)
    shift = lines_of(deck, place.path)[place.line - 1].find(path, place.column - 1)
    return Span(place.path, place.line, max(shift, 0) + 1)


def prose(file: File, question: Question) -> str:
    """Return the text of the question from its heading on, with blanks in place of code."""
    lines = lines_of(file, question.span.path)[question.span.line - 1 : question.end]
    for first, block in code(question):
        for number in range(first, min(first + len(block.lines) + 1, question.span.line + len(lines))):
            at = number - question.span.line
            lines[at] = " " * len(lines[at])
    return blanked("\n".join(lines), "code")


def in_prose(prose: str, question: Question, *texts: str) -> Span:
    """Return the place of the first of ``texts`` that the question's ``prose`` contains, else of the heading."""
    at = next((at for at in map(prose.find, texts) if at >= 0), -1)
    return Span.in_text(question.span.path, prose, at, question.span.line) if at >= 0 else question.span


def code(question: Question) -> Iterator[tuple[int, Block]]:
    """Yield (line in the file, block) for each piece of code in a question, at any depth."""
    return _leaves((question.body, question.answer), ("fence", "code"))


def tables(question: Question) -> Iterator[tuple[int, Block]]:
    """Yield (line in the file, block) for each table of a question, at any depth."""
    return _leaves((question.body, question.answer), ("table",))


def displayed(file: File, question: Question) -> Iterator[tuple[int, Block]]:
    """Yield (line in the file, block) for each formula between ``$$`` or in a fence, at any depth."""
    for line, block in _leaves((question.body, question.answer, *_notes(file, question)), ("math", "fence")):
        if block.kind == "math" or language_of(block) == "math":
            yield line, block


def running_texts(file: File, question: Question) -> Iterator[tuple[int, str]]:
    """Yield (line in the file, text) for each paragraph, heading, table and hint of a question."""
    yield question.heading.first, "\n".join(question.heading.lines)
    if question.hint:
        yield hint(question).line, question.hint
    passages = (question.body, question.answer, question.source, *_notes(file, question))
    for line, block in _leaves(passages, ("text", "table", "heading")):
        yield line, "\n".join(block.lines) or block.text


class Text(NamedTuple):
    """A text that is read as one: a paragraph, a heading, a cell, or a block of HTML. It begins on ``line`` of the file."""

    line: int
    kind: Literal["text", "heading", "cell", "html"]
    text: str
    row: str = ""
    """The whole line that a cell is in."""
    begin: int = 0
    """The index in ``row`` where a cell begins."""


def texts(passage: Passage) -> Iterator[Text]:
    """Yield the texts of ``passage`` in their order, at any depth."""
    for line, block in _leaves((passage,), ("text", "table", "heading", "html")):
        if block.kind == "table":
            for number, row in enumerate(block.lines, line):
                begin = 0
                for piece in PIPE.split(row):
                    yield Text(number, "cell", piece, row, begin)
                    begin += len(piece) + 1
        else:
            yield Text(line, block.kind, "\n".join(block.lines) or block.text)  # type: ignore[arg-type]


def hint(question: Question) -> Text:
    """Return the hint of ``question``, which may be empty."""
    return Text(attribute(question.outline(), "hint").line, "heading", question.hint)


def footnotes(file: File, question: Question) -> Iterator[Text]:
    """Yield each text in the footnotes of ``question``."""
    for note in _notes(file, question):
        yield from texts(note)


def _notes(file: File, question: Question) -> Iterator[Passage]:
    """Yield the text of each footnote of ``question``."""
    notes = {label: note for label, note in question.definitions if label.startswith("^")}
    lines = lines_of(file, question.span.path) if notes else []
    for number in range(question.span.line, question.end) if notes else ():
        match = FOOTNOTE_TEXT.match(lines[number].lstrip(" \t>"))
        if match and (note := notes.pop(match[1], None)) is not None:
            yield Passage(number + 1, tuple(note.split("\n")))


def in_text(file: File, question: Question, text: Text, at: int, part: str) -> Span:
    """Return the place of ``part``, which is at the index ``at`` of ``text``."""
    begin = text.text.rfind("\n", 0, at) + 1
    line = text.line + text.text.count("\n", 0, at)
    source, column = lines_of(file, question.span.path)[line - 1], -1
    for _ in range(min(MOST, (text.row[: text.begin] + text.text[begin:at]).count(part) + 1)):
        column = source.find(part, column + 1)
    return Span(question.span.path, line, max(0, column) + 1)


def _leaves(passages: Iterable[Passage], kinds: Container[str]) -> Iterator[tuple[int, Block]]:
    """Yield (line in the file, block) for each block of these kinds, at any depth."""
    for passage in passages:
        for offset, block in leaves(passage.lines):
            if block.kind in kinds:
                yield passage.first + offset + block.start, block


def columns(text: str) -> int:
    """Return the columns of ``text`` in a monospaced font: two for a wide (Han, Kana, full-width) character."""
    if text.isascii():
        return len(text) + (TAB - 1) * text.count("\t")
    return sum(map(_width, text))


def fitting(text: str, limit: int) -> int:
    """Return how many characters of ``text`` fit into ``limit`` columns; ``text`` must be wider."""
    ends = itertools.accumulate(map(_width, text))
    return next(at for at, end in enumerate(ends) if end > limit)


def _width(char: str) -> int:
    return TAB if char == "\t" else 2 if is_wide(char) else 1
