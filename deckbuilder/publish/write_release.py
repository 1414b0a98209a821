"""Hands a release out: ``deck.lock`` and the package of each deck, in an order in which no crash hurts learners.

No system replaces two files at once, so there is a moment between them, and it is a harmless one: **the lock first**.

- Killed before: the old lock and the old package, as if nothing had been run.
- Killed between: the new lock and the old package. The package is a function of the lock and the sources, so the next
  ``build`` or ``release`` writes the very bytes that are missing. Whoever hands out the old package meanwhile hands out
  one that learners may have missed, which is what every learner does who skips a release.
- Package first, and killed between: learners might have times that the lock does not know. The next release would give the
  same text a second, later time, and take what learners wrote into those notes; and a change taken back would never arrive.

Before any of it, everything that can fail has been done: all files lie on the disk under other names, and the release notes
have been printed or written, so that a release is never made of which the notes are lost. And the lock is the one that was
released against: a second release, or a ``git pull``, in the meantime stops this one.
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
    """What is handed out of one deck."""

    root: Path
    before: Lock | None
    after: Lock
    target: Path
    package: bytes
    notes: str
    """What learners are told."""

    @property
    def lock(self) -> Path:
        """Where the lock lies."""
        return self.root / lock_file.FILE


class NotIssuedError(Exception):
    """A deck could not be handed out; the message says which, why, and what is to be done."""


def issue(issues: Sequence[Issue], announce: Callable[[Sequence[Issue]], None], tell: Callable[[Issue], None]) -> None:
    """Hand all of ``issues`` out: ``announce`` them, then put each in its place and ``tell`` of it.

    Raises NotIssuedError, and what ``announce`` raises: then nothing has been handed out.
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
    """The files of a deck, written beside their places; nobody else releases it until ``stack`` is closed."""
    try:
        stack.enter_context(folder_lock.alone(one.root))
    except folder_lock.BusyError:
        raise NotIssuedError(
            f"another release of {shown(one.root)} is being written; run release again when it is done"
        ) from None
    if _there(one.lock) != one.before:
        raise NotIssuedError(f"{shown(one.lock)} was changed meanwhile, by another release or by git; run release again")
    files: _Files = []
    for path, data in ((one.lock, lock_file.text(one.after).encode()), (one.target, one.package)):
        try:
            if path != one.lock or one.before != one.after:
                files.append((path, stack.enter_context(prepared(path, data))))
        except OSError as error:
            raise NotIssuedError(cannot_write(path, error)) from None
    return files


def _there(path: Path) -> Lock | None:
    """The lock as it is now. Raises NotIssuedError if there is one that cannot be read."""
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
                why += f"; {shown(one.lock)} has the release already: run 'deckbuilder build {shown(one.root)}', which gives the same package"
            raise NotIssuedError(why) from None
