"""The ``deckbuilder`` command. Each command is a module of ``commands``, imported when it is asked for."""

from __future__ import annotations

import importlib
import io
import sys
from typing import Any

import click

from deckbuilder.version import __version__

COMMANDS = {
    "adopt": "Turn a deck made elsewhere into a folder of Markdown questions.",
    "build": "Build an Anki package (.apkg) of each deck.",
    "check": "Report every mistake in the questions, write nothing.",
    "diff": "Say what importing a new package does to those who have an old one.",
    "explain": "Explain a mistake by its code, or list all codes.",
    "ids": "Show the questions without a pinned id, or pin them.",
    "new": "Make a small deck to start from.",
    "preview": "Show the cards in the browser as Anki does, and anew at each save.",
    "release": "Build what learners get, and record that they have it.",
}
"""Name and first help line of each command: importing a command only for that would make ``--help`` slow."""


class _Commands(click.Group):
    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run a command. Its output has an escape such as ``\\u4e2d`` for each character that the encoding lacks, in help, too."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        return super().main(*arguments, **options)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        if name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"deckbuilder.commands.{name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="deckbuilder")
def main() -> None:
    """Turn Markdown question files into Anki decks.

    \b
    Three steps:
      1. deckbuilder new my-deck       a small deck to start from: questions are headings, answers below
      2. deckbuilder preview my-deck   the cards in the browser as you write; 'check' lists every mistake
      3. deckbuilder build my-deck     writes dist/my-deck.apkg, to import into Anki
    """
