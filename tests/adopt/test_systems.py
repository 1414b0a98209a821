"""Adopted folders are the same on every system: names, line ends, drives, and the files of file managers."""

from __future__ import annotations

import ntpath
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import genanki
import pytest
from click.testing import Result

from deckbuilder.adopt.lists import adopt_lists
from tests.adopt.packages import BASIC, note
from tests.support import ROOT, built

Invoke = Callable[..., Result]
QUESTIONS = "# List\n\n## One?\n\n1\n\n## Two?\n\n2\n"
PICTURES = ("Café.png", "이미지.png", "が.png")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def package(folder: Path) -> Path:
    """A package with a question for each picture."""
    deck = genanki.Deck(2059400110, "Pictures")
    for name in PICTURES:
        (folder / name).write_bytes(name.encode())
        deck.add_note(note(BASIC, f"What is {name}?", f'<img src="{name}">'))
    genanki.Package([deck], media_files=list(PICTURES)).write_to_file("pictures.apkg")
    return folder / "pictures.apkg"


def test_pictures_stay_where_names_come_back_taken_apart(invoke: Invoke, package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """HFS+ and some network drives store ``é`` as two characters. They accept both forms as the same name."""
    glob = Path.glob

    def taken_apart(path: Path, pattern: str) -> Iterator[Path]:
        return (found.with_name(unicodedata.normalize("NFD", found.name)) for found in glob(path, pattern))

    monkeypatch.setattr(Path, "glob", taken_apart)
    assert invoke("adopt", package, "-o", "deck").exit_code == 0
    monkeypatch.undo()
    assert len(list((package.parent / "deck" / "media").iterdir())) == len(PICTURES)
    assert not [problem for problem in built(package.parent / "deck").diagnostics if problem.code == "missing-media"]


def test_what_is_written_has_one_kind_of_line_end(invoke: Invoke, package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def written(path: Path, text: str, encoding: str | None = None, errors: str | None = None, newline: str | None = None) -> int:
        with path.open("w", encoding=encoding, errors=errors, newline="\r\n" if newline is None else newline) as file:
            return file.write(text)

    monkeypatch.setattr(Path, "write_text", written)
    assert invoke("adopt", package, "-o", "deck").exit_code == 0
    texts = [path for path in Path("deck").iterdir() if path.is_file()]
    assert {path.name for path in texts} == {"01-pictures.md", "deck.adopted", "deck.lock", "deck.toml"}
    assert [path.name for path in texts if b"\r" in path.read_bytes()] == []


def test_nothing_of_ours_writes_the_line_ends_of_the_system() -> None:
    modules = list((ROOT / "deckbuilder").rglob("*.py"))
    assert [path.name for path in modules if ".write_text(" in path.read_text(encoding="utf-8")] == []


def test_lists_on_two_drives(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("os.path", ntpath)
        found = adopt_lists._roots([r"C:\lists\a", r"D:\b", r"C:\lists\c", r"\\server\share\d"])
    assert found == {"C:": r"C:\lists", "D:": "D:\\b", r"\\server\share": r"\\server\share\d"}


def test_lists_on_one_drive_have_one_root(invoke: Invoke, folder: Path) -> None:
    for name in ("one", "two"):
        (folder / name).mkdir()
        (folder / name / "list.md").write_text(QUESTIONS, encoding="utf-8")
    (folder / "a.png").write_bytes(b"a picture")
    (folder / "one" / "list.md").write_text(f"{QUESTIONS}\n![](../a.png)\n", encoding="utf-8")
    assert invoke("adopt", "one/list.md", "two/list.md", "-o", "deck").exit_code == 0
    assert "media-outside" not in str(built(folder / "deck").diagnostics)


@pytest.mark.parametrize(("name", "file"), [("Con", "list-con.md"), ("aux", "list-aux.md"), ("Console", "console.md")])
def test_no_file_has_the_name_of_a_device(name: str, file: str, invoke: Invoke, folder: Path) -> None:
    (folder / f"{name}.md").write_text(QUESTIONS, encoding="utf-8")
    assert invoke("adopt", f"{name}.md", "-o", "deck").exit_code == 0
    assert (folder / "deck" / file).exists()


@pytest.mark.parametrize("there", [".DS_Store", ".git", "Thumbs.db", "desktop.ini"])
def test_a_folder_is_empty_to_its_owner(there: str, invoke: Invoke, folder: Path) -> None:
    (folder / "deck").mkdir()
    (folder / "deck" / there).write_bytes(b"x")
    assert invoke("new", "deck").exit_code == 0
    assert (folder / "deck" / there).read_bytes() == b"x"
    (folder / "list.md").write_text(QUESTIONS, encoding="utf-8")
    (folder / "other").mkdir()
    (folder / "other" / there).mkdir()
    assert invoke("adopt", "list.md", "-o", "other").exit_code == 0
    assert invoke("new", "other").exit_code == 1
