"""``deckbuilder ids``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from deckbuilder.commands import common, reporting
from deckbuilder.files.portable_names import shown
from deckbuilder.files.reading import UnfitError, read_whole
from deckbuilder.files.writing import cannot_write, write_whole
from deckbuilder.model.diagnostics import plural
from deckbuilder.model.records import Outline, Source
from deckbuilder.pipeline.build_deck import build
from deckbuilder.pipeline.staging import stager
from deckbuilder.source.decks import load_decks
from deckbuilder.source.pin_ids import pinned
from deckbuilder.source.read_text import LARGEST, read

_IN_THE_WAY = {
    "unreadable",
    "not-utf8",
    "no-deck",
    "bad-deck-toml",
    "bad-front-matter",
    "bad-attribute",
    "bad-id",
    "duplicate-id",
    "unclosed",
}
"""Codes of mistakes that could make an id wrong. Other mistakes, such as a missing answer, do not matter here."""


@click.command
@common.sources
@click.option("--write", is_flag=True, help="Write the ids into the headings.")
def command(sources: tuple[Path, ...], write: bool) -> None:
    """Show the questions without a pinned id, or pin them.

    A pinned id is in the heading, as {#id}. A learner's schedule belongs to the id: then you can change the text of the
    heading. The command changes only headings.

    \b
    Example:
      deckbuilder ids --write content/flask-zh
    """
    loaded, diagnostics = load_decks(sources)
    decks = [build(deck, stager(remember=True, show=common.bar("reading", quiet=False))) for deck in loaded]
    diagnostics += [problem for deck in decks for problem in deck.diagnostics if problem.code in _IN_THE_WAY]
    if reporting.report(diagnostics, every=True):
        if write:
            common.echo("nothing written")
        sys.exit(1)
    wanted = [Path(os.path.realpath(source)) for source in sources]
    count = 0
    for built in decks:
        questions: dict[str, list[Outline]] = {}  # by file, as a look at all questions for each file would take quadratic time
        for entry in built.deck.entries:
            questions.setdefault(entry.question.span.path, []).append(entry.question)
        for source in built.deck.sources:
            path = Path(source.path)
            unpinned = [question for question in questions.get(source.path, ()) if not question.pinned]
            if not unpinned or not any(Path(os.path.realpath(path)).is_relative_to(place) for place in wanted):
                continue
            count += len(unpinned)
            for question in unpinned:
                common.echo(f"{question.span}: {{#{question.id}}}  {question.heading.lines[0]}", err=False)
            if write:
                _write(source, unpinned)
    common.echo(f"{plural(count, 'question')} {'pinned' if write else 'without a pinned id'}")


def _write(source: Source, questions: list[Outline]) -> None:
    """Write the ids of ``questions`` into the file of ``source``.

    Raises ClickException if the file was saved meanwhile, because the headings may be on other lines.
    """
    path = Path(source.path)
    try:
        data = read_whole(path, LARGEST)
        if (now := read(path, [])) is None or now.text != source.text:
            raise click.ClickException(f"{shown(path)} was changed meanwhile; run 'deckbuilder ids' again")
        write_whole(path, pinned(data, questions))
    except UnfitError as error:
        raise click.ClickException(f"cannot read {shown(path)}: {error}") from None
    except OSError as error:
        raise click.ClickException(cannot_write(path, error)) from None
