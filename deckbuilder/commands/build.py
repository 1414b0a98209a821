"""``deckbuilder build``."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from deckbuilder.build import Built, build, pack
from deckbuilder.commands import common
from deckbuilder.files import write_whole
from deckbuilder.incremental import Incremental
from deckbuilder.stamp import Stamps


@click.command
@common.sources
@common.output
@click.option("--watch", "watched", is_flag=True, help="Build again whenever a file is saved, until Ctrl-C.")
def command(sources: tuple[Path, ...], output: Path, watched: bool) -> None:
    """Build an Anki package (.apkg) of each deck.

    SOURCE is a deck folder, a folder of deck folders or one Markdown file; by default 'content'.
    Every mistake is reported first; with an error in any deck, nothing is written.

    \b
    Example:
      deckbuilder build content/flask-zh
      → dist/flask-zh.apkg, to import into Anki: File › Import, or a tap on the phone
      deckbuilder build content/flask-zh --watch
      → the same, again and again
    """
    begun = time.monotonic()
    stamp = common.now()
    if watched:
        _keep_building(sources, output)
        return
    loaded, diagnostics = common.load_all(sources)
    decks: dict[Path, Built] = {}
    for deck in loaded:
        target = output / f"{deck.place.name}.apkg"
        decks[target] = build(deck, lambda items: common.progress("rendering", list(items)))
        diagnostics += decks[target].diagnostics
    if common.report(diagnostics, sum(len(deck.sources) for deck in loaded), most_notes=3):
        common.echo("nothing written")
        sys.exit(1)
    for target, built in decks.items():
        try:
            common.echo(_write(target, built, stamp, begun), err=False)
        except OSError as error:
            raise click.ClickException(_cannot(target, error)) from None
        begun = time.monotonic()


def _keep_building(sources: tuple[Path, ...], output: Path) -> None:
    """Write each deck anew whenever it has changed, and no deck is wrong; mistakes are told, and waited for to be mended."""
    incremental = Incremental(lambda: common.load_all(sources))
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
            if common.report(found.diagnostics, sum(len(built.deck.sources) for _, built in found.decks), most_notes=3):
                common.echo(f"{clock} nothing written")
                continue
            for place, built in found.decks:
                target = output / f"{place.name}.apkg"
                if written.get(target) != built:
                    try:
                        common.echo(f"{clock} {_write(target, built, common.now(), begun)}", err=False)
                        written[target] = built
                    except OSError as error:
                        common.echo(f"{clock} {_cannot(target, error)}")
                    begun = time.monotonic()
    except KeyboardInterrupt:
        return


def _write(target: Path, built: Built, stamp: int, begun: float) -> str:
    """Write the package of a deck; the line that says so. Raises OSError."""
    packed = pack(built.deck, stamp)
    write_whole(target, packed.data)
    cards = sum(len(card.note.ords) for card in built.deck.cards)
    counts = f"{common.plural(len(built.deck.cards), 'note')}, {common.plural(cards, 'card')}"
    size = f"{len(packed.data) / 1000:,.0f} kB, {time.monotonic() - begun:.1f} s"
    return f"{target}: {counts}{_since(built, packed.stamps)}, {size}"


def _cannot(target: Path, error: OSError) -> str:
    return f"cannot write {target}: {error.strerror or error}"


def _since(built: Built, given: Stamps) -> str:
    """What is different from the last release, if there was one."""
    if built.deck.lock is None:
        return ""
    untouched = len(built.deck.cards) - len(given.new) - len(given.changed)
    gone = f", {len(given.gone)} gone" if given.gone else ""
    return f" ({len(given.new)} new, {len(given.changed)} changed, {untouched} untouched{gone} since the last release)"
