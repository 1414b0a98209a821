"""``deckbuilder test --update``: shows the real outputs as a diff, and writes them into the files."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from deckbuilder.commands import common, source_files
from deckbuilder.execution import new_outputs
from deckbuilder.execution.mismatches import Mismatch
from deckbuilder.execution.run_deck import DeckRun, Place
from deckbuilder.files.portable_names import shown
from deckbuilder.files.reading import UnfitError, read_whole
from deckbuilder.model.diagnostics import plural
from deckbuilder.source.read_text import LARGEST


def rewrite(first: Sequence[DeckRun], second: Sequence[DeckRun], *, yes: bool, quiet: bool) -> set[Place]:
    """Write the outputs that two runs of the same decks agree on into their files. Raises ClickException.

    On a terminal, ask before each file, unless ``yes``. Return the places of the outputs that differ between the runs.
    """
    twice = {(place, new) for place, _, new in new_outputs.of_runs(second)}
    changes: dict[str, list[Mismatch]] = {}
    unstable = set()
    for place, item, new in new_outputs.of_runs(first):
        if (place, new) in twice:
            changes.setdefault(place.path, []).append(item)
        else:
            unstable.add(place)
    for path, items in changes.items():
        _rewrite(Path(path), items, yes=yes, quiet=quiet)
    return unstable


def _rewrite(path: Path, items: Sequence[Mismatch], *, yes: bool, quiet: bool) -> None:
    """Write the real outputs into a file. Raises ClickException."""
    try:
        data = read_whole(path, LARGEST)
        before = data.decode("utf-8")
    except (OSError, UnfitError, UnicodeDecodeError) as error:
        raise click.ClickException(f"cannot read {shown(path)}: {error}") from None
    after, mended = new_outputs.rewritten(before, items)
    if not mended:
        return
    if not quiet:
        diff = difflib.unified_diff(before.splitlines(), after.splitlines(), shown(path), shown(path), lineterm="")
        common.echo(*diff, err=False)
    asks = sys.stdin is not None and sys.stdin.isatty() and not yes
    if asks and not click.confirm(f"Write {plural(len(mended), 'output')} into {shown(path)}?", err=True):
        return
    source_files.replace(path, None, data, after.encode(), "deckbuilder test --update")
