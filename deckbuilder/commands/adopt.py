"""``deckbuilder adopt``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from deckbuilder.adopt.left import Left
from deckbuilder.commands import common
from deckbuilder.container import NotAPackageError

_SHOWN = 20
"""How many notes are listed for a reason."""
_LIBRARIES = ("bs4", "markdownify")


@click.command
@click.argument("package", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path),
    required=True,
    help="The folder to write; it must be new or empty.",
)
def command(package: Path, output: Path) -> None:
    """Turn a deck made elsewhere into a folder of Markdown questions.

    FILE is an Anki package (.apkg) by any tool. Its learners stay learners: the notes keep their identity, and the next
    release updates in place what you edit, and touches nothing else. What cannot be carried over is listed with the reason.

    \b
    Example:
      deckbuilder adopt python.apkg -o content/python
      content/python: 120 questions in 3 files, 14 pictures and sounds; 2 notes left out
    """
    if package.suffix.lower() != ".apkg":
        raise click.UsageError(f"{package} is no .apkg")
    _adopt_package(package, output)


def _adopt_package(package: Path, output: Path) -> None:
    try:
        from deckbuilder.adopt import package_folder, package_notes  # noqa: PLC0415  an extra
    except ModuleNotFoundError as error:
        if error.name not in _LIBRARIES:
            raise
        message = "adopting a package needs two libraries; install them with: pip install 'deckbuilder[adopt]'"
        raise click.ClickException(message) from None
    try:
        found = package_notes.adopt(package, lambda notes: common.progress("reading", notes, len(notes)))
        written = package_folder.write(found, output)
    except NotAPackageError as error:
        raise click.ClickException(f"{package} is no Anki package, or a damaged one: {error}") from None
    except package_folder.NotWrittenError as error:
        raise click.ClickException(f"nothing written: {error}") from None
    except OSError as error:
        raise click.ClickException(f"cannot write {error.filename or output}: {error.strerror or error}") from None
    for remark in found.remarks:
        common.echo(_printable(remark))
    for line in listed(written.left):
        common.echo(_printable(line))
    left = f"; {common.plural(len(written.left), 'note')} left out" if written.left else ""
    counts = f"{common.plural(written.questions, 'question')} in {common.plural(written.files, 'file')}"
    common.echo(f"{output}: {counts}, {written.media} pictures and sounds{left}", err=False)
    for deck in written.folders:
        common.echo(f"next: look it over, edit, then deckbuilder release {deck}")
    sys.exit(0)


def _printable(text: str) -> str:
    """``text`` from a package, without what a terminal would act on."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def listed(left: Iterable[Left]) -> Iterator[str]:
    """What is left out, by reason."""
    reasons: dict[str, list[str]] = {}
    for note in left:
        reasons.setdefault(note.reason, []).append(note.title)
    for reason, titles in reasons.items():
        yield f"left out: {common.plural(len(titles), 'note')}: {reason}"
        yield from (f"  {title}" for title in titles[:_SHOWN])
        if len(titles) > _SHOWN:
            yield f"  … and {len(titles) - _SHOWN:,} more"
