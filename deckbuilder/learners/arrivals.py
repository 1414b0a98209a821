"""(package, notes in Anki before and after its import) -> the notes that arrived, and those that did not.

AnkiConnect's ``importPackage`` answers ``true`` whatever happened, and its notes have no GUID. So our notes are found by
their field ``Id``, and adopted notes by their texts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from deckbuilder.model.anki_text import spaced
from deckbuilder.model.note_schemas import ID_FIELD
from deckbuilder.package.read_package import PackedNote, Unpacked


class AnkiNote(NamedTuple):
    """A note in the user's collection."""

    id: int
    type: str
    """The name of the note type."""
    fields: Mapping[str, str]
    tags: frozenset[str]


class Arrivals(NamedTuple):
    """The names of the notes of a package, by their fate: the ids of the questions, or the beginning of the first field."""

    new: tuple[str, ...]
    updated: tuple[str, ...]
    untouched: tuple[str, ...]
    """Anki had exactly this text before."""
    kept: tuple[str, ...]
    """Anki still has another text: the learner edited the note after the package got its text."""
    missing: tuple[str, ...]
    """Anki does not have the note."""


def anki_notes(values: Iterable[Any]) -> list[AnkiNote]:
    """Return the notes of AnkiConnect's ``notesInfo``. Raises KeyError, TypeError, AttributeError if they have another form."""
    return [
        AnkiNote(
            int(note["noteId"]),
            str(note["modelName"]),
            {str(name): str(field["value"]) for name, field in note["fields"].items()},
            frozenset(map(str, note["tags"])),
        )
        for note in values
        if note
    ]


def arrivals(package: Unpacked, before: Sequence[AnkiNote], after: Sequence[AnkiNote]) -> Arrivals:
    """Return the fate of each note of ``package``."""
    fates: dict[str, list[str]] = {fate: [] for fate in Arrivals._fields}
    old, finder = {note.id: note for note in before}, _Finder(package, after)
    for note in (*package.notes.values(), *package.doubles):
        now = finder.find(note)
        fates[_fate(package, note, old.get(now.id) if now else None, now)].append(name_of(package, note))
    return Arrivals(*(tuple(names) for names in fates.values()))


def _fate(package: Unpacked, note: PackedNote, was: AnkiNote | None, now: AnkiNote | None) -> str:
    if now is None:
        return "missing"
    if was is None:
        return "new"
    if was != now:
        return "updated"
    return "untouched" if _is_equal(package, note, now) else "kept"


def _is_equal(package: Unpacked, note: PackedNote, found: AnkiNote) -> bool:
    """Return whether ``found`` has the texts and tags of ``note``. The learner may have further tags, as for hard cards."""
    texts = all(_stored(found.fields.get(name, "")) == _stored(text) for name, text in _fields(package, note).items())
    return texts and {tag.casefold() for tag in note.tags} <= {tag.casefold() for tag in found.tags}


def _stored(text: str) -> str:
    """Return ``text`` as Anki stores texts."""
    return unicodedata.normalize("NFC", text)


def _fields(package: Unpacked, note: PackedNote) -> dict[str, str]:
    return dict(zip((name for name, _ in package.types[note.type_id].fields), note.fields, strict=False))


def name_of(package: Unpacked, note: PackedNote) -> str:
    """Return the id of the note's question, or the beginning of its first field."""
    return _fields(package, note).get(ID_FIELD) or spaced(note.fields[0])[:40] or note.guid


class _Finder:
    """The notes in Anki, by our ids, by their texts, and by Anki's ids."""

    def __init__(self, package: Unpacked, notes: Sequence[AnkiNote]) -> None:
        self.package = package
        types = {kind.name for kind in package.types.values()}
        self.by_number = {note.id: note for note in notes}
        # another deck in another language may have the same ids: a note of a type of this package comes first
        self.by_id = {
            note.fields[ID_FIELD]: note
            for note in sorted(notes, key=lambda note: note.type in types)
            if note.fields.get(ID_FIELD)
        }
        texts = [(note, tuple(map(_stored, note.fields.values()))) for note in notes if note.fields]
        self.by_texts = {found: note for note, found in texts}
        self.by_first = {found[0]: note for note, found in texts}

    def find(self, note: PackedNote) -> AnkiNote | None:
        """Return the note in Anki for a note of the package; None if there is none."""
        if question := _fields(self.package, note).get(ID_FIELD):
            return self.by_id.get(question)
        texts = tuple(map(_stored, note.fields))
        # an adopted note may have another number in Anki than in its package
        return self.by_texts.get(texts) or self.by_first.get(texts[0]) or self.by_number.get(note.id)
