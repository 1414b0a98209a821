"""Rules about text that looks like a mark of Markdown and is none: ``--`` for ``---``, a table without its second line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from deckbuilder.markdown.block_parser import leaves
from deckbuilder.markdown.leaf_blocks import cells
from deckbuilder.markdown.patterns import DELIMITER_ROW
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.records import File, Kind, Passage

_DASHES = r"\-\u2010-\u2015\u2212\u2500\u2501\ufe58\ufe63\uff0d"
_NEAR_SEPARATOR = re.compile(rf"(?!\s*-\s*$)\s*+(?:[{_DASHES}][{_DASHES} \t]*+[.:;,]?|={{2,}}+|_(?:[ \t]*+_)++)\s*+$")
_ROW_OF_DASHES = re.compile(rf"\s*+\|?(?:[ \t]*+:?[{_DASHES}]++:?[ \t]*+\|?)++$")
_ROW = re.compile(r"\s*+\|.*\|\s*+$")


def separators_read(file: File) -> Iterator[Diagnostic]:
    """Report a line that looks like ``---`` in a question without one. Bad: ``--``, ``—``, ``- - -``, ``===``."""
    for entry in file.entries:
        question = entry.question
        folded = question.kind is not Kind.CHOICE and any(map(str.strip, question.body.lines))
        if question.separators or folded:
            continue
        lines = question.answer.lines
        last = max((at for at, line in enumerate(lines) if line.strip()), default=0)
        found = [at for at in _near_separators(question.answer) if at < last]
        if len(found) == 1:
            place, shown = Span(question.span.path, question.answer.first + found[0]), lines[found[0]].strip()
            message = f"'{shown}' does not end the question; write '---' at the start of a line of its own"
            if shown.count("-") > 2 or "_" in shown:
                message += ", or '***' for a horizontal line"
            yield Diagnostic(place, "near-separator", message)


def _near_separators(passage: Passage) -> Iterator[int]:
    """Yield the index of each line that looks like a separator and is none."""
    for offset, block in leaves(passage.lines):
        if block.kind == "rule" and "*" not in passage.lines[offset + block.start]:
            yield offset + block.start
        elif block.kind == "text" or (block.kind == "code" and len(block.lines) == 1):
            yield from (offset + block.start + at for at, line in enumerate(block.lines) if _NEAR_SEPARATOR.match(line))


def tables_read(file: File) -> Iterator[Diagnostic]:
    """Report a table that is read as text. Bad: a table right below ``- item``, a table without ``|---|---|``."""
    for entry in file.entries:
        for passage in (entry.question.body, entry.question.answer):
            above, columns = -1, 0
            for offset, block in leaves(passage.lines):
                if block.kind == "table":
                    above, columns = offset + block.end, len(cells(block.lines[0]))
                if block.kind != "text" or "|" not in "".join(block.lines):
                    continue
                if (
                    above == offset + block.start - 1
                    and all(map(_ROW.match, block.lines))
                    and len(cells(block.lines[0])) == columns
                ):
                    place = Span(entry.question.span.path, passage.first + offset + block.start)
                    yield Diagnostic(
                        place, "near-table", "this row of the table above is read as text; write no blank line above it"
                    )
                elif problem := _near_table(block.lines):
                    at, message = problem
                    place = Span(entry.question.span.path, passage.first + offset + block.start + at)
                    yield Diagnostic(place, "near-table", f"this table is read as text; {message}")


def _near_table(lines: Sequence[str]) -> tuple[int, str] | None:
    """Return the index of the first row of a table in the ``lines`` of a paragraph and its mend; None if there is no table."""
    for at, line in enumerate(lines):
        if "|" in line and _ROW_OF_DASHES.match(line):
            if at == 0:
                return 0, "write no blank line below its header"
            if not DELIMITER_ROW.match(line):
                return at - 1, "write '|---|---|', with hyphens and no blanks between them, below its header"
            count, wanted = len(cells(line)), len(cells(lines[at - 1]))
            if count != wanted:
                return at - 1, f"its header has {wanted} cells, but the line below has {count}; write one '---' for each"
            return at - 1, "write a blank line above it, and begin each row at the start of the line"
        if at and _ROW.match(line) and _ROW.match(lines[at - 1]) and len(cells(line)) == len(cells(lines[at - 1])) > 1:
            below = lines[at + 1 : at + 2]
            if not any(map(_ROW_OF_DASHES.match, below)):
                return at - 1, "write a line '|---|---|' below its header"
    return None
