"""Settings and schemas -> the note types of a deck, with templates and CSS from ``assets``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, NamedTuple

from deckbuilder import assets
from deckbuilder.cards import published_ids
from deckbuilder.model import note_schemas
from deckbuilder.model.note import Note
from deckbuilder.model.note_schemas import AnkiKind, NoteSchema, Part
from deckbuilder.model.records import Settings

_RIGHT_TO_LEFT = re.compile(
    r"""
    (?:ar|arc|azb|bgn|ckb|dv|fa|glk|he|iw|ji|khw|ks|lrc|luz|mzn|nqo|pnb|ps|prs|sd|skr|syr|ug|ur|yi)\b
    (?!-[a-z]{4}\b)                                                    # ur-Latn: the script is named, and is another one
    | [a-z]+-(?:adlm|arab|aran|hebr|mand|nkoo|rohg|samr|syrc|thaa)\b   # az-Arab
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Languages whose usual script runs from right to left, and any language in such a script.

Source: Unicode CLDR, https://cldr.unicode.org/index/cldr-spec/core-data-for-new-locales and its script metadata.
"""


def is_right_to_left(language: str) -> bool:
    """Return True if text in ``language`` (a tag such as ``ar`` or ``az-Arab``) runs from right to left."""
    return _RIGHT_TO_LEFT.match(language) is not None


class Template(NamedTuple):
    """One kind of card: the HTML of both sides in Anki's template language."""

    part: Part
    front: str
    back: str


@dataclass(frozen=True, slots=True)
class NoteType:
    """A note type of a deck, with its templates and CSS. Anki's older name for a note type is "model"."""

    key: str
    """The name in notes and in the lock: the key of our schema, or the id of an adopted note type."""
    id: int
    name: str
    anki_kind: AnkiKind
    fields: tuple[Part, ...]
    templates: tuple[Template, ...]
    css: str
    folded: frozenset[str] = frozenset()
    """The names of the fields that Anki's editor folds, because learners need not see them."""
    model: Mapping[str, Any] = field(default_factory=dict)
    """The whole note type in Anki's JSON if the note type is adopted, else empty."""

    @property
    def style(self) -> tuple[str, ...]:
        """The CSS, then front and back of each template."""
        return (self.css, *(side for template in self.templates for side in (template.front, template.back)))

    def template(self, ordinal: int) -> Template:
        """Return the template of the card with this ordinal (from 0). All clozes share the only template."""
        return self.templates[0 if self.anki_kind is AnkiKind.CLOZE else ordinal]


def key_of(note: Note) -> str:
    """Return the key of the note type that ``note`` is packed under."""
    return str(note.foreign.type_id) if note.foreign else note.note_type


def note_types(settings: Settings) -> tuple[NoteType, ...]:
    """Return the note types of the deck of ``settings``, in the order of their schemas."""
    tokens = _tokens(settings)
    css = assets.text("card.css") + (f"\n{settings.style.text.strip()}\n" if settings.style else "")
    return tuple(_note_type(schema, settings, tokens, css) for schema in note_schemas.SCHEMAS)


def _tokens(settings: Settings) -> dict[str, str]:
    """Return the text of this deck for each placeholder in the template files."""
    words = assets.words(settings.language)
    tokens = {
        "LANGUAGE": settings.language,
        "DIRECTION": ' dir="rtl"' if is_right_to_left(settings.language) else "",
        "HINT": words["hint"],
        "SOURCE": words["source"],
        "MORE": words["more"],
        "TYPE_IT": words["typed"],
        "CHECKED": "",
    }
    if settings.code == "wrap":
        tokens['"deckbuilder"'] = '"deckbuilder wrap"'
    if settings.badge:
        text = escape(words["checked"] + settings.badge).replace("{", "&#123;")  # Anki would read {{…}} as a field
        tokens["CHECKED"] = assets.text("checked.html").replace("CHECKED_WITH", text)
    if settings.issues:
        address = escape(settings.issues).replace("{id}", _ID)
        tokens[_ID] = assets.text("report.html").strip().replace("ADDRESS", address)
    return tokens


_ID = f"{{{{{note_schemas.ID_FIELD}}}}}"
"""The place of the question's id in a template."""


def _note_type(schema: NoteSchema, settings: Settings, tokens: Mapping[str, str], css: str) -> NoteType:
    """Return the note type of ``schema``. ``tokens`` has the text for each placeholder in the template files."""

    def side(name: str) -> str:
        return re.sub("|".join(map(re.escape, tokens)), lambda token: tokens[token[0]], assets.text(f"{name}.html"))

    return NoteType(
        key=schema.key,
        id=published_ids.note_type_id(settings.id, schema.key),
        name=schema.name(settings.name),
        anki_kind=schema.anki_kind,
        fields=schema.parts,
        templates=tuple(
            Template(item.part, side(f"{item.asset}-front"), side(f"{item.asset}-back")) for item in schema.templates
        ),
        css=css,
        folded=schema.folded,
    )
