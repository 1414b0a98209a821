"""``deckbuilder stats``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from deckbuilder.commands import common, reporting
from deckbuilder.files.portable_names import shown
from deckbuilder.files.writing import cannot_write, write_whole
from deckbuilder.learners.deck_cards import cards_of
from deckbuilder.learners.figures import LEAST, DeckFigures, Figures, figures
from deckbuilder.learners.figures_page import figures_page, summary
from deckbuilder.learners.plots import NoPlotsError
from deckbuilder.learners.reviews import Reviews, reviews
from deckbuilder.model.diagnostics import plural
from deckbuilder.package.container import NotAPackageError
from deckbuilder.pipeline.build_deck import build
from deckbuilder.pipeline.staging import stager
from deckbuilder.source.decks import load_decks

_SHOWN = 20
"""The most cards of a deck that are listed as text."""


@click.command
@click.argument("paths", metavar="LEARNER... [SOURCE]...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "github", "html"]),
    default="text",
    show_default=True,
    help="text, json, and github for notices in a workflow go to stdout; html is one page with drawings.",
)
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="The page of --format html."
)
@click.option(
    "--least",
    metavar="N",
    type=click.IntRange(min=1),
    default=LEAST,
    show_default=True,
    help="Answers that a card needs for a rank.",
)
@click.option("--older", is_flag=True, help="Also count answers from before the release of a question's present text.")
@click.option("--all", "every", is_flag=True, help=f"List each card as text, also beyond the worst {_SHOWN}.")
def command(paths: tuple[Path, ...], style: str, output: Path | None, *, least: int, older: bool, every: bool) -> None:
    """Show which questions learners fail, the worst first.

    LEARNER is a file from Anki with reviews: a deck (.apkg) exported with scheduling, a collection (.colpkg), or collection.anki2.
    Several files of one learner count once. SOURCE is the deck of the learners; by default 'content'.

    Cards are ranked by the lower end of Wilson's 95 % interval. The median is a usual card. A card is hard if a
    usual card would hardly fail so often by chance. Only reviews of the deck's own notes are counted. No text of a
    learner is read.

    \b
    Examples:
      deckbuilder stats class/*.apkg content/flask-en
      deckbuilder stats class/*.apkg content/flask-en --format html -o figures.html
    """
    if output is not None and style != "html":
        raise click.UsageError("-o goes with --format html")
    if style == "html" and output is None:
        raise click.UsageError("--format html needs a file: -o FILE")
    files = [path for path in paths if not _is_source(path)]
    if not files:
        raise click.UsageError("name a file of a learner, such as an .apkg exported with scheduling")
    decks, found = _counted([path for path in paths if _is_source(path)] or [Path("content")], files, least=least, older=older)
    words = [*_words(found, decks, least)]
    if style == "html" and output is not None:
        _write(output, decks, words)
    else:
        lines = {"text": _text(decks, every=every), "json": as_json(decks, found), "github": _github(decks)}[style]
        common.echo(*lines, err=False, utf8=style == "github")
    common.echo(*words)
    sys.exit(not any(deck.learners for deck in decks))


def _is_source(path: Path) -> bool:
    return os.path.isdir(path) or path.suffix.lower() == ".md"  # noqa: PTH112  raises nothing


def _counted(
    sources: Sequence[Path], files: Sequence[Path], *, least: int, older: bool
) -> tuple[list[DeckFigures], list[Reviews]]:
    """Return the figures of each deck, and the reviews of each file. Raises ClickException; exits if there is no deck."""
    loaded, problems = load_decks(sources)
    if reporting.report(problems) or not loaded:
        sys.exit(1)
    decks = {deck.settings.name: cards_of(build(deck, stager(0, remember=True)).deck) for deck in loaded}
    guids = {card.key.guid for cards in decks.values() for card in cards}
    found = [_read(path, guids) for path in common.progress("reading", files, len(files))]
    return [figures(name, cards, found, least=least, older=older) for name, cards in decks.items()], found


def _read(path: Path, guids: set[str]) -> Reviews:
    try:
        return reviews(path, guids)
    except NotAPackageError as error:
        raise click.ClickException(f"{shown(path)} is no file from Anki, or is damaged: {error}") from None
    except OSError as error:
        raise click.ClickException(f"{shown(path)} cannot be read: {error.strerror or error}") from None


def _words(files: Sequence[Reviews], decks: Sequence[DeckFigures], least: int) -> Iterator[str]:
    """Yield a sentence about each file without reviews, and about the answers and cards that do not count."""
    for file in files:
        if not file.notes:
            yield f"{shown(file.path)}: none of the deck's notes is in it"
        elif not file.scheduled:
            yield f"{shown(file.path)}: exported without scheduling, so without reviews; export it again with scheduling"
    every = [one for deck in decks for one in (*deck.ranked, *deck.few)]
    if older := sum(one.older for one in every):
        yield f"{plural(older, 'answer')} came before the release of the present text, and did not count; --older counts them"
    if few := sum(1 for one in every if 0 < one.answers < least):
        yield f"{plural(few, 'card')} with fewer than {least} answers: too few for a rank"
    if none := sum(1 for one in every if not one.answers):
        yield f"{plural(none, 'card')} without an answer"


def _text(decks: Sequence[DeckFigures], *, every: bool) -> Iterator[str]:
    """Yield the lines that a person reads."""
    for deck in decks:
        yield common.styled(f"{deck.name}: {summary(deck)}", bold=True)
        if deck.ranked:
            yield "failed  at least  answers  lapses  seconds  learners  difficulty  card"
        listed = deck.ranked if every else deck.ranked[:_SHOWN]
        for one in listed:
            line = _line(one)
            yield common.styled(line, fg="red") if one.hard else line
        if len(deck.ranked) > len(listed):
            yield f"… and {len(deck.ranked) - len(listed):,} more; '--all' lists each"


def _line(one: Figures) -> str:
    difficulty = "" if one.difficulty is None else f"{one.difficulty:.1f}"
    seconds = f"{one.seconds:.1f}" + ("+" if 2 * one.capped > one.answers else "")
    return (
        f"{100 * one.share:4.0f} %  {100 * one.bound:6.0f} %  {one.answers:7,}  {one.lapses:6,}  {seconds:>7}  {one.learners:8,}  "
        f"{difficulty:>10}  {one.card.span}: {one.card.id}: {one.card.title}"
    )


def as_json(decks: Sequence[DeckFigures], files: Sequence[Reviews]) -> Iterator[str]:
    """Yield the lines of a JSON object with the files and the decks, each with its cards, the worst first."""
    values = {
        "files": [
            {
                "path": shown(file.path),
                "notes": file.notes,
                "answers": sum(map(len, file.answers.values())),
                "scheduling": file.scheduled,
            }
            for file in files
        ],
        "decks": [_values(deck) for deck in decks],
    }
    yield from common.json_text(values).split("\n")


def _values(deck: DeckFigures) -> dict[str, Any]:
    ranked = set(deck.ranked)
    cards = [
        {
            "path": one.card.span.path,
            "line": one.card.span.line,
            "column": one.card.span.column,
            "id": one.card.id,
            **{name: value for name, value in one._asdict().items() if name != "card"},
            "share": one.share,
            "ranked": one in ranked,
        }
        for one in (*deck.ranked, *deck.few)
    ]
    return {"name": deck.name, "learners": deck.learners, "usual": deck.usual, "cards": cards}


def _github(decks: Sequence[DeckFigures]) -> Iterator[str]:
    """Yield a notice for each hard card."""
    for deck in decks:
        for one in deck.hard:
            message = (
                f"{one.card.id}: learners fail {100 * one.share:.0f} % of {one.answers:,} answers, "
                f"and {100 * deck.usual:.0f} % on a usual card"
            )
            yield common.annotation("notice", one.card.span, "hard-card", message)


def _write(output: Path, decks: Sequence[DeckFigures], words: Sequence[str]) -> None:
    """Write the page. Raises ClickException, and UsageError without the extra."""
    try:
        page = figures_page(decks, words)
    except NoPlotsError:
        message = '--format html needs a library; install it with: pip install "anki-deckbuilder[stats]"'
        raise click.UsageError(message) from None
    try:
        write_whole(output, page.encode())
    except OSError as error:
        raise click.ClickException(cannot_write(output, error)) from None
    common.echo(f"{shown(output)}: {', '.join(f'{deck.name}: {summary(deck)}' for deck in decks)}", err=False)
