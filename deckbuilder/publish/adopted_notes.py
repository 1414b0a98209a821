"""(rendered note, record of its adoption) -> the content that is packed under the adopted note type.

A part of the question that did not change is packed byte for byte as learners have the part: the update does not touch the note.
If a part was edited, each of its other fields stays. If only text of a field changed, only this text is replaced.
Otherwise the whole field is replaced by our HTML. Notes from ``deck.adopted`` of format 1 have no headings for fields:
an edited part goes into the first of the part's fields, and the part's other fields become empty.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

from deckbuilder import assets
from deckbuilder.cards.media_references import bind
from deckbuilder.cards.note_types import NoteType, Template
from deckbuilder.cards.render import render
from deckbuilder.markdown.to_html import unwrapped
from deckbuilder.model import unseen_attributes
from deckbuilder.model.adopted import Adopted, AdoptedNote, AdoptedType
from deckbuilder.model.deck import Entry
from deckbuilder.model.note import Foreign, Note
from deckbuilder.model.note_schemas import AnkiKind, Part
from deckbuilder.model.records import Media, Settings
from deckbuilder.model.records import Source as SourceFile
from deckbuilder.model.references import unescape
from deckbuilder.publish import field_headings, text_edits
from deckbuilder.publish.canonical_html import canonical
from deckbuilder.source.parse import parse

PARTS = ("question", "answer", "typed", "hint", "source")
"""The parts of a question that have fields."""

_NEEDS_STYLE = re.compile(r"<(?:pre|table|details)\b|<[^>]*\bclass=")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SECTIONS = ("colours", "prose", "code", "tables", "alerts")
"""Sections of our style sheet that style text, not the page."""


def parts(note: Note, places: Mapping[str, Sequence[int]], settings: Settings) -> dict[str, str]:
    """Return the HTML of each part of ``note``. A part without its own field becomes part of the question or the answer."""
    return _placed({part: note.text(part) for part in PARTS}, places, settings)


def _placed(texts: Mapping[str, str], places: Mapping[str, Sequence[int]], settings: Settings) -> dict[str, str]:
    """Return the ``texts`` of the parts, with homeless ones at the end of the question or the answer."""
    question, answer, typed, hint, source = (texts[part] for part in PARTS)
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


def _by_place(note: Note, entry: AdoptedNote, names: Sequence[str], settings: Settings) -> dict[int, str]:
    """Return the HTML of each field of the parts, by the field's index. ``names`` are the names of all fields of the note type."""
    texts: dict[str, list[str]] = {}
    for part in PARTS:
        named = [names[at] for at in entry.places.get(part, ())]
        texts[part] = field_headings.split(note.text(part), named) if entry.markdown and named else [note.text(part)]
    first = _placed({part: found[0] for part, found in texts.items()}, entry.places, settings)
    by_place: dict[int, str] = {}
    for part, (_, *rest) in texts.items():
        places = entry.places.get(part, ())
        # without headings, the whole part goes into its first field
        by_place |= dict(zip(places, [first[part], *map(unwrapped, rest), *[""] * len(places)], strict=False))
    return by_place


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
    return {
        name
        for name, text in texts
        if entry.hashes.get(name) not in (_hash(canonical(text)), _hash(unseen_attributes.without(text)))
    }


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def unchanged(entry: AdoptedNote) -> Foreign:
    """Return the content of an adopted note without an edit."""
    return Foreign(entry.type_id, entry.fields, entry.tags, entry.ords, after=entry.mod)


def homeless(note: Note, entry: AdoptedNote, settings: Settings) -> list[str]:
    """Return the names of the parts of ``note`` that have text, but no field in the adopted note type."""
    return [name for name, text in parts(note, entry.places, settings).items() if text and not entry.places.get(name)]


def packed(note: Note, adopted: Adopted, settings: Settings, media: Mapping[str, Media]) -> Note:
    """Return ``note`` with its adopted content in ``foreign``, or as it is if ``note`` was not adopted.

    The names of ``note``'s pictures and sounds are bound already; ``media`` has these files by their written paths.
    """
    entry = adopted.notes.get(note.id.casefold())
    if entry is None:
        return note
    edited = _edited(note, entry, settings)
    fields = list(entry.fields)
    styled = False
    wanted = {at for part in edited - {"tags"} for at in entry.places.get(part, ())}
    names = [field["name"] for field in adopted.types[entry.type_id].model["flds"]]
    today = _by_place(note, entry, names, settings) if wanted else {}
    then = _by_place(bind(_as_adopted(entry, settings), media), entry, names, settings) if wanted and entry.markdown else {}
    for at in sorted(wanted):
        before, html = then.get(at), today[at]
        if before is not None and canonical(before) == canonical(html):
            continue
        text = None if before is None else text_edits.edited(entry.fields[at], before, html)
        if text is None and _NEEDS_STYLE.search(html):
            text, styled = f'<div class="deckbuilder">{html}</div>', True
        fields[at] = html if text is None else text
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


def _as_adopted(entry: AdoptedNote, settings: Settings) -> Note:
    """Return the note of the question as ``adopt`` wrote it."""
    (question,) = parse(SourceFile("", Path(), entry.markdown)).questions
    return render(question, settings)


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
