"""The records of Markdown's block structure."""

from __future__ import annotations

from typing import Literal, NamedTuple

BlockKind = Literal["code", "comment", "definition", "fence", "heading", "html", "list", "math", "quote", "rule", "table", "text"]


class Item(NamedTuple):
    """One item of a list: its ``lines`` without marker and indentation, the first of them on line ``start``."""

    start: int
    lines: tuple[str, ...]


class Block(NamedTuple):
    """Lines ``start`` to ``end`` (exclusive; from 0) of the text it was cut from."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    """Of a heading (1 to 6); of a list its first number, -1 for bullets."""
    text: str = ""
    """The text of a heading, the info string of a fence, the label of a definition."""
    lines: tuple[str, ...] = ()
    """Its content without what marks it: of a quote without ``>``, of a fence without the fences."""
    items: tuple[Item, ...] = ()
    loose: bool = False
    """Of a list: whether a blank line parts two of its items."""
    closed: bool = True
    """Of a fence, a comment or ``<pre>``: whether its end was found."""


def language_of(block: Block) -> str:
    """The language of a fence: the first word after its marks, in lower case; ``""`` where there is none."""
    return block.text.partition(" ")[0].lower()
