"""What the parts of the extension share while they read one text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Document:
    """How to read a text, and what was found in it."""

    words: Mapping[str, str] = field(default_factory=dict)
    """The titles of alerts by their kind."""
    clozes: bool = False
    """Whether ``{{c1::…}}`` is a cloze."""
    lead: int = 0
    """How many lines at the beginning are running text, whatever they begin with."""
    commonmark: bool = False
    """Whether to read as CommonMark alone: any tag is HTML, comments are kept, bare addresses are text."""
    footnotes: dict[str, Sequence[str]] = field(default_factory=dict)
    """The lines of each footnote by its label."""
    numbers: dict[str, int] = field(default_factory=dict)
    """The number of each footnote that is referred to, in the order of the references."""

    def number(self, label: str) -> int:
        """Return the number of the footnote with this label, which is thereby used; 0 if there is none."""
        return self.numbers.setdefault(label, len(self.numbers) + 1) if label in self.footnotes else 0
