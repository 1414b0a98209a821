"""A published package -> the lock that was lost."""

from __future__ import annotations

from deckbuilder import identity
from deckbuilder.lock import Lock, LockedNote, LockedType
from deckbuilder.model import Note, Settings
from deckbuilder.stamp import cloze_texts, content_hash, kind_of, short, style_hash
from deckbuilder.unpack import Unpacked


class NotOurDeckError(Exception):
    """The package is of another deck, or by another tool."""


def restored(settings: Settings, package: Unpacked) -> Lock:
    """The lock as it was when ``package`` was released; the ids that were retired then are in no package.

    Raises NotOurDeckError.
    """
    keys = {identity.note_type_id(settings.id, key): key for key in ("qa", "cloze")}
    fields = {"qa": identity.QA_FIELDS, "cloze": identity.CLOZE_FIELDS}
    types, notes = {}, {}
    for number, key in keys.items():
        if kind := package.types.get(number):
            if [name for name, _ in kind.fields] != [part.name for part in fields[key]]:
                raise NotOurDeckError(f"its note type '{kind.name}' has other fields than ours")
            style = style_hash(kind.name, kind.style)
            types[key] = LockedType(key, number, kind.fields, kind.templates, style, kind.mod)
    for packed in package.notes.values():
        if packed.type_id not in keys:
            continue
        cloze = keys[packed.type_id] == "cloze"
        parts = fields[keys[packed.type_id]]
        if (
            keys[packed.type_id] not in types
            or len(packed.fields) != len(parts)
            or not packed.cards
            or not all(packed.cards.values())
        ):
            raise NotOurDeckError(f"its note {packed.guid} is damaged")
        ident = packed.fields[[part.name for part in parts].index("Id")]
        deck = next(iter(packed.cards.values()))
        note = Note(packed.guid, ident, cloze, packed.fields, packed.tags, deck, tuple(sorted(packed.cards)))
        notes[ident.casefold()] = LockedNote(
            id=ident,
            guid=note.guid,
            note_id=packed.id,
            kind=kind_of(note),
            hash=content_hash(note),
            mod=packed.mod,
            deck=deck,
            question=short(note.fields[0]),
            answer=short(note.fields[1]),
            clozes=cloze_texts(note),
        )
    if not notes:
        raise NotOurDeckError(f"no note in it is of the deck '{settings.id}'")
    name = next(kind.name for kind in package.types.values() if kind.id in keys).rpartition(" · ")[0]
    return Lock(settings.id, name, types, notes)
