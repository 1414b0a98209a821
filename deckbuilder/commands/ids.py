"""``deckbuilder ids``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from deckbuilder.build import build
from deckbuilder.commands import common
from deckbuilder.diagnostics import Severity
from deckbuilder.files import write_whole
from deckbuilder.pin import pinned


@click.command
@common.sources
@click.option("--write", is_flag=True, help="Write the ids into the headings.")
def command(sources: tuple[Path, ...], write: bool) -> None:
    r"""Show the questions without a pinned id, or pin them.

    An id is what a learner's schedule hangs on: once {#id} stands in the heading, its text may change.
    Nothing but headings is touched.

    \b
    Example:
      deckbuilder ids --write content/flask-zh
    """
    loaded, diagnostics = common.load_all(sources)
    decks = [build(deck) for deck in loaded]
    diagnostics += [problem for deck in decks for problem in deck.diagnostics if problem.severity is Severity.ERROR]
    if common.report(diagnostics, sum(len(deck.sources) for deck in loaded)):
        sys.exit(1)
    count = 0
    for built in decks:
        for source in built.deck.sources:
            found = [
                card.question for card in built.deck.cards if card.question.span.path == source.path and not card.question.pinned
            ]
            count += len(found)
            for question in found:
                common.echo(f"{question.span}: {{#{question.id}}}  {question.heading.lines[0]}", err=False)
            if found and write:
                try:
                    path = Path(source.path)
                    write_whole(path, pinned(path.read_bytes(), found))
                except OSError as error:
                    raise click.ClickException(f"cannot write {source.path}: {error.strerror or error}") from None
    common.echo(f"{common.plural(count, 'question')} {'pinned' if write else 'without a pinned id'}")
