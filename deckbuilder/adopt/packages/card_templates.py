"""(note type, note) -> the fields of the question and the fields of the answer, according to the templates.

https://docs.ankiweb.net/templates/fields.html, .../generation.html
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from deckbuilder.adopt.packages.left_out import NotCarriedError
from deckbuilder.cards.note_types import NoteType, Template
from deckbuilder.model.note_schemas import AnkiKind
from deckbuilder.model.records import Kind

_TAG = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
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


def is_filled(field: str) -> bool:
    """Return whether Anki considers ``field`` to have content."""
    return not _EMPTY.fullmatch(field)


def layout(kind: NoteType, fields: Sequence[str], ords: Sequence[int]) -> Layout:
    """Return the layout of a note with these ``fields`` and the cards ``ords``.

    Raises NotCarriedError if no question of ours can have these cards.
    """
    names = [part.name for part in kind.fields]
    if kind.anki_kind is not AnkiKind.CLOZE and tuple(ords) not in ((0,), (0, 1)):
        raise NotCarriedError(f"note type '{kind.name}': it has more cards than a question and its reverse")
    if kind.anki_kind is AnkiKind.CLOZE and len(kind.templates) != 1:
        raise NotCarriedError(f"note type '{kind.name}': a cloze note type with several templates")
    sides = _Sides(kind, ords)
    filled = {name for name, field in zip(names, fields, strict=True) if is_filled(field)}
    parts = _parts(sides, filled, names)
    for part in ("question", "answer"):
        first = next((name for name in parts[part] if sides.work(parts | {part: _with_first(parts[part], name)}, filled)), None)
        if first is not None:
            parts[part] = _with_first(parts[part], first)
        elif part == "answer" and not any(name in filled for name in parts[part]):
            parts[part] = []  # this note has no answer, and the templates would show none
        else:
            raise NotCarriedError(f"note type '{kind.name}': its templates show fields under conditions that are not supported")
    if parts["typed"] and 1 in ords:
        raise NotCarriedError(f"note type '{kind.name}': typed answers in both directions")
    what = (
        Kind.CLOZE
        if kind.anki_kind is AnkiKind.CLOZE
        else Kind.TYPED
        if parts["typed"]
        else Kind.REVERSED
        if 1 in ords
        else Kind.BASIC
    )
    return Layout(what, {part: tuple(names.index(name) for name in group) for part, group in parts.items() if group})


def _parts(sides: _Sides, filled: Filled, names: Sequence[str]) -> dict[str, list[str]]:
    """Return the names of the fields for each part.

    The fields that this note shows come first. The fields that the note would show if they were filled follow.
    """
    front, back = sides.front(0, filled), sides.back(0, filled)
    typed = {item.name for item in front if item.typed}
    front += [item for item in sides.front(0, names) if item.name not in filled]
    back += [item for item in sides.back(0, names) if item.name not in filled]
    plain = {item.name for item in front if "hint" not in item.filters and not item.typed}
    named = {item.name for item in front if item.name.casefold() in _HINTS}
    hints = {item.name for item in front if "hint" in item.filters} - plain | named
    if len(typed) > 1 or len(hints) > 1:
        raise NotCarriedError(f"note type '{sides.kind.name}': several {'answers to type' if len(typed) > 1 else 'hints'}")
    question = [item.name for item in front if item.name in plain - typed - hints]
    if sides.kind.anki_kind is AnkiKind.CLOZE:
        question = [item.name for item in front if "cloze" in item.filters] + question
    # An id is no text of the card: no edit of the question changes the id's field.
    taken = {*question, *typed, *hints, *(item.name for item in back if item.typed or item.name.casefold() == ID)}
    answer = list(dict.fromkeys(item.name for item in back if item.name not in taken))
    sources = [name for name in answer if name.casefold() in _SOURCES and len(answer) > 1][:1]
    return {
        "question": list(dict.fromkeys(question)),
        "answer": [name for name in answer if name not in sources],
        "typed": sorted(typed),
        "hint": sorted(hints),
        "source": sources,
    }


def _with_first(names: Sequence[str], first: str) -> list[str]:
    return [first, *(name for name in names if name != first)]


class _Sides:
    """The sides of a note's cards: the fields that each side shows if certain fields are filled."""

    def __init__(self, kind: NoteType, ords: Sequence[int]) -> None:
        self.kind = kind
        self.reversed = kind.anki_kind is not AnkiKind.CLOZE and 1 in ords
        self.names = [part.name for part in kind.fields]
        if len(kind.templates) <= self.reversed:
            raise NotCarriedError(f"note type '{kind.name}': a card has no template")

    def front(self, at: int, filled: Filled) -> list[Shown]:
        return self._shown(self.kind.templates[at], "front", filled)

    def back(self, at: int, filled: Filled) -> list[Shown]:
        return self._shown(self.kind.templates[at], "back", filled)

    def work(self, parts: Mapping[str, Sequence[str]], filled: Filled) -> bool:
        """Return whether the cards still ask and answer after an edit of the question, of the answer, or of both.

        An edit writes a whole part into the part's first field, and empties the part's other fields.
        """
        question, answer = parts["question"], parts["answer"]
        edits = [
            {*filled} - {*question} | {*question[:1]},
            {*filled} - {*answer} | {*answer[:1]},
            {*filled} - {*question, *answer} | {*question[:1], *answer[:1]},
        ]
        return all(self._asks(parts, edit) for edit in edits)

    def _asks(self, parts: Mapping[str, Sequence[str]], filled: Filled) -> bool:
        question, answer, typed = parts["question"][:1], parts["answer"][:1], parts["typed"]
        front, back = ({item.name for item in side(0, filled)} for side in (self.front, self.back))
        good = bool(question) and {*question, *typed} <= front and not {*answer} & front and {*answer} <= back
        if not self.reversed:
            return good
        front, back = ({item.name for item in side(1, filled)} for side in (self.front, self.back))
        return good and bool(answer) and {*answer} <= front and not {*question} & front and {*question} <= back

    def _shown(self, template: Template, side: str, filled: Filled) -> list[Shown]:
        text = _COMMENT.sub("", template.front if side == "front" else template.back)
        if text.lstrip().startswith("{{=") or "image-occlusion" in text or "imageOcclusion" in text:
            what = "other delimiters" if text.lstrip().startswith("{{=") else "image occlusion"
            raise NotCarriedError(f"note type '{self.kind.name}': {what}")
        return list(self._tags(text, filled))

    def _tags(self, text: str, filled: Filled) -> Iterator[Shown]:
        """Yield the fields that the template ``text`` shows if only ``filled`` have content. Raises NotCarriedError."""
        open_sections: list[bool] = []
        for match in _TAG.finditer(text):
            tag = match[1].strip()
            if tag[:1] in ("#", "^"):
                name = tag[1:].strip()
                if name not in self.names and name not in _SPECIAL:
                    raise NotCarriedError(f"note type '{self.kind.name}': the condition {{{{{tag}}}}} names no field")
                open_sections.append((name in filled or name in _SPECIAL) == (tag[0] == "#"))
            elif tag[:1] == "/":
                if open_sections:
                    open_sections.pop()
            elif tag[:1] != "!" and all(open_sections):
                *filters, name = (part.strip() for part in tag.split(":"))
                if name in self.names:
                    yield Shown(name, frozenset(item.partition(" ")[0] for item in filters))
                elif name not in _SPECIAL | {"FrontSide"}:
                    raise NotCarriedError(f"note type '{self.kind.name}': a template names '{name}', which is no field")
