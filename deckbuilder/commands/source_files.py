"""Replaces a file of an author by a corrected one, unless the author saved the file meanwhile."""

from __future__ import annotations

from pathlib import Path

import click

from deckbuilder.files.portable_names import shown
from deckbuilder.files.reading import UnfitError, read_whole
from deckbuilder.files.writing import cannot_write, prepared
from deckbuilder.source.read_text import LARGEST


def replace(path: Path, within: Path | None, before: bytes, after: bytes, command: str) -> None:
    """Replace the file at ``path``, which holds ``before``, by ``after``.

    ``within`` is the folder that must contain the file; None if the user named the file. ``command`` is the command to repeat
    if the file has changed. Raises ClickException if the file has changed, or cannot be read or written.
    """
    try:
        with prepared(path, after) as put:
            same = read_whole(path, LARGEST, within) == before
            if same:
                put()
    except UnfitError as error:
        raise click.ClickException(f"cannot read {shown(path)}: {error}") from None
    except OSError as error:
        raise click.ClickException(cannot_write(path, error)) from None
    if not same:
        raise click.ClickException(f"{shown(path)} was changed meanwhile; run '{command}' again")
