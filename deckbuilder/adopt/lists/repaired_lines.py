"""Marks that lack a blank -> the marks of CommonMark: ``##3. Q`` becomes ``## 3. Q``, ``- [] a`` becomes ``- [ ] a``.

Until 2017, GitHub needed no blank behind the marks of a heading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from deckbuilder.adopt.lists.markdown_page import protected

_TIGHT = re.compile(r"(?P<mark> {0,3}#{2,6})(?=[^\s#])")
_TIGHT_TITLE = re.compile(r"(?P<mark>#)(?=[^\s#!\d][^#]*$)")
"""A heading of level 1 without a blank. ``#python #web`` are tags, and ``#!`` begins a script."""
_EMPTY_BOX = re.compile(r"\A(?P<before>[\s>]*+(?:[-*+]|\d{1,9}[.)])\s+)\[\](?=\s)")
_MANY = 2
"""The least number of headings without a blank in a file. Then the title lacks the blank, too."""


def repaired(lines: Sequence[str]) -> tuple[str, ...]:
    """Return ``lines`` with the missing blanks outside code. The number of lines stays."""
    if not any(line.lstrip(" ").startswith("#") or "[]" in line for line in lines):
        return tuple(lines)
    closed = protected(lines)
    tight = [at for at, line in enumerate(lines) if at not in closed and _TIGHT.match(line)]
    titled = len(tight) >= _MANY
    return tuple(line if at in closed else _repaired(line, titled=titled) for at, line in enumerate(lines))


def _repaired(line: str, *, titled: bool) -> str:
    match = _TIGHT.match(line) or (_TIGHT_TITLE.match(line) if titled else None)
    if match:
        return f"{match['mark']} {line[match.end() :]}"
    return _EMPTY_BOX.sub(r"\g<before>[ ]", line, count=1)
