"""An ``.apkg`` by any tool -> the notes and note types in it, in schema 11 or 18."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deckbuilder.container import NotAPackageError, media_hashes, opened, text
from deckbuilder.protobuf import fields

__all__ = ["NotAPackageError", "PackedNote", "PackedType", "Unpacked", "unpack"]


@dataclass(frozen=True, slots=True)
class PackedType:
    """A note type in a package. A part is a (name, id) of a field or template; the id is 0 where there is none."""

    id: int
    name: str
    cloze: bool
    fields: tuple[tuple[str, int], ...]
    templates: tuple[tuple[str, int], ...]
    style: tuple[str, ...]
    """The CSS, then front and back of each template."""
    mod: int
    model: Mapping[str, Any] = field(default_factory=dict, compare=False)
    """All of it as the JSON of a legacy package."""


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
    types: Mapping[int, PackedType]
    media: Mapping[str, str]


def unpack(path: Path) -> Unpacked:
    """The content of the package at ``path``. Raises NotAPackageError, OSError."""
    with opened(path) as container:
        data = container.collection
        connection = sqlite3.connect(":memory:")
        try:
            # a database in memory has no write-ahead log, which is what Anki's says it has
            connection.deserialize(data[:18] + b"\x01\x01" + data[20:])
            connection.create_collation(
                "unicase", lambda one, other: (one.casefold() > other.casefold()) - (one.casefold() < other.casefold())
            )
            notes, types = _new(connection) if container.new else _legacy(connection)
            return Unpacked(notes, types, dict(media_hashes(container)))
        finally:
            connection.close()


def _notes(connection: sqlite3.Connection, decks: Mapping[int, str]) -> dict[str, PackedNote]:
    cards: dict[int, dict[int, str]] = {}
    for note, ordinal, deck in connection.execute("select nid, ord, case odid when 0 then did else odid end from cards"):
        cards.setdefault(note, {})[ordinal] = decks.get(deck, "")
    rows = connection.execute("select id, guid, mid, mod, tags, flds from notes order by id")
    notes: dict[str, PackedNote] = {}
    for number, guid, kind, mod, tags, texts in rows:
        if (
            not (type(number) is type(kind) is type(mod) is int and type(guid) is type(tags) is type(texts) is str)
            or guid in notes
        ):
            raise NotAPackageError("its notes are damaged")
        notes[guid] = PackedNote(guid, number, kind, mod, tuple(texts.split("\x1f")), tuple(tags.split()), cards.get(number, {}))
    return notes


def _legacy(connection: sqlite3.Connection) -> tuple[dict[str, PackedNote], dict[int, PackedType]]:
    models, decks = map(json.loads, connection.execute("select models, decks from col").fetchone())
    types = {int(model["id"]): _type(model) for model in models.values()}
    return _notes(connection, {int(deck["id"]): text(deck["name"]) for deck in decks.values()}), types


def _type(model: dict[str, Any]) -> PackedType:
    """A note type from the JSON that Anki up to 2.1.27 kept it in, and legacy packages still do."""
    templates = model["tmpls"]
    return PackedType(
        id=int(model["id"]),
        name=text(model["name"]),
        cloze=model["type"] == 1,
        fields=_parts(model["flds"]),
        templates=_parts(templates),
        style=(text(model["css"]), *(text(template[side]) for template in templates for side in ("qfmt", "afmt"))),
        mod=int(model["mod"]),
        model=model,
    )


def _parts(parts: list[dict[str, Any]]) -> tuple[tuple[str, int], ...]:
    return tuple((text(part["name"]), int(part.get("id") or 0)) for part in parts)


def _new(connection: sqlite3.Connection) -> tuple[dict[str, PackedNote], dict[int, PackedType]]:
    """Anki's schema 18."""
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
    decks = {number: text(name).replace("\x1f", "::") for number, name in connection.execute("select id, name from decks")}
    return _notes(connection, decks), types


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
"""Fields of Anki's messages Notetype.Config, Field.Config and Template.Config: the key in JSON and the default by number.

https://github.com/ankitects/anki/blob/main/proto/anki/notetypes.proto
"""


def _named(message: bytes, names: Mapping[int, tuple[str, Any]]) -> dict[str, Any]:
    """The JSON of a message; what has no default and is not there is left out."""
    found = dict(fields(message))
    values = {key: _value(found.get(number, default), default) for number, (key, default) in names.items()}
    return {key: value for key, value in values.items() if value is not None}


def _value(value: Any, default: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode()
    return bool(value) if isinstance(default, bool) else value
