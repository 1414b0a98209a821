"""``deckbuilder adopt``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from deckbuilder.adopt.recognise import RECOGNISERS
from deckbuilder.commands import adopt_lists, adopt_package, common


class _Command(click.Command):
    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("What --as can be"):
            formatter.write_dl([(recogniser.name, recogniser.about) for recogniser in RECOGNISERS])


@click.command(cls=_Command)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path),
    required=True,
    help="The folder to write; it must be new or empty.",
)
@click.option(
    "--as",
    "shape",
    metavar="NAME",
    type=click.Choice([recogniser.name for recogniser in RECOGNISERS]),
    default=None,
    help="What the Markdown is, if it is not recognised.",
)
@common.quiet
def command(files: tuple[Path, ...], output: Path, shape: str | None, quiet: bool) -> None:
    """Turn a deck made elsewhere into a folder of Markdown questions.

    FILE is an Anki package (.apkg) by any tool. Its learners stay learners: the notes keep their identity, and the next
    release updates in place what you edit, and touches nothing else. What cannot be carried over is listed with the reason.

    Or FILE is a question list in Markdown, or a folder of such, as it stands on GitHub or as another tool reads it. Every
    question is accounted for: those without an answer, or left out for a reason, are listed and kept in README.left-out.md.

    \b
    Examples:
      deckbuilder adopt python.apkg -o content/python
      content/python: 120 questions in 3 files, 14 pictures and sounds; 2 notes left out
      deckbuilder adopt interview-questions.md -o content/interview
      content/interview: 96 questions in 1 file
    """
    packages = [file for file in files if file.suffix.lower() == ".apkg"]
    if packages and (len(files) > 1 or shape):
        raise click.UsageError("a package is adopted alone, and needs no --as")
    plain = [file for file in files if not os.path.isdir(file)]  # noqa: PTH112  raises nothing
    if wrong := [file for file in plain if file.suffix.lower() not in (".md", ".apkg")]:
        raise click.UsageError(f"{wrong[0]} is no .apkg and no .md")
    if packages:
        adopt_package.run(packages[0], output, quiet=quiet)
    else:
        adopt_lists.run(files, output, shape or "", quiet=quiet)
