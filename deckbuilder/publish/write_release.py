"""Write a release: ``deck.lock`` and the package of each deck, in an order that protects learners from every crash.

No system replaces two files at once. So there is a moment between the two files, and **the lock comes first**.

- A crash before this moment: the old lock and the old package exist, as if no release had run.
- A crash in this moment: the new lock and the old package exist. The lock and the sources determine the package.
  So the next ``build`` or ``release`` writes exactly the missing bytes. The old package harms no learner meanwhile:
  learners only skip a release.
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
from deckbuilder.source.read_text import read


@dataclass(frozen=True, slots=True)
class ReleaseFiles:
    """The files of one deck's release, before they are written."""

    root: Path
    """The folder of the deck."""
    before: Lock | None
    """The lock of the last release; None if there was none."""
    after: Lock
    """The lock to write."""
    target: Path
    """The path of the package to write."""
    package: bytes
    """The content of the package."""
    notes: str
    """The release notes, in Markdown."""

    @property
    def lock(self) -> Path:
        """The path of the lock."""
        return self.root / lock_file.FILE


class NotReleasedError(Exception):
    """A deck could not be released. The message names the deck, the reason and the fix."""


def write_releases(
    releases: Sequence[ReleaseFiles],
    announce: Callable[[Sequence[ReleaseFiles]], None],
    report: Callable[[ReleaseFiles], None],
) -> None:
    """Write the files of all ``releases``, one deck after the other.

    ``announce`` is called once, before any file changes, and prints or writes all release notes.
    ``report`` is called for each deck whose files are written.
    Raises NotReleasedError with the reason. After ``announce``, the message also names the other decks that are not released.
    An exception of ``announce`` passes through, and then no file has changed.
    """
    with contextlib.ExitStack() as stack:
        ready = [_prepare(one, stack) for one in releases]
        announce(releases)
        for number, (one, files) in enumerate(zip(releases, ready, strict=True)):
            try:
                _put(one, files)
            except NotReleasedError as error:
                rest = ", ".join(shown(other.root) for other in releases[number + 1 :])
                raise NotReleasedError(f"{error}{f'; also not released: {rest}' if rest else ''}") from None
            report(one)


_Files = list[tuple[Path, Callable[[], None]]]
"""(path, function that puts the new file there) of each file, in the order of writing."""


def _prepare(one: ReleaseFiles, stack: contextlib.ExitStack) -> _Files:
    """Write the files of a deck under other names, and return them. No other process can release the deck until ``stack`` closes.

    Raises NotReleasedError if another release runs, the lock has changed meanwhile, or a file cannot be written.
    """
    try:
        stack.enter_context(folder_lock.alone(one.root))
    except folder_lock.BusyError:
        raise NotReleasedError(
            f"another release of {shown(one.root)} is being written; run release again when it is done"
        ) from None
    if _there(one.lock) != one.before:
        raise NotReleasedError(f"{shown(one.lock)} was changed meanwhile by another release or by git; run release again")
    files: _Files = []
    for path, data in ((one.lock, lock_file.text(one.after).encode()), (one.target, one.package)):
        try:
            if path != one.lock or one.before != one.after:
                files.append((path, stack.enter_context(prepared(path, data))))
        except OSError as error:
            raise NotReleasedError(cannot_write(path, error)) from None
    return files


def _there(path: Path) -> Lock | None:
    """Return the lock on the disk, None if no lock exists. Raises NotReleasedError if the lock cannot be read."""
    try:
        path.lstat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise NotReleasedError(f"{shown(path)} cannot be read: {error.strerror or error}") from None
    found = read(path, [])
    lock = lock_file.read(found.path, found.text)[0] if found else None
    if lock is None:
        raise NotReleasedError(f"{shown(path)} was changed meanwhile, and cannot be read; run release again")
    return lock


def _put(one: ReleaseFiles, files: _Files) -> None:
    """Put the prepared ``files`` of a deck in their places. Raises NotReleasedError; then some files may be in place."""
    for path, put in files:
        try:
            put()
        except (OSError, KeyboardInterrupt) as error:
            why = cannot_write(path, error) if isinstance(error, OSError) else f"interrupted before {shown(path)} was written"
            if path == one.target and len(files) > 1:
                why += f"; {shown(one.lock)} already has the release: run 'deckbuilder build {shown(one.root)}' to write the same package"
            raise NotReleasedError(why) from None
