"""Names of pictures and sounds in a package -> safe paths in a deck folder."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

from deckbuilder.files import portable_names
from deckbuilder.model.combining_marks import nfc
from deckbuilder.model.control_characters import NUL
from deckbuilder.source.question_ids import free_name

FOLDER = "media"
"""The folder of pictures and sounds in an adopted deck."""
_OURS = ("md", "toml")
"""Suffixes of the files that deckbuilder reads as parts of a deck."""
_LONGEST = 100
"""Bytes of a file's name without the suffix."""


class Files:
    """The media of a package. Names that are paths go to ``bad``: Anki refuses such packages, and a path may leave the folder."""

    def __init__(self, names: Iterable[str]) -> None:
        self.paths: dict[str, str] = {}
        """Path in the deck folder by name in the package."""
        self.bad: list[str] = []
        self._composed: dict[str, str] = {}
        taken: dict[str, int] = {}
        for name in sorted(names):
            if "/" in name or "\\" in name or NUL in name or name in ("", ".", ".."):
                self.bad.append(name)
            else:
                self.paths[name] = f"{FOLDER}/{free(_safe(name), taken)}"
                self._composed.setdefault(nfc(name), name)

    def named(self, reference: str) -> str:
        """Return the name in the package of the file that ``src="reference"`` shows; ``""`` if the package has no such file."""
        found = next((name for name in (reference, unquote(reference)) if name in self.paths), "")
        return found or self._composed.get(nfc(reference), "")

    def static(self) -> dict[str, str]:
        """Return the path of each file that templates and style sheets may show, by name. Anki always copies such files."""
        return {name: path for name, path in self.paths.items() if name.startswith(("_", "latex-"))}


def _safe(name: str) -> str:
    """Return ``name`` without characters that have a meaning for a file system or for Markdown."""
    name = re.sub(r"[^\w.-]+", "-", nfc(name)).strip(".-") or "file"
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        stem, suffix = name, ""
    stem = stem.encode()[:_LONGEST].decode(errors="ignore").rstrip(".-") or "file"
    safe = f"{stem}{dot}{suffix[:12]}"
    if suffix.casefold() in _OURS:
        safe = f"{safe}.bin"
    return f"file-{safe}" if portable_names.DEVICES.match(safe) else safe


def free(name: str, taken: dict[str, int]) -> str:
    """Return ``name``, or a similar name that differs from all names in ``taken`` in more than case.

    The name that is returned is added to ``taken``; see ``free_name``.
    """
    stem, dot, suffix = name.rpartition(".")
    return free_name(stem, taken, dot + suffix, portable_names.key) if dot else free_name(name, taken, key=portable_names.key)
