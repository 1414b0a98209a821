"""A letter with very many accents: its question is not adopted, and the author reads why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import genanki
import pytest
from click.testing import Result

from tests.adopt.packages import BASIC, made, note

Invoke = Callable[..., Result]
REASON = "this letter has more than 30 combining marks"
REFERENCES, MARKS = "&#769;" * 40, "\u0301" * 40


def test_a_list_with_references_to_marks(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "list.md").write_text(f"# List\n\n## What is a{REFERENCES}?\n\nx\n\n## Why?\n\ny\n", encoding="utf-8")
    result = invoke("adopt", tmp_path / "list.md", "-o", tmp_path / "deck")
    assert f"is skipped: {REASON}" in result.stderr
    assert "1 written" in result.stderr


@pytest.mark.parametrize("marks", [REFERENCES, MARKS])
def test_a_package_with_marks(marks: str, invoke: Invoke, tmp_path: Path) -> None:
    items: list[genanki.Note] = [
        note(BASIC, f"What is a{marks}?", "x"),
        note(BASIC, "Why?", f"b{marks}"),
        note(BASIC, "How?", "y"),
    ]
    result = invoke("adopt", made(tmp_path, ("Deck", items)), "-o", tmp_path / "deck")
    assert f"2 notes skipped: {REASON}" in result.stderr
    assert "1 question" in result.stdout
