"""A file that a learner sends -> the notes in it, and its database. The file itself is only read, never opened as a database.

The file is a package by Anki, AnkiDroid or AnkiMobile (``.apkg``, ``.colpkg``; with or without scheduling), or the
``collection.anki2`` of a profile. Anki may have changes of such a collection in a write-ahead log beside it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from deckbuilder.cards import media
from deckbuilder.files.reading import MB, UnfitError, opened, read_whole
from deckbuilder.package import container
from deckbuilder.package.container import NotAPackageError, damage
from deckbuilder.package.database import UnsoundError, database
from deckbuilder.package.read_package import PackedNote, PackedType, content

__all__ = ["LearnerFile", "NotAPackageError", "learner_database", "learner_file"]

_OF_SQLITE = b"SQLite format 3"
_MEDIA = "collection.media"
"""The folder with the pictures and sounds of a profile, beside the collection."""
_PIECE = MB


@dataclass(frozen=True, slots=True)
class LearnerFile:
    """The content of a learner's file, while the file is open."""

    path: Path
    notes: Mapping[str, PackedNote]
    """By GUID. Notes of all decks: a learner may have other decks, too. ``PackedNote.id`` is the learner's own id of the note."""
    types: Mapping[int, PackedType]
    connection: sqlite3.Connection
    """A read-only copy of the database, with the tables ``notes``, ``cards`` and ``revlog`` of Anki."""
    media: Callable[[str], bytes | None]
    """Returns the picture or sound with this name; None if there is none. May raise NotAPackageError."""

    def kind_of(self, note: PackedNote) -> str:
        """Return the name of the note's type; ``""`` if the file has no such type."""
        kind = self.types.get(note.type_id)
        return kind.name if kind else ""

    def fields_of(self, note: PackedNote) -> dict[str, str]:
        """Return the HTML of each field by its name. A field without a name has a number."""
        kind = self.types.get(note.type_id)
        names = [name for name, _ in kind.fields] if kind else []
        names += [f"field {number}" for number in range(len(names) + 1, len(note.fields) + 1)]
        return dict(zip(names, note.fields, strict=False))


@contextmanager
def learner_file(path: Path) -> Iterator[LearnerFile]:
    """Open the learner's file at ``path``. Raises OSError, and NotAPackageError if it is no such file or damaged.

    Exceptions of SQLite inside the ``with`` block become a NotAPackageError, too.
    """
    with _opened(path) as source:
        found = content(source.connection, new=source.new)
        yield LearnerFile(path, found.notes, found.types, source.connection, source.media)


@contextmanager
def learner_database(path: Path) -> Iterator[sqlite3.Connection]:
    """Open only the database of a learner's file, and read no note. Raises as ``learner_file``."""
    with _opened(path) as source:
        yield source.connection


class _Source(NamedTuple):
    connection: sqlite3.Connection
    new: bool
    """True for Anki's schema 18."""
    media: Callable[[str], bytes | None]


@contextmanager
def _opened(path: Path) -> Iterator[_Source]:
    with damage():
        with opened(path) as file:
            is_database = file.read(len(_OF_SQLITE)) == _OF_SQLITE
        try:
            with _collection(path) if is_database else _package(path) as found:
                yield found
        except UnsoundError as error:
            raise NotAPackageError(str(error)) from None


@contextmanager
def _package(path: Path) -> Iterator[_Source]:
    with container.opened(path) as packed, database(container.pieces(packed, packed.collection)) as connection:
        members: dict[str, str] = {}

        def media_of(name: str) -> bytes | None:
            if not members:  # read only when a picture is wanted
                members.update(container.media_members(packed))
            return b"".join(container.pieces(packed, members[name], media.LARGEST)) if name in members else None

        yield _Source(connection, packed.new, media_of)


@contextmanager
def _collection(path: Path) -> Iterator[_Source]:
    """Open a copy of the collection at ``path``. Anki keeps recent changes in the log beside it, until Anki closes."""
    log = path.with_name(f"{path.name}-wal")
    if _size(path.with_name(f"{path.name}-journal")):
        raise NotAPackageError("a change of it is not finished; open and close Anki, then try again")
    before = _state(path), _state(log)
    with database(_bytes(path), _bytes(log) if _size(log) else None) as connection:
        if before != (_state(path), _state(log)):
            raise NotAPackageError("it changed while it was read; close Anki, then try again")
        new = connection.execute("select 1 from sqlite_master where name = 'notetypes'").fetchone() is not None
        yield _Source(connection, new, lambda name: _beside(path.parent / _MEDIA, name))


def _bytes(path: Path) -> Iterator[bytes]:
    """Yield the bytes of the file at ``path`` in pieces. Raises OSError, NotAPackageError."""
    left = container.LARGEST
    with opened(path) as file:
        while piece := file.read(_PIECE):
            left -= len(piece)
            if left < 0:
                raise NotAPackageError(f"it is larger than {container.LARGEST // MB:,} MB")
            yield piece


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _state(path: Path) -> tuple[int, int] | None:
    """Return size and time of the file at ``path``; None if it does not exist."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns


def _beside(folder: Path, name: str) -> bytes | None:
    """Return the content of the file ``name`` in ``folder``; None for a path, and for a file that cannot be read."""
    if os.path.basename(name) != name or name in ("", ".", "..") or "\\" in name:  # noqa: PTH119  Path changes some names
        return None
    try:
        return read_whole(folder / name, media.LARGEST, folder)
    except (OSError, UnfitError, ValueError):
        return None
