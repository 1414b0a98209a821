"""The files beside ``deck.toml``, which belong to the whole deck: the lock, the records, the style sheet, the setup of code."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import NamedTuple

from deckbuilder.files.portable_names import shown
from deckbuilder.model.adopted import Adopted
from deckbuilder.model.diagnostics import Diagnostic
from deckbuilder.model.lock import Lock
from deckbuilder.model.records import Settings, Source
from deckbuilder.model.run_settings import RunSettings
from deckbuilder.model.tested import Tested
from deckbuilder.source import adopted_file, lock_file, tested_file
from deckbuilder.source.conflict_marks import conflict_marks
from deckbuilder.source.read_text import LARGEST, LARGEST_RECORD, read, unreadable


class DeckToml(NamedTuple):
    """The folder of a deck, and the path of its ``deck.toml``; None if there is none."""

    root: Path
    toml: Path | None


def lock(folder: DeckToml, deck_settings: Settings, diagnostics: list[Diagnostic]) -> Lock | None:
    """Return the lock of the deck; None if there is none, it is damaged, or it belongs to another deck.

    A lock of another deck would give that deck's notes to the learners of this deck.
    """
    found = beside(folder, lock_file.FILE, diagnostics, LARGEST_RECORD)
    if found is None:
        return None
    lock, problems = lock_file.read(found.path, found.text)
    diagnostics += problems
    if any(
        problem.code == "merge-conflict" and problem.span.path == shown(folder.toml or folder.root) for problem in diagnostics
    ):
        return None  # the id of the deck is not known
    if lock is not None and lock.deck.casefold() != deck_settings.id.casefold():
        message = (
            f"this lock belongs to the deck '{lock.deck}', not to '{deck_settings.id}': if you changed the id, restore the old id; "
            f"if this deck is a new copy, delete {found.path}"
        )
        diagnostics.append(Diagnostic(deck_settings.span, "changed-deck-id", message))
        return None
    return lock


def adopted(folder: DeckToml, diagnostics: list[Diagnostic]) -> Adopted:
    """Return the adopted notes of the deck. The rules check that these notes fit the lock."""
    found = beside(folder, adopted_file.FILE, diagnostics, LARGEST_RECORD)
    if found is None:
        return Adopted()
    adopted, problems = adopted_file.read(found.path, found.text)
    diagnostics += problems
    return adopted or Adopted()


def tested(folder: DeckToml, diagnostics: list[Diagnostic]) -> Tested | None:
    """Return the record of the last test; None if there is none."""
    found = beside(folder, tested_file.FILE, diagnostics, LARGEST_RECORD)
    if found is None:
        return None
    tested, problems = tested_file.read(found.path, found.text)
    diagnostics += problems
    return tested


def with_texts(folder: DeckToml, deck_settings: Settings, diagnostics: list[Diagnostic]) -> RunSettings:
    """Return how code is run, with the texts of the setup files."""
    test = deck_settings.test
    names = sorted({test.setup, *(runner.setup for _, runner in test.runners)} - {""})
    found = {name: beside(folder, name, diagnostics) for name in names}
    for name in (name for name, text in found.items() if text is None and _is_missing(folder.root / name)):
        message = f"'test' has the setup '{name}', which does not exist in the deck's folder; correct the path"
        diagnostics.append(Diagnostic(deck_settings.at("test"), "bad-deck-toml", message))
    return test._replace(texts=tuple((name, text.text) for name, text in found.items() if text is not None))


def beside(folder: DeckToml, name: str, diagnostics: list[Diagnostic], most: int = LARGEST) -> Source | None:
    """Return the file ``name`` beside the deck's ``deck.toml``; None if it does not exist or cannot be read."""
    path = folder.root / name
    try:
        return read(path, diagnostics, folder.root, most) if folder.toml is not None and is_there(path) else None
    except OSError as error:
        diagnostics.append(unreadable(path, error))
        return None


def merged(found: Source | None, diagnostics: list[Diagnostic]) -> Source | None:
    """Return ``found``; None if git left a merge conflict in the file, which is added to ``diagnostics``."""
    conflicts = list(conflict_marks(found.path, found.text, markdown=False)) if found is not None else []
    diagnostics += conflicts
    return None if conflicts else found


def _is_missing(path: Path) -> bool:
    """Return whether ``path`` does not exist; False if the system cannot say, which ``beside`` reports."""
    try:
        return not is_there(path)
    except OSError:
        return False


def is_there(path: Path) -> bool:
    """Return whether ``path`` exists; a link to nothing exists, too.

    Raises OSError if the system cannot say, because a wrong guess would change the deck's identity.
    """
    try:
        path.lstat()
    except OSError as error:
        if error.errno not in _NO_SUCH_FILE:
            raise
        return False
    return True


_NO_SUCH_FILE = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.EINVAL}
