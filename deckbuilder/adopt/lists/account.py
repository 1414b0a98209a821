"""The account of an adoption: each question that was found is in it once, with what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deckbuilder.adopt.draft import Part
from deckbuilder.adopt.lists.drafts import Outcome
from deckbuilder.model.records import Source


@dataclass(frozen=True, slots=True)
class List:
    """One file: what was found in it, and what became of it."""

    source: Source
    path: str
    """As seen from the folder that all lists are in."""
    name: str
    """Of its recogniser; ``""`` if it has no questions."""
    title: str
    tags: tuple[str, ...]
    items: tuple[Outcome | Part, ...]
    rest: tuple[tuple[int, str], ...]
    """(line, text) of what belongs to no question and is no navigation."""
    links: tuple[tuple[str, str], ...]

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The questions, in order."""
        return tuple(item for item in self.items if isinstance(item, Outcome))


@dataclass(frozen=True, slots=True)
class Account:
    """A deck to be written: ``files`` by path in its folder, of which ``questions`` are to be read back."""

    name: str
    files: Mapping[str, bytes]
    questions: int
    lists: tuple[List, ...] = ()
