"""A deck's folder -> the questions that moved between this deck and the decks beside it, before either deck is released."""

from __future__ import annotations

import contextlib
import functools
import os
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from deckbuilder.files.portable_names import quoted, shown
from deckbuilder.model.deck import Left
from deckbuilder.model.diagnostics import Span
from deckbuilder.model.lock import Lock, LockedNote
from deckbuilder.source import lock_file, settings
from deckbuilder.source.deck_folder import Place, place_of
from deckbuilder.source.read_text import read

_ID = re.compile(r"#{1,6}[ \t](.*)\{#([\w-]+)[ }]")
"""A heading with an id. Text in a fence may look so, too; then at most a message names it."""
_MOST = 200
"""Decks that are read."""
_LONG = 12
"""Letters from which two headings are hardly equal by chance."""


def moved_beside(place: Place, gone: Iterable[LockedNote]) -> dict[str, Span]:
    """Return the places, by case-folded id, of those ``gone`` questions that decks beside ``place`` have as new ones.

    Such a question has the same id, or another id and the same heading.
    """
    here = {note.id.casefold(): note for note in gone}
    texts = {_letters(note.question): key for key, note in here.items()}
    found: dict[str, Span] = {}
    renamed: dict[str, Span] = {}
    for folder in _decks_beside(place.root):
        # without this folder, the message about the question only says less; its own check reports the folder
        with contextlib.suppress(OSError):
            lock = _lock(folder)
            for key, heading, span in _questions(folder):
                if lock and key in lock.notes:
                    continue
                if key in here:
                    found.setdefault(key, span)
                elif len(letters := _letters(heading)) >= _LONG and letters in texts:
                    renamed.setdefault(texts[letters], span)
    return renamed | found


def left_beside(place: Place, new: Collection[str]) -> dict[str, Left]:
    """Return those questions, by case-folded id, that learners of a deck beside ``place`` have, and that are gone there.

    ``new`` has the case-folded ids that count: those of the new questions of the deck at ``place``.
    """
    found: dict[str, Left] = {}
    for folder in _decks_beside(place.root):
        with contextlib.suppress(OSError):
            lock = _lock(folder)
            keys = {key for key in new if lock and key in lock.notes and not lock.notes[key].retired}
            if lock and keys:
                keys -= {key for key, _, _ in _questions(folder)}
                path = shown(folder / lock_file.FILE)
                found |= {key: Left(lock.notes[key], Span(path, lock.lines[key]), quoted(folder)) for key in keys}
    return found


def _lock(folder: Path) -> Lock | None:
    """Return the lock of a deck, None without a whole lock. Raises OSError."""
    path = folder / lock_file.FILE
    try:
        about = path.stat()
    except FileNotFoundError:
        return None
    return _lock_in(path, about.st_mtime_ns, about.st_size)


@functools.lru_cache(maxsize=_MOST)  # each deck of a repository looks at all others
def _lock_in(path: Path, time: int, size: int) -> Lock | None:  # noqa: ARG001
    """Return the lock in the file ``path``, None without a whole lock. ``time`` and ``size`` are those of the file."""
    text = read(path, [])
    return lock_file.read("", text.text)[0] if text else None


def _questions(folder: Path) -> Iterator[tuple[str, str, Span]]:
    """Yield (case-folded id, heading, place) of each question of a deck. Raises OSError."""
    for file in place_of(folder).files:
        content = read(file, [])
        for number, line in enumerate(content.text.split("\n") if content else (), 1):
            if match := _ID.match(line):
                yield match[2].casefold(), match[1], Span(shown(file), number)


def _letters(text: str) -> str:
    """Return the letters and digits of ``text`` in lower case: Markdown has marks that the text in a lock has not."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _decks_beside(root: Path) -> Iterator[Path]:
    here, near = os.path.realpath(root), root.parent if root.name not in ("", "..") else root / ".."
    try:
        folders = sorted(path for path in near.iterdir() if (path / settings.FILE).is_file())
    except OSError:
        return
    yield from (path for path in folders[:_MOST] if os.path.realpath(path) != here)
