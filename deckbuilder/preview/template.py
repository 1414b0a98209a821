"""A template and the fields of a note -> one side of a card, as Anki makes it.

Only what our own templates use of Anki's template language: ``{{F}}``, ``{{#F}}…{{/F}}``, ``{{^F}}…{{/F}}``,
``{{cloze:F}}`` and ``{{type:F}}``. The tests hold it to the HTML that Anki's own library gives.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_TAG = re.compile(r"\{\{(?P<mark>[#^/]|cloze:|type:)?(?P<name>[^{}]+)\}\}")
_BLANK = re.compile(r"(?:\s|</?(?:br|div) ?/?>)*", re.IGNORECASE)
"""What Anki takes for an empty field."""
_CLOZE = re.compile(r"\{\{c(\d+)::|\}\}")
_MATHS = re.compile(r"\\\(.*?\\\)|\\\[.*?\\\]", re.DOTALL)
_HTML_TAG = re.compile(r"<[^>]*>")
_DEEPEST = 10
"""How many clozes inside each other Anki reads; the marks of those further in are dropped, and end nothing."""
_NAMED = {"<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;"}


def side(template: str, fields: Mapping[str, str], number: int, *, answer: bool) -> str:
    """The HTML of one side of the card ``number`` (from 1: of the template, or of the clozes).

    ``[[type:F]]`` stands where the client puts its input, ``[sound:…]`` where it plays. Raises KeyError for a field
    that is not in ``fields``, IndexError for a section that ends before it begins.
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
    """An open cloze; the outermost of them, with the number 0, is the whole text."""

    number: int = 0
    pieces: list[str] = field(default_factory=list)
    hint: str | None = None

    def take(self, text: str) -> None:
        """Take text that stands in it: what follows ``::`` is its hint."""
        if self.number and "::" in text:
            text, _, self.hint = text.partition("::")
        self.pieces.append(text)

    def html(self, number: int, *, answer: bool) -> str:
        """Itself on the card ``number``: hidden in a question, marked in an answer, plain on the cards of others."""
        text = "".join(self.pieces)
        if self.number != number:
            return f'<span class="cloze-inactive" data-ordinal="{self.number}">{text}</span>'
        if answer:
            return f'<span class="cloze" data-ordinal="{number}">{text}</span>'
        hint = "..." if self.hint is None else self.hint
        return f'<span class="cloze" data-cloze="{_attribute(text)}" data-ordinal="{number}">[{hint}]</span>'


def clozed(text: str, number: int, *, answer: bool) -> str:
    """``text`` with its clozes as the card ``number`` shows them; ``""`` if none has this number."""
    opened = [_Cloze()]
    found = False
    at = 0
    for part in _CLOZE.finditer(text):
        opened[-1].take(text[at : part.start()])
        at = part.end()
        if part[1]:
            if len(opened) <= _DEEPEST:
                opened.append(_Cloze(int(part[1])))
                found = found or opened[-1].number == number
        elif len(opened) > 1:
            closed = opened.pop()
            opened[-1].pieces.append(closed.html(number, answer=answer))
        else:
            opened[0].pieces.append(part[0])
    opened[-1].take(text[at:])
    while len(opened) > 1:  # never closed: all its text shows, as a mistake should
        closed = opened.pop()
        opened[-1].pieces += [f"{{{{c{closed.number}::", *closed.pieces]
    html = "".join(opened[0].pieces)
    return _MATHS.sub(lambda maths: _HTML_TAG.sub("", maths[0]), html) if found else ""


def _attribute(text: str) -> str:
    """``text`` as Anki writes it into ``data-cloze``: all of Latin-1 but ASCII letters and digits is a reference."""
    return "".join(
        _NAMED.get(char, f"&#x{ord(char):02X};") if ord(char) < 256 and not (char.isascii() and char.isalnum()) else char
        for char in text
    )
