"""An ``.apkg`` by any tool -> what is in it: the legacy containers and Anki's own zstd one. The only user of zstandard."""

from __future__ import annotations

import hashlib
import io
import json
import lzma
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_LARGEST = 2**30
"""Bytes that a member of a package may unpack to."""


class NotAPackageError(Exception):
    """The file is none, or a damaged one; the message says why."""


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


_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, sqlite3.Error, ValueError, KeyError, TypeError, IndexError),
    *(AttributeError, OverflowError, MemoryError, EOFError, RuntimeError),  # RuntimeError: encrypted; RecursionError is one, too
)
"""What the libraries raise for files that are damaged, on purpose or not."""


def unpack(path: Path) -> Unpacked:
    """The content of the package at ``path``. Raises NotAPackageError, OSError."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            new = "collection.anki21b" in names
            collection = next(
                (name for name in ("collection.anki21b", "collection.anki21", "collection.anki2") if name in names), None
            )
            if collection is None:
                raise NotAPackageError("there is no collection in it")
            data = _member(archive, collection, packed=new)
            media = dict(_media(archive, new=new))
        connection = sqlite3.connect(":memory:")
        try:
            # a database in memory has no write-ahead log, which is what Anki's says it has
            connection.deserialize(data[:18] + b"\x01\x01" + data[20:])
            connection.create_collation(
                "unicase", lambda one, other: (one.casefold() > other.casefold()) - (one.casefold() < other.casefold())
            )
            return Unpacked(*(_new(connection) if new else _legacy(connection)), media)
        finally:
            connection.close()
    except _DAMAGE as error:
        raise NotAPackageError(f"it cannot be read: {error}") from error


def _member(archive: zipfile.ZipFile, name: str, *, packed: bool) -> bytes:
    if archive.getinfo(name).file_size > _LARGEST:
        raise NotAPackageError(f"{name} is too large")
    data = archive.read(name)
    return _decompressed(data) if packed else data


def _decompressed(data: bytes) -> bytes:
    import zstandard  # noqa: PLC0415  only packages of Anki's own need it

    try:
        with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data), read_across_frames=True) as reader:
            found = bytearray()
            while chunk := reader.read(1 << 20):
                found += chunk
                if len(found) > _LARGEST:
                    raise NotAPackageError("it is too large")
    except zstandard.ZstdError as error:
        raise NotAPackageError(f"it cannot be unpacked: {error}") from error
    return bytes(found)


def _media(archive: zipfile.ZipFile, *, new: bool) -> Iterator[tuple[str, str]]:
    if "media" not in archive.namelist():
        return
    if new:
        entries = [dict(_fields(entry)) for number, entry in _fields(_member(archive, "media", packed=True)) if number == 1]
        yield from ((entry[1].decode(), entry[3].hex()) for entry in entries if 1 in entry)
        return
    for member, name in json.loads(archive.read("media") or b"{}").items():
        if member in archive.namelist():
            yield name, hashlib.sha1(_member(archive, member, packed=False), usedforsecurity=False).hexdigest()


def _notes(connection: sqlite3.Connection, decks: Mapping[int, str]) -> dict[str, PackedNote]:
    cards: dict[int, dict[int, str]] = {}
    for note, ordinal, deck in connection.execute("select nid, ord, case odid when 0 then did else odid end from cards"):
        cards.setdefault(note, {})[ordinal] = decks.get(deck, "")
    rows = connection.execute("select id, guid, mid, mod, tags, flds from notes order by id")
    notes: dict[str, PackedNote] = {}
    for number, guid, kind, mod, tags, fields in rows:
        if (
            not (type(number) is type(kind) is type(mod) is int and type(guid) is type(tags) is type(fields) is str)
            or guid in notes
        ):
            raise NotAPackageError("its notes are damaged")
        notes[guid] = PackedNote(guid, number, kind, mod, tuple(fields.split("\x1f")), tuple(tags.split()), cards.get(number, {}))
    return notes


def _legacy(connection: sqlite3.Connection) -> tuple[dict[str, PackedNote], dict[int, PackedType]]:
    models, decks = (json.loads(text) for text in connection.execute("select models, decks from col").fetchone())
    types = {}
    for model in models.values():
        templates = model["tmpls"]
        types[int(model["id"])] = PackedType(
            id=int(model["id"]),
            name=model["name"],
            cloze=model["type"] == 1,
            fields=_parts(model["flds"]),
            templates=_parts(templates),
            style=(model["css"], *(template[side] for template in templates for side in ("qfmt", "afmt"))),
            mod=int(model["mod"]),
        )
    return _notes(connection, {int(deck["id"]): deck["name"] for deck in decks.values()}), types


def _parts(parts: list[dict[str, Any]]) -> tuple[tuple[str, int], ...]:
    return tuple((part["name"], int(part.get("id") or 0)) for part in parts)


def _new(connection: sqlite3.Connection) -> tuple[dict[str, PackedNote], dict[int, PackedType]]:
    """Anki's schema 18, https://github.com/ankitects/anki/tree/main/proto/anki: notetypes.proto."""
    types = {}
    for number, name, mod, config in connection.execute("select id, name, mtime_secs, config from notetypes"):
        values = dict(_fields(config))
        fields = connection.execute("select name, config from fields where ntid = ? order by ord", (number,)).fetchall()
        templates = connection.execute("select name, config from templates where ntid = ? order by ord", (number,)).fetchall()
        sides = [dict(_fields(template)) for _, template in templates]
        types[number] = PackedType(
            id=number,
            name=name,
            cloze=values.get(1, 0) == 1,
            fields=tuple((part, dict(_fields(blob)).get(_FIELD_ID, 0)) for part, blob in fields),
            templates=tuple((part, dict(_fields(blob)).get(_TEMPLATE_ID, 0)) for part, blob in templates),
            style=(values.get(3, b"").decode(), *(side.get(key, b"").decode() for side in sides for key in (1, 2))),
            mod=mod,
        )
    decks = {number: name.replace("\x1f", "::") for number, name in connection.execute("select id, name from decks")}
    return _notes(connection, decks), types


_FIELD_ID, _TEMPLATE_ID = 9, 8
"""Numbers of the optional ``id`` in Notetype.Field.Config and Notetype.Template.Config."""


def _fields(message: bytes) -> Iterator[tuple[int, Any]]:
    """(number, value) of each field of a protobuf message; https://protobuf.dev/programming-guides/encoding/."""
    at = 0

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        key = varint()
        number, wire = key >> 3, key & 7
        if wire == 0:
            yield number, varint()
        elif wire in (1, 5):
            size = 8 if wire == 1 else 4
            yield number, message[at : at + size]
            at += size
        elif wire == 2:
            size = varint()
            yield number, message[at : at + size]
            at += size
        else:
            raise ValueError("damaged note type")
