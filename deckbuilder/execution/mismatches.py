"""The record of code that does not do what the card says."""

from __future__ import annotations

from typing import NamedTuple

from deckbuilder.execution.code_pieces import Shown
from deckbuilder.model.run_settings import PYTHON


def unstable(language: str) -> str:
    """Return the message about code that prints another text in each run."""
    ways = "two runs of this code print different text; print the same text in each run, or write '...' at the place that differs"
    return ways if language == PYTHON else f"{ways}, or replace the place by a pattern in [test.{language}.replace] of deck.toml"


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
    language: str = PYTHON
    """The language of the code."""
