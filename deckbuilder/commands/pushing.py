"""Packages into a running Anki, for the commands that do this: the lines about the result."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from deckbuilder.commands import common
from deckbuilder.files.portable_names import shown
from deckbuilder.learners.anki_connect import KEY, URL, AnkiConnect, ConnectError
from deckbuilder.learners.arrivals import Arrivals
from deckbuilder.learners.push import Pushed, push
from deckbuilder.package.read_package import NotAPackageError

_SHOWN = 10
"""The most notes that a line names."""


def connection(url: str | None) -> AnkiConnect:
    """Return the Anki at ``url``, by default the usual address, with the key from the environment. Raises UsageError for a bad address."""
    try:
        return AnkiConnect(url or URL, os.environ.get(KEY, ""))
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def push_all(anki: AnkiConnect, targets: Sequence[Path], say: Callable[..., None], *, synced: bool) -> bool:
    """Import the packages into ``anki``, and print the result of each. Return True if every note is in Anki.

    ``say`` is ``common.echo``, or ``common.silent`` for quiet commands. Raises ClickException.
    """
    results = [_pushed(anki, target, say) for target in targets]
    if synced:
        _sync(anki, results, say)
    return not any(result.arrivals.missing for result in results)


def _pushed(anki: AnkiConnect, target: Path, say: Callable[..., None]) -> Pushed:
    try:
        anki.begin()
        found = push(anki, target)
    except ConnectError as error:
        raise click.ClickException(f"{shown(target)} is built, but not in Anki: {error}") from None
    except NotAPackageError as error:
        raise click.ClickException(f"{shown(target)} was changed meanwhile: {error}; push again") from None
    except OSError as error:
        raise click.ClickException(f"{shown(target)} cannot be read: {error.strerror or error}") from None
    about = found.arrivals
    counts = ", ".join(
        f"{len(names):,} {fate}" for fate, names in about._asdict().items() if names or fate in ("new", "updated", "untouched")
    )
    say(f"{shown(target)} in Anki: {counts}", err=False)
    _explain(about, found.reshaped, say)
    return found


def _explain(about: Arrivals, reshaped: Sequence[str], say: Callable[..., None]) -> None:
    """Print the notes that are not as in the package, each with the next step."""
    if about.kept:
        say(
            f"kept: {_listed(about.kept)}; Anki's text is newer than the package's. "
            "Take the edits into the Markdown with 'deckbuilder pull', or edit the questions and push again"
        )
    if about.missing:
        common.echo(f"missing in Anki: {_listed(about.missing)}; push with --open: the dialog of Anki names the reason")
    if reshaped:
        types = ", ".join(f"'{name}'" for name in reshaped)
        say(f"{types} in Anki has other fields than the package: the next sync may be a full sync; then choose to upload")


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _sync(anki: AnkiConnect, results: Sequence[Pushed], say: Callable[..., None]) -> None:
    """Ask Anki to sync, unless it would ask for a full sync. Raises ClickException."""
    if any(result.reshaped for result in results):
        common.echo("not synced: a full sync replaces one side, so start it yourself in Anki")
        return
    try:
        anki.ask("sync", seconds=60)
    except ConnectError as error:
        raise click.ClickException(f"the cards are in Anki, but not synced: {error}") from None
    say("asked Anki to sync; without an account for AnkiWeb, Anki now shows its login", err=False)
