"""Staged files of earlier builds, by the files' content, so that a rebuild stages only changed files.

The cache is one SQLite file. The key of an entry is a hash of all that the entry depends on: the text and path of a file,
the settings of its deck, deckbuilder itself and its libraries. A damaged cache is deleted. A build works without a cache
that cannot be read or written.
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

from deckbuilder.model.control_characters import NUL
from deckbuilder.model.diagnostics import Span
from deckbuilder.model.records import Settings, Source, Staged
from deckbuilder.pipeline import cache_folder

FILE = "staged.sqlite"
LARGEST = 512 * 1024 * 1024
"""Bytes of the file; a larger cache is deleted and begun again."""
KEPT = 4000
"""Entries that are kept beyond those of the last build, for other decks and other branches."""
_AT_ONCE = 500
"""Keys in one query; SQLite before 3.32 accepts at most 999."""
_SCHEMA = (
    "create table if not exists staged (key blob primary key, value blob)",
    # a table of its own, so that recording a use does not write the value again
    "create table if not exists uses (key blob primary key, latest integer) without rowid",
)

Make = Callable[[Sequence[Source]], Iterable[tuple[Staged, bytes]]]
"""Stages files, as ``parallel.staged`` does."""


_UNREADABLE = (
    *(pickle.UnpicklingError, ValueError, TypeError, AttributeError, EOFError, IndexError, KeyError, ImportError),
    *(MemoryError, OverflowError, RecursionError),
)
"""Exceptions of ``loads`` for bytes that ``dumps`` did not return."""


def dumps(staged: Staged) -> bytes:
    """Return ``staged`` as bytes for ``loads``."""
    return pickle.dumps(staged, pickle.HIGHEST_PROTOCOL)


def loads(data: bytes) -> Staged:
    """Return the ``Staged`` that ``dumps`` turned into ``data``. Bytes from others could run code. Raises ``_UNREADABLE``."""
    found = pickle.loads(data)  # noqa: S301  from the user's cache folder, or from a process of deckbuilder
    if not isinstance(found, Staged):
        raise TypeError("not a Staged")
    return found


def staged(sources: Sequence[Source], settings: Settings, make: Make, path: Path) -> Iterator[Staged]:
    """Yield the ``Staged`` of each file, in the order of ``sources``.

    Files that the cache file ``path`` knows come from it. ``make`` stages only the others, and they are added to the cache.
    """
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
    """Yield for each file a hash of all that ``stage`` depends on."""
    plain = replace(
        settings,
        span=Span(""),
        style=None,
        description="",
        checked_with="",
        checked_with_command="",
        checked_with_env=(),
        badge="",
        ignore=(),
        exclude=(),
        version="",
        issues="",
        pinned=True,
    )
    common = hashlib.sha256(NUL.join((cache_folder.version(), repr(plain), "")).encode("utf-8", "surrogatepass"))
    for source in sources:
        found = common.copy()
        found.update(
            f"{source.path}{NUL}{source.subdeck}{NUL}{source.included!r}{NUL}{source.text}".encode("utf-8", "surrogatepass")
        )
        yield found.digest()


def _read(path: Path, keys: Sequence[bytes]) -> dict[bytes, Staged]:
    """Return the entries of these keys; none if the cache is damaged, or others can write to it."""
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
    """Add the entries ``made``, and record the use of ``keys``. Delete the oldest entries that this build did not use."""
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
"""Exceptions for damaged files, full disks and folders without permission."""


def _open(path: Path) -> sqlite3.Connection:
    """Open the cache file ``path``, which nobody else may read. Raises OSError or sqlite3.Error."""
    connection = sqlite3.connect(path, timeout=1)
    try:
        path.chmod(0o600)
        connection.execute("pragma synchronous = off")  # losing the cache in a power cut does no harm
    except (sqlite3.Error, OSError):
        connection.close()
        raise
    return connection


def _ours(path: Path) -> bool:
    """Return whether nobody else can write to the file ``path`` and its folder. Raises OSError.

    Others could write code there that would run as this user.
    """
    if os.name != "posix":
        return True
    states = [place.stat() for place in (path.parent, path) if place.exists()]
    return all(state.st_uid == os.getuid() and not state.st_mode & 0o022 for state in states)


def _drop(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
