"""Write a release: ``deck.lock`` and the package of each deck, in an order that protects learners from every crash.

No system replaces two files at once. So there is a moment between the two files, and **the lock comes first**.

- A crash before this moment: the old lock and the old package exist, as if no release had run.
- A crash in this moment: the new lock and the old package exist. The lock and the sources determine the package.
  So the next ``build`` or ``release`` writes exactly the missing bytes. The old package harms no learner meanwhile:
  its learners only skip a release.
- With the package first, a crash in this moment could give learners times that the lock does not know. The next release
  would give the same text a later time, and overwrite the learners' edits. A reverted change would never arrive.

Everything that can fail happens before this moment. All files are on the disk under other names.
The release notes are printed or written, so that no release exists whose notes are lost.
The lock on the disk is still the lock that was read: a second release or a ``git pull`` in between stops this release.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from deckbuilder.files import folder_lock
from deckbuilder.files.portable_names import shown
from deckbuilder.files.writing import cannot_write, prepared
from deckbuilder.model.lock import Lock
from deckbuilder.source import lock_file
from deckbuilder.source.deck_folder import read


@dataclass(frozen=True, slots=True)
class Issue:
    """The files of one deck's release, before they are written."""

    root: Path
    before: Lock | None
    after: Lock
    target: Path
    package: bytes
    notes: str
    """The release notes, in Markdown."""

    @property
    def lock(self) -> Path:
        """The path of the lock."""
        return self.root / lock_file.FILE


class NotIssuedError(Exception):
    """A deck could not be released. The message names the deck, the reason and the fix."""


def issue(issues: Sequence[Issue], announce: Callable[[Sequence[Issue]], None], tell: Callable[[Issue], None]) -> None:
    """Write all ``issues``: call ``announce`` once, then replace the files of each deck and call ``tell`` for the deck.

    Raises NotIssuedError. An exception of ``announce`` passes through, and then no file has changed.
    """
    with contextlib.ExitStack() as stack:
        ready = [_ready(one, stack) for one in issues]
        announce(issues)
        for number, (one, files) in enumerate(zip(issues, ready, strict=True)):
            try:
                _put(one, files)
            except NotIssuedError as error:
                rest = ", ".join(shown(other.root) for other in issues[number + 1 :])
                raise NotIssuedError(f"{error}{f'; not released either: {rest}' if rest else ''}") from None
            tell(one)


_Files = list[tuple[Path, Callable[[], None]]]


def _ready(one: Issue, stack: contextlib.ExitStack) -> _Files:
    """Return the files of a deck, written under other names. No other process can release the deck until ``stack`` closes."""
    try:
        stack.enter_context(folder_lock.alone(one.root))
    except folder_lock.BusyError:
        raise NotIssuedError(
            f"another release of {shown(one.root)} is being written; run release again when it is done"
        ) from None
    if _there(one.lock) != one.before:
        raise NotIssuedError(f"{shown(one.lock)} was changed meanwhile by another release or by git; run release again")
    files: _Files = []
    for path, data in ((one.lock, lock_file.text(one.after).encode()), (one.target, one.package)):
        try:
            if path != one.lock or one.before != one.after:
                files.append((path, stack.enter_context(prepared(path, data))))
        except OSError as error:
            raise NotIssuedError(cannot_write(path, error)) from None
    return files


def _there(path: Path) -> Lock | None:
    """Return the lock on the disk, None if no lock exists. Raises NotIssuedError if the lock cannot be read."""
    try:
        path.lstat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise NotIssuedError(f"{shown(path)} cannot be read: {error.strerror or error}") from None
    found = read(path, [])
    lock = lock_file.read(found.path, found.text)[0] if found else None
    if lock is None:
        raise NotIssuedError(f"{shown(path)} was changed meanwhile, and cannot be read; run release again")
    return lock


def _put(one: Issue, files: _Files) -> None:
    for path, put in files:
        try:
            put()
        except (OSError, KeyboardInterrupt) as error:
            why = cannot_write(path, error) if isinstance(error, OSError) else f"interrupted before {shown(path)} was written"
            if path == one.target and len(files) > 1:
                why += f"; {shown(one.lock)} already has the release: run 'deckbuilder build {shown(one.root)}' to write the same package"
            raise NotIssuedError(why) from None
