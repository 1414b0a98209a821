"""Files on Windows: locks, junctions, renames and deletions that it refuses. The tests simulate the answers of Windows."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import pytest

from deckbuilder.adopt.new_folder import hidden_folder
from deckbuilder.files import folder_lock, writing
from deckbuilder.files.walking import walk
from deckbuilder.files.writing import cannot_write, write_whole
from deckbuilder.source.deck_folder import places
from tests.support import write

fcntl = pytest.importorskip("fcntl", reason="the answers of Windows are simulated")


class DeniedError(PermissionError):
    """The error of Windows for denied access. It has a number that other systems do not have."""

    winerror = 5


def refused(*_: object) -> NoReturn:
    raise DeniedError(errno.EACCES, "Access is denied")


@pytest.fixture
def locks_of_windows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Replace locks by those of Windows, which hold files only. The value is the folder of these files."""

    def locking(handle: int, _mode: int, _bytes: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    (tmp_path / "temp").mkdir()
    monkeypatch.setattr(folder_lock, "msvcrt", SimpleNamespace(locking=locking, LK_NBLCK=2), raising=False)
    monkeypatch.setattr(folder_lock, "sys", SimpleNamespace(platform="win32"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temp"))
    return tmp_path / "temp"


def test_a_held_folder_has_no_open_file_in_it(locks_of_windows: Path, tmp_path: Path) -> None:
    deck = tmp_path / "deck"
    deck.mkdir()
    with folder_lock.alone(deck):
        assert list(deck.iterdir()) == []
        assert len(list(locks_of_windows.iterdir())) == 1
        with pytest.raises(folder_lock.BusyError), folder_lock.alone(tmp_path / "temp" / ".." / "deck"):
            pass
        with folder_lock.alone(tmp_path):
            pass
    with folder_lock.alone(deck):
        pass
    assert list(locks_of_windows.iterdir()) == []


def test_an_abandoned_folder_goes(locks_of_windows: Path, tmp_path: Path) -> None:
    """Windows deletes no folder with an open file in it."""
    old = tmp_path / ".deckbuilder-old"
    old.mkdir()
    os.utime(old, (1, 1))
    with hidden_folder(tmp_path / "new") as folder:
        assert not old.exists()
        assert list(folder.parent.iterdir()) == [folder]
    assert list(locks_of_windows.iterdir()) == []


@pytest.fixture
def read_only_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse to delete or replace a read-only file, as Windows does."""
    unlink, replace = Path.unlink, Path.replace

    def is_read_only(path: Path) -> bool:
        return path.exists() and not path.stat().st_mode & stat.S_IWUSR

    def unlinked(path: Path, missing_ok: bool = False) -> None:
        if is_read_only(path):
            refused()
        unlink(path, missing_ok=missing_ok)

    def replaced(path: Path, target: Path) -> Path:
        return refused() if is_read_only(target) else replace(path, target)

    monkeypatch.setattr(Path, "unlink", unlinked)
    monkeypatch.setattr(Path, "replace", replaced)
    monkeypatch.setattr(writing, "_PATIENCE", 0.01)


@pytest.mark.usefixtures("read_only_is_kept")
def test_a_read_only_target_is_said_and_nothing_is_left(tmp_path: Path) -> None:
    target = tmp_path / "deck.apkg"
    target.write_bytes(b"old")
    target.chmod(0o444)
    with pytest.raises(PermissionError) as caught:
        write_whole(target, b"new")
    assert cannot_write(target, caught.value) == f"cannot write {target}: Access is denied; it is read-only"
    assert [path.name for path in tmp_path.iterdir()] == ["deck.apkg"]
    target.chmod(0o644)
    assert cannot_write(target, caught.value).endswith("; is it open in another program?")


def held_for(times: int, rename: Callable[[Path, Path], Path]) -> Callable[[Path, Path], Path]:
    """Return ``rename``, but a virus scanner refuses it the first ``times`` times."""
    left = iter(range(times))

    def renamed(path: Path, target: Path) -> Path:
        if next(left, None) is not None:
            refused()
        return rename(path, target)

    return renamed


def test_a_virus_scanner_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "replace", held_for(3, Path.replace))
    write_whole(tmp_path / "deck.apkg", b"new")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"new"]


@pytest.mark.slow
def test_a_program_that_keeps_the_file_is_not_waited_for_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "replace", refused)
    begun = time.monotonic()
    with pytest.raises(DeniedError):
        write_whole(tmp_path / "deck.apkg", b"new")
    assert 0.9 < time.monotonic() - begun < 5
    assert list(tmp_path.iterdir()) == []


def test_other_errors_are_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise PermissionError(errno.EACCES, "no permission")

    monkeypatch.setattr(Path, "replace", fail)
    monkeypatch.setattr("time.sleep", lambda _: pytest.fail("it waits"))
    with pytest.raises(PermissionError):
        write_whole(tmp_path / "deck.apkg", b"new")


def test_junctions_are_not_entered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "deck", "## Q {#q}\n\nx\n")
    write(tmp_path / "deck" / "junction", "## Elsewhere {#e}\n\nx\n")
    assert [name for _, _, names in walk(tmp_path / "deck") for name in names].count("01.md") == 2
    plain = os.lstat

    def lstat(path: str) -> object:
        return SimpleNamespace(st_reparse_tag=0xA0000003) if str(path).endswith("junction") else plain(path)

    with monkeypatch.context() as patch:
        patch.setattr("deckbuilder.files.walking.os", SimpleNamespace(name="nt", lstat=lstat, walk=os.walk, path=os.path))
        assert [name for _, _, names in walk(tmp_path / "deck") for name in names].count("01.md") == 1
        (place,), problems = places(tmp_path / "deck")
    assert problems == []
    assert place.files == (tmp_path / "deck" / "01.md",)
