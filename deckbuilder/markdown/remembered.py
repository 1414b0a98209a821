"""A function of a passage, with its last results: several rules ask the same of the same passages."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Generic, TypeVar

Found = TypeVar("Found")
_FEW, _SHORT = 1_000, 1_024
"""The most lines of a short passage, and the most remembered passages: enough for a file with dozens of questions."""
_LONG = 16
"""The most remembered passages of more lines, which take much memory."""


class Remembered(Generic[Found]):
    """The results of a function for the last passages."""

    def __init__(self, find: Callable[[tuple[str, ...]], tuple[Found, ...]]) -> None:
        """Take the function, which finds something in the lines of a passage."""
        self._short, self._long = lru_cache(maxsize=_SHORT)(find), lru_cache(maxsize=_LONG)(find)

    def of(self, lines: tuple[str, ...]) -> tuple[Found, ...]:
        """Return the result for ``lines``."""
        return (self._short if len(lines) <= _FEW else self._long)(lines)

    def forget(self) -> None:
        """Remove all results."""
        self._short.cache_clear()
        self._long.cache_clear()
