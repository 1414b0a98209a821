"""The headings around a question: topics above, and headings that continue the answer of the question before."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from deckbuilder.adopt.lists.answer import unlabelled
from deckbuilder.adopt.lists.evidence import ASKING, is_about_list, strength
from deckbuilder.adopt.lists.listed import contents, inside
from deckbuilder.adopt.lists.markdown_page import Page, numbered
from deckbuilder.adopt.lists.readings import SERIES
from deckbuilder.markdown.block import Block

NUMBER = re.compile(r"(?:<[^<>]*>|[^\w<])*(?P<number>\d{1,4})\s*[.、)）:：]")
"""A number in front of a heading, in any spelling."""
_SERIES = 2
"""The least number of deeper headings that ask in a topic."""
_FEW = 3
"""Headings below a series are few if the series has so many times their number."""

_SIGN = re.compile(r"[^\w❓❔]*[❓❔]")
"""The sign of a question in front of a heading. Other signs are decoration."""
_LONG = re.compile(r"[^\W\d_]{4,}")
"""A word that may name the subject of a question."""
_COMMON = frozenset({"what", "which", "when", "where", "does", "difference", "between", "your", "with", "this", "that"})


def signed(headings: Sequence[Block], answered: AbstractSet[int]) -> tuple[set[int], set[int]]:
    """Return the lines of the (questions, parts of their answers) if an author has put the sign ❓ before questions.

    The level of such a heading means little. Without the sign, a heading of the same level asks if it has a question mark and
    another subject. A heading above all levels of questions ends the answer, and so does a topic directly above a question.
    ``answered`` are the headings with text directly below.
    """
    own = _signs(headings)
    if not own:
        return set(), set()
    highest = min(block.level for block in headings if block.start in own)
    parts: set[int] = set()
    above: Block | None = None
    for block, after in itertools.zip_longest(headings, headings[1:]):
        text = block.start in answered
        if block.start in own:
            above = block
        elif block.level < highest or (after and after.start in own and not text and block.level <= after.level):
            above = None
            own |= {block.start} if text and strength(block.text) >= ASKING else set()
        elif above and text and block.level == above.level and strength(block.text) > ASKING and _differ(block, above):
            own.add(block.start)
            above = block
        elif above:
            parts.add(block.start)
    return own, parts


def _signs(headings: Sequence[Block]) -> set[int]:
    """Return the lines of the headings with the sign ❓. Most of them must ask, and most headings that ask must have it."""
    found = [block for block in headings if _SIGN.match(block.text)]
    texts = {block.text for block in found}
    asking = sum(strength(block.text) >= ASKING for block in found)
    others = sum(strength(block.text) > ASKING or numbered(block.text) for block in headings) - asking
    usual = asking * 2 > len(found) and asking >= others
    return {block.start for block in found} if len(texts) >= SERIES and len(texts) * 2 > len(found) and usual else set()


def _differ(one: Block, other: Block) -> bool:
    """Return whether two headings have no subject in common."""
    words = [{word.casefold() for word in _LONG.findall(block.text)} - _COMMON for block in (one, other)]
    return words[0].isdisjoint(words[1])


def continued(page: Page, headings: Sequence[Block], level: int) -> set[int]:
    """Return the lines of the headings of ``level`` without a number that continue a question with a number.

    Its own text is empty, or only a label such as "Answer:". It asks, or most headings of the level have numbers.
    If an author does so often, the other headings without a number that ask nothing continue a question, too. They do so, too,
    if the contents of the page name the questions, but not these headings.
    """
    own = [at for at, block in enumerate(headings) if block.level == level]
    named, found = _named(page, headings, own)
    if len(named) < SERIES:
        return set()
    usual = len(named) * 2 > len(own)
    others: set[int] = set()
    habit = 0
    continues = False
    for at, after in itertools.pairwise(own):
        if at in named:
            text = "\n".join(page.lines[headings[at].end : headings[at + 1].start])
            empty = after == at + 1 and not (unlabelled(text).strip() if text.strip() else "")
            continues = empty and (usual or strength(headings[at].text) >= ASKING)
            habit += continues and after not in named
        if after not in named:
            (found if continues else others).add(after)
    questions = contents(page.lines).questions
    said = {at for at in own if headings[at].start in questions}
    found -= said
    others -= said
    if habit >= SERIES or len(said & named) * 2 > len(said):
        last = max(named)
        below = {at for at in others if at > last}
        between = others - below if len(below) * _FEW <= len(named) else others
        found |= {at for at in between if strength(headings[at].text) < ASKING and not is_about_list(headings[at].text)}
    return {headings[at].start for at in found}


def _named(page: Page, headings: Sequence[Block], own: Sequence[int]) -> tuple[set[int], set[int]]:
    """Return the places in ``own`` of the headings with a number, and of those with the number of a part.

    ``own`` are the headings of one level. If the contents name the questions, a part has a lower number than the question above.
    A topic between them begins a new count.
    """
    said = contents(page.lines)
    found: set[int] = set()
    lower: set[int] = set()
    last = before = 0
    for at in own:
        others = (block for block in headings[before:at] if block.start not in said.parts)
        if any(block.level < headings[at].level for block in others):
            last = 0
        before = at
        match = NUMBER.match(headings[at].text)
        number = int(match["number"]) if match else 0
        if headings[at].start in said.questions:
            last = number
        if match:
            (lower if number < last else found).add(at)
    return found, lower


def outer_series(headings: Sequence[Block], level: int) -> set[int]:
    """Return the lines of deeper headings below no heading of ``level``, if these are a series of numbers that asks.

    Authors paste lists one after the other, and each list may have its own level.
    """
    outer: list[Block] = []
    below = False
    for block in headings:
        below = block.level == level or (below and block.level > level)
        if not below and block.level > level and NUMBER.match(block.text):
            outer.append(block)
    highest = min((block.level for block in outer), default=0)
    found = [block for block in outer if block.level == highest]
    asking = sum(strength(block.text) >= ASKING for block in found)
    return {block.start for block in found} if SERIES <= len(found) <= 2 * asking else set()


def missing_numbers(headings: Sequence[Block], level: int) -> set[int]:
    """Return the lines of deeper headings that have exactly the numbers that the headings of ``level`` around them lack.

    An author wrote one mark too many: ``### 13.``, ``#### 14.``, ``### 15.``.
    """
    found: set[int] = set()
    between: list[tuple[int, int]] = []  # (number, line)
    last = 0
    for block in headings:
        match = NUMBER.match(block.text)
        number = int(match["number"]) if match else 0
        if block.level > level and match:
            between.append((number, block.start))
        elif block.level <= level:
            numbers = [own for own, _ in between]
            if block.level == level and last and numbers and numbers == list(range(last + 1, number)):
                found |= {line for _, line in between}
            last = number if block.level == level else 0
            between = []
    return found


def topics(headings: Sequence[Block], level: int, answered: AbstractSet[int], named: AbstractSet[int]) -> dict[int, bool]:
    """Return for each topic of ``level`` and each heading below a topic whether it begins a question, by line.

    A topic asks nothing, and most of the headings of one level below the topic ask. One such heading is enough beside other
    topics if the topic has no text of its own. ``named`` are the lines of headings that are questions, though they
    may ask nothing.
    """
    found: dict[int, bool] = {}
    alone: list[tuple[Block, Block]] = []
    levels: set[int] = set()
    within = inside(headings, named)
    headings = [block for block in headings if block.start not in within]
    starts = [at for at, block in enumerate(headings) if block.level == level]
    numbers = Counter(block.level for block in headings if numbered(block.text))
    for at in starts:
        others = (headings[after] for after in range(at + 1, len(headings)))
        below = list(itertools.takewhile(lambda block: block.level > level, others))
        asks_ = strength(headings[at].text) >= ASKING and not _divides(headings[at], below, numbers, answered)
        if not below or asks_ or headings[at].start in named:
            continue
        if len(below) < _SERIES:
            alone.append((headings[at], below[0]))
            continue
        counts = Counter(block.level for block in below)
        asking = Counter(block.level for block in below if strength(block.text) >= ASKING)
        series = [one for one in sorted(asking) if asking[one] >= _SERIES and asking[one] * 3 >= counts[one] * 2]
        if series:
            found[headings[at].start] = False
            found |= {block.start: block.level == series[0] for block in below if block.level >= series[0]}
            levels.add(series[0])
    for topic, only in alone:
        asking_ = strength(only.text) >= ASKING or NUMBER.match(only.text) is not None
        if only.level in levels and topic.start not in answered and asking_:
            found |= {topic.start: False, only.start: True}
    return found


def _divides(heading: Block, below: Sequence[Block], numbers: Counter[int], answered: AbstractSet[int]) -> bool:
    """Return whether a heading with a question word, such as "Compute services", only divides a series of numbers.

    It has no number, no question mark and no text of its own. All headings of the next level have numbers, as elsewhere.
    """
    level = min((block.level for block in below), default=0)
    own = [block for block in below if block.level == level]
    plain = strength(heading.text) <= ASKING and not numbered(heading.text) and heading.start not in answered
    return plain and all(numbered(block.text) for block in own) and numbers[level] >= len(own) + SERIES
