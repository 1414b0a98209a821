"""``deckbuilder check --fix``: shows the safe mends as a diff, and applies them."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from deckbuilder.commands import common, source_files
from deckbuilder.files.portable_names import shown
from deckbuilder.files.reading import UnfitError, read_whole
from deckbuilder.model.diagnostics import Diagnostic, Mend, plural, printable
from deckbuilder.source.apply_mends import mended
from deckbuilder.source.deck_folder import Loaded
from deckbuilder.source.decks import load_decks
from deckbuilder.source.read_text import LARGEST

_AROUND = 3
"""Unchanged lines that a diff shows above and below a change."""


@dataclass(frozen=True, slots=True)
class Change:
    """A file with mends: its bytes before and after."""

    path: Path
    within: Path | None
    """The folder that must contain the file; None if the user named the file."""
    before: bytes
    after: bytes
    applied: tuple[Mend, ...]

    def diff(self) -> Iterator[str]:
        """Yield the lines of a unified diff. Each mend changes one line, so that the numbers of lines stay."""
        old, new = _lines(self.before), _lines(self.after)
        yield common.styled(f"--- {shown(self.path)}", bold=True)
        yield common.styled(f"+++ {shown(self.path)}", bold=True)
        if old[-1] == new[-1] == "":  # the end of the last line begins no line
            del old[-1], new[-1]
        changed = sorted({mend.line - 1 for mend in self.applied})
        for first, end in _hunks(changed, len(old)):
            yield common.styled(f"@@ -{first + 1},{end - first} +{first + 1},{end - first} @@", fg="cyan")
            for same, group in itertools.groupby(range(first, end), key=lambda at: old[at] == new[at]):
                numbers = list(group)
                if same:
                    yield from (f" {old[at]}" for at in numbers)
                else:
                    yield from (common.styled(f"-{old[at]}", fg="red") for at in numbers)
                    yield from (common.styled(f"+{new[at]}", fg="green") for at in numbers)

    def write(self) -> None:
        """Replace the file. Raises ClickException if the file has changed meanwhile, or cannot be written."""
        source_files.replace(self.path, self.within, self.before, self.after, "deckbuilder check --fix")


def changes(sources: Sequence[Path], problems: Iterable[Diagnostic]) -> list[Change]:
    """Return the changes that mend ``problems``, in files of the decks at ``sources`` only. Raises ClickException."""
    decks, _ = load_decks(sources)
    folders = {path: within for deck in decks for path, within in _files(deck)}
    wanted: dict[str, list[Mend]] = {}
    for problem in problems:
        if problem.mend and problem.span.path in folders:
            wanted.setdefault(problem.span.path, []).append(problem.mend)
    found = []
    for name, mends in sorted(wanted.items()):
        path, within = Path(name), folders[name]
        try:
            before = read_whole(path, LARGEST, within)
            after, applied = mended(before, mends)
        except (OSError, UnfitError, UnicodeDecodeError) as error:
            raise click.ClickException(f"cannot read {shown(path)}: {error}") from None
        if applied:
            found.append(Change(path, within, before, after, applied))
    return found


def counts(found: Sequence[Change]) -> str:
    """Return the number of mends and files, as in ``"3 mends in 2 files"``."""
    return f"{plural(sum(len(one.applied) for one in found), 'mend')} in {plural(len(found), 'file')}"


def _files(deck: Loaded) -> Iterator[tuple[str, Path | None]]:
    """Yield (path as in a diagnostic, folder that must contain the file) for each file of ``deck`` with mends."""
    within = None if deck.place.named else Path(os.path.realpath(deck.place.root))
    for source in (*deck.sources, *filter(None, [deck.settings.style])):
        yield source.path, within
    if deck.place.toml:
        yield shown(deck.place.toml), within


def _lines(data: bytes) -> list[str]:
    """Return the lines of a file as a terminal may show them."""
    text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    return ["\t".join(map(printable, line.split("\t"))) for line in text.split("\n")]


def _hunks(changed: Sequence[int], count: int) -> Iterator[tuple[int, int]]:
    """Yield (first line, end) of each part of a diff, from 0. ``changed`` are the changed ones of ``count`` lines."""
    first, end = -1, -1
    for at in changed:
        if at - _AROUND > end >= 0:
            yield first, end
            first = -1
        first = max(0, at - _AROUND) if first < 0 else first
        end = min(count, at + _AROUND + 1)
    if end >= 0:
        yield first, end
