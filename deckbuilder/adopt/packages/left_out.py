"""What cannot be carried over, and why."""

from __future__ import annotations

from dataclasses import dataclass


class NotCarriedError(Exception):
    """A note cannot be written as a question of ours; the message says why."""


@dataclass(frozen=True, slots=True)
class Left:
    """A note that stays behind: learners keep it, no release of the adopted deck touches it."""

    title: str
    """The beginning of its text."""
    reason: str
