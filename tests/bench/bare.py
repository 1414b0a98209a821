"""The smallest possible rebuild: start Python, read and hash the sources, read the cache, write a package of ready rows.

``python -m tests.bench.bare FOLDER PACKAGE CACHE``: PACKAGE is a package of deckbuilder with the rows.
"""

from __future__ import annotations

import hashlib
import pickle
import sqlite3
import sys
import zipfile
from pathlib import Path


def main(folder: Path, package: Path, cached: Path) -> None:
    """Rebuild without rendering. The new package is a file beside ``package``."""
    for path in sorted(folder.glob("*.md")):
        hashlib.sha256(path.read_bytes()).digest()
    with sqlite3.connect(cached) as remembered:
        for (value,) in remembered.execute("select value from staged"):
            pickle.loads(value)  # noqa: S301  the benchmark has just written these bytes
    rows = _rows(package)
    target = sqlite3.connect(":memory:")
    for table, (width, values) in rows.items():
        target.execute(f"create table {table} ({', '.join(f'c{number}' for number in range(width))})")
        target.executemany(f"insert into {table} values ({', '.join('?' * width)})", values)  # noqa: S608  our own names
    target.commit()
    with zipfile.ZipFile(package.with_suffix(".bare"), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("collection.anki2", target.serialize())


def _rows(package: Path) -> dict[str, tuple[int, list[tuple[object, ...]]]]:
    saved = package.with_suffix(".rows")
    if not saved.exists():  # the first run makes the file, and is not timed
        with zipfile.ZipFile(package) as archive:
            source = sqlite3.connect(":memory:")
            source.deserialize(archive.read("collection.anki2"))
        tables = {table: source.execute(f"select * from {table}").fetchall() for table in ("notes", "cards", "col")}  # noqa: S608
        saved.write_bytes(pickle.dumps({table: (len(found[0]), found) for table, found in tables.items()}))
    values: dict[str, tuple[int, list[tuple[object, ...]]]] = pickle.loads(saved.read_bytes())  # noqa: S301
    return values


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
