"""A rule about letters with very many accents, written as character references. ``source.read_text`` finds other accents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from deckbuilder.markdown.entities import ENTITY, resolved
from deckbuilder.model.combining_marks import MOST
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.records import File
from deckbuilder.source import positions

_PART = re.compile(rf"{ENTITY.pattern}|[^\x00-\x7f]")
_MANY = re.compile(rf"(?:{_PART.pattern}){{{MOST},}}+")
"""Matches references and characters beyond ASCII, with ``MOST`` or more in a row."""


def few_combining_marks(file: File) -> Iterator[Diagnostic]:
    """Report a letter with too many accents, once for each question. Bad: ``&#769;`` 31 times. Good: ``e&#769;``."""
    if "&" not in file.source.text:
        return
    for entry in file.entries:
        question = entry.question
        lines = positions.lines_of(file, question.span.path)[question.span.line - 1 : question.end]
        if any(_MANY.search(line) for line in lines if "&" in line):
            text = positions.prose(file, question)
            if (at := _surplus(text)) is not None:
                message = f"this letter has more than {MOST} combining marks, which Anki takes long to sort; delete the marks from here on"
                yield Diagnostic(Span.in_text(question.span.path, text, at, question.span.line), "combining-marks", message)


def _surplus(text: str) -> int | None:
    """Return the index of the first mark that is too many, else None."""
    for found in _MANY.finditer(text):
        marks = 0
        for part in _PART.finditer(text, found.start(), found.end()):
            char = resolved(part[0]) if len(part[0]) > 1 else part[0]
            marks = marks + 1 if char and all(unicodedata.category(one)[0] == "M" for one in char) else 0
            if marks > MOST:
                return part.start()
    return None
