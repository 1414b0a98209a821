"""Mistakes in sources are values, never exceptions: the place, the code, and a message with the fix."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import NamedTuple, Self

from deckbuilder.model.control_characters import SYMBOLS
from deckbuilder.model.diagnostic_codes import CODES, Severity

__all__ = ["ORDERS", "Diagnostic", "Mend", "Severity", "Span", "excerpt", "nearest", "only_near", "printable", "visible"]

_OBEYED = f"{SYMBOLS}\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069"
"""Part of a character class: orders to a terminal, and the orders of Unicode that show the text after them elsewhere.

The last two groups reverse or isolate text: with these, a name could look like another name (CVE-2021-42574). Marks of a
single place stay, such as U+200F and U+200D: Arabic, Hebrew, Persian and emoji need these marks.
"""
ORDERS = re.compile(f"[{_OBEYED}]")
"""The characters that ``visible`` replaces."""
_EXCERPT = 40
"""The most characters of an author's text in a message."""
_UNSEEN = re.compile(f"[{_OBEYED}\t\n\ud800-\udfff]")


def printable(text: str) -> str:
    """Return ``text`` on one line. A character that a terminal would obey or cannot show becomes U+FFFD."""
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text)


def visible(text: str) -> str:
    """Return ``text``, also of several lines, with U+FFFD for each character that a terminal would obey."""
    return ORDERS.sub("\N{REPLACEMENT CHARACTER}", text)


def excerpt(text: str) -> str:
    """Return the beginning of ``text`` for a message: all of it, or some characters and an ellipsis."""
    return text if len(text) <= _EXCERPT else text[: _EXCERPT - 1] + "…"


class Span(NamedTuple):
    """A place in a file on disk.

    ``line`` and ``column`` count from 1 in the whole file, front matter included; a column is a character.
    ``path`` is the path that the user wrote, with ``/``.
    """

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return printable(f"{self.path}:{self.line}:{self.column}")

    @classmethod
    def in_text(cls, path: str, text: str, at: int, first: int = 1) -> Span:
        """Return the place of character ``at`` (from 0) of ``text``, which begins on line ``first`` of the file ``path``."""
        return cls(path, first + text.count("\n", 0, at), at - text.rfind("\n", 0, at))


class Mend(NamedTuple):
    """The one safe replacement that mends a mistake: ``old``, at a place of the diagnostic's file, becomes ``new``.

    The place is in the text as deckbuilder reads the file: without a byte order mark, ``\\r`` and control characters.
    Both texts are parts of one line.
    """

    line: int
    """From 1, in the whole file."""
    column: int
    """From 1, in characters."""
    old: str
    new: str

    @classmethod
    def at(cls, span: Span, old: str, new: str) -> Self | None:
        """Return the mend that replaces ``old``, which is at ``span``, by ``new``. Return None if ``new`` is ``""``."""
        return cls(span.line, span.column, old, new) if new else None

    # A diagnostic without a mend comes before the same diagnostic with a mend. Tuples compare so only with these methods.
    def __lt__(self, other: tuple[object, ...] | None) -> bool:
        """Return the order of two mends."""
        return other is not None and tuple.__lt__(self, other)

    def __gt__(self, other: tuple[object, ...] | None) -> bool:
        """Return the reverse order of two mends."""
        return other is None or tuple.__gt__(self, other)


class _Fields(NamedTuple):
    span: Span
    code: str
    message: str
    severity: Severity
    mend: Mend | None


class Diagnostic(_Fields):
    """One problem: ``code`` never changes, ``message`` is one sentence with the fix.

    The registry has the severity of each code. Only a release changes a severity: a code that ``guards`` becomes an ERROR.
    ``mend`` is None unless the mistake has exactly one safe mend.
    """

    __slots__ = ()

    def __new__(cls, span: Span, code: str, message: str, severity: Severity | None = None, mend: Mend | None = None) -> Self:
        """Return the problem with this code. Raises KeyError for a code that the registry does not have."""
        usual = CODES[code].severity
        return super().__new__(cls, span, code, message, usual if severity is None else severity, mend)

    @property
    def is_error(self) -> bool:
        """True if this problem stops a build."""
        return self.severity is Severity.ERROR

    def __str__(self) -> str:
        """Return the line for a person: ``path:line:column: severity: message [code]``."""
        return f"{self.span}: {self.severity.name.lower()}: {printable(self.message)} [{self.code}]"


def plural(count: int, thing: str) -> str:
    """Return the count with its noun, as in ``"1 note"`` or ``"2 notes"``."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'tags'?"`` with the known word that is most like ``word``; ``""`` if no word is similar."""
    matches = difflib.get_close_matches(word.lower(), sorted(known), n=1, cutoff=0.6)
    return f"; did you mean '{matches[0]}'?" if matches else ""


def only_near(word: str, known: Iterable[str]) -> str:
    """Return the known word that ``word`` surely means: no other known word is similar. Return ``""`` if there is none."""
    matches = difflib.get_close_matches(word.lower(), sorted(known), n=2, cutoff=0.6)
    return matches[0] if len(matches) == 1 else ""
