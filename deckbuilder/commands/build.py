"""``deckbuilder build``."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from deckbuilder.build import Built, build, pack
from deckbuilder.commands import common
from deckbuilder.files import write_whole
from deckbuilder.stamp import Stamps


@click.command
@common.sources
@common.output
def command(sources: tuple[Path, ...], output: Path) -> None:
    """Build an Anki package (.apkg) of each deck.

    SOURCE is a deck folder, a folder of deck folders or one Markdown file; by default 'content'.
    Every mistake is reported first; with an error in any deck, nothing is written.

    \b
    Example:
      deckbuilder build content/flask-zh
      → dist/flask-zh.apkg, to import into Anki: File › Import, or a tap on the phone
    """
    begun = time.monotonic()
    stamp = common.now()
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
        packed = pack(built.deck, stamp)
        try:
            write_whole(target, packed.data)
        except OSError as error:
            raise click.ClickException(f"cannot write {target}: {error.strerror or error}") from None
        cards = sum(len(card.note.ords) for card in built.deck.cards)
        counts = f"{common.plural(len(built.deck.cards), 'note')}, {common.plural(cards, 'card')}"
        size = f"{len(packed.data) / 1000:,.0f} kB, {time.monotonic() - begun:.1f} s"
        common.echo(f"{target}: {counts}{_since(built, packed.stamps)}, {size}", err=False)
        begun = time.monotonic()


def _since(built: Built, given: Stamps) -> str:
    """What is different from the last release, if there was one."""
    if built.deck.lock is None:
        return ""
    untouched = len(built.deck.cards) - len(given.new) - len(given.changed)
    gone = f", {len(given.gone)} gone" if given.gone else ""
    return f" ({len(given.new)} new, {len(given.changed)} changed, {untouched} untouched{gone} since the last release)"
