"""A template and the fields of a note -> one side of a card, as in Anki.

This module knows only the tags that our own templates use: ``{{F}}``, ``{{#F}}…{{/F}}``, ``{{^F}}…{{/F}}``,
``{{cloze:F}}`` and ``{{type:F}}``. The tests compare the HTML with that of Anki's own library.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_TAG = re.compile(r"\{\{(?P<mark>[#^/]|cloze:|type:)?(?P<name>[^{}]+)\}\}")
_BLANK = re.compile(r"(?:\s|</?(?:br|div) ?/?>)*", re.IGNORECASE)
"""The content of a field that is empty for Anki."""
_CLOZE = re.compile(r"\{\{c(\d+)::|\}\}")
_MATHS = re.compile(r"\\\(.*?\\\)|\\\[.*?\\\]", re.DOTALL)
_HTML_TAG = re.compile(r"<[^>]*>")
_DEEPEST = 10
"""The most nested clozes that Anki reads. Anki ignores the beginning of a deeper cloze."""
_NAMED = {"<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;"}


def side(template: str, fields: Mapping[str, str], number: int, *, answer: bool) -> str:
    """Return the HTML of one side of the card ``number`` (from 1: the number of the template, or of the cloze).

    ``[[type:F]]`` is at the place of the client's input, ``[sound:…]`` at the place of a sound. Raises KeyError for a field
    that is not in ``fields``. Raises IndexError for the end of a section without its beginning.
    """
    pieces: list[str] = []
    shown: list[bool] = []
    at = 0
    for tag in _TAG.finditer(template):
        if all(shown):
            pieces.append(template[at : tag.start()])
        at = tag.end()
        mark, name = tag["mark"], tag["name"]
        if mark == "/":
            shown.pop()
        elif mark in ("#", "^"):
            shown.append((_BLANK.fullmatch(fields[name]) is None) is (mark == "#"))
        elif all(shown):
            pieces.append(_field(mark, name, fields[name], number, answer=answer))
    return "".join([*pieces, template[at:]])


def _field(mark: str | None, name: str, text: str, number: int, *, answer: bool) -> str:
    if mark == "type:":
        return f"[[type:{name}]]"
    return clozed(text, number, answer=answer) if mark == "cloze:" else text


@dataclass(slots=True)
class _Cloze:
    """An open cloze. The outermost one has the number 0, and is the whole text."""

    number: int = 0
    pieces: list[str] = field(default_factory=list)
    hint: str | None = None

    def take(self, text: str) -> None:
        """Add ``text`` to the cloze. The part after ``::`` is the hint."""
        if self.number and "::" in text:
            text, _, self.hint = text.partition("::")
        self.pieces.append(text)

    def html(self, number: int | None, *, answer: bool) -> str:
        """Return the HTML on the card ``number``: hidden in the question, marked in the answer, plain on other cards."""
        text = "".join(self.pieces)
        if number not in (None, self.number):
            return f'<span class="cloze-inactive" data-ordinal="{self.number}">{text}</span>'
        if answer:
            return f'<span class="cloze" data-ordinal="{self.number}">{text}</span>'
        hint = "..." if self.hint is None else self.hint
        return f'<span class="cloze" data-cloze="{_attribute(text)}" data-ordinal="{self.number}">[{hint}]</span>'


def clozed(text: str, number: int | None, *, answer: bool) -> str:
    """Return ``text`` with its clozes as on the card ``number``; ``""`` if no cloze has this number.

    With None, all clozes are hidden, or marked in the answer.
    """
    opened = [_Cloze()]
    found = False
    at = 0
    for part in _CLOZE.finditer(text):
        opened[-1].take(text[at : part.start()])
        at = part.end()
        if part[1]:
            if len(opened) <= _DEEPEST:
                opened.append(_Cloze(int(part[1])))
                found = found or number in (None, opened[-1].number)
        elif len(opened) > 1:
            closed = opened.pop()
            opened[-1].pieces.append(closed.html(number, answer=answer))
        else:
            opened[0].pieces.append(part[0])
    opened[-1].take(text[at:])
    while len(opened) > 1:  # a cloze that is never closed: all its text shows, as in Anki
        closed = opened.pop()
        opened[-1].pieces += [f"{{{{c{closed.number}::", *closed.pieces]
    html = "".join(opened[0].pieces)
    return _MATHS.sub(lambda maths: _HTML_TAG.sub("", maths[0]), html) if found else ""


def _attribute(text: str) -> str:
    """Return ``text`` for ``data-cloze``, as in Anki: each Latin-1 character becomes a reference, except ASCII letters and digits."""
    return "".join(
        _NAMED.get(char, f"&#x{ord(char):02X};") if ord(char) < 256 and not (char.isascii() and char.isalnum()) else char
        for char in text
    )
