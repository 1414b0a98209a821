"""Rules about text that looks like HTML, and about cells that a table has no column for."""

from __future__ import annotations

from collections.abc import Iterator

from deckbuilder.markdown.html_tags import ELEMENTS, TAG
from deckbuilder.markdown.leaf_blocks import cells
from deckbuilder.markdown.maths import prose
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.records import File
from deckbuilder.source import positions


def known_tags(file: File) -> Iterator[Diagnostic]:
    """Report a tag that is no HTML element, once for each question. Bad: ``git checkout <path>``. Good: the same in code marks."""
    for entry in file.entries:
        question, seen = entry.question, set[str]()
        for line, text in positions.running_texts(question):
            if "<" not in text:
                continue
            for match in TAG.finditer(prose(text)):
                tag = match[0]
                if (match["open"] or match["close"]).lower() in ELEMENTS or tag in seen or len(seen) >= positions.MOST:
                    continue
                seen.add(tag)
                first = tag.partition("\n")[0]
                number = line + next((at for at, part in enumerate(text.split("\n")) if first in part), 0)
                message = f"'{' '.join(tag.split())}' is no HTML element, so the card shows it as text; put it into code marks"
                yield Diagnostic(positions.occurrence(file, question, number, first), "unknown-tag", message)


def cells_have_columns(file: File) -> Iterator[Diagnostic]:
    """Report a row with more cells than the header, if text is lost. Bad: ``$|x|$`` in a cell. Good: ``$\\|x\\|$``."""
    for entry in file.entries:
        for line, block in positions.tables(entry.question):
            columns = len(cells(block.lines[0]))
            for number, row in enumerate(block.lines[2:], line + 2):
                found = cells(row)
                if any(found[columns:]):
                    message = (
                        f"this row has {len(found)} cells, but the header has {columns}, so text is lost; "
                        "write '\\|' for a pipe inside a cell"
                    )
                    yield Diagnostic(Span(entry.question.span.path, number), "lost-cells", message)
