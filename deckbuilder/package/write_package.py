"""Notes and note types -> the bytes of an ``.apkg``. The only user of genanki."""

from __future__ import annotations

import io
import itertools
import json
import sqlite3
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import genanki

from deckbuilder.cards import published_ids
from deckbuilder.cards.note_types import NoteType, key_of
from deckbuilder.model.control_characters import FIELD_SEPARATOR
from deckbuilder.model.deck import Stamps
from deckbuilder.model.note import Note
from deckbuilder.model.records import Media, Settings

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every zip entry, the earliest possible date in a zip file."""
_DEFAULT = 1
"""The id of the deck "Default", which every collection and every package has.

An author's deck of this name must use the same id: Anki renames one of two decks called Default, perhaps the author's.
"""
DRAFT = b"deckbuilder: built before the first release"
"""The comment in the zip file of a package that no learner has. Anki ignores it."""
_LEVEL = 4
"""The deflate level. Higher levels take much longer and save little."""


def package(
    settings: Settings,
    note_types: Sequence[NoteType],
    notes: Sequence[Note],
    media: Iterable[Media],
    given: Stamps,
    *,
    now: int,
    description: str = "",
    draft: bool = False,
) -> bytes:
    """Return the package with ``notes`` in this order. Equal arguments give equal bytes.

    ``given`` has the times and ids of notes and note types. Anki updates a note only if the package's time is newer.
    The ids of a note's cards lie between the note's id and the next note id. ``media`` are the files to pack.
    ``now`` is the package's own time, in seconds since 1970. ``description`` is HTML for the deck's page.
    A ``draft`` is a build before the first release.
    """
    models = {kind.key: _model(kind, given.type_mods[kind.id]) for kind in note_types}
    decks: dict[str, genanki.Deck] = {}
    for name in dict.fromkeys((settings.name, *(note.deck for note in notes))):
        about = description if name == settings.name else ""
        number = (
            _DEFAULT
            if name.casefold() == "default"
            else published_ids.anki_deck_id(settings.id, name.removeprefix(settings.name))
        )
        decks[name] = genanki.Deck(number, name, about)
    for deck, key in dict.fromkeys((note.deck, key_of(note)) for note in notes):
        decks[deck].add_model(models[key])
    # one row after the other: all rows at once would double the deck's texts in memory
    rows = (_note_row(note, given.ids[note.guid], models[key_of(note)], given.mods[note.guid]) for note in notes)
    cards = (
        _card_row(given.ids[note.guid], decks[note.deck].deck_id, ord_, mod=given.mods[note.guid], due=due)
        for due, note in enumerate(notes, 1)
        for ord_ in (note.foreign or note).ords
    )
    collection = _collection(genanki.Package(list(decks.values())), now, rows, cards)
    return _zip(collection, {file.name: file for file in media}, DRAFT if draft else b"")


Row = tuple[object, ...]


def _note_row(note: Note, note_id: int, model: genanki.Model, mod: int) -> Row:
    """Return a row of ``notes``, as genanki writes rows: id, guid, mid, mod, usn, tags, flds, sfld, csum, flags, data.

    genanki gives all notes the same time, so that every release would overwrite every learner's edits.
    genanki also looks for invalid tags in every field, which takes quadratic time.
    """
    shown = note.foreign or note
    fields = FIELD_SEPARATOR.join(shown.fields), shown.fields[model.sort_field_index]
    return note_id, note.guid, model.model_id, mod, -1, f" {' '.join(shown.tags)} ", *fields, 0, 0, ""


def _card_row(note_id: int, deck_id: int, ord_: int, *, mod: int, due: int) -> Row:
    """Return a row of ``cards`` for a new card: id, nid, did, ord, mod, usn, type, queue, due, and nine values of a new card.

    The card ids follow the note id, so that a card of a later release sorts with its siblings.
    Otherwise Anki 26.09 takes the cards for cards of several notes after a change of a front template.
    Anki would then create every card of the note again.
    """
    return note_id + 1 + ord_, note_id, deck_id, ord_, mod, -1, 0, 0, due, 0, 0, 0, 0, 0, 0, 0, 0, ""


class _Model(genanki.Model):  # type: ignore[misc]
    """A genanki note type with its own modification time. With a newer time, an import replaces the learner's style."""

    mod = 0

    def to_json(self, timestamp: float, deck_id: int) -> dict[str, Any]:  # noqa: ARG002
        content: dict[str, Any] = super().to_json(self.mod, deck_id)
        return content


class _Foreign(_Model):
    """An adopted note type, unchanged. Another list of fields or templates would make a second note type."""

    def __init__(self, kind: NoteType) -> None:
        super().__init__(
            kind.id, kind.name, fields=[part._asdict() for part in kind.fields], sort_field_index=kind.model.get("sortf", 0)
        )
        self.content = {"req": [], **kind.model, "css": kind.css}
        self.content.setdefault("sortf", 0)  # without it, Anki refuses the whole package

    def to_json(self, timestamp: float, deck_id: int) -> dict[str, Any]:  # noqa: ARG002
        # the deck of a template exists only in the package of the other tool
        templates = [template | {"did": None} for template in self.content["tmpls"]]
        return self.content | {"tmpls": templates, "mod": self.mod, "did": deck_id, "usn": -1}


def _model(kind: NoteType, mod: int) -> genanki.Model:
    """Return ``kind`` for genanki, with the time ``mod`` in seconds since 1970."""
    if kind.model:
        foreign = _Foreign(kind)
        foreign.mod = mod
        return foreign
    templates = [template.part._asdict() | {"qfmt": template.front, "afmt": template.back} for template in kind.templates]
    model = _Model(
        kind.id,
        kind.name,
        # Anki before 2.1.50 keeps this key and ignores it; an import with a newer style also folds the fields of learners
        fields=[part._asdict() | ({"collapsed": True} if part.name in kind.folded else {}) for part in kind.fields],
        templates=templates,
        css=kind.css,
        model_type=kind.anki_kind.value,
    )
    model.mod = mod
    return model


def _collection(content: genanki.Package, now: int, notes: Iterable[Row], cards: Iterable[Row]) -> bytes:
    """Return the bytes of the collection database, made in memory. genanki's own writer leaves its temporary file behind."""
    connection = sqlite3.connect(":memory:")
    try:
        content.write_to_db(connection.cursor(), now, itertools.count(1))
        # indexes come last: filling a table without an index is faster
        indexes = connection.execute("select name, sql from sqlite_master where type = 'index' and sql is not null").fetchall()
        for name, _ in indexes:
            connection.execute(f"drop index {name}")
        connection.executemany(f"insert into notes values ({', '.join('?' * 11)})", notes)  # noqa: S608  no outer text
        connection.executemany(f"insert into cards values ({', '.join('?' * 18)})", cards)  # noqa: S608
        for _, sql in indexes:
            connection.execute(sql)
        connection.commit()
        return connection.serialize()
    finally:
        connection.close()


def _zip(collection: bytes, media: Mapping[str, Media], comment: bytes) -> bytes:
    """Return the zip file. Order, dates and modes are fixed, so that the same content gives the same bytes.

    Every Anki client reads deflate.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.comment = comment
        files = [media[name] for name in sorted(media)]
        names = {str(number): file.name for number, file in enumerate(files)}
        members = [("collection.anki2", collection), ("media", json.dumps(names).encode())]
        for name, data in (*members, *((str(number), file.data) for number, file in enumerate(files))):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            entry.create_system = 3
            archive.writestr(entry, data, compresslevel=_LEVEL)
    return target.getvalue()
