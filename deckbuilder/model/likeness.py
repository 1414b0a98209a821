"""Two texts -> how much they are alike."""

from __future__ import annotations

from difflib import SequenceMatcher


def alike(one: str, other: str, least: float) -> bool:
    """Return whether the ``likeness`` of two texts is at least ``least``. For texts that clearly differ, this is quick."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least and matcher.ratio() >= least


def in_order(one: str, other: str) -> float:
    """Return the share of the letters that two texts have in the same order: from 0 to 1, and at least the ``likeness``.

    The time is short for any texts, also of a stranger: ``likeness`` takes a second for some texts of 1,000 letters.
    The source is "A fast and practical bit-vector algorithm for the longest common subsequence problem" (Crochemore
    and others, 2001): a bit of ``rest`` is 0 where the common letters become one more.
    """
    places: dict[str, int] = {}
    for at, letter in enumerate(one):
        places[letter] = places.get(letter, 0) | 1 << at
    whole = rest = (1 << len(one)) - 1
    for letter in other:
        found = rest & places.get(letter, 0)
        rest = (rest + found | rest - found) & whole
    return 2 * (len(one) - rest.bit_count()) / (len(one) + len(other)) if one or other else 1.0


def likeness(one: str, other: str) -> float:
    """Return how much two texts are alike: 0 for nothing in common, 1 for the same text."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
