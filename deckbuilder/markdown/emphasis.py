"""``*em*``, ``**strong**`` and ``~~del~~`` in running text, by CommonMark's rules for delimiter runs.

Python-Markdown's own emphasis loses characters: of "f(*args, **kwargs), *args" it drops one (3.11.3).
One thing differs from GitHub: beside a Han, Kana or full-width character a delimiter may open and close
as beside a blank, so that ``**注意：**这里`` is bold.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from deckbuilder.model.anki_text import is_wide
from deckbuilder.model.control_characters import EMPHASIS_CLOSE, EMPHASIS_OPEN
from deckbuilder.model.splice import splice

_TAGS = {mark: f"<{tag}>" for tag, mark in EMPHASIS_OPEN.items()} | {mark: f"</{tag}>" for tag, mark in EMPHASIS_CLOSE.items()}
_MARK = re.compile(f"[{''.join(_TAGS)}]")
_RUN = re.compile(r"\*+|_+|~+")


@dataclass(slots=True)
class _Run:
    """A run of one delimiter; ``count`` of them are still free."""

    char: str
    at: int
    length: int
    opens: bool
    closes: bool
    count: int


def tags(html: str) -> str:
    """Return ``html`` with tags for the control characters of ``mark``."""
    return _MARK.sub(lambda match: _TAGS[match[0]], html)


def mark(text: str) -> str:
    """Return ``text`` with a control character for each end of emphasis; delimiters that end none stay."""
    runs = [_run(text, match) for match in _RUN.finditer(text)]
    # The order in the text of a run: closing marks, the rest of the run, opening marks.
    closing: dict[int, str] = {run.at: "" for run in runs}
    opening: dict[int, str] = {run.at: "" for run in runs}
    openers: list[_Run] = []
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
            size = 2 if run.char == "~" or min(run.count, opener.count) >= 2 else 1
            tag = "del" if run.char == "~" else "strong" if size == 2 else "em"
            opener.count -= size
            run.count -= size
            opening[opener.at] = EMPHASIS_OPEN[tag] + opening[opener.at]
            closing[run.at] += EMPHASIS_CLOSE[tag]
            if not opener.count:
                openers.pop()
        if run.opens and run.count:
            openers.append(run)
    return splice(text, ((run.at, run.at + run.length, closing[run.at] + run.char * run.count + opening[run.at]) for run in runs))


def _opener(openers: list[_Run], closer: _Run, lowest: int) -> int | None:
    """Index of the nearest opener that ``closer`` may end."""
    for index in range(len(openers) - 1, lowest - 1, -1):
        opener = openers[index]
        if opener.char != closer.char:
            continue
        # CommonMark's rule of three: *foo**bar* is one <em>
        uneven = (opener.closes or closer.opens) and (opener.length + closer.length) % 3 == 0
        if not uneven or (opener.length % 3 == 0 and closer.length % 3 == 0):
            return index
    return None


def _run(text: str, match: re.Match[str]) -> _Run:
    char = match[0][0]
    before = text[match.start() - 1] if match.start() else " "
    after = text[match.end()] if match.end() < len(text) else " "
    left = not after.isspace() and (not _punctuation(after) or before.isspace() or _punctuation(before) or is_wide(before))
    right = not before.isspace() and (not _punctuation(before) or after.isspace() or _punctuation(after) or is_wide(after))
    opens, closes = left, right
    if char == "_":
        opens, closes = left and (not right or _punctuation(before)), right and (not left or _punctuation(after))
    elif char == "~" and len(match[0]) != 2:
        opens = closes = False
    return _Run(char, match.start(), len(match[0]), opens, closes, len(match[0]))


def _punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS" or char < " "
