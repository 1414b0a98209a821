"""An ``.apkg`` of any tool -> its notes and note types. Reads Anki's schemas 11 and 18."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from deckbuilder.files.reading import MB
from deckbuilder.files.strict_json import loads
from deckbuilder.model.control_characters import FIELD_SEPARATOR
from deckbuilder.model.note_schemas import AnkiKind
from deckbuilder.package.container import Container, NotAPackageError, media_hashes, opened, pieces
from deckbuilder.package.database import UnsoundError, check, database
from deckbuilder.package.importable import LARGEST_JSON, refusal, wrong_version
from deckbuilder.package.protobuf import fields

__all__ = ["NotAPackageError", "PackedNote", "PackedType", "RefusedError", "Unpacked", "content", "unpack"]


@dataclass(frozen=True, slots=True)
class PackedType:
    """A note type in a package. Each field and template is a (name, id). The id is 0 if the package has none."""

    id: int
    name: str
    anki_kind: AnkiKind
    fields: tuple[tuple[str, int], ...]
    templates: tuple[tuple[str, int], ...]
    style: tuple[str, ...]
    """The CSS, then front and back of each template."""
    mod: int
    model: Mapping[str, Any] = field(default_factory=dict, compare=False)
    """The whole note type, as the JSON of a legacy package."""


@dataclass(frozen=True, slots=True)
class PackedNote:
    """A note in a package."""

    guid: str
    id: int
    type_id: int
    mod: int
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    cards: Mapping[int, str]
    """The name of the deck of each card, by ordinal."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A package: notes by GUID, note types by id, SHA-1 of media by name."""

    notes: Mapping[str, PackedNote]
    """If several notes have one GUID, this is the note with the highest id. Anki adds all, but updates only this note."""
    types: Mapping[int, PackedType]
    media: Mapping[str, str]
    doubles: tuple[PackedNote, ...] = ()
    """The further notes of a GUID, in the order of their ids."""


_Notes = dict[str, PackedNote]
_Doubles = tuple[PackedNote, ...]


class RefusedError(NotAPackageError):
    """Anki itself refuses the package. The message gives the reason."""


def unpack(path: Path, *, importable: bool = False) -> Unpacked:
    """Return the content of the package at ``path``. Raises NotAPackageError, OSError.

    With ``importable``, a package that Anki refuses raises RefusedError.
    """
    with opened(path) as container:
        try:
            with database(pieces(container, container.collection)) as connection:
                # Anki's own rules come last: they read anything, and their reasons would hide what is wrong with a hostile file
                _check_tables(connection, new=container.new)
                if importable and (reason := wrong_version(connection, _meta(container), new=container.new)):
                    raise RefusedError(reason)
                found = _content(connection, new=container.new)
                if importable and (reason := refusal(connection, new=container.new)):
                    raise RefusedError(reason)
                return replace(found, media=dict(media_hashes(container)))
        except UnsoundError as error:
            raise NotAPackageError(str(error)) from None


def _meta(container: Container) -> bytes | None:
    """Return the first bytes of the member ``meta``, which is never compressed by zstd; None if there is none."""
    if _META not in container.archive.namelist():
        return None
    with container.archive.open(_META) as file:
        return file.read(_LARGEST_META)


_META = "meta"
_LARGEST_META = 1000
"""Bytes. Anki writes two."""


def content(connection: sqlite3.Connection, *, new: bool) -> Unpacked:
    """Return the notes and note types of a collection, without media. ``new`` is True for Anki's schema 18.

    Raises NotAPackageError, UnsoundError; sqlite3.Error and other exceptions of the libraries for a damaged collection.
    """
    _check_tables(connection, new=new)
    return _content(connection, new=new)


def _check_tables(connection: sqlite3.Connection, *, new: bool) -> None:
    check(connection, _MOST | (_MOST_NEW if new else {}))


def _content(connection: sqlite3.Connection, *, new: bool) -> Unpacked:
    notes, types, doubles = _new(connection) if new else _legacy(connection)
    return Unpacked(notes, types, {}, doubles)


_MOST = {"col": 1, "notes": 1_000_000, "cards": 4_000_000}
_MOST_NEW = {"notetypes": 10_000, "fields": 100_000, "templates": 100_000, "decks": 100_000}
"""The most rows of each table."""
_MOST_PARTS = 1_000
"""The most fields of a note type, and the most templates."""
_LARGEST_TEXTS = 512 * MB
"""Bytes in memory that the fields and tags of all notes may take together."""


def _notes(connection: sqlite3.Connection, decks: Mapping[int, str]) -> tuple[_Notes, _Doubles]:
    """Return (the notes by GUID, further notes). ``decks`` has the names of the decks by id. Raises NotAPackageError.

    A card in a filtered deck counts for its home deck, ``odid``.
    """
    cards: dict[int, dict[int, str]] = {}
    for note, ordinal, deck in connection.execute("select nid, ord, case odid when 0 then did else odid end from cards"):
        if type(ordinal) is not int or not 0 <= ordinal < _ORDINALS:
            raise NotAPackageError("its cards are damaged")
        cards.setdefault(note, {})[ordinal] = decks.get(deck, "")
    rows = connection.execute("select id, guid, mid, mod, tags, flds from notes order by id")
    notes: dict[str, PackedNote] = {}
    doubles: list[PackedNote] = []
    left = _LARGEST_TEXTS
    for number, guid, kind, mod, tags, texts in rows:
        if (
            not (type(number) is type(kind) is type(mod) is int and type(guid) is type(tags) is type(texts) is str)
            or texts.count(FIELD_SEPARATOR) >= _MOST_PARTS
        ):
            raise NotAPackageError("its notes are damaged")
        left -= sys.getsizeof(texts) + _OF_A_TAG * len(tags)
        if left < 0:
            raise NotAPackageError(f"its notes are larger than {_LARGEST_TEXTS // MB} MB")
        if guid in notes:
            doubles.append(notes.pop(guid))
        notes[guid] = PackedNote(
            guid, number, kind, mod, tuple(texts.split(FIELD_SEPARATOR)), tuple(tags.split()), cards.get(number, {})
        )
    return notes, tuple(doubles)


_ORDINALS = 2**16
"""The limit for ordinals of cards: Anki has 16 bits for an ordinal."""
_OF_A_TAG = 30
"""Bytes in memory for each character of the tags: each tag may be one character long, and becomes a text of its own."""


def _legacy(connection: sqlite3.Connection) -> tuple[_Notes, dict[int, PackedType], _Doubles]:
    """Read the notes and note types of a collection in Anki's schema 11. Raises NotAPackageError."""
    row = connection.execute("select models, decks from col").fetchone()
    if not all(type(text) is str and len(text) <= LARGEST_JSON for text in row):
        raise NotAPackageError(f"its note types or decks are damaged, or larger than {LARGEST_JSON // MB} MB")
    models, decks = (loads(text) for text in row)
    types = {int(model["id"]): _type(model) for model in models.values()}
    notes, doubles = _notes(connection, {int(deck["id"]): _text(deck["name"]) for deck in decks.values()})
    return notes, types, doubles


def _type(model: dict[str, Any]) -> PackedType:
    """Return the note type from its JSON. Anki up to 2.1.27 used this JSON, and legacy packages still do."""
    templates = model["tmpls"]
    return PackedType(
        id=int(model["id"]),
        name=_text(model["name"]),
        anki_kind=AnkiKind.of(model),
        fields=_parts(model["flds"]),
        templates=_parts(templates),
        style=(_text(model["css"]), *(_text(template[side]) for template in templates for side in ("qfmt", "afmt"))),
        mod=int(model["mod"]),
        model=model,
    )


def _parts(parts: list[dict[str, Any]]) -> tuple[tuple[str, int], ...]:
    if type(parts) is not list or len(parts) > _MOST_PARTS:
        raise NotAPackageError("one of its note types is damaged, or has too many fields or templates")
    return tuple((_text(part["name"]), _number(part.get("id") or 0)) for part in parts)


def _text(value: object) -> str:
    if type(value) is not str:
        raise NotAPackageError("a name or text in its note types or decks is damaged")
    return value


def _number(value: object) -> int:
    if type(value) is not int or not -(2**63) <= value < 2**64:  # Anki writes negative numbers as large ones
        raise NotAPackageError("a number in its note types is damaged")
    return value


def _new(connection: sqlite3.Connection) -> tuple[_Notes, dict[int, PackedType], _Doubles]:
    """Read the notes and note types of a collection in Anki's schema 18. Raises NotAPackageError."""
    types = {}
    for number, name, mod, config in connection.execute("select id, name, mtime_secs, config from notetypes"):
        parts = connection.execute("select name, config from fields where ntid = ? order by ord", (number,)).fetchall()
        templates = connection.execute("select name, config from templates where ntid = ? order by ord", (number,)).fetchall()
        types[number] = _type(
            _named(config, _TYPE)
            | {"id": number, "name": name, "mod": mod}
            | {"flds": [_named(blob, _FIELD) | {"name": part, "ord": at} for at, (part, blob) in enumerate(parts)]}
            | {"tmpls": [_named(blob, _TEMPLATE) | {"name": part, "ord": at} for at, (part, blob) in enumerate(templates)]}
        )
    decks = {
        number: _text(name).replace(FIELD_SEPARATOR, "::") for number, name in connection.execute("select id, name from decks")
    }
    notes, doubles = _notes(connection, decks)
    return notes, types, doubles


_TYPE = {1: ("type", 0), 2: ("sortf", 0), 3: ("css", ""), 5: ("latexPre", ""), 6: ("latexPost", ""), 7: ("latexsvg", False)}
_TYPE |= {9: ("originalStockKind", None), 10: ("originalId", None)}
_FIELD = {
    1: ("sticky", False),
    2: ("rtl", False),
    3: ("font", ""),
    4: ("size", 0),
    5: ("description", ""),
    6: ("plainText", False),
}
_FIELD |= {
    7: ("collapsed", False),
    8: ("excludeFromSearch", False),
    9: ("id", None),
    10: ("tag", None),
    11: ("preventDeletion", False),
}
_TEMPLATE = {
    1: ("qfmt", ""),
    2: ("afmt", ""),
    3: ("bqfmt", ""),
    4: ("bafmt", ""),
    6: ("bfont", ""),
    7: ("bsize", 0),
    8: ("id", None),
}
"""The JSON key and the default of each field number in Anki's messages Notetype.Config, Field.Config and Template.Config.

https://github.com/ankitects/anki/blob/main/proto/anki/notetypes.proto
"""


def _named(message: bytes, names: Mapping[int, tuple[str, Any]]) -> dict[str, Any]:
    """Return the JSON of a message. A field that is missing in the message and has no default is missing in the JSON."""
    found = dict(fields(message))
    values = {key: _value(found.get(number, default), default) for number, (key, default) in names.items()}
    return {key: value for key, value in values.items() if value is not None}


def _value(value: Any, default: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode()
    return bool(value) if isinstance(default, bool) else value
