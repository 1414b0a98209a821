"""What was staged before: files by their content, so that a rebuild costs what has changed.

One SQLite file. Entries go by a hash of all that they come from: the text and path of a file, the settings of its deck,
deckbuilder itself and its libraries. A cache that cannot be read or written is no cache: it is thrown away, or the
build does without it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from deckbuilder.build import cache_folder
from deckbuilder.model.control_characters import NUL
from deckbuilder.model.diagnostics import Span
from deckbuilder.model.records import Settings, Source, Staged

FILE = "staged.sqlite"
LARGEST = 512 * 1024 * 1024
"""Bytes; a larger cache is begun anew. 100,000 questions take 140 MB."""
KEPT = 4000
"""Entries that are kept beyond those of the last build: other decks, other branches."""
_AT_ONCE = 500
"""Keys in one query; older SQLite takes no more than 999."""
_SCHEMA = (
    "create table if not exists staged (key blob primary key, value blob)",
    # apart, so that to note a use writes no value again
    "create table if not exists uses (key blob primary key, latest integer) without rowid",
)

Make = Callable[[Sequence[Source]], Iterable[tuple[Staged, bytes]]]
"""Stages files, as ``parallel.staged`` does."""


_UNREADABLE = (
    *(pickle.UnpicklingError, ValueError, TypeError, AttributeError, EOFError, IndexError, KeyError, ImportError),
    *(MemoryError, OverflowError, RecursionError),
)
"""What ``loads`` raises for bytes that ``dumps`` did not give."""


def dumps(staged: Staged) -> bytes:
    """``staged`` as bytes."""
    return pickle.dumps(staged, pickle.HIGHEST_PROTOCOL)


def loads(data: bytes) -> Staged:
    """What ``dumps`` was given. Only for bytes of our own: they could run code. Raises what ``_UNREADABLE`` lists."""
    found = pickle.loads(data)  # noqa: S301  the user's own cache folder, or a process of ours
    if not isinstance(found, Staged):
        raise TypeError("not a Staged")
    return found


def staged(sources: Sequence[Source], settings: Settings, make: Make, path: Path) -> Iterator[Staged]:
    """Each file's ``Staged``, in their order: from the cache file ``path``, else of ``make``, which gets only the others."""
    keys = list(_keys(sources, settings))
    known = _read(path, keys)
    fresh = iter(make([source for source, name in zip(sources, keys, strict=True) if name not in known]))
    made: dict[bytes, bytes] = {}
    for name in keys:
        if name in known:
            yield known[name]
            continue
        result, data = next(fresh)
        made[name] = data or dumps(result)
        yield result
    _write(path, made, keys)


def _keys(sources: Iterable[Source], settings: Settings) -> Iterator[bytes]:
    """What ``stage`` of each file comes from, hashed."""
    plain = replace(settings, span=Span(""), style=None, description="", checked_with="", pinned=True)
    common = hashlib.sha256(NUL.join((cache_folder.version(), repr(plain), "")).encode("utf-8", "surrogatepass"))
    for source in sources:
        found = common.copy()
        found.update(f"{source.path}{NUL}{source.text}".encode("utf-8", "surrogatepass"))
        yield found.digest()


def _read(path: Path, keys: Sequence[bytes]) -> dict[bytes, Staged]:
    """The entries of these keys; none if the file is damaged."""
    try:
        if not path.exists() or not _ours(path):
            return {}
        known: dict[bytes, Staged] = {}
        with contextlib.closing(_open(path)) as connection:
            for at in range(0, len(keys), _AT_ONCE):
                some = keys[at : at + _AT_ONCE]
                marks = ", ".join("?" * len(some))
                rows = connection.execute(f"select key, value from staged where key in ({marks})", some)  # noqa: S608  no outer text
                known |= {name: loads(value) for name, value in rows}
    except _DAMAGE:
        _drop(path)
        return {}
    return known


def _write(path: Path, made: dict[bytes, bytes], keys: Sequence[bytes]) -> None:
    """Add entries; of those that this build had no use for, the oldest go."""
    if not made:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not _ours(path):
            return
        if path.exists() and path.stat().st_size > LARGEST:
            _drop(path)
        with contextlib.closing(_open(path)) as connection, connection:
            for table in _SCHEMA:
                connection.execute(table)
            latest = (connection.execute("select max(latest) from uses").fetchone()[0] or 0) + 1
            connection.executemany("insert or replace into staged values (?, ?)", made.items())
            connection.executemany("insert or replace into uses values (?, ?)", [(name, latest) for name in keys])
            old = connection.execute(
                "select key from uses where latest < ? order by latest desc limit -1 offset ?", (latest, KEPT)
            ).fetchall()
            for table in ("staged", "uses"):
                connection.executemany(f"delete from {table} where key = ?", old)  # noqa: S608  no outer text
    except _DAMAGE:
        _drop(path)


_DAMAGE = (OSError, sqlite3.Error, *_UNREADABLE)
"""What damaged files, full disks and folders without permission raise."""


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=1)
    try:
        path.chmod(0o600)
        connection.execute("pragma synchronous = off")  # a cache that a power cut takes is made again
    except (sqlite3.Error, OSError):
        connection.close()
        raise
    return connection


def _ours(path: Path) -> bool:
    """Whether nobody else can write to the file and its folder: what is in it could run code of theirs as us. Raises OSError."""
    if os.name != "posix":
        return True
    states = [place.stat() for place in (path.parent, path) if place.exists()]
    return all(state.st_uid == os.getuid() and not state.st_mode & 0o022 for state in states)


def _drop(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
