"""A path in a list -> the picture or sound that the list's tool would show there, or the reason why the card lacks it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from deckbuilder.cards.embedded import Names
from deckbuilder.cards.media import read_media, shown
from deckbuilder.model.records import Media, MediaProblem

_QUERY = re.compile(r"[?#].*$", re.DOTALL)
_REASONS = {
    "missing-media": "the file '{}' does not exist",
    "media-outside": "the file '{}' is outside the folder of the list; adopt the folder that has both",
    "unreadable-media": "the file '{}' cannot be read",
    "large-media": "the file '{}' is too large for Anki to sync",
    "unshown-media": "Anki shows no files like '{}'",
    "broken-media": "the file '{}' is damaged, or its name has a wrong ending",
    "active-media": "the drawing '{}' has a script, or loads something",
    "backslash-media": "the file '{}' does not exist",
    "ambiguous-media": "several files have the name '{}'",
}


@dataclass(slots=True)
class Files:
    """The files in ``root``, the folder that contains all pictures of the lists in it."""

    root: Path
    names: Names = field(init=False)

    def __post_init__(self) -> None:
        """Look for names in ``root``."""
        self.names = Names(self.root)

    def find(self, folder: Path, path: str) -> Media | str:
        """Return the file that ``path`` names in a list in ``folder``, or the reason why no card can have it.

        The reason is ``""`` for a file on the network. These paths work, too: ``a.png?raw=true`` as on GitHub, ``images\\\\a.png``,
        ``@/a.png`` and ``/a.png`` from ``root``. Obsidian looks for a name in the whole vault, and so does this function.
        """
        found = self._read(folder, path)
        if isinstance(found, MediaProblem) and found.code == "remote-media":
            return ""
        for variant in self._variants(path):
            if isinstance(found, Media) or found.code not in ("missing-media", "backslash-media", "media-outside"):
                break
            other = self._read(folder if not variant.startswith("/") else self.root, variant.lstrip("/"))
            found = other if isinstance(other, Media) or other.code != "missing-media" else found
        return replace(found) if isinstance(found, Media) else _REASONS[found.code].format(path)

    def _read(self, folder: Path, path: str) -> Media | MediaProblem:
        return shown(read_media(self.root, folder, path, self.names))

    def _variants(self, path: str) -> list[str]:
        """Return other spellings of ``path``; ``/`` at the beginning means ``root``."""
        plain = _QUERY.sub("", path).replace("\\", "/")
        plain = "/" + plain.removeprefix("@/") if plain.startswith("@/") else plain
        name = unquote(plain).rpartition("/")[2]
        several = self.names.paths(name) if name else []
        return [plain, *([f"[[{name}]]"] if len(several) == 1 else [])]


@lru_cache(maxsize=1000)
def vault(folder: Path) -> Path | None:
    """Return the vault of Obsidian around ``folder``; None if there is none."""
    return next((place for place in (folder, *folder.parents) if os.path.isdir(place / ".obsidian")), None)  # noqa: PTH112  raises nothing
