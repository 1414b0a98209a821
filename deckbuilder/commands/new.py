"""``deckbuilder new``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from deckbuilder import assets
from deckbuilder.adopt.new_folder import NoRoomError, check_room, new_id, toml_string, write
from deckbuilder.commands import common
from deckbuilder.files.portable_names import is_unicode, quoted, shown
from deckbuilder.files.writing import cannot_write
from deckbuilder.source import settings

_QUESTIONS = 6
"""The number of questions in ``assets/starter``."""

_GIT = ("gitattributes", "gitignore")
"""Files for git in ``assets/starter``. There, a dot at the start of their names would have an effect on our own repository."""


@click.command
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--name", metavar="NAME", help="The deck's name in Anki; by default the name of the folder.")
@click.option("--language", metavar="TAG", default="en", show_default=True, help="The language of the cards, such as zh-CN.")
def command(folder: Path, name: str | None, language: str) -> None:
    """Make a small deck to start from, with a question of every kind.

    DIR must be new or empty, or a new repository; no file there is replaced. The deck gets its own id: never change this id after the first release.

    \b
    Example:
      deckbuilder new my-deck --name "Python Interview"
    """
    name = settings.defaults(Path(os.path.realpath(folder)).name, "").name if name is None else name
    if not is_unicode(name):
        raise click.UsageError("--name must be in the encoding of the terminal")
    values = {
        "id": new_id(name),
        "name": toml_string(name),
        "language": toml_string(language),
    }
    toml = assets.text(f"starter/{settings.FILE}").format(**values)
    _, problems = settings.read(settings.FILE, toml, folder)
    if problems:
        raise click.UsageError("; ".join(problem.message for problem in problems))
    files = {settings.FILE: toml.encode(), "01-questions.md": assets.text("starter/01-questions.md").encode()}
    try:
        check_room(folder)
        # a repository may have these files already
        files |= {f".{name}": assets.text(f"starter/{name}").encode() for name in _GIT if not _is_there(folder / f".{name}")}
        write(folder, files, _QUESTIONS)
    except NoRoomError as error:
        raise click.ClickException(f"nothing written: {error}") from None
    except OSError as error:
        raise click.ClickException(cannot_write(folder, error)) from None
    common.echo(f"{shown(folder)}: a deck with a question of every kind. Next:")
    for step in ("preview", "build"):
        common.echo(f"  deckbuilder {step} {quoted(folder)}", err=False)


def _is_there(path: Path) -> bool:
    """Return whether ``path`` exists; a link to nothing exists, too."""
    return path.exists() or path.is_symlink()
