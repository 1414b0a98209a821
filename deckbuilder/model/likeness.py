"""Two texts -> how much they are alike."""

from __future__ import annotations

from difflib import SequenceMatcher


def alike(one: str, other: str, least: float) -> bool:
    """Return whether the ``likeness`` of two texts is at least ``least``. For texts that clearly differ, this is quick."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least and matcher.ratio() >= least


def likeness(one: str, other: str) -> float:
    """Return how much two texts are alike: 0 for nothing in common, 1 for the same text."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
