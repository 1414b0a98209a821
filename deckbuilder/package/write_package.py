"""Notes and note types -> the bytes of an ``.apkg``. The only user of genanki."""

from __future__ import annotations

import io
import itertools
import json
import sqlite3
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

import genanki

from deckbuilder.cards import published_ids
from deckbuilder.cards.note_types import NoteType, key_of
from deckbuilder.model.control_characters import FIELD_SEPARATOR
from deckbuilder.model.note import Note
from deckbuilder.model.records import Media, Settings, Stamps

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every zip entry: the earliest a zip can hold."""
_DEFAULT = 1
"""The id of the deck "Default", which every collection and so every package has. Of two of that name, Anki renames one, be it the author's."""
_LEVEL = 4
"""Of deflate: 6 takes twice as long, a seventh of a rebuild of 10,000 questions, and saves four bytes in a hundred of our decks (measured)."""


def package(
    settings: Settings,
    note_types: Sequence[NoteType],
    notes: Sequence[Note],
    media: Iterable[Media],
    given: Stamps,
    *,
    now: int,
    description: str = "",
) -> bytes:
    """The package with ``notes`` in this order.

    ``given``: the times and ids of notes and note types; Anki updates a learner's note if and only if the package's time is
    newer, and a note's cards lie between its id and the next. ``now``: the package's own time, in seconds since 1970.
    ``description``: HTML for the deck's page.
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
    # one after the other, as they are written: all rows at once would be the texts of the whole deck again
    rows = (_note_row(note, given.ids[note.guid], models[key_of(note)], given.mods[note.guid]) for note in notes)
    cards = (
        _card_row(given.ids[note.guid], decks[note.deck].deck_id, ord_, mod=given.mods[note.guid], due=due)
        for due, note in enumerate(notes, 1)
        for ord_ in (note.foreign or note).ords
    )
    collection = _collection(genanki.Package(list(decks.values())), now, rows, cards)
    return _zip(collection, sorted({file.name: file for file in media}.values(), key=lambda file: file.name))


Row = tuple[object, ...]


def _note_row(note: Note, note_id: int, model: genanki.Model, mod: int) -> Row:
    """A row of ``notes``, as genanki would write it: id, guid, mid, mod, usn, tags, flds, sfld, csum, flags, data.

    genanki stamps one time on all notes, so that every release overwrites every learner's edits; and it looks for
    invalid tags in every field, which takes quadratic time.
    """
    shown = note.foreign or note
    fields = FIELD_SEPARATOR.join(shown.fields), shown.fields[model.sort_field_index]
    return note_id, note.guid, model.model_id, mod, -1, f" {' '.join(shown.tags)} ", *fields, 0, 0, ""


def _card_row(note_id: int, deck_id: int, ord_: int, *, mod: int, due: int) -> Row:
    """A row of ``cards`` for a new card: id, nid, did, ord, mod, usn, type, queue, due, and nine that say it is new.

    A note's cards keep close to it. Where they do not, Anki (26.09, measured) takes them for those of several notes when
    a front template changes, and makes every card of the note again: a card added later must sort with its siblings.
    """
    return note_id + 1 + ord_, note_id, deck_id, ord_, mod, -1, 0, 0, due, 0, 0, 0, 0, 0, 0, 0, 0, ""


class _Model(genanki.Model):  # type: ignore[misc]
    """A genanki note type with a modification time of its own: a newer one replaces the learner's changes of style."""

    mod = 0

    def to_json(self, timestamp: float, deck_id: int) -> dict[str, Any]:  # noqa: ARG002
        content: dict[str, Any] = super().to_json(self.mod, deck_id)
        return content


class _Foreign(_Model):
    """A note type that is not ours, just as it was: a changed list of fields or templates would make a second one."""

    def __init__(self, kind: NoteType) -> None:
        super().__init__(
            kind.id, kind.name, fields=[part._asdict() for part in kind.fields], sort_field_index=kind.model.get("sortf", 0)
        )
        self.content = {"req": [], **kind.model, "css": kind.css}
        self.content.setdefault("sortf", 0)  # without it, Anki refuses the whole package

    def to_json(self, timestamp: float, deck_id: int) -> dict[str, Any]:  # noqa: ARG002
        # a template's deck is one of the package that it came in
        templates = [template | {"did": None} for template in self.content["tmpls"]]
        return self.content | {"tmpls": templates, "mod": self.mod, "did": deck_id, "usn": -1}


def _model(kind: NoteType, mod: int) -> genanki.Model:
    if kind.model:
        foreign = _Foreign(kind)
        foreign.mod = mod
        return foreign
    templates = [template.part._asdict() | {"qfmt": template.front, "afmt": template.back} for template in kind.templates]
    model = _Model(
        kind.id,
        kind.name,
        fields=[part._asdict() for part in kind.fields],
        templates=templates,
        css=kind.css,
        model_type=kind.anki_kind.value,
    )
    model.mod = mod
    return model


def _collection(content: genanki.Package, now: int, notes: Iterable[Row], cards: Iterable[Row]) -> bytes:
    """The collection database. In memory: genanki's own writer leaves its temporary file behind."""
    connection = sqlite3.connect(":memory:")
    try:
        content.write_to_db(connection.cursor(), now, itertools.count(1))
        # filled first and indexed then, the tables take a quarter less time
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


def _zip(collection: bytes, media: Sequence[Media]) -> bytes:
    """Fixed order, dates and modes, so that the same content gives the same bytes; Anki reads deflate everywhere."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        names = {str(number): file.name for number, file in enumerate(media)}
        members = [("collection.anki2", collection), ("media", json.dumps(names).encode())]
        for name, data in (*members, *((str(number), file.data) for number, file in enumerate(media))):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            entry.create_system = 3
            archive.writestr(entry, data, compresslevel=_LEVEL)
    return target.getvalue()
