"""Sequences of words -> their differences, and the merge of two changes of one text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_WORD = re.compile(r"\s+|[^\W_]+|.", re.DOTALL)
_HAN = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_MOST = 1_000_000
"""The most comparisons of two sequences of words. Longer sequences are compared by lines first."""


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
        return _exactly(old, new)
    lines, others = _lines(old), _lines(new)
    if len(lines) * len(others) > _MOST or (len(lines) == 1 and len(others) == 1):
        return [Change(0, len(old), 0, len(new))]
    found = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, [text for _, text in lines], [text for _, text in others]).get_opcodes():
        if kind != "equal":
            begin, end = _at(lines, i1, len(old)), _at(lines, i2, len(old))
            first, last = _at(others, j1, len(new)), _at(others, j2, len(new))
            small = (end - begin) * (last - first) <= _MOST
            inner = _changes(old[begin:end], new[first:last]) if small else [Change(0, end - begin, 0, last - first)]
            found += [Change(begin + a, begin + b, first + c, first + d) for a, b, c, d in inner]
    return found


def _exactly(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    found = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [Change(i1, i2, j1, j2) for kind, i1, i2, j1, j2 in found if kind != "equal"]


def _lines(words: Sequence[str]) -> list[tuple[int, str]]:
    """Return (index of the first word, text) of each line."""
    found, begin = [], 0
    for at, word in enumerate(words):
        if "\n" in word or at + 1 == len(words):
            found.append((begin, "".join(words[begin : at + 1])))
            begin = at + 1
    return found


def _at(lines: Sequence[tuple[int, str]], line: int, end: int) -> int:
    return lines[line][0] if line < len(lines) else end


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
