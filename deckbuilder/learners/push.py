"""A package -> a running Anki, which imports it; then a look at the result. ``importPackage`` alone reports nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from deckbuilder.learners.anki_connect import AnkiConnect, ConnectError
from deckbuilder.learners.arrivals import AnkiNote, Arrivals, anki_notes, arrivals
from deckbuilder.package.read_package import Unpacked, unpack

_PATIENCE = 600
"""Seconds that Anki may take for an import."""
_AT_ONCE = 1000
"""Notes in one question to Anki."""


class Pushed(NamedTuple):
    """The result of an import."""

    arrivals: Arrivals
    reshaped: tuple[str, ...]
    """The names of the note types that have other fields in Anki than in the package. The next sync may be a full one."""


def push(anki: AnkiConnect, path: Path) -> Pushed:
    """Import the package at ``path`` into ``anki``, and compare Anki's notes before and after.

    Raises ConnectError, NotAPackageError, OSError.
    """
    package = unpack(path)
    reshaped = tuple(_reshaped(anki, package))
    before = _notes(anki, package)
    if anki.ask("importPackage", seconds=_PATIENCE, path=os.path.abspath(path)) is not True:  # noqa: PTH100  keep links
        raise ConnectError("Anki did not import the package: choose a profile in Anki, then push again")
    return Pushed(arrivals(package, before, _notes(anki, package)), reshaped)


def hand_over(anki: AnkiConnect, path: Path) -> None:
    """Open the package at ``path`` in Anki's own dialog. Raises ConnectError."""
    anki.ask("guiImportFile", seconds=_PATIENCE, path=Path(os.path.abspath(path)).as_posix())  # noqa: PTH100


def _reshaped(anki: AnkiConnect, package: Unpacked) -> Iterator[str]:
    """Yield the names of the note types that have other fields in Anki. Raises ConnectError."""
    there = set(_listed(anki, "modelNames"))
    used = {note.type_id for note in package.notes.values()}
    for kind in package.types.values():
        if kind.id in used and kind.name in there:
            fields = list(_listed(anki, "modelFieldNames", modelName=kind.name))
            if fields != [name for name, _ in kind.fields]:
                yield kind.name


def _notes(anki: AnkiConnect, package: Unpacked) -> list[AnkiNote]:
    """Return all notes in Anki that a note of ``package`` may be: those of its note types or decks. Raises ConnectError."""
    decks = {deck for note in package.notes.values() for deck in note.cards.values()}
    types = {package.types[note.type_id].name for note in package.notes.values()}
    found = [int(number) for number in _listed(anki, "findNotes", query=_search(("deck", decks), ("note", types)))]
    notes: list[AnkiNote] = []
    for at in range(0, len(found), _AT_ONCE):
        try:
            notes += anki_notes(_listed(anki, "notesInfo", notes=found[at : at + _AT_ONCE]))
        except (KeyError, TypeError, AttributeError, ValueError):
            raise ConnectError("AnkiConnect describes notes in an unknown way: update it, then push again") from None
    return notes


def _listed(anki: AnkiConnect, action: str, **params: Any) -> list[Any]:
    """Return Anki's answer, which must be a list. Raises ConnectError."""
    found = anki.ask(action, **params)
    if not isinstance(found, list):
        raise ConnectError(f"AnkiConnect answers '{action}' in an unknown way: update it, then push again")
    return found


def _search(*kinds: tuple[str, Iterable[str]]) -> str:
    """Return a search in Anki's words for notes of any of these decks and note types."""
    return " or ".join(
        '"{}:{}"'.format(kind, re.sub(r'([\\"*_])', r"\\\1", name)) for kind, names in kinds for name in sorted(names) if name
    )
