"""``deckbuilder build``."""

from __future__ import annotations

import functools
import gc
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deckbuilder import lock as lock_file
from deckbuilder.commands import common
from deckbuilder.files import cannot_write
from deckbuilder.record import Record, inputs, recall, remember
from deckbuilder.source import Loaded

if TYPE_CHECKING:  # imported when it is known that there is something to build: half of the time of a build that finds nothing
    from deckbuilder.build import Built


@click.command
@common.sources
@common.output
@click.option("-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="Processes to use; by default as many as pay.")
@click.option("--no-cache", is_flag=True, help="Build everything anew, whatever was built before; remember nothing.")
@click.option("--watch", "watched", is_flag=True, help="Build again whenever a file is saved, until Ctrl-C.")
@common.quiet
def command(sources: tuple[Path, ...], output: Path, jobs: int | None, no_cache: bool, *, watched: bool, quiet: bool) -> None:
    """Build an Anki package (.apkg) of each deck.

    SOURCE is a deck folder, a folder of deck folders or one Markdown file; by default 'content'.
    Every mistake is reported first; with an error in any deck, nothing is written.

    What was built before is remembered in the user's cache folder (or DECKBUILDER_CACHE): only files that changed are
    rendered again. The package is the same, with the cache or without.

    \b
    Example:
      deckbuilder build content/flask-zh
      → dist/flask-zh.apkg, to import into Anki: File › Import, or a tap on the phone
      deckbuilder build content/flask-zh --watch
      → the same, again and again
    """
    begun = time.monotonic()
    say = common.silent if quiet else common.echo
    stamp = common.now()
    if watched:
        from deckbuilder.commands.building import keep_building  # noqa: PLC0415

        keep_building(sources, output, quiet=quiet)
        return
    gc.disable()  # nothing that a build makes is a cycle: looking for some took a tenth of the time of a large deck
    loaded, diagnostics = common.load_all(sources)
    before = [(_state(deck), "" if no_cache else inputs(deck)) for deck in loaded]
    decks: dict[Path, Built | Record] = {}
    for deck, (_, now) in zip(loaded, before, strict=True):
        target = output / f"{deck.place.name}.apkg"
        record = None if no_cache else recall(target, deck, now)
        decks[target] = record or _built(deck, jobs or 0, remember=not no_cache, quiet=quiet)
        diagnostics += [*decks[target].diagnostics, *common.doubts(deck, stamp)]
    if common.report(diagnostics, sum(len(deck.sources) for deck in loaded), most_notes=3, quiet=quiet):
        common.echo("nothing written")
        sys.exit(1)
    for deck, (target, built), (lock, now) in zip(loaded, decks.items(), before, strict=True):
        if isinstance(built, Record):
            say(f"{target}: {built.summary}, up to date, {time.monotonic() - begun:.1f} s", err=False)
        else:
            from deckbuilder.commands.building import record_of, write  # noqa: PLC0415

            try:
                packed, summary = write(target, built, stamp, functools.partial(_same_lock, deck, lock))
            except OSError as error:
                raise click.ClickException(cannot_write(target, error)) from None
            if not no_cache:
                remember(target, record_of(deck, now, built, packed, summary))
            say(f"{target}: {summary}, {time.monotonic() - begun:.1f} s", err=False)
        begun = time.monotonic()


def _built(deck: Loaded, jobs: int, *, remember: bool, quiet: bool) -> Built:
    from deckbuilder.build import build  # noqa: PLC0415
    from deckbuilder.commands.staging import stager  # noqa: PLC0415

    return build(deck, stager("rendering", jobs, remember=remember, quiet=quiet))


def _same_lock(deck: Loaded, before: tuple[int, int, int] | None) -> None:
    """Raises ClickException if there was a release: it has written this package, too, with other times."""
    if _state(deck) != before:
        raise click.ClickException(f"{deck.place.root / lock_file.FILE} was changed meanwhile; build again")


def _state(deck: Loaded) -> tuple[int, int, int] | None:
    """What tells two states of the deck's lock apart, at little cost."""
    try:
        found = (deck.place.root / lock_file.FILE).stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
