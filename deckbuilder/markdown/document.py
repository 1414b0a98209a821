"""The state that the parts of the extension share while they read one text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from deckbuilder.markdown.links import label_key


class Marks(Protocol):
    """The marks of another dialect, such as Anki's clozes, in the texts of one document: each is replaced."""

    def mark(self, text: str) -> str:
        """Return running ``text``."""

    def mark_formula(self, tex: str) -> str:
        """Return ``tex``, a whole formula."""

    def of_code(self, code: str) -> tuple[str, list[tuple[int, str]]]:
        """Return ``code`` without its marks, and (index in the new code, replacement) of each mark."""


@dataclass(slots=True)
class Document:
    """How to read a text, and what was found in it."""

    words: Mapping[str, str] = field(default_factory=dict)
    """The titles of alerts by their kind."""
    marks: Callable[[], Marks] | None = None
    """Makes the marks of another dialect for a text."""
    lead: int = 0
    """How many lines at the beginning are running text, whatever they begin with."""
    drawn: bool = False
    """True to mark the fences with a diagram, which ``cards.drawn_fences`` replaces by a picture."""
    commonmark: bool = False
    """True to read as CommonMark alone: any tag is HTML, comments are kept, bare addresses are text."""
    footnotes: dict[str, Sequence[str]] = field(default_factory=dict)
    """The lines of each footnote by the ``label_key`` of its label."""
    numbers: dict[str, int] = field(default_factory=dict)
    used: list[str] = field(default_factory=list)
    """The keys of the footnotes that are referred to, in the order of the first references; and their numbers."""

    def begin(self) -> None:
        """Remove what was found in the last text."""
        self.footnotes, self.numbers, self.used = {}, {}, []

    def number(self, label: str) -> int:
        """Return the number of the footnote with this label, which is thereby used; 0 if there is none."""
        key = label_key(label)
        if key in self.footnotes and key not in self.numbers:
            self.used.append(key)
            self.numbers[key] = len(self.used)
        return self.numbers.get(key, 0)
