"""What learners have of a deck, as of its last release. ``source.lock_file`` reads and writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

LATEST = 2**33
"""Later than any time in seconds; milliseconds are above."""


class LockedNote(NamedTuple):
    """A note as it was last released, or as it was when it was retired."""

    id: str
    guid: str
    note_id: int
    """Anki's id: when it was first seen, in milliseconds since 1970; whole seconds, none twice in a deck."""
    kind: str
    hash: str
    """Of all that a learner sees of it."""
    mod: int
    """When that was released: seconds since 1970."""
    deck: str
    question: str
    """The beginning of its text, for people and to find renamed questions by."""
    answer: str
    clozes: Mapping[str, str] = {}
    """The beginning of what each cloze number hides."""
    past_clozes: Mapping[str, str] = {}
    """The same of numbers that it had once: learners' schedules wait under them."""
    retired: bool = False
    adopted: int = 0
    """Of a note of a note type that is not ours (see ``adopted``): its id in the package it is from."""
    later: Mapping[str, Any] = {}
    """Keys of a later version of deckbuilder: a release writes them back as they were."""


class LockedType(NamedTuple):
    """A note type as it was last released."""

    note_type: str
    """The key of one of ours (see ``note_schemas``), or the id of one that is not ours."""
    id: int
    fields: tuple[tuple[str, int], ...]
    templates: tuple[tuple[str, int], ...]
    style: str
    """Hash of its name, templates and CSS."""
    mod: int
    later: Mapping[str, Any] = {}
    """As in ``LockedNote``."""


@dataclass(frozen=True, slots=True)
class Lock:
    """Everything learners have; notes by their case-folded id."""

    deck: str
    """The deck's id."""
    name: str
    types: Mapping[str, LockedType] = field(default_factory=dict)
    notes: Mapping[str, LockedNote] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)
    """The line in the file of each note."""
    path: str = field(default="", compare=False)
    later: Mapping[str, Any] = field(default_factory=dict)
    """As in ``LockedNote``, of the first line."""

    @property
    def highest(self) -> int:
        """The highest time ever given to a note or note type, but for those that are none in seconds: see ``adopted``."""
        mods = [note.mod for note in self.notes.values()] + [kind.mod for kind in self.types.values()]
        return max((mod for mod in mods if mod <= LATEST), default=0)
