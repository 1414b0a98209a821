"""The zip file of an ``.apkg`` by any tool -> its members: the legacy containers and Anki's own zstd one. The only user of zstandard."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import lzma
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deckbuilder.protobuf import fields

LARGEST = 2**30
"""Bytes that a member of a package may unpack to."""
LARGEST_MEDIA = 2**32
"""Bytes that all its pictures and sounds may unpack to."""


class NotAPackageError(Exception):
    """The file is none, or a damaged one; the message says why."""


_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, sqlite3.Error, ValueError, KeyError, TypeError, IndexError),
    *(AttributeError, OverflowError, MemoryError, EOFError, RuntimeError),  # RuntimeError: encrypted; RecursionError is one, too
)
"""What the libraries raise for files that are damaged, on purpose or not."""


@dataclass(frozen=True, slots=True)
class Container:
    """An open package: the bytes of its collection, and where its media are."""

    archive: zipfile.ZipFile
    new: bool
    """Whether it is of Anki's own kind, with zstd and schema 18."""
    collection: bytes


@contextmanager
def opened(path: Path) -> Iterator[Container]:
    """The package at ``path``. What fails within because the file is damaged becomes a NotAPackageError; raises OSError."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            new = "collection.anki21b" in names
            collection = next(
                (name for name in ("collection.anki21b", "collection.anki21", "collection.anki2") if name in names), None
            )
            if collection is None:
                raise NotAPackageError("there is no collection in it")
            yield Container(archive, new, _member(archive, collection, packed=new))
    except _DAMAGE as error:
        raise NotAPackageError(f"it cannot be read: {error}") from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # a member that begins before the file does
            raise
        raise NotAPackageError(f"it cannot be read: {error}") from error


def media_hashes(container: Container) -> Iterator[tuple[str, str]]:
    """(name, SHA-1) of each picture and sound."""
    if "media" not in container.archive.namelist():
        return
    if container.new:
        yield from ((entry[1].decode(), entry[3].hex()) for entry in _entries(container.archive) if 1 in entry)
        return
    for name, member in media_members(container):
        yield name, hashlib.sha1(_member(container.archive, member, packed=False), usedforsecurity=False).hexdigest()


def media_members(container: Container) -> Iterator[tuple[str, str]]:
    """(name, member of the zip file) of each picture and sound that is there."""
    there = set(container.archive.namelist())
    if "media" not in there:
        return
    if container.new:
        names = [(str(at), entry[1].decode()) for at, entry in enumerate(_entries(container.archive)) if 1 in entry]
    else:
        names = list(json.loads(container.archive.read("media") or b"{}").items())
    yield from ((text(name), member) for member, name in names if member in there)


def text(value: object) -> str:
    """``value``, which must be text that UTF-8 can hold; raises TypeError, ValueError, which ``opened`` takes for damage."""
    if type(value) is not str:
        raise TypeError("a name is no text")
    value.encode()
    return value


def media(container: Container, member: str) -> bytes:
    """The bytes of one picture or sound."""
    return _member(container.archive, member, packed=container.new)


def _entries(archive: zipfile.ZipFile) -> list[dict[int, Any]]:
    """Anki's MediaEntries, https://github.com/ankitects/anki/blob/main/proto/anki/import_export.proto: the name is field 1, the SHA-1 field 3."""
    return [dict(fields(entry)) for number, entry in fields(_member(archive, "media", packed=True)) if number == 1]


def _member(archive: zipfile.ZipFile, name: str, *, packed: bool) -> bytes:
    if archive.getinfo(name).file_size > LARGEST:
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
                if len(found) > LARGEST:
                    raise NotAPackageError("it is too large")
    except zstandard.ZstdError as error:
        raise NotAPackageError(f"it cannot be unpacked: {error}") from error
    return bytes(found)
