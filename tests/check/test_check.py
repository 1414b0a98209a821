"""Every rule reports its bad example, at the right place, and accepts its good example."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deckbuilder.check import run_rules
from deckbuilder.check.rule import OfDeck, OfFile
from deckbuilder.check.run_rules import OF_DECK, OF_FILE
from deckbuilder.source import positions
from tests.conftest import CASES
from tests.support import built, deck

EXPECT = re.compile(r"(?:<!-- |# )expect: (\d+):(\d+) ([a-z0-9-]+)")
RULES: tuple[OfDeck | OfFile, ...] = (*OF_FILE, *OF_DECK)
HARMLESS = "unpinned-deck"
"""Every lone Markdown file has this note: the deck's identity depends on the file's name."""


def example(rule: str, kind: str) -> Path:
    lone, folder = CASES / "rules" / rule / f"{kind}.md", CASES / "rules" / rule / kind
    return lone if lone.exists() else folder / "deck" if (folder / "deck").exists() else folder


def expected(path: Path) -> list[tuple[int, int, str]]:
    files = sorted(file for file in path.rglob("*") if file.suffix in (".md", ".toml", ".lock")) if path.is_dir() else [path]
    found = [EXPECT.findall(file.read_text(encoding="utf-8")) for file in files]
    return sorted((int(line), int(column), code) for file in found for line, column, code in file)


def reported(path: Path) -> list[tuple[int, int, str]]:
    places = [(problem.span.line, problem.span.column, problem.code) for problem in built(path).diagnostics]
    return sorted(place for place in places if path.is_dir() or place[2] != HARMLESS)


def name(rule: OfDeck | OfFile) -> str:
    return rule.__name__


def test_every_case_is_of_a_rule() -> None:
    assert {folder.name for folder in (CASES / "rules").iterdir()} == {name(rule) for rule in RULES}


@pytest.mark.parametrize("kind", ["good", "bad"])
@pytest.mark.parametrize("rule", RULES, ids=name)
def test_exactly_the_expected_is_reported(rule: OfDeck | OfFile, kind: str) -> None:
    path = example(name(rule), kind)
    assert reported(path) == expected(path)


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_no_rule_can_be_left_out(rule: OfDeck | OfFile, monkeypatch: pytest.MonkeyPatch) -> None:
    path = example(name(rule), "bad")
    assert expected(path), "a bad example must expect something"
    for which in ("OF_FILE", "OF_DECK"):
        monkeypatch.setattr(run_rules, which, tuple(other for other in getattr(run_rules, which) if other is not rule))
    assert reported(path) != expected(path)


@pytest.mark.parametrize("path", sorted((CASES / "bad").iterdir()), ids=lambda path: path.name)
def test_mistakes_in_settings_and_front_matter(path: Path) -> None:
    assert expected(path)
    assert reported(path) == expected(path)


def test_every_rule_runs_though_some_questions_do_not_parse(tmp_path: Path) -> None:
    codes = {
        problem.code for problem in deck(tmp_path, "---\ntags: [\n---\n## {#a}\n\n---\n\n---\n\n## B {#b .nope}\n").diagnostics
    }
    assert codes == {"bad-front-matter", "empty-question", "missing-answer", "second-separator", "bad-attribute"}


def test_a_diagnostic_names_the_fix_and_the_nearest_known_word(tmp_path: Path) -> None:
    problems = deck(tmp_path, "## A {#a .typd}\n\n```pyton\nx\n```\n").diagnostics
    assert [str(problem).removeprefix(f"{tmp_path.as_posix()}/") for problem in problems] == [
        "01.md:1:10: error: unknown kind '.typd'; did you mean 'typed'? [bad-attribute]",
        "01.md:3:4: error: unknown code language 'pyton'; did you mean 'python'? [unknown-language]",
    ]


def test_nearest_known_key(tmp_path: Path) -> None:
    problems = deck(tmp_path, "---\ntgas: a\n---\n## A {#a}\n\nb\n", toml='id = "a"\nname = "b"\nlangage = "en"\n').diagnostics
    assert [problem.message for problem in problems] == [
        "unknown key 'tgas' in front matter; did you mean 'tags'?",
        "unknown key 'langage'; did you mean 'language'?",
    ]


def test_columns_count_wide_characters_twice() -> None:
    assert [positions.columns(text) for text in ("abc", "上下文", "ａ", "é", "\tx")] == [3, 6, 2, 1, 5]
