"""A collection by any tool -> its tables, to be read from and nothing else: whatever is in the file, in bounded time and memory."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deckbuilder.files.reading import MB

STEPS = 1_000_000_000
"""Of SQLite's virtual machine. Reading a note or card takes some twenty; a query that never ends, and tables that lie, take more."""
LARGEST_VALUE = 64 * MB
"""Bytes of a text in it; Anki itself takes fields of any length."""
LARGEST_CACHE = 512 * MB
"""Bytes that SQLite may use."""
_EVERY = 100_000


class UnsoundError(Exception):
    """It is no collection, or too large a one; the message says why."""


@contextmanager
def database(pieces: Iterable[bytes]) -> Iterator[sqlite3.Connection]:
    """The database file with the bytes of ``pieces``. Raises OSError; what is done with it raises sqlite3.Error."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "collection"
        with path.open("wb") as file:
            for piece in pieces:
                file.write(piece)
        # immutable: Anki's says that it has a write-ahead log, which is not in the package
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            _guard(connection)
            yield connection
        finally:
            connection.close()


def _guard(connection: sqlite3.Connection) -> None:
    """https://sqlite.org/security.html#untrusted_sqlite_database_files."""
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
    """Whether each name in ``most`` is a table, no view, nothing computed, with no more rows than that. Raises UnsoundError."""
    for table, rows in most.items():
        found = connection.execute("select type, rootpage from sqlite_master where lower(name) = ?", (table,)).fetchall()
        if [kind for kind, page in found if page] != ["table"]:
            raise UnsoundError(f"it has no table '{table}'")
        if any(hidden for *_, hidden in connection.execute(f"pragma table_xinfo({table})")):
            raise UnsoundError(f"its table '{table}' has columns that are computed")
        if connection.execute(f"select count(*) from (select 1 from {table} limit ?)", (rows + 1,)).fetchone()[0] > rows:  # noqa: S608
            raise UnsoundError(f"it has more than {rows:,} {table}")
