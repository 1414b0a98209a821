"""Sequences of words -> their differences, and the merge of two changes of one text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_WORD = re.compile(r"\s+|[^\W_]+|.", re.DOTALL)
_HAN = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_MOST = 40_000
"""The most comparisons of two sequences of words. Longer sequences are cut at runs of words that both have once."""
_RUN = 3
"""The words of such a run."""


def words(text: str) -> Iterator[str]:
    """Yield the pieces of ``text``: words, runs of blanks, and each other character alone."""
    for piece in _WORD.findall(text):
        if len(piece) > 1 and _HAN.search(piece):
            yield from piece
        else:
            yield piece


class Change(NamedTuple):
    """The items ``begin`` to ``end`` of a sequence become the items ``first`` to ``last`` of another sequence."""

    begin: int
    end: int
    first: int
    last: int


def changes(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """Return the changes that make ``new`` of ``old``, in their order. No two of them touch."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    a, b = old[head : len(old) - tail], new[head : len(new) - tail]
    return [Change(head + one.begin, head + one.end, head + one.first, head + one.last) for one in _changes(a, b)]


def _changes(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    if not old and not new:
        return []
    if not old or not new:
        return [Change(0, len(old), 0, len(new))]
    if len(old) * len(new) <= _MOST:
        found = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        return [Change(i1, i2, j1, j2) for kind, i1, i2, j1, j2 in found if kind != "equal"]
    anchors = _anchors(old, new)
    if not anchors:
        return [Change(0, len(old), 0, len(new))]
    changed: list[Change] = []
    begin = first = 0
    for i, j in [*anchors, (len(old), len(new))]:
        inner = changes(old[begin:i], new[first:j])
        changed += [Change(begin + one.begin, begin + one.end, first + one.first, first + one.last) for one in inner]
        begin, first = i + 1, j + 1
    return changed


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return pairs of indexes of equal words, ascending in both. Each begins a run of words that is in each text once."""
    places = _once(new)
    pairs = [(at, places[run]) for run, at in _once(old).items() if run in places]
    tails: list[int] = []  # the longest ascending series, as in https://en.wikipedia.org/wiki/Patience_sorting
    ends: list[int] = []
    above: list[int] = []
    for number, (_, j) in enumerate(pairs):
        at = bisect_left(tails, j)
        tails[at : at + 1] = [j]
        ends[at : at + 1] = [number]
        above.append(ends[at - 1] if at else -1)
    found = []
    number = ends[-1] if ends else -1
    while number >= 0:
        found.append(pairs[number])
        number = above[number]
    return found[::-1]


def _once(words: Sequence[str]) -> dict[tuple[str, ...], int]:
    """Return the index of each run of ``_RUN`` words that is in ``words`` once."""
    runs = [tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)]
    counts = Counter(runs)
    return {run: at for at, run in enumerate(runs) if counts[run] == 1}


def pairs(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Return the index in ``new`` of each item of ``old`` that has not changed, by its index in ``old``."""
    found: dict[int, int] = {}
    begin, first = 0, 0
    for change in [*changes(old, new), Change(len(old), len(old), len(new), len(new))]:
        found.update(zip(range(begin, change.begin), range(first, change.first), strict=True))
        begin, first = change.end, change.last
    return found


def merged(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> list[str] | None:
    """Return ``ours`` with the changes from ``base`` to ``theirs``; None if both changed the same place in two ways."""
    found: list[str] = []
    mine, other = changes(base, ours), changes(base, theirs)
    done = i = j = 0
    while i < len(mine) or j < len(other):
        one = mine[i] if i < len(mine) else None
        two = other[j] if j < len(other) else None
        if one and two and _touch(one, two):
            same = one[:2] == two[:2] and ours[one.first : one.last] == theirs[two.first : two.last]
            if not same:
                return None
            i, j = i + 1, j + 1
            change, new = one, ours
        elif one and (two is None or one.begin < two.begin):
            i += 1
            change, new = one, ours
        elif two:
            j += 1
            change, new = two, theirs
        found += [*base[done : change.begin], *new[change.first : change.last]]
        done = change.end
    return [*found, *base[done:]]


def _touch(one: Change, two: Change) -> bool:
    """Return whether two changes have a word in common, or nothing between them."""
    return one.begin <= two.end and two.begin <= one.end
