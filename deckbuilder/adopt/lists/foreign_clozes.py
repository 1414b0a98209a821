"""The clozes of other tools -> ``{{c1::text::hint}}``. A cloze may hide a whole piece of code, but never a part of it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable

from deckbuilder.adopt.lists.markdown_page import masked, masked_maths, replaced
from deckbuilder.markdown.pieces import pieces
from deckbuilder.model.splice import splice

_TILDES = re.compile(
    r"""
    ~~(?!~)
    (?:(?P<number>\d{1,3})\s+(?=\S))?                            # 2 hidden
    (?P<text>(?:(?!~~|\n\n).)+?)
    (?:(?<!\s)\s++([_*])(?P<hint>(?!\s)(?:(?!\3|~~).)+)\3\s*)?           # the hint in italics
    ~~
    """,
    re.DOTALL | re.VERBOSE,
)
_HIGHLIGHT = re.compile(
    r"(?<![=!<>\w)\]])==(?![=\s])(?:c(?P<own>\d{1,3})::)?+(?P<text>(?:(?!==|\n\n).)+?)(?<!\s)==(?![=\w(])", re.DOTALL | re.ASCII
)
"""``a==1 && b==2`` is code, so the marks are at the edges of words. Han characters have no such edges."""
_CURLY = re.compile(
    r"""
    (?<![{$\\])\{
    (?:c?(?P<number>\d{1,3})(?:::?|\|))
    (?P<text>(?:(?!\n\n)[^{}]|\{(?:(?!\n\n)[^{}])*+\})++)       # braces in the text come in pairs
    \}(?!\})
    """,
    re.DOTALL | re.VERBOSE,
)
_ANY_CURLY = re.compile(_CURLY.pattern.replace(r"(?:::?|\|))", r"(?:::?|\|))?", 1), re.DOTALL | re.VERBOSE)
_BRACKETS = re.compile(r"(?<![!\\\[\]])\[(?![\[^])(?P<text>(?:\\.|[^\\\[\]\n])+)\](?![(\[\]]|:(?:\s|$))")
_PAIRS = re.compile(r"(?<!\{)\{\{(?!c\d{1,3}::|\s*\{)(?P<text>(?:(?!\{\{|\}\}|\n\n).)++)\}\}(?!\})", re.DOTALL)
_STARS = re.compile(r"(?<!\*)\*\*(?![\s*])(?P<text>(?:(?!\*\*|\n\n).)+?)(?<!\s)\*\*(?!\*)", re.DOTALL)
_OF_SIMPLE = r"(?:\^\[(?P<hint>[^\[\]\n]+)\])?+(?:\[\^(?:(?P<number>\d{1,3})|(?P<acts>[ahs]+))\])?+"
"""A hint and a number, or an act for each card, behind a cloze of clozecraft: https://github.com/st3v3nmw/clozecraft."""
_SIMPLE = {mark: re.compile(pattern.pattern + _OF_SIMPLE, re.DOTALL | re.ASCII) for mark, pattern in
           (("==", _HIGHLIGHT), ("**", _STARS), ("{{", _PAIRS))}  # fmt: skip
_BRACES = re.compile(r"\}(?=\})")
_NATIVE = re.compile(r"\{\{c\d{1,3}::")
_DOUBLE = re.compile(r"\{\{c\d{1,3}::(?P<text>\{\{c\d{1,3}::(?:(?!\{\{|\}\}).)++\}\})\}\}", re.DOTALL)
"""A cloze around a whole cloze."""


def tildes(text: str) -> str:
    """Return ``text`` with our clozes for ``~~text _hint_~~`` and ``~~2 text~~`` (yanki)."""
    return _numbered(_TILDES, text)


def highlights(text: str) -> str:
    """Return ``text`` with our clozes for ``{1:text}``, then for ``==text==`` and ``==c1::text==`` (flashcards-obsidian)."""
    return _numbered(_HIGHLIGHT, curly(text))


def curly(text: str) -> str:
    """Return ``text`` with our clozes for ``{1:text}``, ``{1::text}`` and ``{c1:text}`` (inka, Obsidian_to_Anki)."""
    return _numbered(_CURLY, text)


def braces(text: str) -> str:
    """Return ``text`` with our clozes for ``{text}``, ``{1:text}`` and the like, and for ``==text==`` (Obsidian_to_Anki)."""
    return _numbered(_HIGHLIGHT, _numbered(_ANY_CURLY, text))


def brackets(text: str) -> str:
    """Return ``text`` with our clozes for ``[text]`` (hashcards). Links, footnotes and pictures are no clozes."""
    return _numbered(_BRACKETS, text)


def simple(text: str, marks: Iterable[str]) -> str:
    """Return ``text`` with our clozes for ``==text==^[hint][^1]`` (obsidian-spaced-repetition).

    ``marks`` are the marks that hide text: ``==``, ``**`` or ``{{``. A text in two marks is hidden once, as in ``**==text==**``.
    """
    for mark in marks:
        text = _numbered(_SIMPLE[mark], text)
    return _DOUBLE.sub(r"\g<text>", text)


def has(text: str) -> bool:
    """Return whether ``text`` has a cloze in Anki's syntax outside code."""
    return bool(_NATIVE.search(masked(text)))


def clozes(text: str) -> int:
    """Return the number of clozes in Anki's syntax outside code."""
    return len(_NATIVE.findall(masked(text)))


def _numbered(pattern: re.Pattern[str], text: str) -> str:
    """Return ``text`` with a cloze for each match of ``pattern``. A match without a number gets the next free number."""
    names = [name for name in ("number", "own") if name in pattern.groupindex]
    numbers = [match[name] for match in pattern.finditer(masked(text)) for name in names]
    taken = {int(number) for number in [*numbers, *re.findall(r"\{\{c(\d{1,9})::", text)] if number}
    free = (number for number in itertools.count(1) if number not in taken)

    def cloze(group: Callable[[str], str]) -> str:
        number, hint, acts = group("number") or group("own"), group("hint"), group("acts")
        hidden = _closable(group("text").strip())
        if acts and "a" not in acts:
            return hidden
        number = str(acts.index("a") + 1) if acts else number
        return f"{{{{c{number or next(free)}::{hidden}{'::' + hint if hint else ''}}}}}"

    return replaced(pattern, text, cloze, masked_maths)


def _closable(text: str) -> str:
    """Return ``text`` with a blank between two braces of a formula. Anki ends a cloze at ``}}``, also in a formula."""
    formulas = [(begin, end) for kind, begin, end in pieces(text) if kind == "maths"]
    return splice(text, [(begin, end, _BRACES.sub("} ", text[begin:end])) for begin, end in formulas])
