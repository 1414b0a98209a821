"""Tables with a question and its answer in each row: ``| Question | Answer |``, ``| 单词 | 释义 |``.

A page that is mostly tables of two columns, such as ``| Command | Description |``, is a list, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from deckbuilder.adopt.lists.columns import Row, named, question, unnamed
from deckbuilder.adopt.lists.evidence import is_only_link
from deckbuilder.adopt.lists.markdown_page import BLANKS, Found, Page, asks, blocks_of
from deckbuilder.markdown.block import Block
from deckbuilder.markdown.leaf_blocks import cells

_BREAK = re.compile(rf"{BLANKS}<br\s*/?>\s*", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2}|[\u3040-\u9fff]")
_SHARE = 0.4
"""The least share of a page that tables of two columns have if their rows are questions."""
_LEAST = 5
"""The least number of such rows."""
_SINGLE = 2
"""So many tables with one column are cards, even if no header asks."""
_ITEM = re.compile(r"(?:[-*+•]|\d{1,3}[.)])\s")


def find(page: Page) -> list[Found] | None:
    """Return the questions in all tables; None if there are none.

    The header of such a table names the question and the answer, or most cells of the first column ask.
    On a page that is mostly tables of two columns, each of these tables has questions. A table of one column is one question.
    """
    every = [block for block in blocks_of(page.lines) if block.kind == "table"]
    pairs = [block for block in every if _is_pairs(block)]
    written = sum(bool(line.strip()) for line in page.lines)
    rows = sum(len(block.lines) - 2 for block in pairs)
    mostly = rows >= _LEAST and sum(len(block.lines) for block in pairs) >= _SHARE * written
    known = {block.start for block in pairs} if mostly else set()
    own = [found for block in every for found in _questions(block, known=block.start in known)]
    single = [found for block in every if len(cells(block.lines[0])) == 1 for found in _single(block)]
    sure = len(single) >= _SINGLE or any(asks(found.question) for found in single)
    return sorted([*own, *(single if sure else [])], key=lambda found: found.start) or None


def _single(block: Block) -> Iterator[Found]:
    """Yield the card of a table with one column and two rows: the question is in its header (Obsidian_to_Anki)."""
    rows = [_text(cell) for line in block.lines for cell in cells(line)[:1]]
    if len(rows) == 3 and rows[0] and rows[2]:
        yield Found(block.start, block.end, rows[0], rows[2])


def _is_pairs(block: Block) -> bool:
    """Return whether a table has a name in the first column, and words about the name in the second one.

    A link, a number or a mark is no such text. A name comes once.
    """
    rows = [cells(line) for line in block.lines]
    if len(rows) < 3 or any(len(row) != 2 for row in rows) or not all(name.strip() for name in rows[0]):
        return False
    names, texts = ([row[at].strip() for row in rows[2:]] for at in (0, 1))
    said = sum(bool(_WORD.search(text)) and not is_only_link(text) for text in texts)
    return said * 4 >= len(texts) * 3 and len(set(names)) * 4 >= len(names) * 3 and all(names)


def _questions(block: Block, *, known: bool = False) -> Iterator[Found]:
    """Yield the questions in a table. ``known`` means that each row is one."""
    header = cells(block.lines[0])
    rows = [
        Row(block.start + at, block.start + at + 1, tuple(map(_text, cells(line))))
        for at, line in enumerate(block.lines)
        if at > 1
    ]
    columns = named(header)
    if columns is None and known:
        columns = unnamed(rows)
    if (
        columns is None
        and sum(asks(row.cells[0]) and _WORD.search(row.cells[0]) is not None for row in rows) * 2 > len(rows)
        and len(header) in (2, 3)
    ):
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
