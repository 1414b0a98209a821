"""The records of this room: a drawing, and the reason why there is none."""

from __future__ import annotations

from typing import NamedTuple


class Drawing(NamedTuple):
    """A diagram as a picture."""

    svg: bytes
    """UTF-8. The same text gives the same bytes, as long as the library stays the same."""
    width: int
    """Pixels of the drawing in its own size."""
    height: int
    least: int
    """The width in pixels below which some text has fewer than 12 pixels."""
    words: str
    """The words of the drawing, in their order, with commas between the labels."""


class Undrawn(NamedTuple):
    """The reason why a text is no drawing."""

    reason: str
    line: int = 0
    """The line of the text, from 1; 0 if unknown."""
    missing: bool = False
    """True if a library is missing."""


class UndrawnError(Exception):
    """Raised by the doors with the library's reason."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.line = line
