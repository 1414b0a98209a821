"""A deck inside a deck is refused from every side, because its questions would be in both."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from deckbuilder.source.decks import load_decks
from tests.support import link, write

Invoke = Callable[..., Result]
QUESTION = "## What is `g`? {#g}\n\nA namespace.\n"


@pytest.fixture
def nested(tmp_path: Path) -> Path:
    """Make ``content/a``, a deck with the deck ``content/a/parts/b`` inside, and a link to the inner deck."""
    content = tmp_path / "content"
    write(content / "a", QUESTION, toml='id = "a"\nname = "A"\n')
    write(content / "a" / "parts" / "b", QUESTION, toml='id = "b"\nname = "B"\n')
    return content


SIDES: dict[str, Callable[[Path], list[Path]]] = {
    "the outer deck": lambda content: [content / "a"],
    "the folder above": lambda content: [content],
    "the inner deck": lambda content: [content / "a" / "parts" / "b"],
    "a file of the inner deck": lambda content: [content / "a" / "parts" / "b" / "01.md"],
    "a folder between": lambda content: [content / "a" / "parts"],
    "both": lambda content: [content / "a", content / "a" / "parts" / "b"],
    "all": lambda content: [content, content / "a", content / "a" / "parts", content / "a" / "parts" / "b"],
}


@pytest.mark.parametrize("side", SIDES)
def test_refused_once(side: str, nested: Path) -> None:
    _, problems = load_decks(SIDES[side](nested))
    assert [(problem.code, problem.span.path) for problem in problems] == [
        ("nested-deck", (nested / "a/parts/b/deck.toml").as_posix())
    ]


def test_refused_through_a_link(nested: Path) -> None:
    link(nested / "link", nested / "a" / "parts" / "b")
    _, problems = load_decks([nested / "link"])
    assert [problem.code for problem in problems] == ["nested-deck"]


def test_refused_if_deck_toml_is_a_link(nested: Path) -> None:
    toml = nested / "a" / "parts" / "b" / "deck.toml"
    toml.rename(nested / "b.toml")
    link(toml, nested / "b.toml")
    assert [problem.code for problem in load_decks([nested])[1]] == ["nested-deck"]


def test_the_default_folder_is_refused(nested: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(nested.parent)
    result = invoke("check")
    assert result.exit_code == 1
    assert result.output.count("[nested-deck]") == 1


@pytest.mark.parametrize("side", ["outer", "inner"])
def test_a_hidden_folder_is_no_part_of_a_deck(side: str, tmp_path: Path) -> None:
    """A worktree of git in a hidden folder is no deck inside a deck: the outer deck has none of its files."""
    write(tmp_path / "a", QUESTION, toml='id = "a"\nname = "A"\n')
    write(tmp_path / "a" / ".worktrees" / "b", QUESTION, toml='id = "b"\nname = "B"\n')
    inner = tmp_path / "a" / ".worktrees" / "b"
    found, problems = load_decks([tmp_path / "a" if side == "outer" else inner])
    assert not problems
    assert [deck.settings.id for deck in found] == ["a" if side == "outer" else "b"]


def test_a_linked_folder_is_no_part_of_a_deck(tmp_path: Path) -> None:
    write(tmp_path / "a", QUESTION, toml='id = "a"\nname = "A"\n')
    write(tmp_path / "b", QUESTION, toml='id = "b"\nname = "B"\n')
    link(tmp_path / "a" / "b", tmp_path / "b")
    for arguments in ([tmp_path / "a"], [tmp_path / "a" / "b"], [tmp_path / "a", tmp_path / "b"]):
        assert not load_decks(arguments)[1]
