from __future__ import annotations

import pytest

from deckbuilder.model.diagnostics import Span
from deckbuilder.model.splice import splice


@pytest.mark.parametrize(
    ("changes", "expected"),
    [([], "abcdef"), ([(0, 1, "X"), (1, 1, "Y"), (4, 6, "")], "XYbcd"), ([(6, 6, "!")], "abcdef!"), ([(0, 6, "")], "")],
)
def test_splice(changes: list[tuple[int, int, str]], expected: str) -> None:
    assert splice("abcdef", changes) == expected


@pytest.mark.parametrize(("at", "line", "column"), [(0, 1, 1), (1, 1, 2), (2, 2, 1), (4, 2, 3), (5, 3, 1)])
def test_a_place_in_a_text(at: int, line: int, column: int) -> None:
    assert Span.in_text("f", "a\nbc\n", at) == Span("f", line, column)
    assert Span.in_text("f", "a\nbc\n", at, first=7) == Span("f", line + 6, column)
