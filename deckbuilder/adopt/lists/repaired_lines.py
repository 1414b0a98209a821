"""Broken marks -> the marks of CommonMark: ``##3. Q`` becomes ``## 3. Q``, ``- [] a`` becomes ``- [ ] a``, ``3. Q?**`` gets bold.

Until 2017, GitHub needed no blank behind the marks of a heading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from deckbuilder.adopt.lists.markdown_page import asks, protected

_TIGHT = re.compile(r"(?P<mark> {0,3}#{2,6})(?=[^\s#])")
_TIGHT_TITLE = re.compile(r"(?P<mark>#)(?=[^\s#!\d][^#]*$)")
"""A heading of level 1 without a blank. ``#python #web`` are tags, and ``#!`` begins a script."""
_TIGHT_QUESTION = re.compile(r"(?P<mark>#)(?=[A-Z\u2e80-\uffff])(?!.*\s#\w)")
"""The same for a title that asks, perhaps about C#. Tags are in lower case as a rule: ``#hard What is a lock?``."""
_EMPTY_BOX = re.compile(r"\A(?P<before>[\s>]*+(?:[-*+]|\d{1,9}[.)])\s+)\[\](?=\s)")
_HALF_BOLD = re.compile(
    r"""
    [ ]{0,3}(?P<begin>\*\*)?
    (?:(?:Q|Question|问题?)\s*)?\d{1,4}[.、):：]\s*+      # such as "3. " or "Q3: "
    (?P<text>(?:(?!\*\*).)+?)
    (?P<end>\*\*)?$
    """,
    re.VERBOSE,
)
"""A bold question with a number. One of its two marks may be missing."""
_MANY = 2
"""The least number of headings without a blank in a file. Then the title lacks the blank, too."""


def repaired(lines: Sequence[str]) -> tuple[str, ...]:
    """Return ``lines`` with the missing blanks and marks outside code. The number of lines stays."""
    if not any(line.lstrip(" ").startswith("#") or "[]" in line or "**" in line for line in lines):
        return tuple(lines)
    closed = protected(lines)
    tight = [at for at, line in enumerate(lines) if at not in closed and _TIGHT.match(line)]
    titled = len(tight) >= _MANY
    bold = {at: match for at, line in enumerate(lines) if at not in closed and (match := _HALF_BOLD.match(line.rstrip()))}
    halves = {at for at, match in bold.items() if bool(match["begin"]) != bool(match["end"]) and asks(match["text"])}
    whole = sum(bool(match["begin"] and match["end"]) for match in bold.values())
    if not _MANY <= whole >= len(halves):
        halves = set()
    return tuple(
        line if at in closed else _bold(bold[at]) if at in halves else _repaired(line, titled=titled)
        for at, line in enumerate(lines)
    )


def _bold(match: re.Match[str]) -> str:
    """Return the line of ``match`` with the mark that it lacks."""
    text = match[0]
    return f"{text}**" if match["begin"] else f"**{text.lstrip()}"


def _repaired(line: str, *, titled: bool) -> str:
    match = _TIGHT.match(line) or (_TIGHT_TITLE.match(line) if titled else None)
    match = match or (_TIGHT_QUESTION.match(line) if asks(line) else None)
    if match:
        return f"{match['mark']} {line[match.end() :]}"
    return _EMPTY_BOX.sub(r"\g<before>[ ]", line, count=1)
