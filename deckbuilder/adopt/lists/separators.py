"""The marks between the sides of a card that a vault has in the settings of obsidian-spaced-repetition.

The settings and their defaults: https://github.com/st3v3nmw/obsidian-spaced-repetition/blob/1.15.4/src/settings.ts.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

SETTINGS = ".obsidian/plugins/obsidian-spaced-repetition/data.json"
_LARGEST = 8_000_000
"""Bytes of the settings file, which may have the author's history of reviews."""
_KEYS = {
    "pair": "singleLineCardSeparator",
    "both": "singleLineReversedCardSeparator",
    "side": "multilineCardSeparator",
    "sides": "multilineReversedCardSeparator",
    "end": "multilineCardEndMarker",
}
_SCHEDULE = re.compile(r"\s*<!--SR:")
_LONE = re.compile(r"[^\w\s$%`~<>|]{1,3}")
"""A line that may part two sides. Formulas, comments, code and quotes have lines of the other characters."""
_LEAST = 3
"""The least number of scheduled cards that prove a mark."""


@dataclass(frozen=True, slots=True)
class Separators:
    """The marks of obsidian-spaced-repetition. A mark that is ``""`` is none."""

    pair: str = "::"
    """The mark between question and answer on one line."""
    both: str = ":::"
    """The same mark for cards in both directions."""
    side: str = "?"
    """The line between question and answer."""
    sides: str = "??"
    """The same line for cards in both directions."""
    end: str = "+++"
    """The line that ends a card with empty lines. The default is the example in the tool's manual."""


USUAL = Separators()


@lru_cache(maxsize=100)
def of_vault(vault: Path) -> Separators | None:
    """Return the marks in the settings of ``vault``; None if there are no such settings, or if they cannot be read."""
    file = vault / SETTINGS
    try:
        if file.stat().st_size > _LARGEST:
            return None
        said = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    settings = said.get("settings", said) if isinstance(said, dict) else None
    if not isinstance(settings, dict):
        return None
    found = {name: value.strip() for name, key in _KEYS.items() if isinstance(value := settings.get(key), str)}
    return Separators(**{name: value for name, value in found.items() if value or name == "both"})


def guessed(texts: Iterable[Sequence[str]]) -> Separators:
    """Return the marks that the lines of ``texts`` prove: most cards with a schedule have the same lone mark, such as ``—``."""
    marks: Counter[str] = Counter()
    scheduled = 0
    for lines in texts:
        inside: list[str] = []
        for line in lines:
            text = line.strip()
            if _SCHEDULE.match(line):
                scheduled += bool(inside)
                marks.update({mark for mark in inside[1:] if _LONE.fullmatch(mark)})
                inside = []
            elif text:
                inside.append(text)
            else:
                inside = []
    mark, count = next(iter(marks.most_common(1)), ("", 0))
    return Separators(side=mark) if count >= _LEAST and count * 2 > scheduled and mark not in (USUAL.side, USUAL.sides) else USUAL
