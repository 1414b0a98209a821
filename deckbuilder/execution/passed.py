"""The code that former runs on this machine have proven, as hashes. A lost file costs only time."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

from deckbuilder.files.writing import write_whole
from deckbuilder.version import __version__

FILE = "passed.txt"
_MOST = 50_000
"""Hashes that are kept, the newest."""


def key(code: str, language: str, versions: str) -> str:
    """Return the hash of code in a language that ran with these versions."""
    return hashlib.sha256(f"{__version__}\n{code}\n{language}\n{versions}".encode()).hexdigest()[:24]


class Passed:
    """A set of hashes in a file of the user's cache folder."""

    def __init__(self, folder: Path | None) -> None:
        """Read the file in ``folder``; with None, remember nothing."""
        self._path = folder / FILE if folder else None
        self._known: dict[str, None] = {}
        self._added = False
        if self._path:
            with contextlib.suppress(OSError, ValueError):
                self._known = dict.fromkeys(self._path.read_text(encoding="ascii").split())

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def add(self, name: str) -> None:
        """Remember a hash. Several threads may call this method."""
        self._known[name] = None
        self._added = True

    def write(self) -> None:
        """Write the file, unless nothing was added."""
        if self._path and self._added:
            with contextlib.suppress(OSError):  # a cache that cannot be written costs only time
                write_whole(self._path, "\n".join(list(self._known)[-_MOST:]).encode("ascii"))
