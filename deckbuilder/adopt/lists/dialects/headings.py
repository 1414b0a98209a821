"""Lists whose questions are headings with the answer below: ``## Q``, ``### 3. Q``, with options, with ``<details>``."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from deckbuilder.adopt.lists import navigation, series
from deckbuilder.adopt.lists.answer import folded_lines, split
from deckbuilder.adopt.lists.dialects.heading_parts import NUMBER, continued, missing_numbers, outer_series, signed, topics
from deckbuilder.adopt.lists.evidence import ASKING, is_about_list, is_only_link, is_part, strength
from deckbuilder.adopt.lists.listed import beside, contents, inside, known
from deckbuilder.adopt.lists.markdown_page import BLANKS, Found, Page, asked, asks, bare, blocks_of, labelled, numbered
from deckbuilder.adopt.lists.readings import CONTENTS, SERIES, UNLIKE
from deckbuilder.markdown.block import Block
from deckbuilder.markdown.block_parser import blocks
from deckbuilder.model.records import Kind

_LABELLED = re.compile(rf"{BLANKS}\{{:?\s*#(?P<id>[\w-]+)[^{{}}]*\}}$")
"""An anchor in the syntax of kramdown and pandoc."""
_ENOUGH = 10
"""The least number of questions that show how the questions of a list look."""
_NEARLY_ALL = 0.9
_FEW = 3
"""Headings around a series are few if the series has so many times their number."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the text up to the next question or higher heading."""

    heading: Block
    end: int
    text: str


def sections(
    lines: tuple[str, ...], opens: Callable[[Block], bool], *, folded: bool = False, parts: AbstractSet[int] = frozenset()
) -> Iterator[Section]:
    """Yield a section for each heading for which ``opens`` is true.

    A section ends at the next such heading, or at a heading of the same or a higher level.
    A heading in ``<details>`` begins or ends a section only if ``folded``. A heading on a line of ``parts`` never does.
    """
    inside = parts if folded else folded_lines(lines) | parts
    headings = [block for block in blocks_of(lines) if block.kind == "heading" and block.start not in inside]
    for at, heading in enumerate(headings):
        if opens(heading):
            others = (headings[after] for after in range(at + 1, len(headings)))
            end = next((other.start for other in others if other.level <= heading.level or opens(other)), len(lines))
            yield Section(heading, end, "\n".join(lines[heading.end : end]))


def question_level(lines: tuple[str, ...]) -> tuple[int, bool]:
    """Return (the level of the headings that ask, whether these headings are in ``<details>``).

    The level is the one with most different questions and most of the text.
    """
    return max(itertools.product(range(1, 7), (False, True)), key=lambda choice: _weight(lines, choice[0], folded=choice[1]))


def _weight(lines: tuple[str, ...], level: int, *, folded: bool) -> float:
    found = [one for one in sections(lines, lambda block: block.level == level, folded=folded) if not is_part(one.heading.text)]
    weights = {bare(section.heading.text).casefold(): _likely(section) for section in found}
    claimed = sum(bool(line.strip()) for section in found for line in lines[section.heading.start : section.end])
    return sum(weights.values()) * claimed / max(1, sum(bool(line.strip()) for line in lines))


def _likely(section: Section) -> float:
    """Return how much a section looks like a question: from 0 (not at all) to 3."""
    answered = any(block.kind != "heading" for block in blocks(section.text.split("\n"))) or asks(section.heading.text)
    return answered * strength(section.heading.text)


def find(page: Page) -> list[Found] | None:
    """Return the questions at the level of headings that has most questions; None if there is none."""
    return max((found for level, found in readings(page) if level), key=len, default=None)


def readings(page: Page) -> Iterator[tuple[int, list[Found]]]:
    """Yield (the level of most questions, questions) for each level of headings that may be the level of the questions.

    Each reading has other questions, too: higher headings that ask and have text directly below. Below a heading that asks
    nothing, deeper headings that ask are questions.
    """
    folds = folded_lines(page.lines)
    headings = [block for block in blocks_of(page.lines) if block.kind == "heading"]
    answered = _answered(page.lines)
    for folded in (False, True) if any(block.start in folds for block in headings) else (False,):
        seen = [block for block in headings if folded or block.start not in folds]
        for level in sorted({block.level for block in seen}):
            found = _of_level(page, seen, level, answered, folded=folded)
            if found:
                yield _usual(found, seen), found


def shortened(page: Page, heading: Block, end: int) -> Found:
    """Return the question of ``heading`` with the answer up to line ``end``."""
    return _found(Section(heading, end, "\n".join(page.lines[heading.end : end])))


def exactly(page: Page, level: int) -> list[Found]:
    """Return the questions if the headings of ``level`` ask, and no others."""
    seen = [block for block in blocks_of(page.lines) if block.kind == "heading"]
    for folded in (False, True):
        if found := _of_level(page, seen, level, frozenset(), folded=folded, only=True):
            return found
    return []


def levels(page: Page, found: Sequence[Found]) -> tuple[int, ...]:
    """Return the levels of the headings that begin the questions ``found``."""
    starts = {item.start for item in found}
    return tuple(sorted({block.level for block in blocks_of(page.lines) if block.start in starts and block.kind == "heading"}))


def _usual(found: list[Found], headings: list[Block]) -> int:
    levels = {block.start: block.level for block in headings}
    return Counter(levels[item.start] for item in found).most_common(1)[0][0]


def _of_level(
    page: Page, headings: list[Block], level: int, answered: AbstractSet[int], *, folded: bool, only: bool = False
) -> list[Found]:
    """Return the questions if the headings of ``level`` ask; unless ``only``, other headings that ask are questions, too."""
    parts = {line for one in {block.level for block in headings} for line in continued(page, headings, one)}
    said = contents(page.lines)
    marked, below = signed(headings, answered) if not (only or said.questions) else (set(), set())
    parts |= said.parts | below
    deeper = topics([block for block in headings if block.start not in parts], level, answered, known(page.lines))
    own = beside(headings, said.questions)
    aside = said.topics | inside(headings, said.questions)
    outer = outer_series(headings, level) | missing_numbers(headings, level)

    def opens(block: Block) -> bool:
        if only:
            return block.level == level
        if block.start in outer or block.start in marked:
            return True
        if block.start in said.questions or block.start in aside or (said.questions and not asked(block.text)):
            return block.start in said.questions
        if block.start in deeper:
            return deeper[block.start]
        asks_ = block.level < level and strength(block.text) > ASKING and block.start in answered
        return block.level == level or block.start in own or asks_

    every = [one for one in sections(page.lines, opens, folded=folded, parts=parts) if not is_about_list(one.heading.text)]
    asking = sum(strength(one.heading.text) >= ASKING for one in every) * 2 > len(every)
    named = sum(labelled(bare(one.heading.text)) for one in every) * 2 > len(every)
    kept = [(one, found) for one in every if not (_is_title(one, found := _found(one), named=named) and asking)]
    return [
        replace(item, unfit=item.unfit or CONTENTS) if item.start <= said.entry < item.end else item for item in _fitting(kept)
    ]


def _fitting(kept: Sequence[tuple[Section, Found]]) -> Iterator[Found]:
    """Yield the questions. A heading that asks nothing, unlike the others, is none: a preface among numbered questions."""
    numbers = series.lengths([found.question for _, found in kept])
    named = [
        labelled(bare(one.heading.text)) or bool(NUMBER.match(one.heading.text)) or number > 0
        for (one, _), number in zip(kept, numbers, strict=True)
    ]
    open_ = [strength(one.heading.text) < ASKING and not found.unfit and bool(found.answer.strip()) for one, found in kept]
    odd = _odd([found.kind is Kind.CHOICE for _, found in kept], open_) | _odd(named, open_)
    levels_ = [one.heading.level for one, _ in kept]
    odd |= _around(levels_, named, open_) | _around(levels_, [labelled(bare(one.heading.text)) for one, _ in kept], open_, most=1)
    for at, (_, found) in enumerate(kept):
        yield replace(found, unfit=UNLIKE) if at in odd else found


def _odd(alike: Sequence[bool], open_: Sequence[bool]) -> set[int]:
    """Return the places of the ``open_`` headings that are unlike nearly all others. ``alike`` is true for the others."""
    if len(alike) < _ENOUGH or sum(alike) < _NEARLY_ALL * len(alike):
        return set()
    return {at for at, own in enumerate(alike) if not own and open_[at]}


def _around(levels: Sequence[int], named: Sequence[bool], open_: Sequence[bool], *, most: int = _FEW) -> set[int]:
    """Return the places of the few ``open_`` headings without a number that are above or around all numbered ones.

    They have a higher level than all questions with a number. Or they come before the first such question, or after the last.
    The numbered ones are at least ``most`` times as many.
    """
    places = [at for at, own in enumerate(named) if own]
    if len(places) < SERIES:
        return set()
    highest = min(levels[at] for at in places)
    others = [at for at, own in enumerate(named) if open_[at] and not own]
    above = {at for at in others if levels[at] < highest}
    outside = {at for at in others if not places[0] < at < places[-1]}
    found = set() if len(above) > len(places) else above
    return found | outside if len(outside - above) * most <= len(places) else found


def _is_title(section: Section, found: Found, *, named: bool) -> bool:
    """Return whether ``section`` is only a title among questions: it asks nothing and has no text.

    ``named`` means that most questions have a label such as ``Q3:``. Without labels, a heading with a number is a question.
    """
    text = section.heading.text
    empty = not found.answer.strip() or (is_only_link(found.answer) and is_only_link(text))
    return strength(text) < ASKING and empty and (named or not numbered(text))


def _answered(lines: tuple[str, ...]) -> set[int]:
    """Return the first line of each heading that has text directly below."""
    seen = [block for block in blocks_of(lines) if block.kind not in ("comment", "rule") and not navigation.is_contents(block)]
    return {one.start for one, other in itertools.pairwise(seen) if one.kind == "heading" != other.kind}


def _found(section: Section) -> Found:
    heading = section.heading
    label = _LABELLED.search(heading.text)
    question = asked(heading.text[: label.start()] if label else heading.text)
    return of_parts(heading.start, section.end, question, section.text, id=label["id"] if label else "")


def of_parts(start: int, end: int, question: str, text: str, *, id: str = "") -> Found:  # noqa: A002
    """Return a question whose answer is in the ``text`` below ``question``.

    ``question`` is "" if the heading is only a label (``Q3``). The first block of ``text`` is the question then.
    """
    parts = split(text, question)
    body, answer = parts.body, parts.answer
    if not question and not body:
        lines = answer.split("\n")
        end = next((block.end for block in blocks(lines)), 0)
        body, answer = "\n".join(lines[:end]), "\n".join(lines[end:])
    whole = "\n\n".join(part for part in (question, body) if part)
    return Found(start, end, whole, answer, kind=parts.kind if question or parts.body else Kind.BASIC, id=id)
