"""The files that learners send: each form of each client reads as the same notes, and no file changes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from deckbuilder.learners.learner_file import LearnerFile, NotAPackageError, learner_file
from tests.learners.learner import Learner
from tests.support import package, picture

TEXT = '## One? {#one tags="a"}\n\nSome answer ![x](p.png).\n\n## The {{c1::sky}} is blue. {#two .cloze}\n\nIt *is*.\n'


@pytest.fixture(scope="module")
def learner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Learner]:
    folder = tmp_path_factory.mktemp("learner")
    (folder / "deck").mkdir()
    (folder / "deck" / "p.png").write_bytes(picture())
    learner = Learner(folder / "profile")
    learner.takes(package(folder / "deck", TEXT))
    learner.edits("one", "Answer", lambda text: text.replace("Some", "An"))
    learner.answers("Test")
    yield learner
    learner.close()


def seen(found: LearnerFile) -> dict[str, tuple[str, tuple[str, ...], str]]:
    ours = [note for note in found.notes.values() if found.kind_of(note).startswith("Test ·")]
    return {found.fields_of(note)["Id"]: (next(iter(found.fields_of(note).values())), note.tags, note.cards[0]) for note in ours}


FORMS = [
    ("new.apkg", {}),
    ("old.apkg", {"legacy": True}),
    ("bare.apkg", {"scheduling": False}),
    ("old-bare.apkg", {"legacy": True, "scheduling": False}),
    ("all.colpkg", {}),
    ("old.colpkg", {"legacy": True}),
]


@pytest.mark.parametrize(("name", "options"), FORMS, ids=[name for name, _ in FORMS])
def test_each_form_of_an_export_is_read(learner: Learner, name: str, options: dict[str, bool]) -> None:
    path = learner.exports(name, legacy=options.get("legacy", False), scheduling=options.get("scheduling", True))
    before = path.read_bytes()
    with learner_file(path) as found:
        assert seen(found) == {
            "one": ("<p>One?</p>", ("a",), "Test"),
            "two": ("<p>The {{c1::sky}} is blue.</p>", (), "Test"),
        }
        (one,) = (note for note in found.notes.values() if note.tags)
        assert found.fields_of(one)["Answer"].startswith("<p>An answer <img")
        reviews = found.connection.execute("select count(*) from revlog").fetchone()[0]
        assert bool(reviews) == (name.endswith("colpkg") or "bare" not in name)
        (shown,) = (part.partition('"')[0] for part in found.fields_of(one)["Answer"].split('src="')[1:])
        assert found.media(shown) == picture()
        assert found.media("../p.png") is None
    assert path.read_bytes() == before


def test_a_collection_is_read_with_its_log_from_a_copy(learner: Learner, tmp_path: Path) -> None:
    """Anki has the collection open, and the last changes are only in the log."""
    source = learner.folder
    for name in ("collection.anki2", "collection.anki2-wal"):
        shutil.copy(source / name, tmp_path / name)
    shutil.copytree(source / "collection.media", tmp_path / "collection.media")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    assert before["collection.anki2-wal"]
    with learner_file(tmp_path / "collection.anki2") as found:
        assert set(seen(found)) == {"one", "two"}
        assert found.media(next((tmp_path / "collection.media").iterdir()).name) == picture()
        assert found.media("../collection.anki2") is None
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


@pytest.mark.parametrize(
    "data", [b"", b"SQLite format 3\0", b"SQLite format 3\0" + bytes(4096), b"PK\x03\x04", b"#separator:tab\n"]
)
def test_other_files_are_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.apkg"
    path.write_bytes(data)
    with pytest.raises(NotAPackageError), learner_file(path):
        pass


def test_an_unfinished_collection_is_refused(learner: Learner, tmp_path: Path) -> None:
    path = tmp_path / "collection.anki2"
    shutil.copy(learner.folder / "collection.anki2", path)
    (tmp_path / "collection.anki2-journal").write_bytes(b"x")
    with pytest.raises(NotAPackageError, match="open and close Anki"), learner_file(path):
        pass
