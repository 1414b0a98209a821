"""The README is true: CI runs its commands, its example builds, and its numbers are right."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from anki.collection import Collection

from deckbuilder.model.deck import Deck
from deckbuilder.pipeline import build_deck
from tests.support import ROOT, TIME, built, deck, package

CONTENT = ROOT / "content"
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "deckbuilder" / "docs" / "contributing-questions.md").read_text(encoding="utf-8")
CHINESE = (CONTENT / "flask-zh" / "README.zh-CN.md").read_text(encoding="utf-8")


def blocks(language: str, text: str = README) -> list[str]:
    """Return the content of each block of code in this language."""
    return [match[2] for match in re.finditer(rf"(?ms)^(`{{3,}}){language}\n(.*?)^\1$", text)]


def test_two_commands_and_ci_runs_them() -> None:
    build, test = blocks("sh")
    assert build.count("\n") == test.count("\n") == 1
    assert "deckbuilder build" in build
    assert "pytest" in test
    run = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "$(readme 1)" in run
    assert "$(readme 2)" in run


def test_the_example_builds_without_a_word(tmp_path: Path) -> None:
    (example,) = blocks("markdown")
    result = deck(tmp_path / "example", example)
    assert result.diagnostics == ()
    assert {card.question.kind.value for card in result.deck.entries} == {"", "cloze", "typed", "choice", "reversed"}
    assert package(tmp_path / "example", example, now=TIME)


def test_windows_has_the_same_two_commands() -> None:
    """PowerShell 5 has no ``&&``, so each part of a command has its own line."""
    ours = [*zip(blocks("sh"), blocks("bat"), strict=True)]
    chinese = [*zip(blocks("console", CHINESE), blocks("bat", CHINESE), strict=True)]
    assert (len(ours), len(chinese)) == (2, 2)
    for unix, windows in ours + chinese:
        adapted = unix.strip().replace("python3 -m venv", "py -m venv").replace(".venv/bin/", ".venv\\Scripts\\")
        commands = adapted.replace("'", '"').replace("$ ", "").replace(" && ", "\n")
        assert windows.splitlines() == commands.splitlines()


def test_the_good_card_is_one_of_ours(tmp_path: Path) -> None:
    good, _ = blocks("markdown", CONTRIBUTING)
    assert deck(tmp_path, good.replace(" follow-up::g-purpose", "")).diagnostics == ()
    assert good.strip() in (CONTENT / "flask-en" / "03-contexts.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def decks() -> dict[str, Deck]:
    return {name: built(CONTENT / name).deck for name in ("flask-en", "flask-zh")}


@pytest.mark.slow
def test_counts_and_topics_are_right(decks: dict[str, Deck]) -> None:
    notes = len(decks["flask-en"].entries)
    assert f"{notes} notes each" in README
    assert f"{notes} 条笔记" in CHINESE
    assert f"{notes} notes" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for name in ("commands.md", "site.md"):
        assert f"2 decks, {2 * notes} questions" in (ROOT / "deckbuilder" / "docs" / name).read_text(encoding="utf-8")
    tags = dict.fromkeys(tag for card in decks["flask-en"].entries for tag in card.note.tags)
    topics = [tag.removeprefix("flask::") for tag in tags if tag.startswith("flask::")]
    told = re.search(r"one topic: (.*?) \|", README)
    assert told
    assert told[1].split(", ") == [f"`{topic}`" for topic in topics]
    told = re.search(r"专题有：(.*?)。", CHINESE)
    assert told
    assert told[1].split("、") == [f"`{topic}`" for topic in topics]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "text"), [("flask-en", README), ("flask-zh", CHINESE)], ids=["en", "zh"])
def test_every_search_finds_something(
    name: str, text: str, decks: dict[str, Deck], collection: Collection, import_package: Callable[[bytes], object]
) -> None:
    import_package(build_deck.pack(decks[name], TIME).data)
    searches = re.findall(r"(?m)^\| `(\S*tag:[^`]*)` \|", text)
    assert len(searches) == 10
    for search in searches:
        assert 0 < len(collection.find_notes(search)) < collection.note_count(), search
