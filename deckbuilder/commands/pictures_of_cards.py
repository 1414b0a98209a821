"""``deckbuilder preview --png``: pictures of the cards, for people and programs that cannot open the preview."""

from __future__ import annotations

import time
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

import click

from deckbuilder.commands import common, reporting
from deckbuilder.files.portable_names import problem_of, shown
from deckbuilder.files.writing import cannot_write, write_whole
from deckbuilder.model.combining_marks import nfc
from deckbuilder.model.diagnostics import nearest
from deckbuilder.pipeline.incremental import Incremental
from deckbuilder.preview.state import Item, State, state
from deckbuilder.source.decks import load_decks

_MISSING = '--png needs more libraries; install them with: pip install "anki-deckbuilder[pictures]"'
_NO_BROWSER = "--png needs Chromium, Chrome or Edge, and none starts ({}); install one with: playwright install chromium"


def draw(source: Path, wanted: Sequence[str], folder: Path) -> None:
    """Write pictures of the questions whose ids are in ``wanted``, or match a pattern such as ``*``.

    Raises ClickException.
    """
    try:
        from deckbuilder.preview import drawn_cards  # noqa: PLC0415  # needs the extra
    except ImportError:
        raise click.UsageError(_MISSING) from None
    found = Incremental(lambda: load_decks([source])).round()
    reporting.report([problem for problem in found.diagnostics if problem.is_error])
    now = state(found, "", int(time.time()))
    if not now.items:
        raise click.ClickException(f"no question in {shown(source)}")
    chosen = _chosen(now, wanted)
    try:
        with drawn_cards.artist() as artist:
            for item in common.progress("drawing", chosen, len(chosen)):
                for number, picture in zip(item.numbers, artist.pictures(item, now.media[item.deck]), strict=True):
                    path = folder / _name(item, number, folders=len(now.media) > 1)
                    _write(path, picture)
                    common.echo(shown(path), err=False)
    except drawn_cards.NoBrowserError as error:
        raise click.ClickException(_NO_BROWSER.format(error)) from None


def _chosen(now: State, wanted: Sequence[str]) -> list[Item]:
    """Return the questions whose ids match ``wanted``. Raises UsageError for a text that matches no id."""
    found: dict[str, Item] = {}
    for text in map(nfc, wanted):
        matching = {key: item for key, item in now.items.items() if fnmatchcase(item.note.id, text)}
        if not matching:
            known = nearest(text, {item.note.id for item in now.items.values()})
            raise click.UsageError(f"no question has the id '{text}'{known or '; see: deckbuilder ids'}")
        found |= matching
    return list(found.values())


def _name(item: Item, number: int, *, folders: bool) -> Path:
    """Return the name of a picture: the id, the number of the card if there are several, and the folder of the deck if needed."""
    deck, _, name = item.key.rpartition("/")
    name += f"-{number}" if len(item.numbers) > 1 else ""
    name = f"card-{item.question.span.line}-{number}" if problem_of(f"{name}.png") else name
    return Path(deck, f"{name}.png") if folders and deck else Path(f"{name}.png")


def _write(path: Path, data: bytes) -> None:
    try:
        write_whole(path, data)
    except OSError as error:
        raise click.ClickException(cannot_write(path, error)) from None
