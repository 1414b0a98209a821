"""The collection of any tool -> its tables, read-only. Time and memory are bounded, whatever the file contains."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deckbuilder.files.reading import MB

STEPS = 1_000_000_000
"""Steps of SQLite's virtual machine. A note or card takes about twenty steps. Endless queries and damaged tables take more."""
LARGEST_VALUE = 64 * MB
"""Bytes of a text in the database. Anki itself has no limit for fields."""
LARGEST_CACHE = 512 * MB
"""Bytes that SQLite may use."""
_EVERY = 100_000
"""Steps between two checks of the limit."""


class UnsoundError(Exception):
    """The file is no collection, or too large. The message gives the reason."""


@contextmanager
def database(pieces: Iterable[bytes], log: Iterable[bytes] | None = None) -> Iterator[sqlite3.Connection]:
    """Open a temporary database with the bytes of ``pieces``. Raises OSError; queries raise sqlite3.Error.

    ``log`` has the bytes of the write-ahead log that belongs to the database; None if there is none.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "collection"
        _write(path, pieces)
        if log is not None:
            _write(path.with_name(f"{path.name}-wal"), log)
        # immutable: the header announces a write-ahead log, but a package contains none
        mode = "mode=ro&immutable=1" if log is None else "mode=rw"
        connection = sqlite3.connect(f"{path.as_uri()}?{mode}", uri=True)
        try:
            _guard(connection)
            yield connection
        finally:
            connection.close()


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        file.writelines(pieces)


def _guard(connection: sqlite3.Connection) -> None:
    """Make ``connection`` safe for hostile files, as in https://sqlite.org/security.html#untrusted_sqlite_database_files."""
    left = STEPS // _EVERY

    def tired() -> bool:
        nonlocal left
        left -= 1
        return left < 0

    connection.set_progress_handler(tired, _EVERY)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)
    for pragma in ("trusted_schema = off", "cell_size_check = on", "query_only = on", f"hard_heap_limit = {LARGEST_CACHE}"):
        connection.execute(f"pragma {pragma}").close()
    connection.create_collation(
        "unicase", lambda one, other: (one.casefold() > other.casefold()) - (one.casefold() < other.casefold())
    )


def check(connection: sqlite3.Connection, most: Mapping[str, int]) -> None:
    """Ensure that each name in ``most`` is a table without computed columns, with at most this number of rows.

    Raises UnsoundError if a name is missing or a view, or if the table is too large.
    """
    for table, rows in most.items():
        found = connection.execute("select type, rootpage from sqlite_master where lower(name) = ?", (table,)).fetchall()
        if [kind for kind, page in found if page] != ["table"]:
            raise UnsoundError(f"it has no table '{table}'")
        if any(hidden for *_, hidden in connection.execute(f"pragma table_xinfo({table})")):
            raise UnsoundError(f"its table '{table}' has computed columns")
        if connection.execute(f"select count(*) from (select 1 from {table} limit ?)", (rows + 1,)).fetchone()[0] > rows:  # noqa: S608
            raise UnsoundError(f"it has more than {rows:,} {table}")
