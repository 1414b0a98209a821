"""The pieces of running text: code spans, formulas, comments, escapes, and the text between these.

A code span is between two runs with the same number of backticks, as in CommonMark. A regular expression would search the
rest of the text for the end of each run, which takes quadratic time.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

from deckbuilder.markdown.entities import ESCAPED
from deckbuilder.markdown.maths import FORMULA

_RUN = re.compile("`+")
Kind = Literal["text", "escape", "code", "comment", "maths"]
_BEGINNINGS: dict[Kind, str] = {
    "escape": f"(?P<escape>{ESCAPED})",
    "comment": "(?P<comment><!--)",
    "code": "(?P<code>`+)",
    "maths": rf"(?P<maths>{FORMULA})|(?P<dollars>\$+)",
}
_ALL: tuple[Kind, ...] = tuple(_BEGINNINGS)


class Piece(NamedTuple):
    """The characters ``begin`` to ``end`` (exclusive) of a text."""

    kind: Kind
    begin: int
    end: int


class Ticks:
    """The ends of the code spans of a text, found in one pass."""

    def __init__(self, text: str) -> None:
        self._runs: dict[int, list[int]] = {}
        for run in _RUN.finditer(text):
            self._runs.setdefault(len(run[0]), []).append(run.start())

    def end(self, begin: int, after: int) -> int:
        """Return the end of the code span whose first backticks are from ``begin`` to ``after``, or -1 if these are text."""
        places = self._runs.get(after - begin, [])
        at = bisect_right(places, begin)
        return places[at] + after - begin if at < len(places) else -1


@cache
def _beginning(kinds: tuple[Kind, ...]) -> re.Pattern[str]:
    return re.compile("|".join(_BEGINNINGS[kind] for kind in kinds), re.VERBOSE)


def pieces(text: str, *kinds: Kind) -> Iterator[Piece]:
    """Yield all pieces of running ``text``, in order. If some ``kinds`` are given, all else is text."""
    ticks, pattern = Ticks(text), _beginning(kinds or _ALL)
    last_comment, done, at = text.rfind("-->"), 0, 0
    while match := pattern.search(text, at):
        kind, begin, at = match.lastgroup, match.start(), match.end()
        end = at
        if kind == "code":
            end = ticks.end(begin, at)
        elif kind == "comment":
            end = text.index("-->", at) + 3 if last_comment >= at else -1
        if end < 0 or kind == "dollars":
            continue
        if begin > done:
            yield Piece("text", done, begin)
        yield Piece(kind, begin, end)  # type: ignore[arg-type]
        done = at = end
    if done < len(text):
        yield Piece("text", done, len(text))


def without(text: str, *kinds: Kind) -> str:
    """Return ``text`` without the pieces of these ``kinds``. All else is text."""
    return "".join(text[begin:end] for kind, begin, end in pieces(text, *kinds) if kind == "text")


def code_text(span: str) -> str:
    """Return the code in a whole code ``span``, as CommonMark has it: line ends are blanks, one blank at each end may go."""
    marks = len(span) - len(span.lstrip("`"))
    text = span[marks:-marks].replace("\n", " ")
    return text[1:-1] if text[0] == text[-1] == " " and text.strip(" ") else text
