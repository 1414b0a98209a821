"""The ``deckbuilder`` command. Each subcommand is a module of ``commands``, which is imported only when it runs."""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import io
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from deckbuilder.version import __version__

if TYPE_CHECKING:
    from types import ModuleType, TracebackType

COMMANDS = {
    "adopt": "Turn a deck of another tool into a folder of Markdown questions.",
    "build": "Build an Anki package (.apkg) of each deck.",
    "check": "Report every mistake in the questions. Write nothing.",
    "diff": "Show the effect of a new package on learners with an old one.",
    "explain": "Explain a mistake by its code, or list all codes.",
    "ids": "Show the questions without a pinned id, or pin them.",
    "new": "Make a small deck to start from.",
    "preview": "Show the cards in the browser as in Anki. Update at each save.",
    "pull": "Turn corrections made in Anki into a patch of the files.",
    "push": "Build each deck, and import it into a running Anki.",
    "release": "Build the packages for learners, and record the release.",
    "site": "Write the decks as static pages for the web.",
    "stats": "Show which questions learners fail.",
    "test": "Run the code on the cards, and compare its output.",
}
"""The first line of help for each command. An import of all commands would make ``--help`` slow."""


@contextlib.contextmanager
def _plain_errors() -> Iterator[None]:
    """Replace the orders to a terminal in the messages of click's exceptions: arguments and names may have some."""
    try:
        yield
    except click.ClickException as error:
        context = error.ctx if isinstance(error, click.UsageError) else None
        if context is None or error.message != context.get_help():  # without arguments, click raises its help
            vars(error)["message"] = _diagnostics().printable(error.message)  # click calls it final
        raise


def _plain_traceback(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    """Print the traceback of a bug like Python, but without orders to a terminal."""
    lines = importlib.import_module("traceback").format_exception(kind, error, where)
    sys.stderr.write(_diagnostics().visible("".join(lines)))


def _diagnostics() -> ModuleType:
    """Return the module with ``printable``. Only an error needs this module, so that ``--help`` is quick."""
    return importlib.import_module("deckbuilder.model.diagnostics")


class _Commands(click.Group):
    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run a command. The output, help included, has an escape such as ``\\u4e2d`` for each character that the encoding lacks."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        sys.excepthook = _plain_traceback
        return super().main(*arguments, **options)

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        """Read the arguments, with printable messages about mistakes in them."""
        with _plain_errors():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command, with printable messages about its mistakes."""
        with _plain_errors():
            return super().invoke(ctx)

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
      1. deckbuilder new my-deck       makes a small deck: a heading is a question, the answer is below
      2. deckbuilder preview my-deck   shows the cards in the browser while you write
      3. deckbuilder build my-deck     writes dist/my-deck.apkg, which you import into Anki
    """
    # At exit, Python searches all imported modules for garbage: a tenth of the time of a small build, and nothing is found.
    atexit.register(_forget_garbage)


def _forget_garbage() -> None:
    """Remove the search for garbage from the end of Python. A library of drawings would report garbage as a leak, on stderr."""
    if "novasvg" not in sys.modules:
        gc.freeze()
