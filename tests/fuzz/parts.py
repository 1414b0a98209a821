"""Bytes -> what a target is made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")

SEPARATOR = b"\n%%\n"
"""Between the files in an input that stands for several: seeds stay readable."""


def split(data: bytes, count: int) -> list[bytes]:
    """The ``count`` parts of an input; those that are missing are empty."""
    parts = data.split(SEPARATOR, count - 1)
    return parts + [b""] * (count - len(parts))


class Reader:
    """Takes decisions and texts from bytes, one after the other; of what has ended it takes zeros."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    @property
    def ended(self) -> bool:
        """Whether all is taken."""
        return self.at >= len(self.data)

    def take(self, count: int) -> bytes:
        """The next ``count`` bytes, fewer at the end."""
        found = self.data[self.at : self.at + count]
        self.at += count
        return found

    def number(self, below: int) -> int:
        """A number from 0."""
        return int.from_bytes(self.take(1 if below <= 256 else 3), "big") % below

    def pick(self, items: Sequence[Item]) -> Item:
        """One of ``items``."""
        return items[self.number(len(items))]

    def piece(self, longest: int = 255) -> bytes:
        """Some bytes, whose count stands before them."""
        return self.take(self.number(longest + 1))

    def text(self, longest: int = 255) -> str:
        """A text that UTF-8 can hold."""
        return self.piece(longest).decode("utf-8", "ignore")
