"""A key of a cache for large values: it is equal to a key of the same object only."""

from __future__ import annotations

from typing import Generic, TypeVar

Whole = TypeVar("Whole")


class Same(Generic[Whole]):
    """A text or many texts. A comparison with an equal text for each question would take quadratic time.

    A deck that is built twice has equal texts.
    """

    __slots__ = ("whole",)

    def __init__(self, whole: Whole) -> None:
        self.whole = whole

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.whole is other.whole

    def __hash__(self) -> int:
        return id(self.whole)
