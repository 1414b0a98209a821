"""The lists of questions of a deck: on its start page, or, if that would be too large, on pages of their own by topic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deckbuilder.model.portions import portions
from deckbuilder.site.site_decks import SiteDeck
from deckbuilder.site.site_questions import Question

_MOST = 42_000
"""Bytes of a list on one page. With the rest of a start page this is less than 60 kB."""
_ENTRY = 60
"""Bytes of the HTML around a title."""


@dataclass(frozen=True, slots=True)
class Part:
    """A page with questions of one topic."""

    path: str
    """Its address, from the start page of the deck."""
    title: str
    """The topic, with a number if the topic has several pages."""
    questions: Sequence[Question]


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of a deck."""

    title: str
    questions: Sequence[Question]
    parts: Sequence[Part] = ()
    """The pages with its questions; none if the start page lists them."""


def topics(deck: SiteDeck) -> tuple[Topic, ...]:
    """Return the topics of ``deck``. A list too long for one page is on a page for each topic, and a long topic has several."""
    found = deck.topics
    if len(list(_parted(deck.questions))) < 2:
        return tuple(Topic(title, questions) for title, questions in found.items())
    made: list[Topic] = []
    number = 0
    for title, questions in found.items():
        parts = []
        for at, some in enumerate(_parted(questions), 1):
            number += 1
            parts.append(Part(f"list-{number}.html", title if at == 1 else f"{title} ({at})", some))
        made.append(Topic(title, questions, tuple(parts)))
    return tuple(made)


def _parted(questions: Sequence[Question]) -> Iterator[Sequence[Question]]:
    """Yield the questions in lists that fit on a page each."""
    return portions(questions, _size, largest=_MOST, most=len(questions))


def _size(question: Question) -> int:
    """Return the bytes of the entry of ``question`` in a list."""
    return len(f"{question.title}{question.code}".encode()) + len(question.id.encode()) + len(question.address) + _ENTRY
