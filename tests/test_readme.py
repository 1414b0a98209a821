"""The README keeps its word: its commands are those CI runs, its example builds."""

from __future__ import annotations

import re
from pathlib import Path

from deckbuilder.cli import COMMANDS
from deckbuilder.settings import _KEYS
from tests.support import TIME, deck, package

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return [match[2] for match in re.finditer(rf"(?ms)^(`{{3,}}){language}\n(.*?)^\1$", README)]


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
    result = deck(tmp_path, example)
    assert result.diagnostics == ()
    assert {card.question.kind.value for card in result.deck.cards} == {"", "cloze", "typed", "choice", "reversed"}
    assert package(tmp_path, example, now=TIME)


def test_the_settings_and_commands_are_all_there() -> None:
    (toml,) = blocks("toml")
    assert re.findall(r"(?m)^(\w+) =", toml) == list(_KEYS)
    assert re.findall(r"(?m)^\| `deckbuilder (\w+) ", README) == list(COMMANDS)


def test_counts_are_right() -> None:
    notes = sum(
        len(re.findall(r"(?m)^## ", path.read_text(encoding="utf-8"))) for path in (ROOT / "content" / "flask-zh").glob("*.md")
    )
    assert f"{notes} notes" in README
    assert f"{notes - 24} follow-ups" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
