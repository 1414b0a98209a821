"""What ``deckbuilder build`` does when there is something to build: the package, what there is to say of it, ``--watch``."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

from deckbuilder.build import Built, Packed, pack
from deckbuilder.commands import common
from deckbuilder.files import cannot_write, prepared
from deckbuilder.incremental import Incremental
from deckbuilder.record import Record, media_of
from deckbuilder.source import Loaded
from deckbuilder.stamp import Stamps


def write(target: Path, built: Built, stamp: int, last_look: Callable[[], None] = lambda: None) -> tuple[Packed, str]:
    """Write the package of a deck; what it holds, and what there is to say of it. Raises OSError, and what ``last_look`` raises."""
    packed = pack(built.deck, stamp)
    with prepared(target, packed.data) as put:
        last_look()
        put()
    cards = sum(len(card.note.ords) for card in built.deck.cards)
    counts = f"{common.plural(len(built.deck.cards), 'note')}, {common.plural(cards, 'card')}"
    return packed, f"{counts}{_since(built, packed.stamps)}, {len(packed.data) / 1000:,.0f} kB"


def record_of(deck: Loaded, now: str, built: Built, packed: Packed, summary: str) -> Record:
    """What the next build will know this one by."""
    package = hashlib.sha256(packed.data).hexdigest()
    return Record(now, package, summary, built.diagnostics, tuple(media_of(deck, built.deck.cards)))


def keep_building(sources: tuple[Path, ...], output: Path, *, quiet: bool) -> None:
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
            if common.report(
                found.diagnostics, sum(len(built.deck.sources) for _, built in found.decks), most_notes=3, quiet=quiet
            ):
                common.echo(f"{clock} nothing written")
                continue
            for place, built in found.decks:
                target = output / f"{place.name}.apkg"
                if written.get(target) != built:
                    try:
                        _, summary = write(target, built, common.now())
                        if not quiet:
                            common.echo(f"{clock} {target}: {summary}, {time.monotonic() - begun:.1f} s", err=False)
                        written[target] = built
                    except OSError as error:
                        common.echo(f"{clock} {cannot_write(target, error)}")
                    begun = time.monotonic()
    except KeyboardInterrupt:
        return


def _since(built: Built, given: Stamps) -> str:
    """What is different from the last release, if there was one."""
    if built.deck.lock is None:
        return ""
    untouched = len(built.deck.cards) - len(given.new) - len(given.changed)
    gone = f", {len(given.gone)} gone" if given.gone else ""
    return f" ({len(given.new)} new, {len(given.changed)} changed, {untouched} untouched{gone} since the last release)"
