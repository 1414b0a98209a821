"""Tables with a question and its answer in each row: ``| Question | Answer |``, ``| 单词 | 释义 |``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deckbuilder.adopt.lists.columns import Row, named, question, unnamed
from deckbuilder.adopt.lists.markdown_page import Found, Page, asks, blocks_of
from deckbuilder.markdown.block import Block
from deckbuilder.markdown.leaf_blocks import cells

_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)
_ITEM = re.compile(r"(?:[-*+•]|\d{1,3}[.)])\s")


def find(page: Page) -> list[Found] | None:
    """Return the questions in all tables; None if there are none.

    The header of such a table names the question and the answer, or most cells of the first column ask.
    """
    return [found for block in blocks_of(page.lines) if block.kind == "table" for found in _questions(block)] or None


def _questions(block: Block) -> Iterator[Found]:
    header = cells(block.lines[0])
    rows = [
        Row(block.start + at, block.start + at + 1, tuple(map(_text, cells(line))))
        for at, line in enumerate(block.lines)
        if at > 1
    ]
    columns = named(header)
    if columns is None and sum(asks(row.cells[0]) for row in rows) * 2 > len(rows) and len(header) in (2, 3):
        columns = unnamed(rows)
    if columns is not None:
        yield from (question(row, columns) for row in rows)


def _text(cell: str) -> str:
    """Return a cell as Markdown outside a table: with line ends for ``<br>``."""
    parts = _BREAK.split(cell.strip())
    text = parts[0]
    for part in parts[1:]:
        mark = _ITEM.match(part)
        text += f"\n{part.replace('•', '-', 1)}" if mark else f"\\\n{part}"
    return text
