"""Finds the lines that git writes around a conflict of two branches.

https://git-scm.com/docs/git-merge#_how_conflicts_are_presented
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from deckbuilder.model.diagnostics import Diagnostic, Span

_MARK = re.compile(r"(?:<{7}|>{7}|\|{7})(?: .*)?")
_MESSAGE = "git left a merge conflict here; keep the lines of one side, or of both, and delete git's marks"
_IN_CODE = "; to show such marks on a card, write one blank before each line of their block of code"


def is_mark(line: str) -> bool:
    """Return whether ``line`` is one of git's marks; ``=======`` is none, because it can be the underline of a heading."""
    return _MARK.fullmatch(line) is not None


def conflict_marks(path: str, text: str, *, markdown: bool) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each conflict that git left in ``text``, the content of the file ``path``.

    The marks are at the start of a line. A block of code that shows such marks has a blank before each of its lines.
    This blank is not shown on the card.
    """
    if not any(mark in text for mark in ("<" * 7, ">" * 7, "|" * 7)):
        return
    inside = False
    for number, line in enumerate(text.split("\n"), 1):
        if not is_mark(line):
            continue
        if not inside:
            yield Diagnostic(Span(path, number), "merge-conflict", _MESSAGE + _IN_CODE if markdown else _MESSAGE)
        inside = line[0] != ">"
