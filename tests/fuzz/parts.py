"""Bytes -> the parts of an input, or choices of numbers and texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")

SEPARATOR = b"\n%%\n"
"""The separator between the files in one input; keeps seeds readable."""


def split(data: bytes, count: int) -> list[bytes]:
    """Return the ``count`` parts of an input; missing parts are empty."""
    parts = data.split(SEPARATOR, count - 1)
    return parts + [b""] * (count - len(parts))


class Reader:
    """Takes choices and texts from bytes, one after the other; at the end of the bytes, a choice is 0."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    @property
    def ended(self) -> bool:
        """True if all bytes are taken."""
        return self.at >= len(self.data)

    def take(self, count: int) -> bytes:
        """Take the next ``count`` bytes, fewer at the end."""
        found = self.data[self.at : self.at + count]
        self.at += count
        return found

    def number(self, below: int) -> int:
        """Take a number from 0, and below ``below``."""
        return int.from_bytes(self.take(1 if below <= 256 else 3), "big") % below

    def pick(self, items: Sequence[Item]) -> Item:
        """Choose one of ``items``."""
        return items[self.number(len(items))]

    def piece(self, longest: int = 255) -> bytes:
        """Take a number up to ``longest``, then as many bytes."""
        return self.take(self.number(longest + 1))

    def text(self, longest: int = 255) -> str:
        """Take a text of at most ``longest`` bytes in UTF-8."""
        return self.piece(longest).decode("utf-8", "ignore")
