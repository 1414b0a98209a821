"""Code spans in running text: between two runs of as many backticks, as CommonMark has it.

A regular expression looks for the end of each run anew, up to the end of the text: of a megabyte of runs that takes hours.
"""

from __future__ import annotations

import re
from bisect import bisect_right

_RUN = re.compile("`+")
_MARK = re.compile(r"\\.|`+", re.DOTALL)


class Ticks:
    """Where the code spans of a text end."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._runs: dict[int, list[int]] = {}
        for run in _RUN.finditer(text):
            self._runs.setdefault(len(run[0]), []).append(run.start())

    def end(self, run: re.Match[str]) -> int:
        """The end of the code span that the backticks ``run`` begin; -1 if they are text, as those behind an escaped one are."""
        if self._text[run.start() - 1 : run.start()] == "`":
            return -1
        length = run.end() - run.start()
        places = self._runs[length]
        at = bisect_right(places, run.start())
        return places[at] + length if at < len(places) else -1


def without_code(text: str, *, escapes: bool) -> str:
    """``text`` without code spans; if ``escapes``, ``\\`` escapes a backtick, and no escaped character is left either."""
    if "`" not in text and not (escapes and "\\" in text):
        return text
    ticks, pieces, end = Ticks(text), [], 0
    while mark := (_MARK if escapes else _RUN).search(text, end):
        after = mark.end() if mark[0][0] == "\\" else ticks.end(mark)
        pieces += [text[end : mark.start()], "" if after >= 0 else mark[0]]
        end = max(after, mark.end())
    return "".join([*pieces, text[end:]])
