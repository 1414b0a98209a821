"""Items in order -> the same items in portions of a limited size, one portion for each file or page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

_Item = TypeVar("_Item")


def portions(items: Iterable[_Item], size: Callable[[_Item], int], *, largest: int, most: int) -> Iterator[list[_Item]]:
    """Yield the items in portions of at most ``most`` items, whose sizes are at most ``largest`` together.

    An item that is larger than ``largest`` has a portion of its own.
    """
    portion: list[_Item] = []
    total = 0
    for item in items:
        own = size(item)
        if portion and (len(portion) >= most or total + own > largest):
            yield portion
            portion, total = [], 0
        portion.append(item)
        total += own
    if portion:
        yield portion
