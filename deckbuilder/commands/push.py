"""``deckbuilder push``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from deckbuilder.commands import common, pushing, reporting
from deckbuilder.commands.build import build_all
from deckbuilder.files.portable_names import shown
from deckbuilder.learners.anki_connect import AnkiConnect, ConnectError
from deckbuilder.learners.push import hand_over


@click.command
@common.sources
@common.output
@common.address
@common.sync
@click.option("--open", "opened", is_flag=True, help="Only open each package in Anki's own import dialog.")
@reporting.every
@common.quiet
def command(
    sources: tuple[Path, ...], output: Path, *, url: str | None, synced: bool, opened: bool, every: bool, quiet: bool
) -> None:
    """Build each deck, and import it into the Anki that runs on this machine.

    Anki needs the add-on AnkiConnect, number 2055492159. If its settings have an apiKey, put this key into the environment
    variable DECKBUILDER_ANKI_KEY. After the import, the command looks into Anki, and counts the notes: new, updated, untouched,
    or kept. A note is kept if its text in Anki is newer. Schedules stay. In Anki, Edit > Undo takes the import back.

    With --open, no add-on is needed: Anki shows its import dialog, and you confirm it. The exit code is 1 if a note is
    missing in Anki.

    \b
    Example:
      deckbuilder push my-deck --sync
      dist/my-deck.apkg: 6 notes, 8 cards, 11 kB, 0.2 s
      dist/my-deck.apkg in Anki: 1 new, 2 updated, 3 untouched
    """
    if opened and synced:
        raise click.UsageError("--sync waits for no dialog: use it without --open")
    anki = pushing.connection(url)
    targets = build_all(sources, output, every=every, quiet=quiet)
    say = common.silent if quiet else common.echo
    if not opened:
        sys.exit(not pushing.push_all(anki, targets, say, synced=synced))
    for target in targets:
        say(_open(anki, target), err=False)


def _open(anki: AnkiConnect, target: Path) -> str:
    """Open the package in Anki, with the add-on if it answers, else with the system. Return a line about it.

    Raises ClickException.
    """
    try:
        anki.begin()
        hand_over(anki, target)
    except ConnectError:
        if click.launch(str(target.absolute())) != 0:
            message = f"no program opens {shown(target)}: start Anki, and choose it with File › Import"
            raise click.ClickException(message) from None
        return f"{shown(target)} is handed to the system's program for such files: confirm the import there"
    return f"{shown(target)} is open in Anki: confirm the import there"
