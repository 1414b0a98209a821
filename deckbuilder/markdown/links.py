"""Parts of links, as CommonMark 0.31 reads them (sections 4.7 and 6.3): destinations, titles, labels, definitions.

Each function reads ``text`` from an index on, and returns the index where it ended: nothing is searched twice.
"""

from __future__ import annotations

import re
from functools import reduce
from typing import NamedTuple

from deckbuilder.markdown.entities import plain

LONGEST_LABEL = 999
_MOST_PARENTHESES = 32
_LONGEST_PATH = 1000

_BLANK = re.compile(r"[ \t]*+\n?[ \t]*+")
_TITLE = re.compile(r"""\"((?:[^"\\]|\\.)*+)\"|'((?:[^'\\]|\\.)*+)'|\(((?:[^()\\]|\\.)*+)\)""", re.DOTALL)
_ANGLE = re.compile(r"<((?:[^<>\\\n]|\\.)*+)>")
_SIMPLE = r"[^\x00-\x20\x7f\\()]++|\\[^\x00-\x20]?+"
"""A part of a destination without parentheses. A backslash takes the next character with it."""
_BALANCED = re.compile(reduce(lambda inner, _: rf"(?:{_SIMPLE}|\({inner}\))*+", range(_MOST_PARENTHESES), rf"(?:{_SIMPLE})*+"))
_LABEL = re.compile(rf"\[((?:[^\\\[\]]|\\.){{0,{LONGEST_LABEL}}}+)\]", re.DOTALL)
_DEFINED = re.compile(rf" {{0,3}}{_LABEL.pattern}:", re.DOTALL)
_LINE_END = re.compile(r"[ \t]*+(?:\n|\Z)")
_PATH_MARK = re.compile(r"[()\n<>]")
_PATH_AND_TITLE = re.compile(r"""(.*?\S)[ \t]+(?:"([^"]*)"|'([^']*)')""")


class Target(NamedTuple):
    """Where a link leads: its address and title (``""`` for none) as characters, and where its text ends."""

    url: str
    title: str
    end: int


class Definition(NamedTuple):
    """``[label]: url "title"`` at the beginning of a text; ``source`` is what follows the colon, whole lines."""

    label: str
    url: str
    title: str
    source: str


def label_key(label: str) -> str:
    """Return ``label`` as labels are compared: white space folded, case folded."""
    return " ".join(label.split()).casefold()


def label(text: str, at: int) -> tuple[str, int] | None:
    """Return the label in brackets at ``at``, ``""`` for ``[]``, and its end."""
    match = _LABEL.match(text, at)
    return (match[1], match.end()) if match else None


def target(text: str, at: int) -> Target | None:
    """Return what ``(url "title")`` says, of which ``at`` is the first character inside."""
    found = _destination(text, _end(_BLANK, text, at))
    if found is None:
        return None
    url, at = found
    title = ""
    blank = _end(_BLANK, text, at)
    if blank > at and (match := _TITLE.match(text, blank)):
        title = _title(match)
        blank = _end(_BLANK, text, match.end())
    return Target(url, title, blank + 1) if text.startswith(")", blank) else None


def path(text: str, at: int) -> Target | None:
    """Return what ``(my picture.png "title")`` says: a path with blanks, which CommonMark takes for text."""
    depth = 0
    for mark in _PATH_MARK.finditer(text, at, at + _LONGEST_PATH):
        depth += 1 if mark[0] == "(" else -1
        if mark[0] not in "()" or depth > _MOST_PARENTHESES:
            return None
        if depth < 0:
            inner = text[at : mark.start()].strip()
            match = _PATH_AND_TITLE.fullmatch(inner)
            url, title = (match[1], match[2] or match[3] or "") if match else (inner, "")
            return Target(plain(url), plain(title), mark.end()) if '"' not in url else None
    return None


def definition(text: str) -> Definition | None:
    """Return the link reference definition that ``text`` begins with."""
    opening = _DEFINED.match(text)
    if opening is None or not opening[1].strip():
        return None
    begin = _end(_BLANK, text, opening.end())
    found = _destination(text, begin)
    if found is None or found[1] == begin:
        return None
    url, at = found
    blank, title = _end(_BLANK, text, at), ""
    rest = _LINE_END.match(text, at)
    if blank > at and (match := _TITLE.match(text, blank)) and (after := _LINE_END.match(text, match.end())):
        title, rest = _title(match), after
    if rest is None:
        return None
    return Definition(opening[1], url, title, text[opening.end() : rest.end()].rstrip("\n"))


def _destination(text: str, at: int) -> tuple[str, int] | None:
    if text.startswith("<", at):
        match = _ANGLE.match(text, at)
        return (plain(match[1]), match.end()) if match else None
    end = _end(_BALANCED, text, at)
    return None if text.startswith("(", end) else (plain(text[at:end]), end)


def _title(match: re.Match[str]) -> str:
    return plain(match[1] or match[2] or match[3] or "")


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at
