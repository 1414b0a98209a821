"""Compares output with a card: ``...`` matches any text. Blanks at the end of a line and empty lines around do not count."""

from __future__ import annotations

import doctest
import re
import unicodedata
from collections.abc import Iterable, Sequence

_DOTS = "..."
_FENCE = re.compile(r"^\s*(?:`{3,}|~{3,})", re.MULTILINE)
_MOST = 20_000
"""Characters of an output that a card can show."""


def matches(shown: str, got: str) -> bool:
    """Return whether the card's text ``shown`` agrees with the output ``got``. A first line ``...`` also means: no line."""
    checker, wanted = doctest.OutputChecker(), _plain(shown)
    texts = (wanted, wanted.removeprefix(f"{_DOTS}\n"))
    return any(
        checker.check_output(text, _plain(got), doctest.ELLIPSIS | doctest.DONT_ACCEPT_TRUE_FOR_1) for text in texts if text
    )


def contains(shown: str, got: str) -> bool:
    """Return whether the lines of ``shown`` are in ``got`` in this order, perhaps with other text around and between."""
    parts = [part.strip() for part in _plain(shown).split("\n") if part.strip()]
    return matches(_DOTS + _DOTS.join(parts) + _DOTS, got)


def first_difference(shown: Sequence[str], got: str) -> int:
    """Return the index of the first line of ``shown`` that is not in ``got`` at its place."""
    lines = got.strip("\n").split("\n")
    for at, line in enumerate(shown):
        if line.strip() == _DOTS:
            return at  # from here on, lines have no fixed places
        if at >= len(lines) or not matches(line, lines[at]):
            return at
    return max(0, len(shown) - 1)


def updated(shown: Sequence[str], got: str) -> tuple[str, ...]:
    """Return the lines of ``got``, with each line of ``shown`` in place of the line that it matches by ``...``."""
    open_lines = [line for line in shown if _DOTS in line and line.strip() != _DOTS]
    found: list[str] = []
    if not got.strip():
        return ()
    for line in _plain(got).removesuffix("\n").split("\n"):
        kept = next((old for old in open_lines if matches(old, line)), line)
        found.append(kept)
    return tuple(found)


def unwritable(got: str) -> str:
    """Return the reason why no card can show the output ``got``; ``""`` if a card can."""
    if len(got) > _MOST:
        return f"it has {len(got):,} characters or more; print less"
    if found := next((char for char in got if unicodedata.category(char) == "Cc" and char not in "\n\t"), ""):
        return f"it has the control character U+{ord(found):04X}"
    return "a line of it is a fence" if _FENCE.search(got) else ""


def normalised(text: str, rules: Iterable[tuple[str, str]]) -> str:
    """Return ``text`` with the replacements of ``rules``: pairs of a regular expression and a text."""
    for pattern, new in rules:
        text = re.sub(pattern, new, text, flags=re.MULTILINE)
    return text


def _plain(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in text.split("\n")).strip("\n") + "\n"
