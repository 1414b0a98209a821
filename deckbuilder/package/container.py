"""The zip file of an ``.apkg`` by any tool -> its members. The only user of zstandard.

The legacy containers and Anki's own zstd container are read. The code trusts nothing in such a file, no size and no end.
Each member has a limit, and so has everything that is unpacked from a package.
"""

from __future__ import annotations

import errno
import hashlib
import io
import lzma
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from deckbuilder.files.reading import MB, UnfitError
from deckbuilder.files.reading import opened as opened_file
from deckbuilder.files.strict_json import loads
from deckbuilder.package.protobuf import fields

LARGEST = 1024 * MB
"""Bytes that a member of a package may unpack to."""
LARGEST_MAP = 16 * MB
"""Bytes of a package's list of pictures and sounds."""
LARGEST_DIRECTORY = 16 * MB
"""Bytes of the zip file's own list of members: about 300,000 members."""
LARGEST_ALL = 4096 * MB
"""Bytes that may be unpacked from a package in total: members may overlap, and each read counts again."""
_WINDOW = 128 * MB
"""Bytes that zstd may look back, the limit of zstd's own tools."""
_PIECE = MB
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The compression methods that Anki reads. Python's ``zipfile`` unpacks other methods without a limit."""


class NotAPackageError(Exception):
    """The file is not an Anki package, or is damaged. The message gives the reason."""

    path: str = ""
    """The path of the file, ``""`` if unknown."""


_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, sqlite3.Error, ValueError, KeyError, TypeError, IndexError),
    *(AttributeError, OverflowError, MemoryError, EOFError, RuntimeError),  # RuntimeError: encrypted; RecursionError is one, too
)
"""The exceptions of the libraries for a damaged file."""


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Budget:
    """The number of bytes that may still be unpacked."""

    def __init__(self, left: int) -> None:
        self.left = left

    def take(self, size: int) -> None:
        """Take ``size`` bytes from the budget. Raises NotAPackageError if fewer bytes are left."""
        self.left -= size
        if self.left < 0:
            raise NotAPackageError(f"it contains more than {LARGEST_ALL // MB:,} MB")


@dataclass(frozen=True, slots=True)
class Container:
    """An open package."""

    archive: zipfile.ZipFile
    new: bool
    """True for Anki's own container, with zstd and schema 18."""
    collection: str
    """The name of the member with the notes."""
    budget: Budget


@contextmanager
def opened(path: Path) -> Iterator[Container]:
    """Open the package at ``path``. Raises OSError, and NotAPackageError if the file is no package or damaged.

    Exceptions of the libraries inside the ``with`` block become a NotAPackageError, too.
    """
    with damage(), opened_file(path) as file, zipfile.ZipFile(_Archive(file)) as archive:
        names = archive.namelist()
        new = "collection.anki21b" in names
        collection = next(
            (name for name in ("collection.anki21b", "collection.anki21", "collection.anki2") if name in names), None
        )
        if collection is None:
            raise NotAPackageError("it contains no collection")
        yield Container(archive, new, collection, Budget(LARGEST_ALL))


@contextmanager
def damage() -> Iterator[None]:
    """Raise NotAPackageError instead of the exceptions of the libraries for a damaged file."""
    try:
        yield
    except UnfitError as error:
        raise NotAPackageError(str(error)) from error
    except _DAMAGE as error:
        raise NotAPackageError(f"it cannot be read: {error}") from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # EINVAL: a position before the beginning of the file
            raise
        raise NotAPackageError("it cannot be read: its list of files has wrong positions") from error


class _Archive(io.BufferedReader):
    """A zip file whose list of members has a limit. ``zipfile`` reads this list at once, and makes an object of each member."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(io.FileIO(file.fileno(), closefd=False))

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > LARGEST_DIRECTORY:
            raise NotAPackageError("it contains too many files")
        return super().read(size)


def pieces(container: Container, member: str, most: int = LARGEST) -> Iterator[bytes]:
    """Yield the bytes of a member in pieces. Raises NotAPackageError if the member is larger than ``most`` bytes."""
    info = container.archive.getinfo(member)
    if info.compress_type not in _METHODS:
        raise NotAPackageError(f"{member} is compressed in a way that Anki cannot read")
    if info.file_size > most:
        raise _too_large(member, most)
    with container.archive.open(info) as packed:
        yield from _limited(container, member, most, _unpacking(container, packed) if container.new else packed)


def _limited(container: Container, member: str, most: int, stream: _Readable) -> Iterator[bytes]:
    left = most
    while piece := stream.read(_PIECE):
        left -= len(piece)
        if left < 0:
            raise _too_large(member, most)
        container.budget.take(len(piece))
        yield piece


def _too_large(member: str, most: int) -> NotAPackageError:
    return NotAPackageError(f"{member} is larger than {most // MB:,} MB")


class _Counted:
    """A stream that counts the bytes that zstd reads, too. zstd may skip frames, which takes time and gives no bytes."""

    def __init__(self, stream: _Readable, budget: Budget) -> None:
        self.stream, self.budget = stream, budget

    def read(self, size: int, /) -> bytes:
        data = self.stream.read(size)
        self.budget.take(len(data))
        return data


def _unpacking(container: Container, packed: _Readable) -> _Readable:
    """Return a stream of the unpacked bytes of ``packed``. The method ``read`` of the stream raises NotAPackageError."""
    import zstandard  # noqa: PLC0415  only Anki's own container needs zstd

    counted: Any = _Counted(packed, container.budget)
    reader = zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(counted, read_across_frames=True)

    class _Stream:
        def read(self, size: int, /) -> bytes:
            try:
                return reader.read(size)
            except zstandard.ZstdError as error:
                raise NotAPackageError(f"it cannot be unpacked: {error}") from error

    return _Stream()


def media_hashes(container: Container) -> Iterator[tuple[str, str]]:
    """Yield (name, SHA-1 in hexadecimal) of each picture and sound."""
    if container.new:
        yield from ((_name(entry), entry[3].hex()) for entry in _entries(container) if 1 in entry)
        return
    for name, member in media_members(container):
        found = hashlib.sha1(usedforsecurity=False)
        for piece in pieces(container, member):
            found.update(piece)
        yield name, found.hexdigest()


def media_members(container: Container) -> Iterator[tuple[str, str]]:
    """Yield (name, member of the zip file) of each picture and sound whose member exists. Raises NotAPackageError."""
    there = set(container.archive.namelist())
    if container.new:
        names = [(str(at), _name(entry)) for at, entry in enumerate(_entries(container)) if 1 in entry]
    else:
        names = list(loads((_map(container) or b"{}").decode()).items())
    for member, name in names:
        if not isinstance(name, str):
            raise NotAPackageError("its list of media is damaged")
        if member in there:
            yield name, member


def _entries(container: Container) -> Iterator[dict[int, Any]]:
    """Yield the MediaEntry messages of Anki's own container. The name is field 1, the SHA-1 field 3.

    https://github.com/ankitects/anki/blob/main/proto/anki/import_export.proto
    """
    return (dict(fields(entry)) for number, entry in fields(_map(container)) if number == 1)


def _name(entry: dict[int, Any]) -> str:
    name: str = entry[1].decode()
    return name


def _map(container: Container) -> bytes:
    if "media" not in container.archive.namelist():
        return b""
    return b"".join(pieces(container, "media", LARGEST_MAP))
