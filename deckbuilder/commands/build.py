"""``deckbuilder build``."""

from __future__ import annotations

import functools
import hashlib
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deckbuilder.commands import common, reporting
from deckbuilder.files.portable_names import shown
from deckbuilder.files.writing import cannot_write, prepared
from deckbuilder.model.deck import Stamps
from deckbuilder.model.diagnostics import plural
from deckbuilder.pipeline.last_build import Record, inputs, media_of, recall, remember
from deckbuilder.source import lock_file
from deckbuilder.source.deck_folder import Loaded
from deckbuilder.source.decks import load_decks

if TYPE_CHECKING:  # imported only if there is something to build, so that a build without changes is quick
    from deckbuilder.pipeline.build_deck import Built, Packed


@click.command
@common.sources
@common.output
@click.option("-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="Number of processes; by default chosen for speed.")
@click.option("--no-cache", is_flag=True, help="Build everything again: read and write no cache.")
@click.option("--watch", "watched", is_flag=True, help="Build again whenever a file is saved, until Ctrl-C.")
@click.option("--push", "pushed", is_flag=True, help="With --watch: import each package into a running Anki, as 'push' does.")
@common.sync
@common.address
@reporting.every
@common.quiet
def command(
    sources: tuple[Path, ...],
    output: Path,
    jobs: int | None,
    *,
    no_cache: bool,
    url: str,
    every: bool,
    quiet: bool,
    **given: bool,
) -> None:
    """Build an Anki package (.apkg) of each deck.

    SOURCE is a deck folder, a folder of deck folders or one Markdown file; by default 'content'.
    Every mistake is reported first. If any deck has an error, nothing is written.

    The user's cache folder (or DECKBUILDER_CACHE) keeps results, so that the next build renders only changed files.
    The package is the same with the cache and without.

    \b
    Example:
      deckbuilder build my-deck
      dist/my-deck.apkg: 6 notes, 8 cards, 11 kB, 0.2 s
      deckbuilder build my-deck --watch
      (a line at each save)
    """
    if given["pushed"] and not given["watched"]:
        raise click.UsageError("--push goes with --watch; to push once, run: deckbuilder push")
    if given["synced"] and not given["pushed"]:
        raise click.UsageError("--sync goes with --push")
    if not given["watched"]:
        build_all(sources, output, jobs or 0, cached=not no_cache, every=every, quiet=quiet)
        return
    if jobs or no_cache:
        raise click.UsageError("--watch keeps its results in memory, in one process: it goes without --jobs and --no-cache")
    say = common.silent if quiet else common.echo
    after = _pusher(url, say, synced=given["synced"]) if given["pushed"] else lambda _target: None
    _keep_building(sources, output, after, every=every, say=say)


def build_all(
    sources: tuple[Path, ...], output: Path, jobs: int = 0, *, cached: bool = True, every: bool, quiet: bool
) -> list[Path]:
    """Write the package of each deck, print a line about it, and return the paths of the packages.

    If a deck has an error, report it, write nothing, and exit with code 1. ``jobs`` is the number of processes, 0 for the
    fastest number. Raises ClickException.
    """
    begun = time.monotonic()
    stamp = common.now()
    loaded, diagnostics = load_decks(sources)
    before = [(_state(deck), inputs(deck) if cached else "") for deck in loaded]
    decks: dict[Path, Built | Record] = {}
    for deck, (_, fingerprint) in zip(loaded, before, strict=True):
        target = output / f"{deck.place.name}.apkg"
        decks[target] = _recalled_or_built(target, deck, fingerprint, jobs, quiet=quiet)
        diagnostics += [*decks[target].diagnostics, *common.doubts(deck, stamp)]
    ignored = sum(found.ignored for found in decks.values())
    if reporting.report(diagnostics, ignored=ignored, every=every, quiet=quiet, fixes=True):
        common.echo("nothing written")
        sys.exit(1)
    for deck, (target, built), (lock, fingerprint) in zip(loaded, decks.items(), before, strict=True):
        summary = _written(target, deck, built, stamp, lock, fingerprint=fingerprint)
        (common.silent if quiet else common.echo)(f"{shown(target)}: {summary}, {time.monotonic() - begun:.1f} s", err=False)
        begun = time.monotonic()
    return list(decks)


def _written(
    target: Path, deck: Loaded, built: Built | Record, stamp: int, lock: tuple[int, int, int] | None, *, fingerprint: str
) -> str:
    """Write the package, and remember it unless ``fingerprint`` is ``""``. Do nothing if the package is up to date.

    Returns the summary of the package. Raises ClickException, also if the lock has changed.
    """
    if isinstance(built, Record):
        return f"{built.summary}, up to date"
    try:
        packed, summary = write(target, built, stamp, functools.partial(_same_lock, deck, lock))
    except OSError as error:
        raise click.ClickException(cannot_write(target, error)) from None
    if fingerprint:
        remember(target, record_of(deck, fingerprint, built, packed, summary))
    return summary


def _recalled_or_built(target: Path, deck: Loaded, fingerprint: str, jobs: int, *, quiet: bool) -> Record | Built:
    """Return the record of the last build if nothing has changed since, else the built deck.

    ``fingerprint`` is that of ``last_build.recall``. With ``""``, the deck is always built.
    """
    if fingerprint and (record := recall(target, deck, fingerprint)):
        return record
    from deckbuilder.pipeline.build_deck import build  # noqa: PLC0415
    from deckbuilder.pipeline.staging import stager  # noqa: PLC0415

    return build(deck, stager(jobs, remember=bool(fingerprint), show=common.bar("rendering", quiet=quiet)))


def _same_lock(deck: Loaded, before: tuple[int, int, int] | None) -> None:
    """Raise ClickException if there was a release meanwhile: the release has written the same package with other times."""
    if _state(deck) != before:
        raise click.ClickException(f"{deck.place.root / lock_file.FILE} was changed meanwhile; build again")


def _state(deck: Loaded) -> tuple[int, int, int] | None:
    """Return values that differ for two states of the deck's lock: time, size and inode. None if there is no lock."""
    try:
        found = (deck.place.root / lock_file.FILE).stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def write(target: Path, built: Built, stamp: int, last_look: Callable[[], None] = lambda: None) -> tuple[Packed, str]:
    """Write the package of a deck. Return the package, and a summary for people.

    ``last_look`` is called just before the package gets its name. Raises OSError, and the exceptions of ``last_look``.
    """
    from deckbuilder.pipeline.build_deck import pack  # noqa: PLC0415

    packed = pack(built.deck, stamp, draft=built.deck.lock is None)
    with prepared(target, packed.data) as put:
        last_look()
        put()
    cards = sum(len(entry.note.ords) for entry in built.deck.entries)
    counts = f"{plural(len(built.deck.entries), 'note')}, {plural(cards, 'card')}"
    return packed, f"{counts}{_since(built, packed.stamps)}, {len(packed.data) / 1000:,.0f} kB"


def record_of(deck: Loaded, fingerprint: str, built: Built, packed: Packed, summary: str) -> Record:
    """Return the record by which the next build finds this package up to date."""
    package = hashlib.sha256(packed.data).hexdigest()
    return Record(fingerprint, package, summary, built.diagnostics, built.ignored, tuple(media_of(deck, built.deck)))


def _pusher(url: str | None, say: Callable[..., None], *, synced: bool) -> Callable[[Path], None]:
    """Return a function that imports a package into the Anki at ``url``, and reports each failure. Raises UsageError."""
    from deckbuilder.commands import pushing  # noqa: PLC0415

    anki = pushing.connection(url)

    def push(target: Path) -> None:
        try:
            pushing.push_all(anki, [target], say, synced=synced)
        except click.ClickException as error:
            common.echo(error.message)

    return push


def _keep_building(
    sources: tuple[Path, ...], output: Path, after: Callable[[Path], None], *, every: bool, say: Callable[..., None]
) -> None:
    """Write each deck again when it has changed, until Ctrl-C. While a deck has an error, report it and write nothing.

    ``after`` is called with the path of each written package.
    """
    from deckbuilder.pipeline.incremental import Incremental  # noqa: PLC0415

    incremental = Incremental(lambda: load_decks(sources))
    written: dict[Path, Built] = {}
    last = None
    try:
        for changed in common.watched(sources, "--watch"):
            begun = time.monotonic()
            found = incremental.round(changed)
            if found == last:
                continue
            last = found
            clock = time.strftime("%H:%M:%S")
            ignored = sum(built.ignored for _, built in found.decks)
            if reporting.report(found.diagnostics, ignored=ignored, every=every, quiet=say is common.silent, fixes=True):
                common.echo(f"{clock} nothing written")
                continue
            for place, built in found.decks:
                target = output / f"{place.name}.apkg"
                if written.get(target) == built:
                    continue
                try:
                    _, summary = write(target, built, common.now())
                except OSError as error:
                    common.echo(f"{clock} {cannot_write(target, error)}")
                else:
                    say(f"{clock} {shown(target)}: {summary}, {time.monotonic() - begun:.1f} s", err=False)
                    written[target] = built
                    after(target)
                begun = time.monotonic()
    except KeyboardInterrupt:
        return


def _since(built: Built, given: Stamps) -> str:
    """Return the counts of changes since the last release; ``""`` if there was none."""
    if built.deck.lock is None:
        return ""
    untouched = len(built.deck.entries) - len(given.new) - len(given.changed)
    gone = f", {len(given.gone)} gone" if given.gone else ""
    return f" ({len(given.new)} new, {len(given.changed)} changed, {untouched} untouched{gone} since the last release)"
