"""Two things that make a heading a question although it asks nothing: the contents of its page name it, or a series of numbers."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache

from deckbuilder.adopt.lists.evidence import ASKING, is_about_list, key, strength
from deckbuilder.adopt.lists.markdown_page import blocks_of, numbered, protected, unmarked
from deckbuilder.markdown.block import Block

_LEAST = 3
"""The least number of headings in the contents."""
_SHORT = 4
"""The least number of characters of an entry. "Why" is the name of many headings."""
_THIRD = 3
"""The share of the headings in the contents that ask if the contents name questions: one of so many."""
_PARTS = 3
"""The most parts of a question with a number that ask. Below other headings, one is usual."""
_LONGEST = 300
"""The most characters of an entry. A longer line is running text."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The lines of headings, as the contents of a page show them."""

    entry: int = -1
    """The line of the first entry; -1 if no contents name questions."""
    questions: frozenset[int] = frozenset()
    """The headings that the contents name as questions."""
    topics: frozenset[int] = frozenset()
    """The headings in the contents that are above questions."""
    parts: frozenset[int] = frozenset()
    """The headings inside an answer: they have the level of the topics, but are not in the contents, or name references."""


@lru_cache(maxsize=8)
def contents(lines: tuple[str, ...]) -> Contents:
    """Return what the contents of a page say about its headings.

    Contents that name only topics say nothing: few of the topics ask, or more headings below them do.
    """
    headings = [block for block in blocks_of(lines) if block.kind == "heading"]
    title = headings[0] if headings and headings[0].level == 1 else None
    asking = {block.start for block in headings if strength(block.text) >= ASKING and block is not title}
    if not asking:
        return Contents()
    texts = {block.start: key(block.text) for block in headings}
    entries = _entries(lines, min(asking), texts)
    named = [block for block in headings if texts[block.start] in entries and block.start > entries[texts[block.start]]]
    lowest = list(_lowest(named, asking))
    if len(lowest) < _LEAST or sum(one.start in asking for one in lowest) * _THIRD < len(lowest):
        return Contents()
    level = max(one.level for one in lowest)
    others = {texts[block.start] for block in headings if block.start in asking and block.level > level} - entries.keys()
    most = _PARTS if sum(numbered(one.text) for one in lowest) * 2 > len(lowest) else 1
    if len(others) > most * len(lowest):
        return Contents()
    own = {block.start for block in named}
    questions = frozenset(one.start for one in lowest)
    topics = own - questions - inside(headings, questions)
    levels = {block.level for block in named if block.start in topics}
    rest = [block for block in headings if block.start not in own and block.start > lowest[0].start and block.level in levels]
    parts = {one.start for one in rest if not is_about_list(one.text)}
    between = (one for one in headings if lowest[0].start < one.start < lowest[-1].start and one.level == level)
    parts |= {one.start for one in between if one.start not in own and is_about_list(one.text)}
    entry = min(entries[texts[one.start]] for one in lowest)
    return Contents(entry, questions, frozenset(topics), frozenset(parts))


@lru_cache(maxsize=8)
def known(lines: tuple[str, ...]) -> frozenset[int]:
    """Return the lines of the headings that are questions by the contents of a page, or by their number.

    A third of the headings of a level that have numbers ask. So another one is a question, too, if few of the headings below
    it ask. Texts that come again and again, such as "When to use it?", count as no questions.
    """
    headings = [block for block in blocks_of(lines) if block.kind == "heading"]
    asking = {block.start for block in headings if strength(block.text) >= ASKING}
    texts = Counter(key(block.text) for block in headings)
    named = [block for block in headings if numbered(block.text)]
    counts = Counter(block.level for block in named)
    asked = Counter(block.level for block in named if block.start in asking)
    usual = {level for level, count in counts.items() if _LEAST <= count <= _THIRD * asked[level]}
    sums = list(itertools.accumulate((b.start in asking and texts[key(b.text)] < _LEAST for b in headings), initial=0))
    ends = _ends(headings)
    found = set()
    for at, block in enumerate(headings):
        own = sums[ends[at]] - sums[at + 1]
        below = ends[at] - at - 1
        few = own * 2 <= below or own < min(_LEAST, below)
        if few and block.level in usual and block.start not in asking and numbered(block.text):
            found.add(block.start)
    return contents(lines).questions | found


def _ends(headings: Sequence[Block]) -> list[int]:
    """Return for each heading the number of the next one of the same or a higher level."""
    ends = [len(headings)] * len(headings)
    open_: list[int] = []
    for at, block in enumerate(headings):
        while open_ and headings[open_[-1]].level >= block.level:
            ends[open_.pop()] = at
        open_.append(at)
    return ends


def beside(headings: Sequence[Block], questions: AbstractSet[int]) -> set[int]:
    """Return the lines of the ``headings`` that have the level of one of ``questions``, and are below the same heading."""
    groups: dict[tuple[int, int], list[int]] = {}
    above: list[Block] = []
    for block in headings:
        while above and above[-1].level >= block.level:
            above.pop()
        groups.setdefault((above[-1].start if above else -1, block.level), []).append(block.start)
        above.append(block)
    return {start for group in groups.values() if not questions.isdisjoint(group) for start in group}


def inside(headings: Sequence[Block], questions: AbstractSet[int]) -> set[int]:
    """Return the lines of the ``headings`` that are deeper than the heading of ``questions`` above."""
    found: set[int] = set()
    level = 0
    for block in headings:
        if block.start in questions or block.level <= level:
            level = block.level if block.start in questions else 0
        elif level:
            found.add(block.start)
    return found


def _lowest(named: Sequence[Block], asking: AbstractSet[int]) -> Iterator[Block]:
    """Yield the headings of ``named`` that are questions: those without others below, or that ask above others that ask little."""
    ends = _ends(named)
    at = 0
    while at < len(named):
        below = [block.start in asking for block in named[at + 1 : ends[at]]]
        question = not below or (named[at].start in asking and sum(below) * 2 <= len(below))
        if question:
            yield named[at]
        at = ends[at] if question else at + 1


def _entries(lines: Sequence[str], end: int, headings: Mapping[int, str]) -> dict[str, int]:
    """Return the first line of each entry of the contents, by its ``key``. ``headings`` has the keys of the headings by line.

    Contents are above line ``end``, and above the first heading that the contents name.
    """
    closed = protected(lines)
    found: dict[str, int] = {}
    for at in range(end):
        if headings.get(at) in found:
            break
        if at in headings or at in closed or len(lines[at]) > _LONGEST:
            continue
        if len(text := key(unmarked(lines[at]))) >= _SHORT:
            found.setdefault(text, at)
    return found
