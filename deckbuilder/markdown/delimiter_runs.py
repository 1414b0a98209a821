"""Emphasis by CommonMark's rules (https://spec.commonmark.org/0.31.2/#emphasis-and-strong-emphasis), ``~~strikethrough~~``, ``==mark==``.

A run is judged by the characters of the source before and after it. One deliberate difference to CommonMark: Han and
full-width text has no blanks around emphasis, so ``**注意：**这里`` is bold here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from deckbuilder.model.anki_text import is_wide

_RUN = re.compile(r"\*+|_+|~+|=+")
_TAGS = {"~": "del", "=": "mark"}
_PAIR = 2
"""Tildes that strike out, and equal signs that mark. GitHub also strikes with one, which prose uses for "about"."""
_OPENERS, _CLOSERS = frozenset("*_~`$[<!({\"'“‘«（《「『【"), frozenset("*_~`$])>.?!…%)}\"'”’»）》」』】。？！")
"""Marks that a marked text may begin with, and that it may end with."""
_CLAUSE_END = re.compile("[,;?!，。；？！]")


class Run:
    """A run of one delimiter; ``count`` of its characters are still text."""

    __slots__ = ("char", "closes", "closing", "count", "end", "length", "opening", "opens")

    def __init__(self, text: str, begin: int) -> None:
        """Judge the run of ``text`` that begins at ``begin``."""
        match = _RUN.match(text, begin)
        self.end = match.end() if match else begin + 1
        self.char = text[begin]
        self.length = self.count = self.end - begin
        self.closing: list[str] = []
        self.opening: list[str] = []
        """Tags to write before and behind the run's characters; those of ``opening`` from the last to the first."""
        self.opens, self.closes = _judged(text, begin, self.end)


def paired(runs: Iterable[Run]) -> None:
    """Give each run the tags that it closes and opens."""
    openers: list[Run] = []
    bottom: dict[tuple[str, bool, int], int] = {}
    for run in runs:
        while run.closes and run.count:
            key = (run.char, run.opens, run.length % 3)
            found = _opener(openers, run, bottom.get(key, 0))
            if found is None:
                bottom[key] = len(openers)
                break
            opener = openers[found]
            del openers[found + 1 :]
            bottom = {name: min(lowest, found) for name, lowest in bottom.items()}
            size = 2 if min(run.count, opener.count) > 1 else 1
            tag = _TAGS.get(run.char) or ("strong" if size > 1 else "em")
            opener.count -= size
            run.count -= size
            opener.opening.append(tag)
            run.closing.append(tag)
            if not opener.count:
                openers.pop()
        if run.opens and run.count:
            openers.append(run)


def _opener(openers: list[Run], closer: Run, lowest: int) -> int | None:
    """Return the index of the nearest opener that ``closer`` may end."""
    for index in range(len(openers) - 1, lowest - 1, -1):
        opener = openers[index]
        if opener.char != closer.char:
            continue
        # CommonMark's rule of three: *foo**bar* is one <em>
        uneven = (opener.closes or closer.opens) and (opener.length + closer.length) % 3 == 0
        if not uneven or (opener.length % 3 == 0 and closer.length % 3 == 0):
            return index
    return None


def _judged(text: str, begin: int, end: int) -> tuple[bool, bool]:
    """Return whether the run opens, and whether it closes emphasis."""
    before = text[begin - 1] if begin else " "
    after = text[end] if end < len(text) else " "
    blank_before, blank_after = before.isspace(), after.isspace()
    mark_before, mark_after = _is_mark(before), _is_mark(after)
    left = not blank_after and (not mark_after or blank_before or mark_before or is_wide(before))
    right = not blank_before and (not mark_before or blank_after or mark_after or is_wide(after))
    if text[begin] == "_":
        return left and (not right or mark_before), right and (not left or mark_after)
    if text[begin] in _TAGS and end - begin != _PAIR:
        return False, False
    if text[begin] == "=":
        return _judged_mark(text, begin, end, left=left, right=right)
    return left, right


def _judged_mark(text: str, begin: int, end: int, *, left: bool, right: bool) -> tuple[bool, bool]:
    """Return whether ``==`` opens, and whether it closes a mark. In prose it often compares: ``a==b``, ``x ==``, ``用==比较，``."""
    before, after = text[begin - 1 : begin] or " ", text[end : end + 1] or " "
    if _is_mark(before) and before == after:
        return False, False
    left = left and not _is_word(before) and (not _is_mark(after) or after in _OPENERS or after < " ")
    right = right and not _is_word(after) and (not _is_mark(before) or before in _CLOSERS or before < " ")
    if left and is_wide(before) and before.isalnum():  # no blank says that a mark begins here
        left = not _CLAUSE_END.search(text, end, max(end, text.find("==", end)))
    return left, right


def _is_word(char: str) -> bool:
    """Return whether ``char`` is a letter or digit of a text with blanks between words."""
    return (char.isalnum() or char == "_") and not is_wide(char)


@lru_cache(maxsize=1024)
def _is_mark(char: str) -> bool:
    """Return whether ``char`` is punctuation, a symbol or one of our marks."""
    return char < " " or unicodedata.category(char)[0] in "PS"
