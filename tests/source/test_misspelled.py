"""``Deck.toml`` belongs to a deck on some systems only: deckbuilder warns about it on all systems."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.support import built, write

GOOD = "## What is `g`? {#g}\n\nA namespace.\n"


def codes(path: Path) -> list[str]:
    return [
        str(problem).removeprefix(f"{path.parent}/") for problem in built(path).diagnostics if problem.code == "misspelled-file"
    ]


@pytest.mark.parametrize(
    ("wrong", "right"), [("Deck.lock", "deck.lock"), ("STYLE.CSS", "style.css"), ("deck.Adopted", "deck.adopted")]
)
def test_a_file_in_other_letters_is_told(wrong: str, right: str, tmp_path: Path) -> None:
    write(tmp_path / "deck", GOOD)
    assert codes(tmp_path / "deck") == []
    (tmp_path / "deck" / wrong).write_text("", encoding="utf-8")
    assert codes(tmp_path / "deck") == [
        f"deck/{wrong}:1:1: warning: not every system reads this file as '{right}'; rename it to '{right}' [misspelled-file]"
    ]


def test_a_deck_by_one_name_and_none_by_another(tmp_path: Path) -> None:
    """On Windows the deck here is ``a``, on Linux ``many``."""
    write(tmp_path / "many" / "a", GOOD)
    (tmp_path / "many" / "a" / "deck.toml").rename(tmp_path / "many" / "a" / "Deck.toml")
    for path in ("many", "many/a"):
        (found,) = codes(tmp_path / path)
        assert "a/Deck.toml:1:1: warning: " in found


def test_files_of_others_are_left_alone(tmp_path: Path, invoke: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "deck", GOOD)
    (tmp_path / "deck" / "site").mkdir()
    (tmp_path / "deck" / "site" / "Style.css").write_text("", encoding="utf-8")
    (tmp_path / "deck" / "site" / "02.md").write_text("## More {#more}\n\nx\n", encoding="utf-8")
    (tmp_path / "lone.md").write_text(GOOD, encoding="utf-8")
    (tmp_path / "Style.css").write_text("", encoding="utf-8")
    assert "misspelled" not in invoke("check", "deck").stderr + invoke("check", "lone.md").stderr
