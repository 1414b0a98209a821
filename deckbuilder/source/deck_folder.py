"""Paths -> the decks there, their sources and their settings."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from deckbuilder.files import portable_names
from deckbuilder.files.portable_names import shown
from deckbuilder.files.walking import walk
from deckbuilder.model.adopted import Adopted
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.lock import Lock
from deckbuilder.model.records import Settings, Source
from deckbuilder.model.tested import Tested
from deckbuilder.source import adopted_file, deck_records, excluded_files, lock_file, question_files, settings
from deckbuilder.source.deck_records import DeckToml
from deckbuilder.source.included_code import with_code
from deckbuilder.source.read_text import read, unreadable
from deckbuilder.source.subdecks import in_subdeck

RESERVED = re.compile(r"(collection|backup-.*)$", re.IGNORECASE)
"""Names of packages that Anki takes for whole collections."""


_MOST_NAMED = 5
"""The decks that a message names."""


class Place(NamedTuple):
    """The folder and the files of a deck. ``toml`` is the path of ``deck.toml``, None if there is none."""

    name: str
    """The name of the deck's folder, or of its one file without ``.md``; the package has the same name."""
    root: Path
    """The folder that contains all files and pictures of the deck."""
    files: tuple[Path, ...]
    toml: Path | None
    named: bool = False
    """True if the user named the deck's one file; this file may be a link to any place."""
    well_known: tuple[Path, ...] = ()
    """Markdown files for the readers of a repository, such as README.md, which are never questions."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings and texts of a deck, with the mistakes found while reading."""

    place: Place
    settings: Settings
    sources: tuple[Source, ...]
    diagnostics: tuple[Diagnostic, ...]
    lock: Lock | None = None
    adopted: Adopted = field(default_factory=Adopted)
    tested: Tested | None = None
    """The record of the last test; None if the deck has none."""


def places(argument: Path) -> tuple[list[Place], list[Diagnostic]]:
    """Return the decks at ``argument``, and its problems.

    ``argument`` is a deck folder, a folder of deck folders, or a Markdown file. A file or folder inside a deck folder means the
    whole deck: ids and the lock are right only for a whole deck.
    """
    try:
        found, problems = _places(argument)
        problems += [_nested(place.root) for place in found if place.toml and _is_inside_deck(place.root)]
    except OSError as error:
        return [], [unreadable(Path(error.filename or argument), error)]
    if not found and not problems:
        if not argument.exists():
            message = "no such file or folder" + ("" if argument.is_absolute() else _decks_here())
        elif argument.suffix.lower() == ".md" and not argument.is_dir():
            message = "not a regular file"
        elif argument.is_dir():
            message = "no deck here: a deck needs a deck.toml, or Markdown files with questions"
        else:
            message = "not a Markdown file; its name must end in .md"
        problems = [Diagnostic(Span(shown(argument)), "no-deck", message)]
    for place in found:
        if RESERVED.match(place.name):
            message = (
                f"Anki treats a package called {place.name}.apkg as a backup, which replaces the learner's whole collection; "
                "rename the folder"
            )
            problems.append(Diagnostic(Span(shown(place.root)), "reserved-name", message))
    return found, problems


def _places(argument: Path) -> tuple[list[Place], list[Diagnostic]]:
    """Return the decks at ``argument``, and the files and folders in the wrong place. Raises OSError."""
    if argument.is_file() and argument.suffix.lower() != ".md":
        return [], []
    if argument.is_file():
        deck = deck_around(argument.parent)
        return [place_of(deck) if deck else Place(argument.stem, argument.parent, (argument,), None, named=True)], []
    if not argument.is_dir():
        return [], []
    if deck := deck_around(argument):
        return [place_of(deck)], [_nested(folder) for folder in sorted(_deck_folders(deck)) if folder != deck]
    decks = sorted(_deck_folders(argument))
    lone = place_of(argument)
    if not decks:
        return [lone] if lone.files else [], []
    loose = [file for file in lone.files if not any(file.is_relative_to(deck) for deck in decks)]
    return [place_of(deck) for deck in decks], [Diagnostic(Span(shown(file)), "loose-file", _LOOSE) for file in loose]


def place_of(folder: Path) -> Place:
    """Return the deck in ``folder``, whatever lies above."""
    found = _markdown(folder)
    files = tuple(path for path in found if not question_files.is_well_known(path.name))
    well_known = tuple(path for path in found if question_files.is_well_known(path.name))
    return Place(Path(os.path.realpath(folder)).name, folder, files, _toml(folder), well_known=well_known)


def _nested(folder: Path) -> Diagnostic:
    message = "this deck is inside another deck, so its questions belong to both; move it out"
    return Diagnostic(Span(shown(folder / settings.FILE)), "nested-deck", message)


def _is_inside_deck(folder: Path) -> bool:
    """Return whether the files of a deck above include those in ``folder``. A deck has no files in hidden folders."""
    real = Path(os.path.realpath(folder))
    for inner, outer in zip((real, *real.parents), real.parents, strict=False):
        if inner.name.startswith("."):
            return False
        with contextlib.suppress(PermissionError):  # the user may have no access to folders above the deck
            if _toml(outer):
                return True
    return False


_LOOSE = "this file is beside deck folders, but in no deck; move it into one of them, or into a new folder with a deck.toml"


def _decks_here() -> str:
    """Return the end of a message: commands without an argument look for the folder ``content``, which few users have."""
    if deck_around(Path()):
        return "; the current folder belongs to a deck, and its name here is '.', as in: deckbuilder check ."
    decks = sorted(shown(toml.parent) for toml in Path().glob(f"*/{settings.FILE}"))
    more = ", …" if len(decks) > _MOST_NAMED else ""
    return f"; the current folder has these decks: {', '.join(decks[:_MOST_NAMED])}{more}" if decks else ""


def _toml(folder: Path) -> Path | None:
    toml = folder / settings.FILE
    return toml if deck_records.is_there(toml) else None


def deck_around(folder: Path) -> Path | None:
    """Return the nearest deck folder that is or contains ``folder``, spelled like ``folder``; None if there is none."""
    around = (Path(os.path.normpath(folder / ("../" * up))) for up in range(len(Path(os.path.realpath(folder)).parts)))
    for parent in around:
        with contextlib.suppress(PermissionError):  # the user may have no access to folders above the deck
            if _toml(parent):
                return parent
    return None


def _deck_folders(folder: Path) -> Iterator[Path]:
    for parent, _, names in _walk(folder):
        if settings.FILE in names:
            yield Path(parent)


def _markdown(folder: Path) -> list[Path]:
    """Return the Markdown files in and below ``folder`` in path order, without hidden files and linked folders."""
    found = (Path(parent, name) for parent, _, names in _walk(folder) for name in names if question_files.is_markdown(name))
    return sorted(found, key=lambda path: path.relative_to(folder).parts)


def _walk(folder: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield the tuples of ``walk``. Raises OSError for a folder that cannot be read."""

    def stop(error: OSError) -> None:
        raise error

    return walk(folder, onerror=stop)


def load(place: Place) -> Loaded:
    """Return the settings and texts of the deck at ``place``. Mistakes are diagnostics in the result."""
    diagnostics: list[Diagnostic] = []
    root = Path(os.path.realpath(place.root))
    folder = DeckToml(place.root, place.toml)
    deck_settings = settings.defaults(place.name, shown(place.files[0] if place.files else place.root))
    if place.toml is not None:
        toml = deck_records.merged(read(place.toml, diagnostics, root), diagnostics)
        if toml is not None:
            deck_settings, problems = settings.read(toml.path, toml.text, root)
            diagnostics += problems
        if (found := deck_records.merged(deck_records.beside(folder, settings.STYLE, diagnostics), diagnostics)) is not None:
            deck_settings = replace(deck_settings, style=found)
        deck_settings = replace(deck_settings, test=deck_records.with_texts(folder, deck_settings, diagnostics))
    else:
        message = (
            f"no deck.toml, so the deck's identity depends on the name '{deck_settings.name}'; "
            f'write a deck.toml with id = "{deck_settings.id}" and name = "{deck_settings.name}"'
        )
        diagnostics.append(Diagnostic(deck_settings.span, "unpinned-deck", message))
    files, problems = excluded_files.remaining(place.files, place.well_known, place.root, deck_settings)
    place = place._replace(files=files)
    diagnostics += problems
    diagnostics += _misspelled(place)
    sources = tuple(
        with_code(in_subdeck(source, place.root, deck_settings), place.root, diagnostics)
        for path in place.files
        if (source := read(path, diagnostics, None if place.named else root)) is not None
    )
    lock = deck_records.lock(folder, deck_settings, diagnostics)
    adopted = deck_records.adopted(folder, diagnostics)
    tested = deck_records.tested(folder, diagnostics)
    if tested is not None:
        plain = "" if settings.asks_for_versions(deck_settings) else deck_settings.checked_with
        deck_settings = replace(deck_settings, badge=tested.checked_with or plain)
    return Loaded(place, deck_settings, sources, tuple(diagnostics), lock, adopted, tested)


def _misspelled(place: Place) -> Iterator[Diagnostic]:
    """Warn about files such as ``Deck.toml``.

    Systems that ignore case read such a file as ``deck.toml``. Other systems do not, so that the deck has another identity there.
    """
    for folder in sorted({place.root, *(path.parent for path in place.files)}):
        of_root = (settings.STYLE, lock_file.FILE, adopted_file.FILE) if place.toml and folder == place.root else ()
        wanted = {portable_names.key(name): name for name in (settings.FILE, *of_root)}
        with contextlib.suppress(OSError):  # reading the folder for questions reports this error
            for name in sorted(path.name for path in folder.iterdir()):
                right = wanted.get(portable_names.key(name), name)
                if name != right:
                    message = f"not every system reads this file as '{right}'; rename it to '{right}'"
                    yield Diagnostic(Span(shown(folder / name)), "misspelled-file", message)
