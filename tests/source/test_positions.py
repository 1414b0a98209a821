"""The lines of a file are found without a look at the whole text. The time for all questions is linear."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from deckbuilder.model.diagnostics import Span
from deckbuilder.model.records import File, Settings, Source
from deckbuilder.source.positions import lines_of


class Counted(str):
    """A text that counts how often it is compared with another text."""

    __slots__ = ("compared",)
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        self.compared = getattr(self, "compared", 0) + 1
        return str.__eq__(self, other)


def file(text: str) -> File:
    return File(Settings("a", "A", Span("")), Source("a.md", Path(), text), (), (), ())


def test_an_equal_text_of_another_deck_is_not_compared_for_each_question() -> None:
    """``adopt`` and ``pull`` build a deck twice, so equal texts are usual."""
    first, second = Counted("a\nb"), Counted("a\nb")
    lines_of(file(first), "a.md")
    found: list[Any] = [lines_of(file(second), "a.md") for _ in range(9)]
    assert found[0] == ["a", "b"]
    assert all(lines is found[0] for lines in found)
    assert getattr(first, "compared", 0) + getattr(second, "compared", 0) == 0
