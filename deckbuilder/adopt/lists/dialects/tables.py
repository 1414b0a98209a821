"""Tables with a question and its answer in each row: ``| Question | Answer |``, ``| 单词 | 释义 |``.

A page that is mostly tables of two columns, such as ``| Command | Description |``, is a list, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from deckbuilder.adopt.lists.columns import Row, named, questions, unnamed
from deckbuilder.adopt.lists.evidence import is_only_link
from deckbuilder.adopt.lists.markdown_page import BLANKS, Found, Page, asks, bare, blocks_of
from deckbuilder.markdown.block import Block
from deckbuilder.markdown.leaf_blocks import cells

_BREAK = re.compile(rf"{BLANKS}<br\s*/?>\s*", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2}|[\u3040-\u9fff]")
_SUM = re.compile(r"\d\s*[=＝]")
_SHARE = 0.4
"""The least share of a page that tables of two columns have if their rows are questions."""
_LEAST = 5
"""The least number of such rows."""
_SINGLE = 2
"""So many tables with one column are cards, even if no header asks."""
_SPAN = re.compile(r"(?<!`)(`+)(?!`)(?:(?!\1).)*\1(?!`)")
"""Code in a cell."""
_WIDE = "its table has {} columns, and no names such as 'Term' and 'Definition' on top"
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
    if own:
        own += [found for block in every for found in _wide(block)]
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
    header, rows = _rows(block)
    columns = named(header)
    if columns is None and known:
        columns = unnamed(rows)
    if columns is None and sum(_asks(row.cells[0]) for row in rows) * 2 > len(rows) and len(header) in (2, 3):
        columns = unnamed(rows)
    if columns is not None:
        yield from questions(rows, columns)


def _wide(block: Block) -> Iterator[Found]:
    """Yield a wide table of names beside tables of questions, with the reason to skip it."""
    header, rows = _rows(block)
    if len(header) > 2 and rows and not any(True for _ in _questions(block)) and _is_named(rows):
        yield Found(block.start, block.end, ", ".join(map(bare, header)), unfit=_WIDE.format(len(header)))


def _rows(block: Block) -> tuple[Sequence[str], list[Row]]:
    """Return (the header, the rows below) of a table."""
    lines = enumerate(block.lines[2:], block.start + 2)
    return cells(block.lines[0]), [Row(at, at + 1, tuple(map(_text, cells(line)))) for at, line in lines]


def _asks(cell: str) -> bool:
    """Return whether the first cell of a row asks. A mark such as ``*?`` or code such as ``https?`` asks nothing."""
    text = _SPAN.sub("", cell)
    return asks(text) and (_WORD.search(text) or _SUM.search(text)) is not None


def _is_named(rows: Sequence[Row]) -> bool:
    """Return whether most rows have a name of their own in the first cell, and words in the next two."""
    names = [row.cells[0].strip() for row in rows if row.cells]
    said = sum(len(row.cells) > 1 and all(_WORD.search(cell) for cell in row.cells[1:3]) for row in rows)
    return len(set(names)) * 4 >= len(rows) * 3 and all(names) and said * 4 >= len(rows) * 3


def _text(cell: str) -> str:
    """Return a cell as Markdown outside a table: with line ends for ``<br>``."""
    parts = _BREAK.split(cell.strip())
    text = parts[0]
    for part in parts[1:]:
        mark = _ITEM.match(part)
        text += f"\n{part.replace('•', '-', 1)}" if mark else f"\\\n{part}"
    return text
