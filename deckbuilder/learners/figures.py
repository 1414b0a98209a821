"""Reviews of many learners -> figures for each card of a deck, the worst first.

Cards are ranked by the lower end of Wilson's interval of the share of failed answers (E. B. Wilson, 1927, Journal of the
American Statistical Association 22: 209-212): few answers give a wide interval, so a low end.

A card is hard if a usual card of the deck would hardly fail so often by chance: a binomial test. Among hundreds of
cards, chance makes some look hard. So the limit is divided by the number of cards (Bonferroni's correction). At most one in
twenty decks of equal cards then has a hard card.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist, median
from typing import NamedTuple

from deckbuilder.learners.reviews import Answer, CardKey, Reviews
from deckbuilder.model.diagnostics import Span

_Z = NormalDist().inv_cdf(0.975)
"""Standard deviations from the middle of a 95 % interval to its ends."""
_CHANCE = 0.05
"""The chance that a deck of equal cards has a hard card."""
LEAST = 12
"""Answers that a card needs for a rank: with fewer, the 95 % interval is wider than 50 per cent points at worst."""
_SHARED = 2
"""Answers to one card in one millisecond that two files of one learner have in common."""


class Card(NamedTuple):
    """A card of the deck, before any figures."""

    key: CardKey
    span: Span
    """The place of its question."""
    id: str
    """The id of the question; with several cards also the card, as in ``signed c2`` or ``blueprint back``."""
    title: str
    topic: str
    level: str
    """The word after ``level::`` in a tag; ``""`` if there is none."""
    since: int
    """The time of the question's present text, in milliseconds since 1970; 0 if no release had it."""


class Figures(NamedTuple):
    """The figures of one card."""

    card: Card
    answers: int
    failed: int
    lapses: int
    """The times that learners forgot the card after they had learned it."""
    seconds: float
    """The median time until an answer."""
    capped: int
    """Answers at the limit of the clock: they took this time or more."""
    learners: int
    difficulty: float | None
    """The median of FSRS's difficulty from 1 to 10; None if no learner has one."""
    older: int
    """Further answers, given before the release of the present text."""
    bound: float
    """The lower end of Wilson's 95 % interval of the share of failed answers."""
    hard: bool
    """True if the card surely fails more than a usual card of its deck."""

    @property
    def share(self) -> float:
        """The share of failed answers, from 0 to 1."""
        return self.failed / self.answers if self.answers else 0.0


@dataclass(frozen=True, slots=True)
class DeckFigures:
    """The figures of one deck."""

    name: str
    learners: int
    ranked: tuple[Figures, ...]
    """The cards with enough answers, the worst first."""
    few: tuple[Figures, ...]
    """The cards with fewer answers."""
    usual: float
    """The median share of failed answers of the ranked cards; 0 if there are none."""
    weeks: Mapping[int, tuple[int, int]]
    """(answers, failed answers) by the first second of each week, from Monday, in UTC."""

    @property
    def hard(self) -> tuple[Figures, ...]:
        """The cards that surely fail more than a usual card of this deck."""
        return tuple(one for one in self.ranked if one.hard)


def wilson(failed: int, answers: int) -> tuple[float, float]:
    """Return the two ends of Wilson's 95 % interval for a share; (0, 1) without answers."""
    if not answers:
        return 0.0, 1.0
    share, square = failed / answers, _Z * _Z
    middle = share + square / (2 * answers)
    around = _Z * math.sqrt(share * (1 - share) / answers + square / (4 * answers * answers))
    return max(0.0, (middle - around) / (1 + square / answers)), min(1.0, (middle + around) / (1 + square / answers))


def tail(failed: int, answers: int, share: float) -> float:
    """Return the chance of ``failed`` or more failures among ``answers`` if ``share`` is the chance of each."""
    if failed == 0 or share >= 1:
        return 1.0
    one, other = math.log(share), math.log1p(-share)
    return math.fsum(
        math.exp(
            math.lgamma(answers + 1) - math.lgamma(at + 1) - math.lgamma(answers - at + 1) + at * one + (answers - at) * other
        )
        for at in range(failed, answers + 1)
    )


def figures(
    name: str, cards: Sequence[Card], files: Sequence[Reviews], *, least: int = LEAST, older: bool = False
) -> DeckFigures:
    """Return the figures of ``cards``, which are the cards of the deck ``name``. Several files may be of one learner.

    A card with fewer than ``least`` answers has no rank. Answers before the release of a question's present text count only
    with ``older``.
    """
    people = _learners(files)
    given: dict[CardKey, dict[tuple[int, int], Answer]] = defaultdict(dict)
    difficulty: dict[CardKey, dict[int, float]] = defaultdict(dict)
    for file, person in zip(files, people, strict=True):
        for key, answers in file.answers.items():
            given[key].update(((person, answer.at), answer) for answer in answers)
        for key, value in file.difficulty.items():
            difficulty[key][person] = value
    found = [_of_card(card, given[card.key], difficulty[card.key].values(), older=older) for card in cards]
    many = [one for one in found if one.answers >= least]
    usual = median(one.share for one in many) if many else 0.0
    ranked = sorted(_tested(many), key=lambda one: (-one.bound, -one.share, one.card.span))
    few = tuple(one for one in found if one.answers < least)
    counted = [answer for card in cards for answer in given[card.key].values() if older or answer.at >= card.since]
    persons = {person for card in cards for person, _ in given[card.key]}
    return DeckFigures(name, len(persons), tuple(ranked), few, usual, _weeks(counted))


def _tested(cards: Sequence[Figures]) -> Iterator[Figures]:
    """Yield the cards, each compared with the others."""
    if len(cards) < 2:
        yield from cards
        return
    shares = sorted(one.share for one in cards)
    least = 1 / median(one.answers for one in cards)  # no share below one answer of a usual card can be seen
    others = len(shares) - 1
    # the median of the others is itself uncertain: at most this rank with 95 % confidence, whatever the distribution is
    rank = min(others, math.ceil(others / 2 + _Z / 2 * math.sqrt(others))) - 1
    for one in cards:
        usual = shares[rank] if rank < bisect_left(shares, one.share) else shares[rank + 1]
        yield one._replace(hard=tail(one.failed, one.answers, max(usual, least)) <= _CHANCE / len(cards))


def _of_card(card: Card, given: Mapping[tuple[int, int], Answer], difficulty: Iterable[float], *, older: bool) -> Figures:
    counted = {key: answer for key, answer in given.items() if older or answer.at >= card.since}
    answers = list(counted.values())
    failed = sum(answer.failed for answer in answers)
    values = list(difficulty)
    return Figures(
        card,
        answers=len(answers),
        failed=failed,
        lapses=sum(answer.lapse for answer in answers),
        seconds=median(answer.seconds for answer in answers) if answers else 0.0,
        capped=sum(answer.capped for answer in answers),
        learners=len({person for person, _ in counted}),
        difficulty=median(values) if values else None,
        older=len(given) - len(answers) if not older else 0,
        bound=wilson(failed, len(answers))[0],
        hard=False,
    )


class _Groups:
    """Numbers in groups. A group has the name of one of its numbers."""

    def __init__(self, count: int) -> None:
        """Put each number from 0 to ``count`` (exclusive) into a group of its own."""
        self._above = list(range(count))

    def name(self, number: int) -> int:
        """Return the name of the group of ``number``. Each search shortens the way of the next one, so that it stays short."""
        above = self._above
        while above[number] != number:
            above[number] = above[above[number]]
            number = above[number]
        return number

    def join(self, number: int, other: int) -> None:
        """Put the group of ``number`` into the group with the name ``other``."""
        self._above[self.name(number)] = other


def _learners(files: Sequence[Reviews]) -> list[int]:
    """Return the number of the learner of each file. Two files with ``_SHARED`` answers in common are of one learner.

    One common answer is none: in a large class, two learners answer one card in the same millisecond now and then.
    A file with a single answer is the exception.
    """
    groups = _Groups(len(files))
    counts = [sum(map(len, file.answers.values())) for file in files]
    """The most answers in one file of each group, under the name of the group."""
    first: dict[CardKey, dict[int, int]] = defaultdict(dict)
    """The first file with an answer at a time, for each card."""
    for number, file in enumerate(files):
        common = Counter[int]()
        for key, answers in file.answers.items():
            earlier = first[key]
            common.update(groups.name(earlier[answer.at]) for answer in answers if answer.at in earlier)
            earlier.update((answer.at, number) for answer in answers if answer.at not in earlier)
        for group, count in common.items():
            if count >= min(_SHARED, counts[number], counts[group]):
                groups.join(number, group)
                counts[group] = max(counts[group], counts[number])
    return [groups.name(number) for number in range(len(files))]


_WEEK = 7 * 24 * 3600
_MONDAY = 4 * 24 * 3600
"""The first Monday after the beginning of 1970, in seconds."""


def _weeks(answers: Iterable[Answer]) -> dict[int, tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    for answer in answers:
        week = (answer.at // 1000 - _MONDAY) // _WEEK * _WEEK + _MONDAY
        count, failed = found.get(week, (0, 0))
        found[week] = count + 1, failed + answer.failed
    return dict(sorted(found.items()))
