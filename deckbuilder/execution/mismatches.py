"""The record of code that does not do what the card says."""

from __future__ import annotations

from typing import NamedTuple

from deckbuilder.execution.code_pieces import Shown

UNSTABLE = "two runs of this code print different text; make the output the same in each run"


class Mismatch(NamedTuple):
    """One mismatch between a card and its code."""

    code: str
    """The code of the diagnostic."""
    line: int
    """The number of the line in the file."""
    message: str
    shown: str = ""
    """The output on the card."""
    got: str = ""
    """The real output."""
    place: Shown | None = None
    """The output to rewrite, if rewriting mends the mismatch."""
