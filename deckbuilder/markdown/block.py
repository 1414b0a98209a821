"""The records of Markdown's block structure."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

BlockKind = Literal["code", "comment", "definition", "fence", "heading", "html", "list", "math", "quote", "rule", "table", "text"]


class Item(NamedTuple):
    """One item of a list: its ``lines`` without marker and indentation. The item begins on line ``start`` of the text, from 0."""

    start: int
    lines: tuple[str, ...]


class Block(NamedTuple):
    """Lines ``start`` to ``end`` (exclusive; counted from 0) of a text: one block."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    """The level of a heading (1 to 6), or the first number of a list (-1 for bullets)."""
    text: str = ""
    """The text of a heading, the info string of a fence, the label of a definition."""
    lines: tuple[str, ...] = ()
    """The content without its marks: a quote without ``>``, a fence without its fence lines."""
    items: tuple[Item, ...] = ()
    loose: bool = False
    """True if a blank line separates two items of a list."""
    closed: bool = True
    """False if a fence, a comment or ``<pre>`` has no end."""


_INFO = re.compile(
    r"""
    \{(?:code|code-block|code-cell|sourcecode)\}[ ]*+(?P<directive>\S*)      # MyST
    |\{[\s:]*+(?:\#[^\s}]++\s++)?+\.?+(?P<attribute>[a-z][^\s,{}=]*+)(?!=)   # Pandoc, R Markdown
    |\.?+(?P<word>[^\s,{:=]++)(?!=\S)
    """,
    re.IGNORECASE | re.VERBOSE,
)


def language_of(block: Block) -> str:
    """Return the language of a fence in lower case, or ``""``: ``rust`` of ``rust,ignore``, ``python`` of ``{.python .wide}``."""
    match = _INFO.match(block.text)
    return next(filter(None, match.groups()), "").lower() if match else ""


def options_of(block: Block) -> str:
    """Return the info string of a fence after its language, such as ``,ignore`` or ``{1,3}``."""
    match = _INFO.match(block.text)
    return block.text[match.end() :] if match else block.text
