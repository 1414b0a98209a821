"""Notes that are skipped, each with the reason."""

from __future__ import annotations

from dataclasses import dataclass


class NotCarriedError(Exception):
    """A note cannot be written as a question of ours. The message gives the reason."""


@dataclass(frozen=True, slots=True)
class Left:
    """A note that is skipped. Learners keep the note, and no release of the adopted deck changes the note."""

    title: str
    """The beginning of the note's text."""
    reason: str
