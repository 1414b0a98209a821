"""The words after a fence's language: how the author wants the block shown.

````markdown
```python hl_lines="2 4-5" linenums="10" wrap
````

GitHub ignores these words. ``hl_lines`` and ``linenums`` come from Python-Markdown's CodeHilite and from
pymdownx (https://python-markdown.github.io/extensions/fenced_code_blocks/).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from deckbuilder.markdown.block import Block

FLAGS = ("wrap", "scroll", "cloze", "linenums")
"""The options without a value."""
VALUES = ("hl_lines", "linenums")
"""The options with a value."""
_WORD = re.compile(r"""(?P<key>[\w-]+)(?:=(?P<value>"[^"]*"|'[^']*'|[^\s"']*))?(?=\s|$)|\S+""")
_RANGE = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?")


class Fence(NamedTuple):
    """The options in an info string; ``problems`` are its words that are no option, each with the reason."""

    wrap: bool | None = None
    """True if long lines wrap (``wrap``), false if long lines scroll (``scroll``), ``None`` for the deck's own way."""
    cloze: bool = False
    """True if ``{{c1::…}}`` in the code is a cloze."""
    first: int | None = None
    """The number of the first line; ``None`` if the lines have no numbers."""
    marked: frozenset[int] = frozenset()
    """The lines to mark, from 1."""
    problems: tuple[tuple[str, str], ...] = ()


def read(block: Block) -> Fence:
    """Return the options of a fence. Words that are no option, such as ``{1,3}`` of other tools, are in ``problems``."""
    found: dict[str, str] = {}
    problems: list[tuple[str, str]] = []
    for match in _WORD.finditer(block.text.partition(" ")[2]):
        key, value = match["key"], match["value"]
        if key in VALUES and value is not None:
            found[key] = value.strip("\"'")
        elif key in FLAGS and value is None:
            found[key] = "1"
        else:
            problems.append((match[0], "unknown"))
    marked = _lines(found.get("hl_lines", ""), len(block.lines))
    first = found.get("linenums")
    if marked is None:
        problems.append(("hl_lines", f'must be lines of the block, such as "2 4-5", from 1 to {len(block.lines)}'))
    if first is not None and not re.fullmatch(r"\d{1,6}", first):
        problems.append(("linenums", 'must be the number of the first line, such as "10"'))
        first = None
    if {"wrap", "scroll"} <= found.keys():
        problems.append(("scroll", "is the opposite of 'wrap'; use one of the two"))
    return Fence(
        wrap=True if "wrap" in found else False if "scroll" in found else None,
        cloze="cloze" in found,
        first=int(first) if first is not None else None,
        marked=marked or frozenset(),
        problems=tuple(problems),
    )


def _lines(text: str, count: int) -> frozenset[int] | None:
    """Return the lines in ``"2 4-5"``, or ``None`` if ``text`` is no list of lines from 1 to ``count``."""
    found: set[int] = set()
    for part in text.replace(",", " ").split():
        match = _RANGE.fullmatch(part)
        begin = int(match[1]) if match else 0
        end = int(match[2]) if match and match[2] else begin
        if not 1 <= begin <= end <= count:
            return None
        found |= set(range(begin, end + 1))
    return frozenset(found)
