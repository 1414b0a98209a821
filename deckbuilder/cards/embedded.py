"""``[[picture.png]]``, the path of Obsidian's ``![[picture.png]]`` -> the files that it may mean."""

from __future__ import annotations

import os
from pathlib import Path

from deckbuilder.files.walking import walk
from deckbuilder.model.combining_marks import nfc


def name_in(written: str) -> str:
    """Return the path between the double brackets of ``written``; ``""`` if ``written`` is a plain path."""
    return written[2:-2].strip() if written.startswith("[[") and written.endswith("]]") else ""


class Names:
    """The files of a deck's folder by their names. The folder is read at the first question, once for each build."""

    def __init__(self, root: Path) -> None:
        """Take the deck's folder."""
        self._root = root
        self._found: dict[str, list[str]] | None = None

    def paths(self, name: str) -> list[str]:
        """Return the paths of all files whose path ends with ``name``, a name or a path with ``/``.

        The paths begin at the deck's folder. Hidden folders do not count.
        """
        if self._found is None:
            self._found = {}
            for parent, _, files in walk(self._root):
                for file in files:
                    path = Path(os.path.relpath(parent, self._root), file).as_posix()
                    self._found.setdefault(_key(file), []).append(path)
        wanted = "/" + nfc(name)
        files = self._found.get(_key(name), [])
        return sorted(path for path in files if f"/{nfc(path)}".endswith(wanted))

    def nearly(self, name: str) -> str:
        """Return the path of a file whose name has other capital letters than ``name``; ``""`` if there is none."""
        self.paths(name)
        return min((self._found or {}).get(_key(name), []), default="")


def _key(path: str) -> str:
    """Return the last part of ``path`` as file names are compared that may differ in case."""
    return nfc(path.rpartition("/")[2]).casefold()
