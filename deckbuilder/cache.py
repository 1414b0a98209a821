"""What was staged before: files by their content, so that a rebuild costs what has changed. The only user of platformdirs.

One SQLite file in the user's cache folder. Entries go by a hash of all that they come from: the text and path of a file, the
settings of its deck, deckbuilder itself and its libraries. A cache that cannot be read or written is no cache: it is
thrown away, or the build does without it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from deckbuilder.diagnostics import Span
from deckbuilder.model import Settings, Source
from deckbuilder.stage import Staged

LARGEST = 256 * 1024 * 1024
"""Bytes; a larger cache is begun anew."""
KEPT = 4000
"""Entries that are kept beyond those of the last build: other decks, other branches."""
_LIBRARIES = ("markdown", "nh3", "pygments", "yaml")
_SCHEMA = "create table if not exists staged (key blob primary key, value blob, used integer) without rowid"


def folder() -> Path:
    """Where the cache is: ``DECKBUILDER_CACHE``, or the user's cache folder, as the system has it."""
    if given := os.environ.get("DECKBUILDER_CACHE"):
        return Path(given)
    from platformdirs import user_cache_path  # noqa: PLC0415  'deckbuilder --help' needs none

    return user_cache_path("deckbuilder", appauthor=False)


def staged(
    sources: Sequence[Source],
    settings: Settings,
    make: Callable[[Sequence[Source]], Iterable[Staged]],
    path: Path,
) -> Iterator[Staged]:
    """Each file's ``Staged``, in their order: from the cache file ``path``, else of ``make``, which gets only the others."""
    keys = list(_keys(sources, settings))
    known = _read(path, keys)
    fresh = iter(make([source for source, name in zip(sources, keys, strict=True) if name not in known]))
    made: dict[bytes, bytes] = {}
    for name in keys:
        if name in known:
            yield known[name]
            continue
        result = next(fresh)
        made[name] = pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
        yield result
    _write(path, made, keys)


def _keys(sources: Iterable[Source], settings: Settings) -> Iterator[bytes]:
    """What ``stage`` of each file comes from, hashed."""
    plain = replace(settings, span=Span(""), style=None, description="", checked_with="", pinned=True)
    common = hashlib.sha256("\x00".join((version(), repr(plain), "")).encode("utf-8", "surrogatepass"))
    for source in sources:
        found = common.copy()
        found.update(f"{source.path}\x00{source.text}".encode("utf-8", "surrogatepass"))
        yield found.digest()


@cache
def version() -> str:
    """What deckbuilder and its libraries are, as a hash; another version renders otherwise."""
    found = hashlib.sha256(sys.version.encode())
    here = Path(__file__).parent
    for path in sorted(here.rglob("*")):
        if path.suffix in (".py", ".css", ".html", ".toml"):
            found.update(path.relative_to(here).as_posix().encode() + b"\x00" + path.read_bytes())
    for library in _LIBRARIES:
        origin = (spec := find_spec(library)) and spec.origin
        for path in sorted(Path(origin).parent.glob("*.py")) if origin else ():
            state = path.stat()
            found.update(f"{path}\x00{state.st_size}\x00{state.st_mtime_ns}".encode())
    return found.hexdigest()


def _read(path: Path, keys: Iterable[bytes]) -> dict[bytes, Staged]:
    """The entries of these keys; none if the file is damaged."""
    wanted = set(keys)
    try:
        if not path.exists():
            return {}
        with contextlib.closing(_open(path)) as connection:
            rows = connection.execute("select key, value from staged")
            return {name: _loaded(value) for name, value in rows if name in wanted}
    except _DAMAGE:
        _drop(path)
        return {}


def _loaded(value: bytes) -> Staged:
    found = pickle.loads(value)  # noqa: S301  the user's own cache folder, which nobody else writes to
    if not isinstance(found, Staged):
        raise TypeError("not a Staged")
    return found


def _write(path: Path, made: dict[bytes, bytes], keys: Sequence[bytes]) -> None:
    """Add entries; of those that this build had no use for, the oldest go."""
    if not made:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.exists() and path.stat().st_size > LARGEST:
            _drop(path)
        with contextlib.closing(_open(path)) as connection, connection:
            connection.execute(_SCHEMA)
            latest = (connection.execute("select max(used) from staged").fetchone()[0] or 0) + 1
            connection.executemany("insert or replace into staged values (?, ?, ?)", [(k, v, latest) for k, v in made.items()])
            connection.executemany("update staged set used = ? where key = ?", [(latest, name) for name in keys])
            connection.execute(
                "delete from staged where key in (select key from staged where used < ? order by used desc limit -1 offset ?)",
                (latest, KEPT),
            )
    except _DAMAGE:
        _drop(path)


_DAMAGE = (
    *(OSError, sqlite3.Error, pickle.UnpicklingError, ValueError, TypeError, AttributeError, EOFError, IndexError, KeyError),
    *(ImportError, MemoryError),
)
"""What damaged files, full disks and folders without permission raise."""


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=1)
    connection.execute("pragma synchronous = off")  # a cache that a power cut takes is made again
    return connection


def _drop(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
