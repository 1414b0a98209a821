"""The account of an adoption. Each question that was found is in the account exactly once, with a draft or a reason to skip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deckbuilder.adopt.draft import Part
from deckbuilder.adopt.lists.drafts import Outcome
from deckbuilder.model.records import Source


@dataclass(frozen=True, slots=True)
class List:
    """One file: the questions, the titles, and the text around the questions."""

    source: Source
    path: str
    """Path of the file from the folder that contains all lists."""
    name: str
    """The name of the recogniser; ``""`` if the file has no questions."""
    title: str
    tags: tuple[str, ...]
    items: tuple[Outcome | Part, ...]
    """The questions and the titles, in the order of the file."""
    rest: tuple[tuple[int, str], ...]
    """(line, text) of each text that belongs to no question and is no navigation. Lines count from 1."""
    links: tuple[tuple[str, str], ...]
    """(label, target) of each reference link."""
    doubts: tuple[tuple[int, str], ...] = ()
    """(line, sentence) of each reason to doubt the form of the questions. Lines count from 0."""
    aside: str = ""
    """The reason why the headings of a file are no questions."""

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The questions in the order of the file."""
        return tuple(item for item in self.items if isinstance(item, Outcome))


@dataclass(frozen=True, slots=True)
class Account:
    """A deck before it is written: the ``files`` by path in the folder, and the number of ``questions`` in these files."""

    name: str
    id: str
    files: Mapping[str, bytes]
    questions: int
    lists: tuple[List, ...] = ()
