"""The files of a deck -> a new deck folder, which is complete and free of errors. Otherwise nothing is written."""

from __future__ import annotations

import contextlib
import errno
import functools
import os
import re
import secrets
import shutil
import string
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from deckbuilder.files import folder_lock
from deckbuilder.files.portable_names import shown
from deckbuilder.files.strict_json import dumps
from deckbuilder.files.writing import ABANDONED, patiently
from deckbuilder.model.diagnostics import Diagnostic
from deckbuilder.pipeline.build_deck import Built, Stager, build, one_by_one
from deckbuilder.source import deck_folder, question_files
from deckbuilder.source.question_ids import slug


class NoRoomError(Exception):
    """A new deck cannot be at the place that the user named. The message gives the reason."""


class UnsoundError(Exception):
    """The new deck would have errors. This is a fault of deckbuilder, not of the user."""

    def __init__(self, message: str, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(message)
        self.diagnostics = diagnostics


def new_id(name: str) -> str:
    """Return a deck id for ``name``. Six random letters at the end make it unique."""
    return "-".join(filter(None, [slug(name, 40), "".join(secrets.choice(string.ascii_lowercase) for _ in range(6))]))


def toml_string(text: str) -> str:
    """Return ``text`` as a value in a TOML file. Strings of TOML are those of JSON, but without control characters."""
    return dumps(text)


def check_room(target: Path) -> None:
    """Raise NoRoomError unless ``target`` can become a deck: a new or empty folder that is not inside another deck.

    A new repository counts as empty: it has a README, a license and hidden files. ``move`` replaces none of these.
    Anki takes some names for whole collections: a folder with such a name is refused, too.
    """
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise NoRoomError(f"{shown(target)} already exists and is no folder; name another folder")
    if target.exists() and (found := sorted(path.name for path in target.iterdir() if not _may_be_there(path))):
        raise NoRoomError(f"{shown(target)} already exists and is not an empty folder: it has '{found[0]}'; name another folder")
    name = Path(os.path.realpath(target)).name  # pathlib raises RuntimeError for links in a circle, up to Python 3.12
    if deck_folder.RESERVED.match(name):
        raise NoRoomError(f"Anki would treat a package called '{name}' as a whole collection; name another folder")
    if deck := deck_folder.deck_around(target.absolute().parent):
        raise NoRoomError(f"{shown(target)} would be inside the deck {shown(deck)}; name another folder")


def write(target: Path, files: Mapping[str, bytes], questions: int, stage: Stager = one_by_one) -> None:
    """Write ``files`` (the bytes by path in the folder) as a deck to ``target``. The deck must have ``questions`` questions.

    The files are written to a hidden folder and read back as a deck by ``stage``. Then the files are moved to ``target``.
    Raises NoRoomError and OSError, and UnsoundError if the deck has an error or another number of questions.
    """
    check_room(target)
    with hidden_folder(target) as folder:
        for name, data in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        _prove(folder, questions, stage)
        move(folder, target)


@contextlib.contextmanager
def hidden_folder(target: Path) -> Iterator[Path]:
    """Yield a new hidden folder inside ``target``, or beside ``target`` if that does not exist. Then delete the folder.

    ``move`` can move the folder's content to ``target``. Hidden folders of killed processes are deleted, too. Raises OSError.
    """
    above = target if target.exists() else target.absolute().parent
    above.mkdir(parents=True, exist_ok=True)
    for other in filter(_is_aside, above.iterdir()):
        with contextlib.suppress(OSError):
            if time.time() - other.stat().st_mtime > ABANDONED:
                with folder_lock.alone(other):
                    shutil.rmtree(other)
    with tempfile.TemporaryDirectory(prefix=_ASIDE, dir=above, ignore_cleanup_errors=True) as name, folder_lock.alone(Path(name)):
        folder = Path(name) / "deck"
        folder.mkdir()
        yield folder


_ASIDE = ".deckbuilder-"
"""The beginning of the name of a hidden folder."""

_OF_A_REPOSITORY = re.compile(r"(readme|license|licence|copying|unlicense)(\.(txt|rst|adoc))?", re.IGNORECASE)
_OF_SYSTEMS = {"Thumbs.db", "desktop.ini"}
"""Files that file managers make. Their other files are hidden."""


def _may_be_there(path: Path) -> bool:
    """Return True for a file of git, of a repository's host or of a file manager. A deck reads none of these files."""
    name = path.name
    if name.startswith(".") or name in _OF_SYSTEMS:
        return True
    return path.is_file() and bool(_OF_A_REPOSITORY.fullmatch(name) or question_files.is_well_known(name))


def _is_aside(path: Path) -> bool:
    return path.name.startswith(_ASIDE) and path.is_dir()


def read_back(folder: Path, stage: Stager = one_by_one, *, any_media: bool = False) -> Built:
    """Build the deck that was written to ``folder``, and return the result. Raises OSError if a file cannot be read.

    With ``any_media``, pictures and sounds may have any content.
    """
    places, problems = deck_folder.places(folder)
    built = [build(deck_folder.load(place), stage, any_media=any_media) for place in places]
    problems += [problem for deck in built for problem in deck.diagnostics]
    if unread := [problem for problem in problems if problem.code == "unreadable"]:
        raise OSError(errno.EIO, f"a new file {unread[0].message}", str(folder))
    (deck,) = built
    return deck


def _prove(folder: Path, questions: int, stage: Stager) -> None:
    """Build the deck in ``folder``. Raises UnsoundError if the deck has an error or another number of questions."""
    built = read_back(folder, stage)
    errors = tuple(problem for problem in built.diagnostics if problem.is_error)
    if errors:
        raise UnsoundError("the new deck would have errors", errors)
    if len(built.deck.entries) != questions:
        raise UnsoundError(f"{questions} questions written, but {len(built.deck.entries)} read back")


def move(folder: Path, target: Path) -> None:
    """Move the content of ``folder`` to ``target``, which has passed ``check_room``. Raises OSError.

    No file in ``target`` is replaced: then the error is FileExistsError, and ``target`` stays as it is.
    """
    if not target.exists():
        patiently(lambda: folder.rename(target))
        return
    # An empty folder is not replaced, because it may be the working directory of a process.
    for path in folder.iterdir():
        if (there := target / path.name).exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(there))
    moved: list[Path] = []
    try:
        for path in sorted(folder.iterdir(), key=lambda path: path.suffix == ".toml"):
            patiently(functools.partial(path.rename, target / path.name))
            moved.append(path)
    except BaseException:
        for path in moved:
            with contextlib.suppress(OSError):
                (target / path.name).rename(path)
        raise
