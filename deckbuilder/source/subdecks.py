"""A file's place in the folder of its deck -> its subdeck in Anki."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from deckbuilder.model.records import Settings, Source


def in_subdeck(source: Source, root: Path, settings: Settings) -> Source:
    """Return ``source``, with the names of the folders between ``root`` and the file as its subdeck if ``settings`` say so.

    The names stay as they are: Anki sorts subdecks by name, so that a number in front keeps the author's order.
    """
    if settings.subdecks != "folders":
        return source
    return source._replace(subdeck=unicodedata.normalize("NFC", "::".join(source.folder.relative_to(root).parts)))
