"""``deckbuilder site``."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from deckbuilder.commands import common, reporting
from deckbuilder.files.portable_names import shown
from deckbuilder.files.writing import cannot_write
from deckbuilder.model.diagnostics import plural
from deckbuilder.site import manifest
from deckbuilder.source.deck_folder import Loaded
from deckbuilder.source.decks import load_decks

if TYPE_CHECKING:
    from deckbuilder.pipeline.build_deck import Built

_MISSING = 'site needs more libraries; install them with: pip install "anki-deckbuilder[site]"'


def _address(_context: click.Context, _option: click.Parameter, given: str | None) -> str:
    """Return the address that the user gave; ``""`` without one. Raises BadParameter."""
    if given is None:
        return ""
    if urlsplit(given).scheme not in ("http", "https") or not urlsplit(given).netloc:
        raise click.BadParameter(f"'{given}' is no address such as https://example.org/deck/")
    return given


@click.command
@common.sources
@common.output_in("dist/site", "pages")
@click.option("--base", metavar="URL", callback=_address, help="Address of the site, for its feed, its map and search engines.")
@click.option("--edit", metavar="URL", callback=_address, help="Address to edit a question; {file} and {line} are its place.")
@reporting.every
@common.quiet
def command(sources: tuple[Path, ...], output: Path, base: str, edit: str, *, every: bool, quiet: bool) -> None:
    """Write each deck as static pages: to read, search, practise and print.

    SOURCE is a deck folder, a folder of deck folders or one Markdown file; by default 'content'.
    Each question has a page of its own, at an address that does not change. Questions of equal ids in other languages are
    on the same page. The pages ask no other host, work without JavaScript, and open from a disk.

    Files that the last run wrote and this run does not need are deleted. Other files in the folder stay.

    \b
    Example:
      deckbuilder site my-deck --base https://example.org/my-deck --edit 'https://example.org/{file}#L{line}'
      dist/site/index.html: 1 deck, 6 questions, 17 files written, 0.6 s
    """
    begun = time.monotonic()
    loaded, diagnostics = load_decks(sources)
    order = manifest.Order(output, base.rstrip("/") + "/" if base else "", edit, common.now())
    known = manifest.recalled(loaded, order)
    if known:
        decks, found = None, known
    else:
        try:
            from deckbuilder.site import build_site  # noqa: PLC0415  needs the extra
        except ImportError:
            raise click.UsageError(_MISSING) from None
        decks, found = build_site.built(loaded, common.bar("rendering", quiet=quiet))
    diagnostics += found.diagnostics
    if reporting.report(diagnostics, ignored=found.ignored, every=every, quiet=quiet, fixes=True) or not loaded:
        common.echo("nothing written")
        sys.exit(1)
    written, unreleased = (0, found.unreleased) if decks is None else _written(loaded, decks, order)
    if not quiet:
        for name, count in unreleased:
            common.echo(f"{shown(Path(name))}: no release has {plural(count, 'question')} of it in this form")
        counts = f"{plural(len(loaded), 'deck')}, {plural(found.questions, 'question')}"
        news = "up to date" if known else f"{plural(written, 'file')} written"
        common.echo(f"{shown(output / 'index.html')}: {counts}, {news}, {time.monotonic() - begun:.1f} s", err=False)


def _written(loaded: Sequence[Loaded], decks: Sequence[Built], order: manifest.Order) -> tuple[int, manifest.Unreleased]:
    """Write the site of ``decks``. Raises ClickException."""
    from deckbuilder.site import build_site  # noqa: PLC0415  as above

    try:
        return build_site.write(loaded, decks, order)
    except build_site.ForeignFileError as error:
        message = f"{shown(error.path)} is not from 'deckbuilder site'; move it, or name another folder"
        raise click.ClickException(message) from None
    except OSError as error:
        raise click.ClickException(cannot_write(Path(error.filename or order.output), error)) from None
