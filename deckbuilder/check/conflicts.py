"""The rule about git's marks of a merge conflict."""

from __future__ import annotations

from collections.abc import Iterator

from deckbuilder.model.diagnostics import Diagnostic
from deckbuilder.model.records import File
from deckbuilder.source.conflict_marks import conflict_marks


def no_conflicts(file: File) -> Iterator[Diagnostic]:
    """Report the marks of a merge conflict, also in code. Bad: ``<<<<<<< HEAD``. Good: the same after a blank, in indented code."""
    yield from conflict_marks(file.source.path, file.source.text, markdown=True)
