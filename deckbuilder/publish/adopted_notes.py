"""(rendered note, record of its adoption) -> the content that is packed under the adopted note type.

A part of the question that did not change is packed byte for byte as learners have the part: the update does not touch the note.
An edited part goes into the first of the part's fields. The other fields of this part become empty.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from urllib.parse import unquote

from deckbuilder import assets
from deckbuilder.cards.note_types import NoteType, Template
from deckbuilder.markdown.to_html import unwrapped
from deckbuilder.model.adopted import Adopted, AdoptedNote, AdoptedType
from deckbuilder.model.deck import Entry
from deckbuilder.model.note import Foreign, Note
from deckbuilder.model.note_schemas import AnkiKind, Part
from deckbuilder.model.records import Media, Settings
from deckbuilder.model.references import unescape
from deckbuilder.publish.canonical_html import canonical

PARTS = ("question", "answer", "typed", "hint", "source")
"""The parts of a question that have fields."""

_NEEDS_STYLE = re.compile(r"<(?:pre|table|details)\b|<[^>]*\bclass=")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SECTIONS = ("colours", "prose", "code", "tables", "alerts")
"""Sections of our style sheet that style text, not the page."""


def parts(note: Note, places: Mapping[str, Sequence[int]], settings: Settings) -> dict[str, str]:
    """Return the HTML of each part of ``note``. A part without its own field becomes part of the question or the answer."""
    question, answer, typed, hint, source = (note.text(part) for part in PARTS)
    words = assets.words(settings.language)
    if hint and not places.get("hint"):
        question += assets.text("adopted-hint.html").strip().replace("HINT", words["hint"]).replace("TEXT", hint)
        hint = ""
    if source and not places.get("source"):
        answer += assets.text("adopted-source.html").strip().replace("SOURCE", words["source"]).replace("TEXT", source)
    if typed and not places.get("typed"):
        answer, typed = f"<p>{typed}</p>{answer}", ""
    source = source if places.get("source") else ""
    return dict(zip(PARTS, (unwrapped(question), unwrapped(answer), typed, hint, source), strict=True))


def hashes(note: Note, places: Mapping[str, Sequence[int]], settings: Settings) -> dict[str, str]:
    """Return a hash of each part of ``note`` and of its tags, which ``packed`` compares. The media of ``note`` are bound.

    Another version of a library gives the same hashes.
    """
    return {name: _hash(canonical(text)) for name, text in _texts(note, places, settings).items()}


def _texts(note: Note, places: Mapping[str, Sequence[int]], settings: Settings) -> dict[str, str]:
    texts = {name: text for name, text in parts(note, places, settings).items() if places.get(name)}
    return texts | {"tags": " ".join(sorted({tag.casefold() for tag in note.tags}))}


def _edited(note: Note, entry: AdoptedNote, settings: Settings) -> set[str]:
    """Return the names of the parts of ``note`` that differ from ``entry``, and ``tags`` if these differ.

    Version 0.1.0 wrote hashes of the parts as the libraries drew them.
    """
    texts = _texts(note, entry.places, settings).items()
    return {name for name, text in texts if entry.hashes.get(name) not in (_hash(canonical(text)), _hash(text))}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def unchanged(entry: AdoptedNote) -> Foreign:
    """Return the content of an adopted note without an edit."""
    return Foreign(entry.type_id, entry.fields, entry.tags, entry.ords, after=entry.mod)


def homeless(note: Note, entry: AdoptedNote, settings: Settings) -> list[str]:
    """Return the names of the parts of ``note`` that have text, but no field in the adopted note type."""
    return [name for name, text in parts(note, entry.places, settings).items() if text and not entry.places.get(name)]


def packed(note: Note, adopted: Adopted, settings: Settings) -> Note:
    """Return ``note`` with its adopted content in ``foreign``, or as it is if ``note`` was not adopted.

    The media of ``note`` are bound.
    """
    entry = adopted.notes.get(note.id.casefold())
    if entry is None or entry.guid != note.guid:
        return note
    edited = _edited(note, entry, settings)
    fields = list(entry.fields)
    styled = False
    for name, html in parts(note, entry.places, settings).items():
        places = entry.places.get(name, ())
        if not places or name not in edited:
            continue
        for at in places:
            fields[at] = ""
        fields[places[0]] = html
        if _NEEDS_STYLE.search(html):
            fields[places[0]], styled = f'<div class="deckbuilder">{html}</div>', True
    return note._replace(
        foreign=Foreign(
            type_id=entry.type_id,
            fields=tuple(fields),
            tags=note.tags if "tags" in edited else entry.tags,
            ords=note.ords if adopted.types[entry.type_id].anki_kind is AnkiKind.CLOZE and "question" in edited else entry.ords,
            after=entry.mod,
            styled=styled,
        ),
    )


def media(entry: Entry, note: Note, adopted: Adopted) -> Iterator[Media]:
    """Yield the pictures and sounds of ``card`` that the packed ``note`` shows, under the names in the note's fields."""
    adopted_note = adopted.notes.get(note.id.casefold()) if note.foreign else None
    if adopted_note is None or note.foreign is None:
        yield from entry.media.values()
        return
    text = "".join(note.foreign.fields)
    text += unescape(text) + unquote(unescape(text))
    yield from (file for file in entry.media.values() if file.name in text)
    for name, path in adopted_note.media.items():
        if name in text and path in entry.media:
            yield replace(entry.media[path], name=name)


def note_types(adopted: Adopted, notes: Iterable[Note]) -> list[NoteType]:
    """Return the adopted note types. A note type gets our style sheet if one of its notes needs our style."""
    styled = {note.foreign.type_id for note in notes if note.foreign and note.foreign.styled}
    return [note_type(kind, styled=kind.id in styled) for kind in adopted.types.values()]


def note_type(kind: AdoptedType, *, styled: bool = False) -> NoteType:
    """Return the adopted note type ``kind``; with our style sheet for ``.deckbuilder`` if ``styled``."""
    model = kind.model

    def part(values: Mapping[str, object]) -> Part:
        return Part(str(values["name"]), int(str(values.get("id") or 0)))

    return NoteType(
        key=str(kind.id),
        id=kind.id,
        name=model["name"],
        anki_kind=kind.anki_kind,
        fields=tuple(part(values) for values in model["flds"]),
        templates=tuple(Template(part(values), values["qfmt"], values["afmt"]) for values in model["tmpls"]),
        css=model["css"] + (f"\n{style()}" if styled else ""),
        model=model,
    )


def style() -> str:
    """Return our style sheet for the HTML inside a ``.deckbuilder`` element on an adopted card."""
    sections = assets.text("card.css").split("\n/* --- ")
    wanted = "\n".join("/* " + section for section in sections if section.startswith(_SECTIONS))

    def rule(match: re.Match[str]) -> str:
        selectors = (selector.strip() for selector in match[1].split(","))
        kept = [_inside(selector) for selector in selectors if "#" not in selector]
        return f"{', '.join(kept)} {{{match[2].strip()}}}\n" if kept else ""

    return re.sub(r"\n\s*", "\n", _RULE.sub(rule, _COMMENT.sub("", wanted))).strip() + "\n"


def _inside(selector: str) -> str:
    if selector.startswith(".card"):  # where the colours are
        return f"{selector.removeprefix('.card')} .deckbuilder".strip()
    return selector if selector.startswith(".deckbuilder") else f".deckbuilder {selector}"
