"""What is wrong with a source, where, and what to do about it: values, never exceptions."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def printable(text: str) -> str:
    """``text`` on one line, without what a terminal would act on or could not show: the name of a file may be anything."""
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text)


class Severity(IntEnum):
    """How much a diagnostic matters. Only an ERROR stops a build."""

    NOTE = 0
    WARNING = 1
    ERROR = 2


class Span(NamedTuple):
    """A place in a file on disk.

    ``line`` and ``column`` count from 1, the column in characters; both are counted against the
    whole file, its front matter included. ``path`` is as the user wrote it, with ``/``.
    """

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return printable(f"{self.path}:{self.line}:{self.column}")


class Diagnostic(NamedTuple):
    """One problem: ``code`` is stable and greppable, ``message`` one sentence that says the fix."""

    span: Span
    code: str
    message: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """The line a person sees: ``path:line:column: message [code]``."""
        prefix = "" if self.severity is Severity.ERROR else f"{self.severity.name.lower()}: "
        return f"{self.span}: {prefix}{printable(self.message)} [{self.code}]"


def nearest(word: str, known: Iterable[str]) -> str:
    """``"; did you mean 'tags'?"`` for the known word most like ``word``, or ``""``."""
    matches = difflib.get_close_matches(word.lower(), sorted(known), n=1, cutoff=0.6)
    return f"; did you mean '{matches[0]}'?" if matches else ""
