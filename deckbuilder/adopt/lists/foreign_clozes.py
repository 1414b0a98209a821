"""The clozes of other tools -> ``{{c1::text::hint}}``. A cloze may hide a whole piece of code, but never a part of it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

from deckbuilder.adopt.lists.markdown_page import masked, replaced

_TILDES = re.compile(
    r"""
    ~~(?!~)
    (?:(?P<number>\d{1,3})\s+(?=\S))?                            # 2 hidden
    (?P<text>(?:(?!~~|\n\n).)+?)
    (?:\s+([_*])(?P<hint>(?!\s)(?:(?!\3|~~).)+)\3\s*)?           # the hint in italics
    ~~
    """,
    re.DOTALL | re.VERBOSE,
)
_HIGHLIGHT = re.compile(r"(?<![=!<>\w)\]])==(?![=\s])(?P<text>(?:(?!==|\n\n).)+?)(?<!\s)==(?![=\w(])", re.DOTALL | re.ASCII)
"""``a==1 && b==2`` is code, so the marks are at the edges of words. Han characters have no such edges."""
_CURLY = re.compile(r"(?<![{$\\])\{(?:c?(?P<number>\d{1,3})(?:::?|\|))(?P<text>(?:(?![{}]|\n\n).)+)\}(?!\})", re.DOTALL)
_BRACKETS = re.compile(r"(?<![!\\\]])\[(?!\^)(?P<text>[^\[\]\n]+)\](?![(\[:])")
_NATIVE = re.compile(r"\{\{c\d{1,3}::")


def tildes(text: str) -> str:
    """Return ``text`` with our clozes for ``~~text _hint_~~`` and ``~~2 text~~`` (yanki)."""
    return _numbered(_TILDES, text)


def highlights(text: str) -> str:
    """Return ``text`` with our clozes for ``{1:text}``, then for ``==text==`` (flashcards-obsidian)."""
    return _numbered(_HIGHLIGHT, curly(text))


def curly(text: str) -> str:
    """Return ``text`` with our clozes for ``{1:text}``, ``{1::text}`` and ``{c1:text}`` (inka, Obsidian_to_Anki)."""
    return _numbered(_CURLY, text)


def brackets(text: str) -> str:
    """Return ``text`` with our clozes for ``[text]`` (hashcards). Links, footnotes and pictures are no clozes."""
    return _numbered(_BRACKETS, text)


def has(text: str) -> bool:
    """Return whether ``text`` has a cloze in Anki's syntax outside code."""
    return bool(_NATIVE.search(masked(text)))


def _numbered(pattern: re.Pattern[str], text: str) -> str:
    """Return ``text`` with a cloze for each match of ``pattern``. A match without a number gets the next free number."""
    numbers = [match["number"] for match in pattern.finditer(masked(text))] if "number" in pattern.groupindex else []
    taken = {int(number) for number in [*numbers, *re.findall(r"\{\{c(\d{1,9})::", text)] if number}
    free = (number for number in itertools.count(1) if number not in taken)

    def cloze(group: Callable[[str], str]) -> str:
        number, hint = group("number"), group("hint")
        return f"{{{{c{number or next(free)}::{group('text').strip()}{'::' + hint if hint else ''}}}}}"

    return replaced(pattern, text, cloze)
