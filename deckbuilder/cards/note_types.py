"""The two note types of a deck: published fields and templates, looks from ``assets``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, NamedTuple

from deckbuilder import assets
from deckbuilder.cards import published_ids
from deckbuilder.cards.published_ids import Part
from deckbuilder.model.records import Note, Settings


class Template(NamedTuple):
    """One kind of card: the HTML of its two sides in Anki's template language."""

    part: Part
    front: str
    back: str


@dataclass(frozen=True, slots=True)
class NoteType:
    """What Anki calls a note type (once: a model)."""

    id: int
    name: str
    cloze: bool
    fields: tuple[Part, ...]
    templates: tuple[Template, ...]
    css: str
    model: Mapping[str, Any] = field(default_factory=dict)
    """All of a note type that is not ours, in Anki's JSON."""

    @property
    def key(self) -> str:
        """What notes and the lock know it by."""
        return str(self.id) if self.model else "cloze" if self.cloze else "qa"

    @property
    def style(self) -> tuple[str, ...]:
        """The CSS, then front and back of each template."""
        return (self.css, *(side for template in self.templates for side in (template.front, template.back)))


def key_of(note: Note) -> str:
    """The key of the note type that ``note`` is packed under."""
    return str(note.foreign.type_id) if note.foreign else "cloze" if note.cloze else "qa"


def note_types(settings: Settings) -> tuple[NoteType, NoteType]:
    """(question and answer, cloze) for the deck of ``settings``."""
    words = assets.words(settings.language)
    tokens = {
        "LANGUAGE": settings.language,
        "HINT": words["hint"],
        "SOURCE": words["source"],
        "MORE": words["more"],
        "CHECKED": "",
    }
    if settings.code == "wrap":
        tokens['"deckbuilder"'] = '"deckbuilder wrap"'
    if settings.checked_with:
        text = escape(words["checked"] + settings.checked_with).replace("{", "&#123;")  # no field of Anki's
        tokens["CHECKED"] = assets.text("checked.html").replace("CHECKED_WITH", text)

    def side(name: str) -> str:
        return re.sub("|".join(tokens), lambda token: tokens[token[0]], assets.text(f"{name}.html"))

    def template(part: Part, name: str) -> Template:
        return Template(part, side(f"{name}-front"), side(f"{name}-back"))

    card, back_to_front = published_ids.QA_TEMPLATES
    css = assets.text("card.css") + (f"\n{settings.style.text.strip()}\n" if settings.style else "")
    return (
        NoteType(
            id=published_ids.note_type_id(settings.id, "qa"),
            name=f"{settings.name} · Q&A",
            cloze=False,
            fields=published_ids.QA_FIELDS,
            templates=(template(card, "qa"), template(back_to_front, "reversed")),
            css=css,
        ),
        NoteType(
            id=published_ids.note_type_id(settings.id, "cloze"),
            name=f"{settings.name} · Cloze",
            cloze=True,
            fields=published_ids.CLOZE_FIELDS,
            templates=(template(published_ids.CLOZE_TEMPLATES[0], "cloze"),),
            css=css,
        ),
    )
