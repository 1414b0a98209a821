"""A text and changes -> the text with other pieces in some places."""

from __future__ import annotations

import re
from collections.abc import Iterable

_CHARACTER = re.compile(r"[^\n]")


def splice(text: str, changes: Iterable[tuple[int, int, str]]) -> str:
    """Return ``text`` with changes ``(begin, end, new)``: ``new`` replaces the characters from ``begin`` to ``end``.

    The changes are in the order of the text, and no two of them overlap.
    """
    pieces, done = [], 0
    for begin, end, new in changes:
        pieces += [text[done:begin], new]
        done = end
    return "".join([*pieces, text[done:]])


def blanks(text: str) -> str:
    """Return a blank for each character of ``text``, and its newlines: so the text around it keeps its lines and columns."""
    return _CHARACTER.sub(" ", text)
