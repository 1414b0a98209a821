"""The names of pictures in a package: the same bytes keep their name, other bytes never share one."""

from __future__ import annotations

import hashlib
import io
import itertools
import re
import zipfile
from pathlib import Path

import pytest

from deckbuilder.cards import media_names
from deckbuilder.model.lock import Lock
from deckbuilder.package.read_package import unpack
from deckbuilder.pipeline.build_deck import Packed, pack
from deckbuilder.publish.rebuild_lock import restored
from deckbuilder.source import lock_file
from tests.support import PNG, TIME, built, write

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">\n<rect width="9" height="9"/>\n</svg>\n'


def release(folder: Path, now: int = TIME) -> Packed:
    found = built(folder)
    assert found.good, found.diagnostics
    packed = pack(found.deck, now)
    (folder / lock_file.FILE).write_text(lock_file.text(packed.lock), encoding="utf-8")
    return packed


def fields(packed: Packed) -> list[str]:
    return [note.text("question") for note in packed.notes]


def files(packed: Packed) -> set[str]:
    return {file.name for entry in packed.deck.entries for file in entry.media.values()}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("![](old.png)", "![](new.png)"),
        ("![](old.png)", "![](deep/old.png)"),
        ("![](old.png)", "![[new.png]]"),
        ("![](old.svg)", "![](Neu%20ä.svg)"),
        ("![](old.mp3)", "![](new.mp3)"),
        ("![](old.mp3)", "[sound:new.mp3]"),
    ],
)
def test_a_renamed_file_keeps_its_name_in_the_package(before: str, after: str, tmp_path: Path) -> None:
    write(tmp_path, f"## A? {{#a}}\n\n{before}\n\n---\n\nx\n")
    (tmp_path / "deep").mkdir()
    contents = {"png": PNG, "svg": SVG, "mp3": b"ID3"}
    for name in ("old.png", "new.png", "deep/old.png", "old.svg", "Neu ä.svg", "old.mp3", "new.mp3"):
        (tmp_path / name).write_bytes(contents[name[-3:]])
    first = release(tmp_path)
    write(tmp_path, f"## A? {{#a}}\n\n{after}\n\n---\n\nx\n")
    second = release(tmp_path, TIME + 100)
    assert fields(second) == fields(first)
    assert files(second) == files(first)
    assert second.stamps.changed == ()
    assert second.lock == first.lock


def test_the_same_picture_keeps_its_name_on_each_card(tmp_path: Path) -> None:
    for name in ("one.png", "other.png"):
        (tmp_path / name).write_bytes(PNG)
    write(tmp_path, "## A? {#a}\n\n![](one.png)\n\n---\n\nx\n\n## B? {#b}\n\n![](other.png)\n\n---\n\nx\n")
    first = release(tmp_path)
    second = release(tmp_path, TIME + 100)
    assert second.stamps.changed == ()
    assert fields(second) == fields(first)
    assert len(files(second)) == 2


@pytest.mark.parametrize(("before", "after"), [("a.png", "a.jpg"), ("a.ogg", "a.mp3")])
def test_another_ending_is_another_file(before: str, after: str, tmp_path: Path) -> None:
    for name in (before, after):
        (tmp_path / name).write_bytes(PNG if name != "a.jpg" else b"\xff\xd8\xff" + PNG)
    write(tmp_path, f"## A? {{#a}}\n\n![]({before})\n\n---\n\nx\n")
    release(tmp_path)
    write(tmp_path, f"## A? {{#a}}\n\n![]({after})\n\n---\n\nx\n")
    assert release(tmp_path, TIME + 100).stamps.changed == ("a",)


def test_a_rebuilt_lock_knows_the_names_too(tmp_path: Path) -> None:
    write(tmp_path / "d", "## A? {#a}\n\n![](old.png) ![](s.mp3)\n\n---\n\nx\n")
    (tmp_path / "d" / "old.png").write_bytes(PNG)
    (tmp_path / "d" / "s.mp3").write_bytes(b"ID3")
    packed = release(tmp_path / "d")
    (tmp_path / "old.apkg").write_bytes(packed.data)
    lock = restored(packed.deck.settings, unpack(tmp_path / "old.apkg"), packed.deck.adopted)
    assert lock.notes == packed.lock.notes
    assert len(lock.notes["a"].media) == 2


def colliding() -> tuple[bytes, bytes]:
    """Return two pictures whose SHA-256 begin with the same 16 bits; ``short_names`` cuts the names to these."""
    seen: dict[str, bytes] = {}
    for number in itertools.count():
        data = PNG + str(number).encode()
        start = hashlib.sha256(data).hexdigest()[:4]
        if start in seen:
            return seen[start], data
        seen[start] = data
    raise AssertionError


@pytest.fixture
def short_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media_names, "_SHORT", 4)
    monkeypatch.setattr(media_names, "_HASHED", re.compile(media_names._HASHED.pattern.replace("{8,64}", "{4,64}")))


@pytest.mark.usefixtures("short_names")
def test_two_pictures_with_one_short_name_get_two_names(tmp_path: Path) -> None:
    one, other = colliding()
    write(tmp_path, "## P? {#p}\n\n![](a/pic.png)\n\n---\n\nx\n\n## R? {#r}\n\n![](b/pic.png)\n\n---\n\nx\n")
    for folder, data in (("a", one), ("b", other)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "pic.png").write_bytes(data)
    packed = release(tmp_path)
    assert len(files(packed)) == 2
    with zipfile.ZipFile(io.BytesIO(packed.data)) as archive:
        assert {archive.read(name) for name in archive.namelist() if name.isdigit()} == {one, other}
    # the files change places: both notes change, and no name gets other bytes
    (tmp_path / "a" / "pic.png").write_bytes(other)
    (tmp_path / "b" / "pic.png").write_bytes(one)
    again = release(tmp_path, TIME + 100)
    assert again.stamps.changed == ("p", "r")
    assert names(again.lock) == names(packed.lock)


def names(lock: Lock) -> dict[str, str]:
    return {name: mark for note in lock.notes.values() for name, mark in note.media.items()}


@pytest.mark.usefixtures("short_names")
def test_a_new_picture_never_takes_the_name_that_learners_have(tmp_path: Path) -> None:
    one, other = colliding()
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "pic.png").write_bytes(one)
    (tmp_path / "pic.png").write_bytes(other)
    write(tmp_path, "## P? {#p}\n\n![](a/pic.png)\n\n---\n\nx\n")
    first = release(tmp_path)
    write(tmp_path, "## New? {#new}\n\n![](pic.png)\n\n---\n\nx\n\n## P? {#p}\n\n![](a/pic.png)\n\n---\n\nx\n")
    second = release(tmp_path, TIME + 100)
    assert second.stamps.changed == ()
    assert files(first) < files(second)


@pytest.mark.parametrize(
    ("name", "data", "same"),
    [
        ("p.svg", SVG, True),
        ("p.SVG", SVG, True),
        ("p.svg", b"\xef\xbb\xbf" + SVG, True),
        ("p.svg", SVG.decode().encode("utf-16"), False),  # binary for git, which changes no line end in it
        ("p.png", PNG + b"\n", False),
        ("p.mp3", b"ID3\n", False),
    ],
)
def test_line_ends_of_text_do_not_count(name: str, data: bytes, *, same: bool) -> None:
    windows = media_names.media(Path(name), data.replace(b"\n", b"\r\n"))
    unix = media_names.media(Path(name), data)
    assert (windows == unix) is same
    assert unix.data == data
