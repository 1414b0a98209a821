"""A path in Markdown names the same file on every system, or no file on any."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from deckbuilder.cards import media
from deckbuilder.cards.media import read_media
from deckbuilder.files.reading import read_whole
from deckbuilder.model.records import Media, MediaProblem


def stored(path: Path) -> Path:
    """Return the stored spelling of ``path``, as a system finds it that ignores case and Unicode's form."""

    def key(name: str) -> str:
        return unicodedata.normalize("NFC", name).casefold()

    found = Path(path.anchor)
    for part in path.parts[1:]:
        names = os.listdir(found) if found.is_dir() else []  # noqa: PTH208  this is below pathlib
        found /= part if part == ".." else next((name for name in names if key(name) == key(part)), part)
    return found


@pytest.fixture(params=[False, True], ids=["Linux", "macOS and Windows"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder of pictures: once on a system that respects case in names, once on one that ignores case."""
    (tmp_path / "Pictures").mkdir()
    for name in ("tree.png", "Pictures/Inner.png", "Café.png", "面试.png"):
        (tmp_path / name).write_bytes(name.encode())
    if request.param:
        exists = os.path.lexists
        monkeypatch.setattr("os.path.lexists", lambda path: exists(stored(Path(path))))
        monkeypatch.setattr(media, "read_whole", lambda path, most, within: read_whole(stored(path), most, within))
    return tmp_path


@pytest.mark.parametrize(
    "written", ["tree.png", "Pictures/Inner.png", "Pictures/../tree.png", "Café.png", "Cafe\u0301.png", "面试.png"]
)
def test_a_file_is_found_by_its_name(written: str, folder: Path) -> None:
    assert isinstance(read_media(folder, folder, written), Media)


@pytest.mark.parametrize(
    "written", ["Tree.png", "tree.PNG", "pictures/Inner.png", "Pictures/inner.png", "CAFÉ.png", "cafe\u0301.png"]
)
def test_a_name_in_other_letters_is_missing_on_every_system(written: str, folder: Path) -> None:
    assert read_media(folder, folder, written) == MediaProblem("missing-media")


def test_two_names_that_differ_in_case_alone_are_two(tmp_path: Path) -> None:
    for name in ("a.png", "A.PNG"):
        (tmp_path / name).write_bytes(name.encode())
    if len(list(tmp_path.iterdir())) < 2:
        pytest.skip("this system takes both for one")
    assert [read_media(tmp_path, tmp_path, name) for name in ("a.png", "A.PNG", "A.png")][2] == MediaProblem("missing-media")
    assert read_media(tmp_path, tmp_path, "a.png") != read_media(tmp_path, tmp_path, "A.PNG")


EMBEDDED = ("tree.png", "parts/leaf.png", "parts/deep/leaf.png", "other/root.png", "text/near.png", ".hidden/secret.png")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("tree.png", "tree.png"),  # from the deck's folder
        ("parts/leaf.png", "parts/leaf.png"),
        ("near.png", "text/near.png"),  # from the folder of the Markdown file
        ("../tree.png", "tree.png"),
        ("root.png", "other/root.png"),  # the only file of this name
        ("deep/leaf.png", "parts/deep/leaf.png"),  # the only path that ends so
        ("leaf.png", "parts/deep/leaf.png, parts/leaf.png"),
        ("Tree.png", "did you mean 'tree.png'?"),
        ("secret.png", ""),
        ("x/leaf.png", "did you mean 'parts/deep/leaf.png'?"),
        ("../../tree.png", "media-outside"),
    ],
)
def test_an_embedded_file_is_found_as_in_obsidian(name: str, path: str, tmp_path: Path) -> None:
    for place in EMBEDDED:
        (tmp_path / "deck" / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "deck" / place).write_bytes(place.encode())
    (tmp_path / "tree.png").write_bytes(b"outside")
    found = read_media(tmp_path / "deck", tmp_path / "deck" / "text", f"[[{name}]]")
    if isinstance(found, Media):
        assert found.data.decode() == path
    elif found.code == "media-outside":
        assert path == found.code
    else:
        assert found.code == ("ambiguous-media" if "," in path else "missing-media")
        assert found.detail.replace("'", "") == path.replace("'", "")
