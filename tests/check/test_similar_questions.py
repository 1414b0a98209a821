"""Two questions that ask the same are a warning, also if one of them is misspelled."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import deck


def found(tmp_path: Path, *headings: str, toml: str = "") -> list[str]:
    """Return ``line: message`` of each duplicate below these headings."""
    text = "".join(f"{heading}\n\n{'' if heading.startswith('# ') else 'x'}\n\n" for heading in headings)
    problems = deck(tmp_path, text, toml=f'id = "test-deck"\nname = "Test"\n{toml}').diagnostics
    return [f"{problem.span.line}: {problem.message}" for problem in problems if problem.code == "duplicate-question"]


@pytest.mark.parametrize(
    "other",
    [
        "## What does a genrator yield?",
        "## What does a genreator yield?",
        "## What does a generatorr yield?",
        "## What does a generater yield?",
        "## What's a generator yield",
    ],
)
def test_a_misspelled_question_asks_the_same(other: str, tmp_path: Path) -> None:
    (problem,) = found(tmp_path, "## What does a generator yield?", other)
    assert problem.startswith("5: this question is")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What does an inline script do?", "What does an online script do?"),
        ("When does async code run?", "When does sync code run?"),
        ("How does HTTP/1.1 reuse connections?", "How does HTTP/2.1 reuse connections?"),
        ("How is a `decorator` used here?", "How is a `decorater` used here?"),
        ("How does a generator begin to yield?", "How does a iterator begin to yield?"),
        ("Convert lists to tuples: how?", "Convert tuples to lists: how?"),
    ],
)
def test_another_word_asks_for_something_else(one: str, other: str, tmp_path: Path) -> None:
    assert not found(tmp_path, f"## {one}", f"## {other}")


def test_titles_that_differ_are_a_reason_to_show_them(tmp_path: Path) -> None:
    headings = ("# Lists", "## How do I sort them?", "# Tuples", "## How do I sort them?")
    (problem,) = found(tmp_path, *headings)
    assert "context = true" in problem
    assert not found(tmp_path, *headings, toml="context = true\n")
    (problem,) = found(tmp_path, "# Lists", "## How do I sort them?", "## How do I sort them?")
    assert "context = true" not in problem
