"""(note type, note) -> the fields of the question and the fields of the answer, according to the templates.

A part of the question may have several fields. Headings in the Markdown name the second field and those below,
see ``publish.field_headings``. So each field of the note keeps its own text and its place on the card.
https://docs.ankiweb.net/templates/fields.html, .../generation.html
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from deckbuilder.adopt.packages.left_out import NotCarriedError
from deckbuilder.cards.note_types import NoteType, Template
from deckbuilder.model.note_schemas import AnkiKind
from deckbuilder.model.records import Kind

_TAG = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_OTHER_DELIMITERS = "{{=<% %>=}}"
_OTHER_TAG = re.compile(r"<%((?:[^<%]|<(?!%)|%(?!>))*+)%>")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LATEX = re.compile(r"\[/?(?:latex|\$\$?)\]|\{\{", re.IGNORECASE)
"""A mark around LaTeX that Anki shows as a picture, or the beginning of a field."""
_SPECIAL = frozenset({"Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag", "CardID"})
"""Names in templates that are no fields: Anki fills these."""
_HINTS = frozenset({"hint", "hints", "提示"})
"""Names of fields that become the hint of a question."""
_SOURCES = frozenset({"source", "sources", "reference", "references", "来源", "出处"})
"""Names of fields that become the source of a question."""
ID = "id"
"""The name, in lower case, of a field that identifies the note and is no text of the card."""
_EMPTY = re.compile(r"(?:\s|&nbsp;|</?(?:br|div) ?/?>)*", re.IGNORECASE)
"""The text of a field that is empty for Anki."""
_LINE = re.compile(r"[^<\n]*")
"""One line of text without HTML."""
_RUNNING = re.compile(r"(?:[^<\n]|</?(?:a|b|i|em|strong|code|span)\b[^<>\n]*>)*", re.IGNORECASE)
"""One line of running text."""

Filled = Collection[str]
"""Names of the fields that are not empty."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A field on one side of a card, with the filters before the field's name: ``{{type:cloze:Text}}``."""

    name: str
    filters: frozenset[str]

    @property
    def typed(self) -> bool:
        """True if the learner types the text of this field. ``{{type:cloze:…}}`` asks for a cloze instead."""
        return "type" in self.filters and "cloze" not in self.filters


@dataclass(frozen=True, slots=True)
class Layout:
    """The kind of question that a note is, and the positions of the fields for each part (see ``adopted_notes.PARTS``)."""

    kind: Kind
    places: Mapping[str, tuple[int, ...]]
    names: tuple[str, ...] = ()
    """The names of all fields of the note type."""


def is_filled(field: str) -> bool:
    """Return whether Anki considers ``field`` to have content."""
    return not _EMPTY.fullmatch(field)


class Layouts:
    """The layouts of the notes of one note type. Most notes have the same fields filled, so layouts are kept."""

    def __init__(self, kind: NoteType) -> None:
        self.kind = kind
        self._known: dict[tuple[object, ...], Layout] = {}

    def of(self, fields: Sequence[str], ords: Sequence[int]) -> Layout:
        """Return the layout of a note with these ``fields`` and the cards ``ords``.

        Raises NotCarriedError if no question of ours can have these cards.
        """
        names = [part.name for part in self.kind.fields]
        pairs = list(zip(names, fields, strict=True))
        filled = frozenset(name for name, field in pairs if is_filled(field))
        lines = frozenset(name for name, field in pairs if _LINE.fullmatch(field.strip()))
        running = frozenset(name for name, field in pairs if _RUNNING.fullmatch(field.strip()))
        key = (filled, lines, running, tuple(ords))
        if key not in self._known:
            self._known[key] = _Cards(self.kind, names, ords, filled).layout(lines, running)
        return self._known[key]


class _Cards:
    """The cards of a note: the fields that each side shows if certain fields are filled."""

    def __init__(self, kind: NoteType, names: Sequence[str], ords: Sequence[int], filled: frozenset[str]) -> None:
        self.kind, self.names, self.filled = kind, names, filled
        self.cloze = kind.anki_kind is AnkiKind.CLOZE
        numbers = [0] if self.cloze else list(ords)
        if len(kind.templates) <= max(numbers):
            raise NotCarriedError(f"note type '{kind.name}': a card has no template")
        self.cards = [kind.templates[at] for at in numbers]
        if any(_is_latex(_text(card, side)) for card in self.cards for side in ("front", "back")):
            raise NotCarriedError(f"note type '{kind.name}': LaTeX that Anki shows as a picture")

    def layout(self, lines: Filled, running: Filled) -> Layout:
        """Return the layout. ``lines`` are the fields with one line of text, ``running`` those with one line of HTML."""
        first = self.cards[0]
        front, back = self.shown(first, "front", self.filled), self.shown(first, "back", self.filled)
        typed = self._typed(front, lines)
        reverse = not typed and self._is_reversed(front, back)
        others = [item for card in self.cards[1:] for side in ("front", "back") for item in self._possible(card, side)]
        hints = [item.name for item in self._possible(first, "front") if self._is_hint(item, front) and item.name in lines][:1]
        question = [item.name for item in front if not (item.typed or self._is_hint(item, front))]
        if self.cloze:
            question = [item.name for item in front if "cloze" in item.filters] + question
        if not question:
            raise NotCarriedError(f"note type '{self.kind.name}': the front of its card shows no text of the note")
        question += [item.name for item in self._possible(first, "front") if not (item.typed or self._is_hint(item, front))]
        # An id is no text of the card: no edit of the question changes the id's field.
        taken = {*question, *typed, *hints}
        behind = [*self._possible(first, "back"), *(item for item in front if item.name not in taken), *others]
        answer = [item.name for item in behind if item.name not in taken and item.name.casefold() != ID]
        answer = list(dict.fromkeys(answer))
        sources = [name for name in answer if name.casefold() in _SOURCES and name in running and len(answer) > 1][:1]
        parts = {
            "question": list(dict.fromkeys(question)),
            "answer": [name for name in answer if name not in sources],
            "typed": typed,
            "hint": hints,
            "source": sources,
        }
        what = Kind.CLOZE if self.cloze else Kind.TYPED if typed else Kind.REVERSED if reverse else Kind.BASIC
        places = {part: tuple(self.names.index(name) for name in group) for part, group in parts.items() if group}
        return Layout(what, places, tuple(self.names))

    def _typed(self, front: Sequence[Shown], lines: Filled) -> list[str]:
        """Return the field that the learner types, in a list. A text of several lines cannot be typed."""
        return [item.name for item in front if item.typed and item.name in lines][:1]

    def _is_hint(self, item: Shown, front: Sequence[Shown]) -> bool:
        if item.name.casefold() in _HINTS:
            return True
        return "hint" in item.filters and not any(other.name == item.name and "hint" not in other.filters for other in front)

    def _is_reversed(self, front: Sequence[Shown], back: Sequence[Shown]) -> bool:
        """Return whether the second of two cards asks for the first field of the question, and shows the answer."""
        if self.cloze or len(self.cards) != 2 or self.cards != [*self.kind.templates[:2]]:
            return False
        asked, answers = {item.name for item in front}, {item.name for item in back}
        front_2 = {item.name for item in self.shown(self.cards[1], "front", self.filled)}
        back_2 = {item.name for item in self.shown(self.cards[1], "back", self.filled)}
        return bool(front_2 & answers - asked) and not front_2 & asked and bool(back_2 & asked)

    def _possible(self, card: Template, side: str) -> list[Shown]:
        """Return the fields that the side shows now, or would show if one more field were filled. The order is the template's."""
        now = self.shown(card, side, self.filled)
        found = {
            item.name: item
            for name in self.names
            for item in (now if name in self.filled else self.shown(card, side, {*self.filled, name}))
        }
        order = [tag.name for tag in _tags(_text(card, side)) if not tag.mark and tag.name in found]
        return [found[name] for name in dict.fromkeys(order)]

    def shown(self, card: Template, side: str, filled: Filled) -> list[Shown]:
        """Return the fields that a side of ``card`` shows if only ``filled`` have content."""
        return list(self._shown(_text(card, side), filled))

    def _shown(self, text: str, filled: Filled) -> Iterator[Shown]:
        """Yield the fields in ``text`` whose conditions hold. A name that is no field is empty."""
        open_sections: list[bool] = []
        for tag in _tags(text):
            if tag.mark in ("#", "^"):
                open_sections.append((tag.name in filled or tag.name in _SPECIAL) == (tag.mark == "#"))
            elif tag.mark == "/":
                if open_sections:
                    open_sections.pop()
            elif not tag.mark and tag.name in filled and tag.name in self.names and all(open_sections):
                yield Shown(tag.name, tag.filters)


class _Tag(NamedTuple):
    """A tag of a template, such as ``{{#Name}}`` or ``{{type:cloze:Name}}``."""

    mark: str
    """``#``, ``^``, ``/`` or ``!``; ``""`` for a field."""
    name: str
    filters: frozenset[str]


@lru_cache(maxsize=100)
def _tags(text: str) -> tuple[_Tag, ...]:
    """Return the tags of a template. The cache serves the notes of a type, of which hundreds may have other fields filled."""
    return tuple(_tag(match[1].strip()) for match in _TAG.finditer(text))


def _tag(tag: str) -> _Tag:
    if tag[:1] in ("#", "^", "/", "!"):
        return _Tag(tag[0], tag[1:].strip(), frozenset())
    *filters, name = (part.strip() for part in tag.split(":"))
    return _Tag("", name, frozenset(item.partition(" ")[0] for item in filters))


@lru_cache(maxsize=100)
def _text(card: Template, side: str) -> str:
    """Return the text of a side of ``card`` without comments, with the usual delimiters.

    https://github.com/ankitects/anki/blob/25.09/rslib/src/template.rs: one line on top makes ``<%`` and ``%>`` the delimiters.
    """
    text = _COMMENT.sub("", card.front if side == "front" else card.back)
    if not text.lstrip().startswith(_OTHER_DELIMITERS):
        return text
    other = text.lstrip().removeprefix(_OTHER_DELIMITERS).replace("{{", "{ {")
    return _OTHER_TAG.sub(r"{{\1}}", other)


def _is_latex(text: str) -> bool:
    """Return whether a template has a field between ``[latex]`` and ``[/latex]``, or between ``[$]`` and ``[/$]``."""
    inside = False
    for mark in _LATEX.findall(text):
        if mark == "{{" and inside:
            return True
        inside = inside if mark == "{{" else mark[1] != "/"
    return False
