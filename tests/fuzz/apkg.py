"""A package by any tool: unpacked, compared with another package, adopted.

An input that begins like a zip file is a package. Any other input says how to damage one of ``packages`` deep inside:
in a row of the database, in the JSON of a note type, in the list of media.
"""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import zstandard

from deckbuilder.adopt.packages import package_folder, package_notes
from deckbuilder.commands.diff import as_json, as_text
from deckbuilder.package.comparison import compare
from deckbuilder.package.read_package import NotAPackageError, Unpacked, unpack
from deckbuilder.pipeline.build_deck import pack
from tests.fuzz import promises
from tests.fuzz.parts import Reader
from tests.support import TIME

BASES = sorted((Path(__file__).parent / "packages").glob("*.apkg"))
_MOST = 12
"""The most changes to one package."""
_NUMBERS = (0, 1, -1, 2, 498, 499, 500, 2**31, 2**52, 2**53, 2**63 - 1, -(2**63), 1_700_000_000, 1_700_000_000_000)
_ODD: tuple[Any, ...] = (
    None,
    True,
    [],
    {},
    "",
    [None],
    {"a": 1},
    1.5,
    float("nan"),
    10**400,
    "\x00",
    "a::b",
    "{{c1::x}}",
    *_NUMBERS,
)
_ROWS = {
    "notes": ("id", "guid", "mid", "mod", "tags", "flds"),
    "cards": ("nid", "did", "ord", "odid"),
    "col": ("models", "decks"),
    "notetypes": ("id", "name", "mtime_secs", "config"),
    "fields": ("ntid", "ord", "name", "config"),
    "templates": ("ntid", "ord", "name", "config"),
    "decks": ("id", "name"),
}


def check(data: bytes, *, whole: bool = False) -> None:
    """Unpack, compare and adopt ``data``, which is a package or the description of a damaged one."""
    folder = promises.scratch() / "apkg"
    folder.mkdir(exist_ok=True)
    path = folder / "it.apkg"
    path.write_bytes(data if data.startswith(b"PK") else harmed(Reader(data)))
    with promises.quick(len(data)):
        try:
            found = unpack(path)
        except NotAPackageError:
            return
        for other in _others():
            for pair in ((found, other), (other, found)):
                result = compare(*pair)
                as_json(result)
                assert list(as_text(result))
        same = compare(found, found)
        assert not any((same.new, same.gone, same.changed, same.restamped, same.media_changed)), same
        adopt(path, folder / "deck", whole=whole)


def adopt(path: Path, target: Path, *, whole: bool) -> None:
    """Adopt the package at ``path``; assert that each note is adopted or reported, and that the deck has no errors."""
    try:
        adoption = package_notes.adopt(path)
        notes = sum(len(deck.notes) for deck in adoption.decks) + len(adoption.left)
        written = package_folder.write(adoption, target)
        assert written.questions + len(written.left) == notes
        for folder in written.folders:
            (built,) = promises.deck(folder, whole=whole)
            assert built.good, built.diagnostics
            given = pack(built.deck, TIME).stamps
            assert not given.new, given.new
            assert not given.changed, given.changed
    except (NotAPackageError, package_notes.NotWrittenError):
        pass
    finally:
        shutil.rmtree(target, ignore_errors=True)


@cache
def _others() -> tuple[Unpacked, ...]:
    return tuple(unpack(path) for path in BASES)


@dataclass
class _Opened:
    """The parts of a package."""

    members: dict[str, bytes]
    collection: str
    database: sqlite3.Connection

    @property
    def new(self) -> bool:
        return self.collection.endswith("21b")


def harmed(reader: Reader) -> bytes:
    """Return one of the packages with the damage that ``reader`` chooses."""
    with zipfile.ZipFile(reader.pick(BASES)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = next(name for name in ("collection.anki21b", "collection.anki21", "collection.anki2") if name in members)
    data = zstandard.ZstdDecompressor().decompressobj().decompress(members[name]) if name.endswith("b") else members[name]
    database = sqlite3.connect(":memory:")
    database.deserialize(data[:18] + b"\x01\x01" + data[20:])
    database.create_collation("unicase", lambda one, other: (one > other) - (one < other))
    opened = _Opened(members, name, database)
    after: list[Callable[[bytes], bytes]] = []
    for _ in range(_MOST):
        if reader.ended:
            break
        harm = reader.pick((_row, _row, _json, _json, _media, _member, None, None))
        if harm is not None:
            harm(opened, reader)
        elif reader.number(8) == 0:
            after.append(_spliced(reader))
        else:
            _row(opened, reader)
    try:
        database.commit()
        found = database.serialize()
    finally:
        database.close()
    opened.members[name] = zstandard.compress(found) if opened.new else found
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for member, content in opened.members.items():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # a package of a stranger may have two members of one name
                archive.writestr(member.partition("\0")[0] or "0", content)  # zipfile writes no empty name
    whole = target.getvalue()
    for change in after:
        whole = change(whole)
    return whole


def _spliced(reader: Reader) -> Callable[[bytes], bytes]:
    """Return a function that replaces some bytes with a piece, at a place that ``reader`` chooses."""
    at, cut, piece = reader.number(1 << 24), reader.number(16), reader.piece(16)

    def change(data: bytes) -> bytes:
        begin = at % max(1, len(data))
        return data[:begin] + piece + data[begin + cut :]

    return change


def _row(opened: _Opened, reader: Reader) -> None:
    """Replace a value in a row of the database with a value of any type."""
    known = [name for (name,) in opened.database.execute("select name from sqlite_master where type = 'table'") if name in _ROWS]
    table = reader.pick(sorted(known))
    column = reader.pick(_ROWS[table])
    rows = [number for (number,) in opened.database.execute(f"select rowid from {table}")] if table not in _KEYED else []  # noqa: S608
    value: object = reader.pick((*_NUMBERS, None, 1.5, ..., ..., ..., ..., b""))
    if value is ...:
        value = reader.text()
    elif value == b"":
        value = reader.piece()
    where = f"rowid = {reader.pick(rows)}" if rows else f"ord = {reader.number(4)}"
    try:
        opened.database.execute(f"update or ignore {table} set {column} = ? where {where}", (value,))  # noqa: S608
    except (sqlite3.Error, TypeError, AttributeError):
        return


_KEYED = ("fields", "templates")
"""Tables without a rowid."""


def _json(opened: _Opened, reader: Reader) -> None:
    """Replace or remove a value in the JSON of note types or decks."""
    if opened.new:
        _row(opened, reader)
        return
    column = reader.pick(("models", "models", "models", "decks"))
    (text,) = opened.database.execute(f"select {column} from col").fetchone()  # noqa: S608
    try:
        values = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return
    here = values
    for _ in range(reader.number(8)):
        inner = here[key] if (key := _key(here, reader)) is not None else None
        if not isinstance(inner, (dict, list)) or not inner:
            break
        here = inner
    key = _key(here, reader)
    if key is None:
        return
    kind = reader.number(4)
    if kind == 0:
        del here[key]
    elif kind == 1 and isinstance(here, dict):
        here[reader.text(16)] = here.pop(key)
    else:
        here[key] = reader.text() if kind == 2 else reader.pick(_ODD)
    opened.database.execute(f"update col set {column} = ?", (json.dumps(values),))  # noqa: S608


def _key(values: Any, reader: Reader) -> Any:
    if not isinstance(values, (dict, list)) or not values:
        return None
    return reader.pick(list(values)) if isinstance(values, dict) else reader.number(min(len(values), 256))


def _media(opened: _Opened, reader: Reader) -> None:
    """Change a name, a number or another value in the list of media."""
    if opened.new or reader.number(4) == 0:
        packed = opened.members.get("media", b"")
        try:
            plain = zstandard.ZstdDecompressor().decompressobj().decompress(packed) if opened.new else packed
        except zstandard.ZstdError:
            plain = packed
        changed = _spliced(reader)(plain)
        opened.members["media"] = zstandard.compress(changed) if opened.new else changed
        return
    try:
        values = json.loads(opened.members.get("media", b"{}"))
        values[reader.pick(("0", "1", "2", "x", "media"))] = reader.text() if reader.number(2) else reader.pick(_ODD)
        opened.members["media"] = json.dumps(values).encode()
    except (ValueError, TypeError, AttributeError):
        return


def _member(opened: _Opened, reader: Reader) -> None:
    """Rename, change or remove a member of the zip file."""
    name = reader.pick(sorted(opened.members))
    kind = reader.number(4)
    if kind == 0 and name != opened.collection:
        del opened.members[name]
    elif kind == 1 and name != opened.collection:
        opened.members[reader.text(32) or "x"] = opened.members.pop(name)
    elif kind == 2:
        opened.members[reader.pick(("0", "collection.anki2", "collection.anki21", "collection.anki21b", "meta"))] = reader.piece()
    elif name != opened.collection:
        opened.members[name] = _spliced(reader)(opened.members[name])
