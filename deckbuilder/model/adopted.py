"""The notes of a deck that another tool made, as learners have the notes. ``source.adopted_file`` reads and writes the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from deckbuilder.model.note_schemas import AnkiKind


class AdoptedType(NamedTuple):
    """A note type that is not ours."""

    model: Mapping[str, Any]
    """The whole note type, in the JSON of a legacy package."""
    media: Mapping[str, str] = {}
    """The files that the templates and the CSS show: the path from the deck's folder, by the name in the package."""

    @property
    def id(self) -> int:
        """The published id of the note type."""
        return int(self.model["id"])

    @property
    def anki_kind(self) -> AnkiKind:
        """The way in which Anki makes cards of the notes."""
        return AnkiKind.of(self.model)


class AdoptedNote(NamedTuple):
    """A note as it was when it was adopted."""

    id: str
    """The id of the note's question."""
    guid: str
    note_id: int
    """Anki's id of the note in the adopted package."""
    mod: int
    """The time of the note in the adopted package, in seconds since 1970; some tools write milliseconds."""
    type_id: int
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    ords: tuple[int, ...]
    """The ordinals of the note's cards, from 0."""
    places: Mapping[str, tuple[int, ...]]
    """For each part of the question (``adopted_notes.PARTS``), the indexes of its fields. Headings name all but the first."""
    hashes: Mapping[str, str]
    """The hash of each part, and of the ``tags``, as rendered from the Markdown that ``adopt`` wrote."""
    media: Mapping[str, str] = {}
    """For each picture and sound, the path in the Markdown, by the name in ``fields``."""
    kind: str = ""
    """The kind in the lock, such as ``basic``; ``""`` in files of format 1."""
    markdown: str = ""
    """The question as ``adopt`` wrote it. In files of format 1, ``""``: then no headings name fields."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """Everything that was adopted: note types by id, notes by the case-folded id of the question."""

    deck: str = ""
    """The deck's id."""
    types: Mapping[int, AdoptedType] = field(default_factory=dict)
    notes: Mapping[str, AdoptedNote] = field(default_factory=dict)
    path: str = field(default="", compare=False)
