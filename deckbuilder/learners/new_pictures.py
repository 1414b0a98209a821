"""Pictures and sounds that learners added -> safe paths beside the question's file, and their content."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from deckbuilder.adopt.packages.packed_media import FOLDER
from deckbuilder.cards import media_names
from deckbuilder.cards.media import shown
from deckbuilder.files.reading import MB
from deckbuilder.model.records import Media

_MOST = 200 * MB
"""Bytes of all new pictures and sounds together."""


class Pictures:
    """The new files of all learners."""

    def __init__(self) -> None:
        self.found: dict[Path, bytes] = {}
        """Content by path."""
        self._left = _MOST

    def path(self, name: str, folder: Path, read: Callable[[str], bytes | None]) -> str:
        """Return the path from ``folder`` for the file ``name`` of a learner; ``""`` if no client would show such a file.

        ``read`` returns the content of a file. The path has a hash, so that no two files share a path.
        """
        found = next((data for one in dict.fromkeys((name, unquote(name))) if (data := read(one)) is not None), None)
        if found is None or len(found) > self._left:
            return ""
        file = shown(media_names.media(PurePosixPath(unquote(name).replace("\\", "/")), found))
        if not isinstance(file, Media):
            return ""
        path = f"{FOLDER}/{file.name}"
        if folder / path not in self.found:
            self._left -= len(found)
            self.found[folder / path] = file.data
        return path
