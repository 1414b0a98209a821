"""A reading of a page: the questions that one recogniser finds, with a score for what the reading explains."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from deckbuilder.adopt.lists import series
from deckbuilder.adopt.lists.answer import folded_lines
from deckbuilder.adopt.lists.evidence import ASKING, Ask, asking, is_file_name, is_later, is_only_link, is_origin, key, strength
from deckbuilder.adopt.lists.listed import contents, known
from deckbuilder.adopt.lists.markdown_page import Found, Page, asked, bare, blocks_of, labelled, numbered, unmarked
from deckbuilder.model.records import Kind

NO_ANSWER = "no answer"
"""The reason to skip a question without an answer."""
ONLY_LINK = "its answer is only a link"
CONTENTS = "it lists the other questions"
UNLIKE = "it asks nothing, unlike the other headings"
"""The reason to skip a text around the questions, such as a preface."""
GUESSES = frozenset({"list-headings", "summaries", "headings", "bold", "items"})
"""The forms without marks of a tool. Authors of cards for a tool may mean a link as an answer, authors of lists do not."""
SERIES = 3
"""The least number of questions below one question that are questions of their own. A lone "And why?" is a part of the answer."""
OFTEN = 5
"""A heading that comes so often has no question of its own."""
_TEMPLATE = 2
"""The least number of headings of a template on a page that follows the template."""
_USUAL = 0.2
"""The share of the files that have a heading if the heading is one of a template."""
_PART = -0.5
"""The weight of a part of an answer: a heading that asks nothing below one that asks, a lone question there, or "Example"."""
_UNANSWERED = 0.5
"""The weight of a question without an answer: it is found, but no card."""
_SWALLOWED = 1.5
"""The loss for a question inside the answer of a text that asks nothing. It is half of a question that asks."""
_NEARLY_ALL = 0.8
"""The share of the lines of a table of contents that name a question."""
_LOST = 0.5
"""The loss for a question that no question of the reading contains."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The questions of a page in one form, in the order of the page."""

    name: str
    """The value of ``adopt --as``."""
    found: tuple[Found, ...]
    certain: bool = False
    says: str = "(?!)"
    """A pattern of lines outside the questions that only the other tool needs."""
    level: int = 0
    """The level of most headings that ask; 0 for other forms."""
    levels: tuple[int, ...] = ()
    """All levels of the headings that ask."""
    score: float = 0
    swallowed: tuple[Ask, ...] = ()
    """The places inside answers that ask, but are no questions of this reading."""
    lost: tuple[Ask, ...] = ()
    """The places outside the questions that ask."""

    @property
    def answered(self) -> int:
        """The number of questions that have an answer."""
        return sum(map(has_answer, self.found))

    @property
    def form(self) -> str:
        """The form for people: ``'##'`` for headings, else the name."""
        marks = (f"'{'#' * level}'" for level in self.levels or (self.level,))
        return " and ".join(marks) if self.level else self.name


def has_answer(found: Found) -> bool:
    """Return whether ``found`` can be a card."""
    return not found.unfit and (found.kind in (Kind.CLOZE, Kind.CHOICE) or bool(found.answer.strip()))


def _fit(found: Found) -> Found:
    """Return ``found`` with the reason to skip an answer that nobody wrote yet, or that only points to another page."""
    if found.unfit or found.kind in (Kind.CLOZE, Kind.CHOICE):
        return found
    if is_later(found.answer) or is_origin(found.answer):
        return replace(found, unfit=NO_ANSWER)
    return replace(found, unfit=ONLY_LINK) if is_only_link(found.answer) else found


def _guessed(found: Sequence[Found]) -> list[Found]:
    """Return the questions of a form without marks: without the numbers of a series, and with each reason to skip one."""
    plain = [_fit(item) for item in series.without(found)]
    keys = {key(item.question.partition("\n\n")[0]) for item in plain}
    return [replace(item, unfit=CONTENTS) if not item.unfit and _is_contents(item.answer, keys) else item for item in plain]


def _is_contents(answer: str, keys: AbstractSet[str]) -> bool:
    """Return whether nearly each line of ``answer`` is a question of the page, and these are most of its questions."""
    lines = [line for line in answer.split("\n") if line.strip()]
    if not SERIES <= len(lines) <= 2 * len(keys) or not any(_named(line) in keys for line in lines[:2]):
        return False
    count = sum(_named(line) in keys for line in lines)
    return count >= max(SERIES, _NEARLY_ALL * len(lines)) and count * 2 > len(keys)


def _named(line: str) -> str:
    """Return the ``key`` of a line in a list of questions."""
    return key(unmarked(line))


def weighed(
    page: Page, name: str, found: Iterable[Found], parts: frozenset[str] = frozenset(), *, certain: bool = False
) -> Reading:
    """Return the reading ``name`` of ``page`` with its score.

    The score is the weight of the different questions, less a loss for questions that the reading does not see. The share of
    the lines that belong to questions multiplies the result. ``parts`` are the keys of the headings that only name a part.
    ``certain`` means that the questions have the marks of a tool. No heading above makes them a part of its answer then.
    """
    order = tuple(sorted(_guessed(list(found)) if name in GUESSES else found, key=lambda item: item.start))
    asks = asking(page.lines)
    parents = [-1] * len(order) if certain else _parents(page, order, parts)
    swallowed, lost, free = _unseen(page, order, asks)
    children = Counter(parent for parent, item in zip(parents, order, strict=True) if parent >= 0 and is_asking(item))
    weights: dict[str, float] = {}
    named = known(page.lines)
    for item, parent in zip(order, parents, strict=True):
        text = item.question.casefold()
        weight = _weight(page, item, parent, children, named)
        weights[text] = max(weights.get(text, weight), weight)
    gain = sum(weights.values()) - _SWALLOWED * free - _LOST * len(lost)
    claimed = {line for item in order for line in range(item.start, item.end) if page.lines[line].strip()}
    share = len(claimed) / max(1, sum(bool(line.strip()) for line in page.lines))
    score = -1 if _is_title(page, order, parts) else gain * share
    return Reading(name, order, score=score, swallowed=swallowed, lost=lost)


def _is_title(page: Page, order: Sequence[Found], parts: frozenset[str]) -> bool:
    """Return whether the only question is the title of the page, which asks nothing.

    Above the headings of a template, such as "Task" and "Answer", the title is the question.
    """
    headings = [block for block in blocks_of(page.lines) if block.kind == "heading"]
    alone = len(order) == 1 and bool(headings) and headings[0].level == 1 and headings[0].start == order[0].start
    return alone and not is_asking(order[0]) and sum(key(block.text) in parts for block in headings) < _TEMPLATE


def repeated(pages: Sequence[Page]) -> frozenset[str]:
    """Return the keys of the headings that ask nothing and come again and again, on one page or on many: "Answer", "Front"."""
    often: Counter[str] = Counter()
    for page in pages:
        texts = [block.text for block in blocks_of(page.lines) if block.kind == "heading"]
        own = Counter(key(text) for text in texts if strength(text) < ASKING)
        often.update({text: OFTEN if count >= OFTEN else 1 for text, count in own.items()})
    return frozenset(
        text for text, count in often.items() if count >= max(OFTEN, _USUAL * len(pages)) or (count >= OFTEN > len(pages))
    )


def is_asking(item: Found) -> bool:
    """Return whether the first paragraph of the question asks."""
    return strength(item.question.partition("\n\n")[0]) >= ASKING


_NUMBER = re.compile(r"#\W*+\d")


def is_silent(page: Page, reading: Reading) -> bool:
    """Return whether the questions of ``reading`` are headings that ask nothing and have no numbers: as in an article."""
    if reading.name != "headings" or not reading.answered:
        return False
    cards = [item for item in reading.found if has_answer(item) or item.unfit == UNLIKE]
    lines = [page.lines[item.start] for item in cards]
    numbers = sum(bool(_NUMBER.match(line)) or labelled(bare(unmarked(line))) for line in lines)
    return sum(map(is_asking, cards)) * 5 < len(cards) and numbers * 2 <= len(cards)


def has_label(page: Page, line: int) -> bool:
    """Return whether a line begins with a label of a question, such as ``Q3:``. Other headings below it are parts of its answer."""
    return labelled(bare(unmarked(page.lines[line])))


def has_number(page: Page, line: int) -> bool:
    """Return whether a line begins with a number or a label of a question."""
    return numbered(unmarked(page.lines[line]))


def _weight(page: Page, item: Found, parent: int, children: Counter[int], named: AbstractSet[int]) -> float:
    """Return how much a question counts. Its first line in the list may have a number.

    ``parent`` is the line of the heading above that asks, or a negative number. ``named`` are the lines of ``known``.
    """
    if not has_answer(item):
        return _UNANSWERED * is_asking(item)
    if is_file_name(item.question):
        return _PART
    if parent >= 0 and (not is_asking(item) or children[parent] < SERIES or parent in named):
        return _PART
    if parent >= 0 and has_label(page, parent) and not has_label(page, item.start):
        return _PART
    most = max(strength(item.question.partition("\n\n")[0]), strength(unmarked(page.lines[item.start])))
    return most or _PART


def _parents(page: Page, order: Sequence[Found], parts: frozenset[str]) -> list[int]:
    """Return for each question the line of the nearest heading above that contains the question and asks, or -1.

    A heading in ``parts`` asks nothing, but all below it is a part of an answer. Such a heading is a part itself.
    A heading that the contents of the page name as a question asks, or that a number names. A heading of its level
    that the contents do not name is a part, if this heading asks nothing.
    """
    named = known(page.lines)
    listed = contents(page.lines).questions
    inside = folded_lines(page.lines) | contents(page.lines).parts
    headings = [block for block in blocks_of(page.lines) if block.kind == "heading" and block.start not in inside]
    topics = _labelled_topics(page)
    around: list[int] = []
    below: list[int] = []
    path: list[tuple[int, int]] = []  # (level, the nearest line that asks)
    for block in headings:
        part = strength(block.text) < ASKING and block.start not in listed
        path = [entry for entry in path if entry[0] < block.level or (part and entry[0] == block.level and entry[1] in listed)]
        around.append(path[-1][1] if path else -1)
        own = key(block.text) in parts
        around[-1] = block.start if own else around[-1]
        asks = block.start in named or (strength(block.text) >= ASKING and block.start not in topics)
        below.append(block.start if own or asks else around[-1])
        path.append((block.level, below[-1]))
    found = []
    starts = [block.start for block in headings]
    by_number = named - listed
    for item in order:
        at = bisect_right(starts, item.start) - 1
        own = at >= 0 and starts[at] == item.start
        above = -1 if at < 0 else around[at] if own else below[at]
        # A heading that is a question by its number has headings as parts, but no list items that ask.
        free = item.start in listed or (not own and above in by_number)
        found.append(-1 if free else above)
    return found


def _labelled_topics(page: Page) -> set[int]:
    """Return the lines of headings such as ``Question 3 - Loops`` that have no text and a deeper heading that asks below."""
    return {
        one.start
        for one, other in itertools.pairwise(blocks_of(page.lines))
        if one.kind == other.kind == "heading"
        and one.level < other.level
        and labelled(bare(one.text))
        and (topic := asked(one.text))
        and strength(topic) < ASKING <= strength(other.text)
    }


def _unseen(page: Page, order: Sequence[Found], asks: Sequence[Ask]) -> tuple[tuple[Ask, ...], tuple[Ask, ...], int]:
    """Return (the places in answers that ask, those in no question, the number of lost questions among the first)."""
    seen = {key(item.question.partition("\n\n")[0]) for item in order}
    seen |= {text for text, count in Counter(ask.text for ask in asks).items() if count >= OFTEN}  # the headings of a template
    starts = {item.start for item in order}
    named = known(page.lines)
    listed = contents(page.lines).questions
    first = min(listed, default=0)
    inside: dict[int, list[Ask]] = {}
    lost = []
    begins = [item.start for item in order]
    for ask in asks:
        if ask.line in starts or ask.text in seen or (ask.line < first and not ask.level):
            continue  # above the questions are the contents, perhaps of several files
        at = bisect_right(begins, ask.line) - 1
        if at >= 0 and ask.line < order[at].end:
            inside.setdefault(at, []).append(ask)
        else:
            lost.append(ask)
    # A heading that is a question by its number has headings as parts, but no list items that ask.
    sure = {at for at, group in inside.items() if order[at].start in named and all(ask.level for ask in group)}
    sure |= {at for at in inside if order[at].start in listed}
    own = sum(
        sum(has_label(page, ask.line) for ask in group) if has_label(page, order[at].start) else len(group)
        for at, group in inside.items()
        if at not in sure and (len(group) >= SERIES or not is_asking(order[at]))
    )
    return tuple(itertools.chain.from_iterable(inside.values())), tuple(lost), own
