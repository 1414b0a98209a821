"""A deck without ``deck.lock`` -> a sign that learners have the deck. Then a "first" release would hurt them.

Without the lock, every note gets a new time. So learners would lose their edits in all notes.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from deckbuilder.cards import published_ids
from deckbuilder.files import git
from deckbuilder.files.portable_names import quoted, shown
from deckbuilder.model import note_schemas
from deckbuilder.model.diagnostics import Diagnostic
from deckbuilder.model.records import Settings
from deckbuilder.package.read_package import NotAPackageError, unpack
from deckbuilder.package.write_package import DRAFT
from deckbuilder.source import lock_file
from deckbuilder.source.read_text import read

_MOST = 20
"""Packages in a folder that are opened, the newest first; and locks under other names that are read."""
_LOCK = re.compile(r"deck\b.*\.lock\b", re.IGNORECASE).match


def lost_lock(settings: Settings, root: Path, output: Path) -> list[Diagnostic]:
    """Return a list with an error if learners seem to have the deck in ``root``, else [].

    Such a sign is a lock of this deck, in git or under another name. A released package in the folder ``output`` is one, too.
    """
    found = next(_signs(settings, root, output), None)
    if found is None:
        return []
    sign, way = found
    message = (
        f"{shown(root / lock_file.FILE)} is lost, but learners seem to have this deck: {sign}; {way}; "
        "if no learner has this deck, run release with --first"
    )
    return [Diagnostic(settings.span, "lost-lock", message)]


def _signs(settings: Settings, root: Path, output: Path) -> Iterator[tuple[str, str]]:
    """Yield (sign that learners have the deck, way to get the lock back).

    A package with the name of the deck and with another id is a sign, too: learners would have each note twice in one deck.
    """
    for commit, name, content in git.once_called(lock_file.FILE, Path(os.path.realpath(root))):
        lock, _ = lock_file.read(name, content.decode("utf-8", "replace"))
        if lock and lock.deck == settings.id and lock.notes:
            short = commit[:12] + ("^" if commit.endswith("^") else "")
            yield f"git has {name} in {short}", f"restore it: git restore --source={short} ':/{name}'"
    for path in _other_locks(root):
        found = read(path, [])
        lock = lock_file.read("", found.text)[0] if found else None
        if lock and lock.deck == settings.id and lock.notes:
            yield f"{shown(path)} is a lock of it", f"rename it to {lock_file.FILE}"
    ours = {published_ids.note_type_id(settings.id, schema.key) for schema in note_schemas.SCHEMAS}
    for package in _packages(output):
        try:
            types = {} if is_draft(package) else unpack(package).types
            if ours & types.keys():
                way = f"restore it from git, or rebuild it: deckbuilder release {quoted(root)} --from {quoted(package)}"
                yield f"{shown(package)} is a package of it", way
            elif any(note_schemas.deck_of(kind.name) == settings.name for kind in types.values()):
                way = "restore the old id and the lock, because learners would get each note a second time"
                yield f"{shown(package)} is a package of this name, with another id", way
        except (NotAPackageError, OSError):
            continue


def _other_locks(root: Path) -> list[Path]:
    """Return the files that a person or a program may have made of the lock, such as ``Deck.lock`` or ``deck.lock.orig``."""
    try:
        found = [path for path in root.iterdir() if _LOCK(path.name) and path.name != lock_file.FILE and path.is_file()]
    except OSError:
        return []
    return sorted(found)[:_MOST]


def _packages(folder: Path) -> list[Path]:
    try:
        found = [(path.stat().st_mtime, path) for path in folder.iterdir() if path.suffix == ".apkg" and path.is_file()]
    except OSError:
        return []
    return [path for _, path in sorted(found, reverse=True)[:_MOST]]


def is_draft(package: Path) -> bool:
    """Return whether ``build`` wrote the package before the first release."""
    try:
        with zipfile.ZipFile(package) as archive:
            return archive.comment == DRAFT
    except (zipfile.BadZipFile, OSError):
        return False
