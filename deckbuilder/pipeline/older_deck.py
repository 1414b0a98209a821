"""A deck with a lock of 0.1.0, or with two merged locks -> the lock in today's format. Git may prove that a question has not changed since the release."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from deckbuilder.files import git
from deckbuilder.files.portable_names import key, quoted
from deckbuilder.model.combining_marks import nfc
from deckbuilder.model.deck import Entry
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.lock import FORMAT, Lock, LockedNote
from deckbuilder.publish.older_lock import Drawn, brought_up, drawn
from deckbuilder.source import lock_file
from deckbuilder.source.deck_folder import Loaded, load, place_of

_FEW = 5
"""Ids that a message names."""
Entries = Callable[[Loaded], Iterable[Entry]]


def current_lock(loaded: Loaded, entries: Sequence[Entry], entries_of: Entries) -> tuple[Lock | None, list[Diagnostic]]:
    """Return (the lock of ``loaded`` in today's format, warnings about notes that perhaps only look changed).

    ``entries`` are the questions of ``loaded``. ``entries_of`` returns those of another state of the folder.
    """
    lock = loaded.lock
    if lock is None or (lock.format >= FORMAT and not lock.merged):
        return lock, []
    today = dict(drawn(entries, loaded.adopted, loaded.settings))
    current, doubtful = brought_up(lock, today, loaded.adopted, None)
    if not doubtful:
        return current, []
    released = _released(loaded, entries_of, doubtful)
    current, doubtful = brought_up(lock, today, loaded.adopted, released)
    return current, [_doubt(lock, loaded, doubtful)] if doubtful else []


def _released(loaded: Loaded, entries_of: Entries, wanted: Sequence[LockedNote]) -> Mapping[str, Sequence[Drawn]] | None:
    """Return the drawings of the notes ``wanted`` in the commit that wrote the lock of ``loaded``. Return None without a commit.

    Other notes in the files of these notes are drawn, too.
    """
    root = Path(os.path.realpath(loaded.place.root))
    commit = git.last_change(root / lock_file.FILE)
    # a merge has the sources of two releases
    if not commit or (loaded.lock and loaded.lock.merged):
        return None
    with tempfile.TemporaryDirectory(prefix="deckbuilder-") as folder:
        write_files(commit, root, Path(folder))
        then = load(place_of(Path(folder)))
        if any(problem.is_error for problem in then.diagnostics):
            return None
        ids = re.compile("|".join(re.escape(nfc(old.id).casefold()) for old in wanted))
        sources = tuple(source for source in then.sources if ids.search(nfc(source.text).casefold()))
        return dict(drawn(entries_of(replace(then, sources=sources)), then.adopted, then.settings))


def write_files(commit: str, root: Path, folder: Path) -> None:
    """Write the files in ``root``, as they were in ``commit``, to ``folder``."""
    seen: set[str] = set()
    for name, content in git.files_at(commit, root):
        path = folder.joinpath(*name.split("/"))
        # on some systems two names mean one file, and some names none
        if key(name) not in seen and ".." not in name.split("/"):
            seen.add(key(name))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def _doubt(lock: Lock, loaded: Loaded, doubtful: Sequence[LockedNote]) -> Diagnostic:
    names = ", ".join(old.id for old in doubtful[:_FEW]) + (f" and {len(doubtful) - _FEW} more" if len(doubtful) > _FEW else "")
    message = (
        f"deckbuilder 0.1.0 wrote this lock, and with today's libraries {names} may only look changed; if you did not change them, "
        f"run 'deckbuilder release {quoted(loaded.place.root)} --from OLD.apkg' with the package of the last release"
    )
    return Diagnostic(Span(lock.path), "older-lock", message)
