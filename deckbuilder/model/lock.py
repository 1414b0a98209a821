"""The notes and note types that learners have since the last release. ``source.lock_file`` reads and writes ``deck.lock``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

LATEST = 2**33
"""A limit above any time in seconds; a time in milliseconds is larger."""
FORMAT = 2
"""The format of a new lock. Format 1, of 0.1.0, has hashes that depend on the versions of libraries, and no media."""


class LockedNote(NamedTuple):
    """A note as it was last released, or as it was when it was retired."""

    id: str
    guid: str
    note_id: int
    """Anki's id: about the time of the first release with the note, in milliseconds since 1970, unique in a deck."""
    kind: str
    """The word for the note's kind in ``NoteSchema.lock_kinds``, such as ``basic``."""
    hash: str
    """Hash of everything that a learner sees of the note: ``stamps.content_hash``, or ``stamps.first_hash`` in format 1."""
    mod: int
    """Time of the last change of ``hash``: seconds since 1970; perhaps milliseconds for an adopted note."""
    deck: str
    """The full name of the note's deck, ``::`` between levels."""
    question: str
    """The beginning of the question's text, for people, and to find renamed questions."""
    answer: str
    words: str = ""
    """Marks of all words of a text that is longer than its beginning, as 64 hexadecimal digits; else ``""``."""
    clozes: Mapping[str, str] = {}
    """The beginning of the hidden text, by cloze number."""
    past_clozes: Mapping[str, str] = {}
    """The same for removed cloze numbers: learners may still have schedules for these numbers."""
    retired: bool = False
    adopted: int = 0
    """For a note under a note type that is not ours, the note's id in the adopted package; else 0. See ``model.adopted``."""
    media: Mapping[str, str] = {}
    """The hash of each picture and sound (``media_names.digest``), by its name in the package."""
    later: Mapping[str, Any] = {}
    """Keys of a later version of deckbuilder: a release writes them back as they were."""


class LockedType(NamedTuple):
    """A note type as it was last released."""

    note_type: str
    """The key of a note type of ours (see ``note_schemas``), or the id of any other note type."""
    id: int
    fields: tuple[tuple[str, int], ...]
    """(name, id) of each field."""
    templates: tuple[tuple[str, int], ...]
    """(name, id) of each template."""
    style: str
    """Hash of the note type's name, templates and CSS."""
    mod: int
    """Time of the release in which the note type last changed: seconds since 1970."""
    media: Mapping[str, str] = {}
    """For an adopted note type, the hash of each file that its templates show, by the file's name."""
    later: Mapping[str, Any] = {}
    """As in ``LockedNote``."""


@dataclass(frozen=True, slots=True)
class Lock:
    """Everything that learners have: notes by case-folded id, note types by key or id."""

    deck: str
    """The deck's id."""
    name: str
    types: Mapping[str, LockedType] = field(default_factory=dict)
    notes: Mapping[str, LockedNote] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)
    """The line of each note in the file, from 1."""
    path: str = field(default="", compare=False)
    later: Mapping[str, Any] = field(default_factory=dict)
    """As in ``LockedNote``: keys of the first line."""
    merged: bool = False
    """True if git merged two locks, and no release has written the result yet."""
    rivals: Mapping[str, tuple[str, str]] = field(default_factory=dict, compare=False)
    """In a merged lock, the two hashes of each note that both sides have with one time, by case-folded id."""
    format: int = FORMAT
    shared: Mapping[str, str] = field(default_factory=dict, compare=False)
    """The keys of ``deck.toml`` that are part of many notes, at the last release; see ``publish.shared_settings``."""

    @property
    def highest(self) -> int:
        """The latest time of a note or note type, in seconds since 1970; 0 if there is none.

        A time above ``LATEST`` is in milliseconds and does not count. Only adopted notes have such times.
        """
        mods = [note.mod for note in self.notes.values()] + [kind.mod for kind in self.types.values()]
        return max((mod for mod in mods if mod <= LATEST), default=0)
