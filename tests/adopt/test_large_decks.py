"""A deck with more notes than one file should have becomes several files; one with too much text is refused early."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from deckbuilder.adopt import draft
from deckbuilder.adopt.draft import Draft, Part, in_files
from deckbuilder.adopt.packages import package_folder, package_notes
from deckbuilder.pipeline import parallel
from tests.adopt.packages import BASIC, made, note
from tests.support import built

Invoke = Callable[..., Result]


def package(folder: Path, *counts: int) -> Path:
    """Write a package with decks of so many notes, and return its path."""
    names = ("Web", "Web::Sub", "Other")
    return made(
        folder,
        *(
            (name, [note(BASIC, f"What is {name} {at:03}?", f"Text {at}.", tags=("all", f"t{at}")) for at in range(count)])
            for name, count in zip(names, counts, strict=False)
        ),
    )


@pytest.mark.parametrize("limit", [{"QUESTIONS": 4}, {"_BYTES": 100}])
def test_a_subdeck_becomes_several_files(
    limit: dict[str, int], invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in limit.items():
        monkeypatch.setattr(draft, name, value)
    result = invoke("adopt", package(tmp_path, 9, 2), "-o", "deck")
    assert result.exit_code == 0, result.output
    assert "deck: 11 questions in 4 files" in result.output
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted((tmp_path / "deck").glob("*.md"))}
    assert list(texts) == ["01-web.md", "02-web.md", "03-web.md", "04-sub.md"]
    assert [text.count("\n## ") for text in texts.values()] == [4, 4, 1, 2]
    assert ["deck: Sub" in text or 'deck: "Sub"' in text for text in texts.values()] == [False, False, False, True]
    found = built(tmp_path / "deck")
    assert found.good
    assert [entry.question.heading.lines[0] for entry in found.deck.entries][8] == "What is Web 008?"
    assert {entry.question.id for entry in found.deck.entries} == set(found.deck.lock.notes)  # type: ignore[union-attr]
    assert all("all" in entry.note.tags for entry in found.deck.entries)


def test_a_list_becomes_several_files(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(draft, "QUESTIONS", 4)
    text = "# List\n\n" + "\n".join(f"## What is {at}?\n\nText {at}, see [it].\n" for at in range(10)) + "\n[it]: https://a.org\n"
    (tmp_path / "list.md").write_text(text, encoding="utf-8")
    result = invoke("adopt", "list.md", "-o", "deck")
    assert result.exit_code == 0, result.output
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted((tmp_path / "deck").glob("*.md"))}
    assert list(texts) == ["1-list.md", "2-list.md", "3-list.md"]
    assert [text.count("\n## ") for text in texts.values()] == [4, 4, 2]
    assert all("[it]: https://a.org" in text for text in texts.values())
    assert [entry.question.heading.lines[0] for entry in built(tmp_path / "deck").deck.entries] == [
        f"What is {at}?" for at in range(10)
    ]


def test_several_processes_adopt_the_same_list(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tags that a browser would drop, a choice without options, a missing answer and links need more than one attempt."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(parallel, "_cores", lambda: 2)
    parts = ["What is [{}][it]?\n\nSee [it].", "What does <b>{} do?\n\nIt is <i>bold.", "What is {}?", "Why {}?\n\n![a](a.svg)"]
    questions = "\n\n".join(f"## {parts[at % 4].format(f'part{at}')}" for at in range(40))
    (tmp_path / "list.md").write_text(f"# List\n\n{questions}\n\n[it]: https://a.org\n", encoding="utf-8")
    (tmp_path / "a.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>", encoding="utf-8")
    found = []
    for worth in (10**9, 0):
        monkeypatch.setattr(parallel, "WORTH", worth)
        result = invoke("adopt", "list.md", "--yes", "--all", "-o", "deck")
        assert result.exit_code == 0, result.output
        files = sorted((path, path.read_bytes()) for path in (tmp_path / "deck").rglob("*.*") if path.name != "deck.toml")
        found.append((files, [line for line in result.stderr.splitlines() if line.startswith("list.md:")]))
        shutil.rmtree(tmp_path / "deck")
    assert found[0] == found[1]
    assert any("as text, because its other tag is missing or elsewhere" in line for line in found[0][1])
    assert "10 without an answer" in result.output


def test_a_deck_with_too_much_text_is_refused_before_the_work(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = package(tmp_path, 5, 5, 1)
    monkeypatch.setattr(package_notes, "LARGEST_RECORD", 200)
    monkeypatch.setattr("deckbuilder.pipeline.parallel.mapped", lambda *_: pytest.fail("the notes were read"))
    result = invoke("adopt", path, "-o", "deck")
    assert result.exit_code == 1
    assert "nothing written: the notes of the deck 'Web' have more than" in result.output
    assert "export its subdecks as packages of their own, and adopt each of these" in result.output
    assert not (tmp_path / "deck").exists()


@pytest.mark.parametrize("record", ["adopted_file", "lock_file"])
def test_a_record_that_is_too_large_is_not_written(
    record: str, invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = package(tmp_path, 2)
    monkeypatch.setattr(package_notes, "LARGEST_RECORD", 50_000)
    monkeypatch.setattr(getattr(package_folder, record), "text", lambda _: "x" * 50_001)
    result = invoke("adopt", path, "-o", "deck")
    assert result.exit_code == 1
    assert "nothing written: the notes of the deck 'Web' have more than" in result.output
    assert not (tmp_path / "deck").exists()


def test_a_folder_that_is_not_empty_is_refused_before_the_work(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = package(tmp_path, 1)
    (tmp_path / "deck").mkdir()
    (tmp_path / "deck" / "mine.md").write_text("mine", encoding="utf-8")
    monkeypatch.setattr(package_notes, "adopt", lambda *_: pytest.fail("the package was read"))
    result = invoke("adopt", path, "-o", "deck")
    assert result.exit_code == 1
    assert "is not an empty folder" in result.output


def test_no_item_is_lost_between_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft, "QUESTIONS", 3)
    monkeypatch.setattr(draft, "_BYTES", 50)
    items: list[Draft | Part] = [Part("Basics"), *(Draft(f"q{at}", "é" * (at * 7 % 40)) for at in range(30))]
    files = list(in_files(items))
    assert list(itertools.chain.from_iterable(files)) == items
    assert all(len(file) <= 3 and (len(file) == 1 or sum(item.size() for item in file) <= 50) for file in files)
    assert all(len(one) == 3 or sum(item.size() for item in one) + two[0].size() > 50 for one, two in itertools.pairwise(files))
    assert list(in_files([])) == []
