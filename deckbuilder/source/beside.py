"""A deck's folder -> the new questions of the decks beside it. A question that is gone may have moved there."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from deckbuilder.files.portable_names import shown
from deckbuilder.model.diagnostics import Span
from deckbuilder.source import lock_file, settings
from deckbuilder.source.deck_folder import Place, place_of
from deckbuilder.source.read_text import read

_ID = re.compile(r"#{1,6}[ \t].*\{#([\w-]+)[ }]")
"""A heading with an id. Text in a fence may look so, too; then at most a message names it."""
_MOST = 200
"""Decks that are read."""


def new_questions_beside(place: Place) -> dict[str, Span]:
    """Return the places of questions, by case-folded id, that decks beside ``place`` have and that no release of them had."""
    found: dict[str, Span] = {}
    for folder in _decks_beside(place.root):
        # without this folder, the message about the question only says less; its own check reports the folder
        with contextlib.suppress(OSError):
            for key, span in _new_questions(folder):
                found.setdefault(key, span)
    return found


def _new_questions(folder: Path) -> Iterator[tuple[str, Span]]:
    """Yield (case-folded id, place) of each question of a deck that no release of it had. Raises OSError."""
    text = read(folder / lock_file.FILE, []) if (folder / lock_file.FILE).exists() else None
    lock = lock_file.read("", text.text)[0] if text else None
    released = lock.notes if lock else {}
    for file in place_of(folder).files:
        content = read(file, [])
        for number, line in enumerate(content.text.split("\n") if content else (), 1):
            match = _ID.match(line)
            if match and match[1].casefold() not in released:
                yield match[1].casefold(), Span(shown(file), number)


def _decks_beside(root: Path) -> Iterator[Path]:
    here, near = os.path.realpath(root), root.parent if root.name not in ("", "..") else root / ".."
    try:
        folders = sorted(path for path in near.iterdir() if (path / settings.FILE).is_file())
    except OSError:
        return
    yield from (path for path in folders[:_MOST] if os.path.realpath(path) != here)
