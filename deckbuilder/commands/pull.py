"""``deckbuilder pull``."""

from __future__ import annotations

import functools
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deckbuilder.commands import common, pull_output, reporting, source_files
from deckbuilder.files.portable_names import quoted, shown
from deckbuilder.files.reading import UnfitError
from deckbuilder.files.writing import cannot_write, write_whole
from deckbuilder.model.diagnostics import plural, printable
from deckbuilder.package.read_package import NotAPackageError, Unpacked, unpack
from deckbuilder.pipeline.build_deck import build
from deckbuilder.pipeline.staging import stager
from deckbuilder.source.decks import load_decks

if TYPE_CHECKING:
    from deckbuilder.learners.pull_files import DeckPull

_LIBRARIES = ("bs4", "markdownify")
_FILE = click.Path(path_type=Path, exists=True)


@click.command
@click.argument("arguments", metavar="LEARNER... [SOURCE]...", nargs=-1, required=True, type=_FILE)
@click.option("--base", "bases", metavar="OLD.apkg", multiple=True, type=_FILE, help="A package that learners may still have.")
@click.option("--write", is_flag=True, help="Apply the patch to the files, and unpack new pictures beside them.")
@click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Both go to stdout."
)
@common.quiet
def command(arguments: tuple[Path, ...], bases: tuple[Path, ...], style: str, *, write: bool, quiet: bool) -> None:
    """Turn corrections made in Anki into a patch of the Markdown files.

    LEARNER is a file that a learner exported from Anki, AnkiDroid or AnkiMobile: an .apkg or .colpkg, or the
    collection.anki2 of a profile. SOURCE is a deck folder or a Markdown file; the default is content.

    Each change in the patch is proven: the patched file gives the text that the learner wrote. All other changes are listed
    for you. The exit code is 1 if there are any.

    \b
    Examples:
      deckbuilder pull phone.apkg content/flask-zh > fixes.patch
      deckbuilder pull --write anna.apkg ben.apkg content/flask-zh
    """
    sources = [path for path in arguments if path.suffix.lower() == ".md" or path.is_dir()] or [Path("content")]
    learners = [path for path in arguments if path not in sources]
    if not learners:
        raise click.UsageError("give the file of a learner, such as phone.apkg")
    found = _pulled(learners, sources, bases, quiet=quiet)
    if style == "json":
        common.echo(*common.json_text(pull_output.values(found)).split("\n"), err=False)
    else:
        pull_output.show(found, quiet=quiet)
    if write:
        _write(found, quiet=quiet or style == "json")
    sys.exit(any(one.pulled.open or one.pulled.new for one in found))


def _pulled(learners: Sequence[Path], sources: Sequence[Path], bases: Sequence[Path], *, quiet: bool) -> list[DeckPull]:
    """Return the result for each deck. Exit if a deck cannot be read. Raises ClickException."""
    try:
        from deckbuilder.learners.pull_files import pull  # noqa: PLC0415  an extra
    except ModuleNotFoundError as error:
        if error.name not in _LIBRARIES:
            raise
        message = 'pull needs two more libraries; install them with: pip install "anki-deckbuilder[adopt]"'
        raise click.ClickException(message) from None
    decks, problems = load_decks(sources)
    broken = [*problems, *(problem for deck in decks for problem in deck.diagnostics)]
    if reporting.report([problem for problem in broken if problem.is_error]) or not decks:
        sys.exit(1)
    staged = stager(0, show=common.bar("reading", quiet=quiet))
    try:
        found, strangers = pull(
            decks, _named(learners), [_base(path) for path in bases], functools.partial(build, stager=staged), _in_patch
        )
    except NotAPackageError as error:
        raise click.ClickException(f"{error.path} is no export of Anki, or is damaged: {error}") from None
    except UnicodeDecodeError:
        raise click.ClickException("a file of the deck is not UTF-8") from None
    except UnfitError as error:
        raise click.ClickException(f"a file of the deck cannot be read: {error}") from None
    except OSError as error:
        raise click.ClickException(f"{error.filename} cannot be read: {error.strerror or error}") from None
    for name in strangers:
        common.echo(f"{name}: no note of {' or '.join(deck.settings.name for deck in decks)} is in this file")
    if len(strangers) == len(learners):
        sys.exit(1)
    return found


def _named(learners: Sequence[Path]) -> list[tuple[str, Path]]:
    """Return (name of the learner, path) of each file. The name is that of the file; two equal names get their paths."""
    names = Counter(path.name for path in learners)
    return [(printable(path.name if names[path.name] == 1 else shown(path)), path) for path in dict.fromkeys(learners)]


def _base(path: Path) -> Unpacked:
    try:
        return unpack(path)
    except NotAPackageError as error:
        error.path = shown(path)
        raise


def _in_patch(path: Path, root: Path) -> str:
    """Return the path of a file in a patch: from the current folder if the file is below it, else from the deck's folder ``root``."""
    real = Path(os.path.realpath(path))
    folders = (Path(os.path.realpath(folder)) for folder in (Path(), root))
    return next((shown(real.relative_to(folder)) for folder in folders if real.is_relative_to(folder)), path.name)


def _write(found: Sequence[DeckPull], *, quiet: bool) -> None:
    """Write the pictures and the patched files. Raises ClickException."""
    files = [file for deck in found for file in deck.files]
    pictures = 0
    for path, data in (item for deck in found for item in deck.pulled.pictures.items()):
        try:
            if not path.exists():
                write_whole(path, data)
                pictures += 1
        except OSError as error:
            raise click.ClickException(cannot_write(path, error)) from None
    for file in files:
        source_files.replace(file.path, file.within, file.before, file.after, "deckbuilder pull")
    if not quiet:
        changed = sum(len(file.patches) for file in files)
        also = f", and {plural(pictures, 'new picture')} beside them" if pictures else ""
        if not files:
            common.echo("nothing to write")
            return
        common.echo(f"wrote {plural(changed, 'change')} into {plural(len(files), 'file')}{also}")
        common.echo(*(f"next: deckbuilder check {quoted(deck.loaded.place.root)}" for deck in found if deck.files))
