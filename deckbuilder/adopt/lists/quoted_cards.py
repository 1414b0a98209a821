"""Cards of obsidian-spaced-repetition in a quote: the marks ``>`` are removed. A schedule below a quote proves that it is a card.

In a file with such cards, other quotes with a line ``?`` are cards, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_SCHEDULE = re.compile(r"(?:> ?)?<!--SR:")
_MARK = re.compile(r"> ?")
_ALERT = re.compile(r"> ?\[!")
_SIDES = re.compile(r"> ?\?{1,2}\s*$")


def unquoted(lines: Sequence[str]) -> tuple[str, ...]:
    """Return ``lines`` without the marks of each quote that is a card. The number of lines stays."""
    quotes = _quotes(lines)
    if not any(_is_scheduled(lines, start, end) for start, end in quotes):
        return tuple(lines)
    found = list(lines)
    for start, end in quotes:
        own = lines[start:end]
        if not _ALERT.match(own[0]) and (_is_scheduled(lines, start, end) or any(map(_SIDES.match, own))):
            found[start:end] = [_MARK.sub("", line, count=1) for line in own]
    return tuple(found)


def _quotes(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Return (the first line, the line behind the last one) of each run of lines with ``>``."""
    quoted = [at for at, line in enumerate(lines) if line.startswith(">")]
    starts = [at for at in quoted if not (at and lines[at - 1].startswith(">"))]
    ends = [at + 1 for at in quoted if not lines[at + 1 : at + 2] or not lines[at + 1].startswith(">")]
    return list(zip(starts, ends, strict=True))


def _is_scheduled(lines: Sequence[str], start: int, end: int) -> bool:
    """Return whether a schedule is the last line of a quote, or is directly below the quote."""
    below = end - start > 1 and _SCHEDULE.match(lines[end - 1])
    return bool(below or (end < len(lines) and _SCHEDULE.match(lines[end])))
