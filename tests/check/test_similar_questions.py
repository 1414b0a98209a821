"""Two questions that ask the same are a warning, also if one of them is misspelled."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from deckbuilder.check.similar_questions import each_question_once
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


@pytest.mark.slow
def test_many_equal_questions_of_one_file_take_linear_time(tmp_path: Path) -> None:
    """Each report needs the titles of the file."""

    def seconds(count: int) -> float:
        large = deck(tmp_path / f"{count}", "## How do I sort it?\n\nx\n\n" * count).deck
        times = []
        for _ in range(3):
            begun = time.process_time()
            assert len(list(each_question_once(large))) == count - 1
            times.append(time.process_time() - begun)
        return min(times)

    assert seconds(4_000) < 8 * seconds(1_000)
