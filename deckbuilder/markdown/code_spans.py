"""Code spans in running text: between two runs with the same number of backticks, as in CommonMark.

A regular expression would search the rest of the text for the end of each run, which takes quadratic time.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from deckbuilder.model.splice import splice

_RUN = re.compile("`+")
_MARK = re.compile(r"\\.|`+", re.DOTALL)
_RUN_OR_COMMENT = re.compile("`+|<!--")


class Ticks:
    """The ends of the code spans of a text, found in one pass."""

    def __init__(self, text: str) -> None:
        self._runs: dict[int, list[int]] = {}
        for run in _RUN.finditer(text):
            self._runs.setdefault(len(run[0]), []).append(run.start())

    def end(self, run: re.Match[str]) -> int:
        """Return the end of the code span that the backticks ``run`` begin, or -1 if these are text."""
        length = run.end() - run.start()
        closing = self.closing(run.start(), length)
        return closing + length if closing >= 0 else -1

    def closing(self, begin: int, length: int) -> int:
        """Return the start of the next run of ``length`` backticks after ``begin``, or -1 if there is none."""
        places = self._runs.get(length, [])
        at = bisect_right(places, begin)
        return places[at] if at < len(places) else -1


def code_text(span: str) -> str:
    """Return the code in a whole code ``span``, as CommonMark has it: line ends are blanks, one blank at each end may go."""
    marks = len(span) - len(span.lstrip("`"))
    text = span[marks:-marks].replace("\n", " ")
    return text[1:-1] if text[0] == text[-1] == " " and text.strip(" ") else text


def parted(text: str, *, comments: bool = False) -> Iterator[tuple[bool, str]]:
    """Yield all pieces of ``text`` as (is a code span, piece). Escapes do not count; with ``comments``, comments are code."""
    ticks, last, done, at = Ticks(text), text.rfind("-->") if comments else -1, 0, 0
    while mark := (_RUN_OR_COMMENT if comments else _RUN).search(text, at):
        if mark[0] != "<!--":
            end = ticks.end(mark)
        elif last >= mark.end():
            end = text.index("-->", mark.end()) + 3
        else:
            end = -1
        at = max(end, mark.end())
        if end >= 0:
            yield False, text[done : mark.start()]
            yield True, text[mark.start() : end]
            done = end
    yield False, text[done:]


def without_code(text: str, *, escapes: bool) -> str:
    """Return ``text`` without code spans. If ``escapes``, ``\\`` escapes a backtick, and escaped characters are removed, too."""
    if "`" not in text and not (escapes and "\\" in text):
        return text
    ticks, spans, end = Ticks(text), [], 0
    while mark := (_MARK if escapes else _RUN).search(text, end):
        after = mark.end() if mark[0][0] == "\\" else ticks.end(mark)
        if after >= 0:
            spans.append((mark.start(), after, ""))
        end = max(after, mark.end())
    return splice(text, spans)
