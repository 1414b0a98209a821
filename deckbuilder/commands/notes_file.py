"""The file of the release notes: no file of a deck, and no file that the next build would read as questions."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

import click

from deckbuilder.files.portable_names import key, shown
from deckbuilder.source import adopted_file, lock_file, question_files, settings, tested_file
from deckbuilder.source.deck_folder import Loaded

_STDOUT = 1
"""The number of the standard output, which a shell may have redirected into a file."""


def check(notes: Path | None, decks: Sequence[Loaded], output: Path, *, only_check: bool) -> None:
    """Raise UsageError if the release notes would replace a file of the release, or become questions.

    The notes go to the file ``notes``, or to the standard output without it. ``output`` is the folder of the packages.
    Raise UsageError, too, if there are ``notes`` although ``only_check`` writes nothing.
    """
    if only_check and notes:
        raise click.UsageError("--check writes nothing; use it without --notes")
    if notes:
        _check_file(notes, decks, output)
    elif not only_check:
        _check_redirected(decks)


def _check_file(notes: Path, decks: Sequence[Loaded], output: Path) -> None:
    wanted = Path(os.path.realpath(notes))
    for deck in decks:
        root = Path(os.path.realpath(deck.place.root))
        names = (settings.FILE, settings.STYLE, lock_file.FILE, adopted_file.FILE, tested_file.FILE)
        files = [*deck.place.files, *(root / name for name in names), output / f"{root.name}.apkg"]
        if key(str(wanted)) in {key(os.path.realpath(file)) for file in files}:
            raise click.UsageError(f"--notes {shown(notes)} would replace a file of the release; choose another name")
        if question_files.holds_questions(wanted, root, deck.settings.exclude):
            raise click.UsageError(
                f"the next build would read {shown(notes)} as questions; write it outside the deck's folder, "
                f'or write exclude = ["{wanted.relative_to(root).as_posix()}"] into {settings.FILE}'
            )


def _check_redirected(decks: Sequence[Loaded]) -> None:
    """Raise UsageError if a shell writes the standard output into a question file, as in ``release . > notes.md``."""
    try:
        target = os.fstat(_STDOUT)
    except OSError:  # the standard output is closed
        return
    if not stat.S_ISREG(target.st_mode):
        return
    for path in (path for deck in decks for path in deck.place.files):
        if _is_same(path, target):
            raise click.UsageError(
                f"the next build would read {shown(path)} as questions; delete this file, and write the release notes "
                f"outside the deck's folder, as in --notes ../{path.name}"
            )


def _is_same(path: Path, target: os.stat_result) -> bool:
    """Return whether the file at ``path`` is ``target``. A file that is gone, or that the system does not show, is another."""
    try:
        return os.path.samestat(path.stat(), target)
    except OSError:
        return False
