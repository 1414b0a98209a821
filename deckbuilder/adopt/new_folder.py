"""Writes a new deck folder: whole and free of errors, or not at all."""

from __future__ import annotations

import contextlib
import errno
import functools
import json
import secrets
import shutil
import string
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from deckbuilder.build.pipeline import Built, build
from deckbuilder.files import folder_lock
from deckbuilder.files.portable_names import shown
from deckbuilder.files.writing import ABANDONED, patiently
from deckbuilder.model.diagnostics import Diagnostic, Severity
from deckbuilder.source import deck_folder
from deckbuilder.source.question_ids import slug


class NoRoomError(Exception):
    """A new deck cannot be where it shall be; the message says why."""


class UnsoundError(Exception):
    """What was to be written is no sound deck: a fault of whoever made it, not of the user."""

    def __init__(self, message: str, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(message)
        self.diagnostics = diagnostics


def new_id(name: str) -> str:
    """A deck id for ``name`` that nobody else has: six random letters at its end."""
    return "-".join(filter(None, [slug(name, 40), "".join(secrets.choice(string.ascii_lowercase) for _ in range(6))]))


def toml_string(text: str) -> str:
    """``text`` as a value in a TOML file: JSON's strings are TOML's, but for one control character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def check_room(target: Path) -> None:
    """Raises NoRoomError unless a deck can be made at ``target``: a folder that is empty or not there yet, in no other deck."""
    if target.is_symlink() or (target.exists() and (not target.is_dir() or not all(map(_may_be_there, target.iterdir())))):
        raise NoRoomError(f"{shown(target)} is there already, and is no empty folder; name another")
    if deck_folder.RESERVED.match(target.resolve().name):
        raise NoRoomError(f"Anki takes a deck called '{target.resolve().name}' for a whole collection; name another folder")
    if deck := deck_folder.deck_around(target.absolute().parent):
        raise NoRoomError(f"{shown(target)} would lie inside the deck {shown(deck)}; name another folder")


def write(target: Path, files: Mapping[str, bytes], questions: int) -> None:
    """Make a deck folder of ``files`` (by path in it) with so many ``questions`` at ``target``.

    They are written into a hidden folder beside it, read back as a deck, and moved when all is well. Raises
    NoRoomError, UnsoundError if the deck has an error or another number of questions, and OSError.
    """
    check_room(target)
    with hidden_folder(target) as folder:
        for name, data in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        _prove(folder, questions)
        move(folder, target)


@contextlib.contextmanager
def hidden_folder(target: Path) -> Iterator[Path]:
    """A hidden folder to write into, which ``move`` can move to ``target``; gone afterwards, if it is still there.

    One that a killed process left goes with the next that is made in its place.
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


_OF_SYSTEMS = {".DS_Store", ".git", "Thumbs.db", "desktop.ini"}
"""Names in a folder that its owner takes for empty. File managers and git make them."""


def _may_be_there(path: Path) -> bool:
    return path.name in _OF_SYSTEMS or _is_aside(path)


def _is_aside(path: Path) -> bool:
    return path.name.startswith(_ASIDE) and path.is_dir()


def read_back(folder: Path) -> Built:
    """The deck that was written into ``folder``, as a build has it. Raises OSError if the disk does not give it back."""
    places, problems = deck_folder.places(folder)
    built = [build(deck_folder.load(place)) for place in places]
    problems += [problem for deck in built for problem in deck.diagnostics]
    if unread := [problem for problem in problems if problem.code == "unreadable"]:
        raise OSError(errno.EIO, f"what was written there {unread[0].message}", str(folder))
    (deck,) = built
    return deck


def _prove(folder: Path, questions: int) -> None:
    built = read_back(folder)
    errors = tuple(problem for problem in built.diagnostics if problem.severity is Severity.ERROR)
    if errors:
        raise UnsoundError("the new deck would have errors", errors)
    if len(built.deck.cards) != questions:
        raise UnsoundError(f"{questions} questions written, but {len(built.deck.cards)} read back")


def move(folder: Path, target: Path) -> None:
    """Put what was written into ``folder`` at ``target``, which has passed ``check_room``. Raises OSError."""
    if not target.exists():
        patiently(lambda: folder.rename(target))
        return
    # an empty folder stays the one it is: it may be somebody's working directory
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
