"""``deckbuilder adopt`` of an Anki package."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from deckbuilder.adopt.folder import NoRoomError
from deckbuilder.adopt.left import Left
from deckbuilder.commands import common
from deckbuilder.container import NotAPackageError
from deckbuilder.files import cannot_write

_SHOWN = 20
"""How many notes are listed for a reason."""
_LIBRARIES = ("bs4", "markdownify")


def run(package: Path, output: Path, *, quiet: bool) -> None:
    """Write the deck in ``package`` to the folder ``output``, and tell what could not be carried over. Raises ClickException."""
    try:
        from deckbuilder.adopt import package_folder, package_notes  # noqa: PLC0415  an extra
    except ModuleNotFoundError as error:
        if error.name not in _LIBRARIES:
            raise
        message = "adopting a package needs two libraries; install them with: pip install 'deckbuilder[adopt]'"
        raise click.ClickException(message) from None
    try:
        try:
            found = package_notes.adopt(package, lambda notes: notes if quiet else common.progress("reading", notes, len(notes)))
        except OSError as error:
            raise click.ClickException(f"cannot read {package}: {error.strerror or error}") from None
        written = package_folder.write(found, output)
    except NotAPackageError as error:
        raise click.ClickException(f"{package} is no Anki package, or a damaged one: {error}") from None
    except (NoRoomError, package_folder.NotWrittenError) as error:
        raise click.ClickException(f"nothing written: {error}") from None
    except OSError as error:
        raise click.ClickException(cannot_write(output, error)) from None
    if quiet:
        return
    for remark in found.remarks:
        common.echo(_printable(remark))
    for line in listed(written.left):
        common.echo(_printable(line))
    left = f"; {common.plural(len(written.left), 'note')} left out" if written.left else ""
    counts = f"{common.plural(written.questions, 'question')} in {common.plural(written.files, 'file')}"
    common.echo(f"{output}: {counts}, {written.media} pictures and sounds{left}", err=False)
    for deck in written.folders:
        common.echo(f"next: look it over, edit, then deckbuilder release {deck}")


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
