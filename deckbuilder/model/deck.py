"""A deck as a whole, with the notes that learners have of it, and the stamps of its next package. All are frozen records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from deckbuilder.model.adopted import Adopted
from deckbuilder.model.diagnostics import Span
from deckbuilder.model.lock import Lock, LockedNote
from deckbuilder.model.note import Note
from deckbuilder.model.records import Media, MediaProblem, Outline, Settings, Source
from deckbuilder.model.tested import Tested


class Entry(NamedTuple):
    """A question of a deck: its outline, its note, and its pictures and sounds."""

    question: Outline
    note: Note
    media: Mapping[str, Media]
    """Files by path as written. A path whose file could not be read is in ``media_problems`` instead."""
    media_problems: Mapping[str, MediaProblem]
    """Problems by path as written."""

    def of_author(self) -> Iterator[tuple[str, Media]]:
        """Yield (path, file) of each file that the author has. A drawn picture is in no lock: it may be drawn otherwise."""
        drawn = {drawing.path for drawing in self.note.drawings}
        return (item for item in self.media.items() if item[0] not in drawn)


class Meant(NamedTuple):
    """The changes that the author of a release means, although such a change is mostly a mistake. Ids are case-folded."""

    retired: frozenset[str] = frozenset()
    """Ids of questions that are gone on purpose."""
    reworded: frozenset[str] = frozenset()
    """Ids of questions that are the old ones, in words of their own."""
    moved: bool = False
    """True if questions are in other subdecks on purpose."""


NOTHING = Meant()
"""No change on purpose."""


class Left(NamedTuple):
    """A question that learners of another deck have, and that is gone from its sources."""

    note: LockedNote
    span: Span
    """Its line in the lock of that deck."""
    folder: str
    """The folder of that deck, as a shell reads it."""


@dataclass(frozen=True, slots=True)
class Deck:
    """Everything that is known of one deck."""

    settings: Settings
    sources: tuple[Source, ...] = ()
    entries: tuple[Entry, ...] = ()
    lock: Lock | None = None
    """The notes that learners have; None if the deck was never released, or if the lock cannot be used."""
    meant: Meant = NOTHING
    """The changes on purpose, if this is a release."""
    tested: Tested | None = None
    """The record of the last ``deckbuilder test``; None if there is none."""
    elsewhere: Mapping[str, Span] = field(default_factory=dict)
    """The places of questions that are gone here, in the decks beside this one, by case-folded id."""
    left: Mapping[str, Left] = field(default_factory=dict)
    """The new questions of this deck that learners of a deck beside this one have, by case-folded id."""
    adopted: Adopted = field(default_factory=Adopted)
    """The questions that learners have under note types that are not ours."""
    files: tuple[Media, ...] = ()
    """The files that the templates and the CSS of adopted note types show."""
    described: Mapping[str, Media | MediaProblem] = field(default_factory=dict)
    """The pictures of the description, or their problems, by their written paths."""


class Stamps(NamedTuple):
    """Times and note ids for a package, and the questions that are new, changed or gone since the last release."""

    mods: Mapping[str, int]
    """The time of each note by GUID, in seconds since 1970; perhaps in milliseconds for an adopted note."""
    ids: Mapping[str, int]
    """Anki's id of each note by GUID, in milliseconds since 1970."""
    type_mods: Mapping[int, int]
    """The time of each note type by its id, in seconds since 1970."""
    new: tuple[str, ...]
    """Ids of questions that no release had."""
    changed: tuple[str, ...]
    """Ids of questions that learners have in another form."""
    gone: tuple[str, ...]
    """Ids of questions that the last release had and the deck does not."""
    back: tuple[str, ...] = ()
    """Ids of retired questions that the deck has again, as learners have them."""
