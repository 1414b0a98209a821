"""Fixtures: a package by another tool, the deck folder made of this package, and the releases of the deck."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from anki.collection import Collection, ExportAnkiPackageOptions
from click.testing import Result

from tests.adopt.packages import OLD, add, made, notes
from tests.support import TIME

Invoke = Callable[..., Result]


@pytest.fixture
def genanki_package(tmp_path: Path) -> Path:
    items = notes()
    return made(tmp_path, ("Web", items[:4]), ("Web::Sub & more", items[4:]))


@pytest.fixture(params=["genanki", "anki legacy", "anki zstd"])
def package(request: pytest.FixtureRequest, genanki_package: Path, tmp_path: Path) -> Path:
    """Return a package of the same notes, made with genanki, or exported from Anki with Anki's own note types."""
    if request.param == "genanki":
        return genanki_package
    (tmp_path / "author").mkdir()
    author = Collection(str(tmp_path / "author" / "collection.anki2"))
    try:
        for name in ("a b.png", "word.mp3"):
            author.media.add_file(str(tmp_path / name))
        for item, deck in zip(notes(), ["Web"] * 4 + ["Web::Sub & more"] * 2, strict=True):
            add(author, item, deck)
        author.db.execute("update notes set mod = ?", OLD)  # type: ignore[union-attr]
        path = tmp_path / "exported.apkg"
        options = ExportAnkiPackageOptions(with_media=True, legacy=request.param == "anki legacy")
        author.export_anki_package(out_path=str(path), options=options, limit=None)
    finally:
        author.close()
    return path


@pytest.fixture
def adopted(invoke: Invoke, package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The deck folder made of ``package``."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(TIME))
    result = invoke("adopt", package, "-o", "deck")
    assert result.exit_code == 0, result.output
    assert "deck: 6 questions in 2 files, 2 pictures and sounds\n" in result.stdout
    assert "skipped" not in result.output
    return tmp_path / "deck"


@pytest.fixture
def release(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """A function that releases the deck folder, each time a day later, and returns the path of the package."""
    days: Iterator[int] = iter(range(1, 100))

    def run(*options: str) -> Path:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(TIME + next(days) * 86_400))
        result = invoke("release", "deck", *options)
        assert result.exit_code == 0, result.output
        return tmp_path / "dist" / "deck.apkg"

    return run
