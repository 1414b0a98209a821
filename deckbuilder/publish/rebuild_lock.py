"""A published package -> the lock of this release, if the author has lost ``deck.lock``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from deckbuilder.cards import published_ids
from deckbuilder.cards.media_names import short_digest
from deckbuilder.cards.media_references import shown_in
from deckbuilder.model import diagrams, note_schemas
from deckbuilder.model.adopted import Adopted, AdoptedNote
from deckbuilder.model.lock import FORMAT, Lock, LockedNote, LockedType
from deckbuilder.model.note import Foreign, Note
from deckbuilder.model.note_schemas import AnkiKind, NoteSchema
from deckbuilder.model.records import Settings
from deckbuilder.package.read_package import PackedNote, Unpacked
from deckbuilder.publish.shared_settings import shared
from deckbuilder.publish.stamps import beginnings, cloze_texts, content_hash, first_hash, kind_of, style_hash


class NotOurDeckError(Exception):
    """The package belongs to another deck or another tool. The message gives the reason."""


def proven(lock: Lock, settings: Settings, package: Unpacked, adopted: Adopted) -> tuple[Lock, int]:
    """Return (``lock``, of format 1, in today's format; the number of notes that ``package`` proves to be as in ``lock``).

    The other notes keep their old hashes, so the next release counts them as changed. A retired note may be proven, too, if
    ``package`` or ``adopted`` has this note: its question may come back. The number has no retired notes. Raises NotOurDeckError.
    """
    first = restored(settings, package, adopted, first_hash).notes
    same = {
        key: lock.notes[key]._replace(hash=now.hash, media=now.media)
        for key, now in restored(settings, package, adopted).notes.items()
        if key in lock.notes and first[key].hash == lock.notes[key].hash
    }
    count = sum(not note.retired for note in same.values())
    if not count:
        raise NotOurDeckError("no note in it is as in deck.lock; take the package of the last release")
    return replace(lock, notes={**lock.notes, **same}, format=FORMAT), count


def restored(settings: Settings, package: Unpacked, adopted: Adopted, hashed: Callable[[Note], str] = content_hash) -> Lock:
    """Return the lock as the release of ``package`` wrote it, without retired ids, because no package has these.

    ``hashed`` returns the hash of a note in the lock. ``adopted`` has the adopted notes of the deck. An adopted note that ``package`` lacks counts as retired.
    Raises NotOurDeckError.
    """
    schemas = {published_ids.note_type_id(settings.id, schema.key): schema for schema in note_schemas.SCHEMAS}
    types, notes = {}, {}
    for number, schema in schemas.items():
        if kind := package.types.get(number):
            if [name for name, _ in kind.fields] != [part.name for part in schema.parts]:
                raise NotOurDeckError(f"its note type '{kind.name}' has other fields than the same note type of deckbuilder")
            style = style_hash(kind.name, kind.style)
            types[schema.key] = LockedType(schema.key, number, kind.fields, kind.templates, style, kind.mod)
    for packed in package.notes.values():
        if ours := schemas.get(packed.type_id):
            if ours.key not in types:
                raise _damaged(packed)
            found = _ours(packed, ours, package.media, hashed)
            notes[found.id.casefold()] = found
    for entry in adopted.notes.values():
        theirs = package.notes.get(entry.guid)
        if theirs is None:
            notes[entry.id.casefold()] = retired(entry, adopted.types[entry.type_id].anki_kind, settings.name, hashed)
            continue
        kind = package.types.get(theirs.type_id)
        if theirs.type_id != entry.type_id or kind is None or not all(theirs.cards.values()) or not theirs.cards:
            raise NotOurDeckError(f"its note {entry.guid} is damaged, or has another note type than at the time of adoption")
        style = style_hash(kind.name, kind.style)
        types[str(kind.id)] = LockedType(str(kind.id), kind.id, kind.fields, kind.templates, style, kind.mod)
        notes[entry.id.casefold()] = locked(entry, theirs, kind.anki_kind, hashed)
    if all(note.retired for note in notes.values()):
        raise NotOurDeckError(f"it has no note of the deck '{settings.id}'")
    names = [note_schemas.deck_of(kind.name) for kind in package.types.values() if kind.id in schemas]
    return Lock(settings.id, names[0] if names else settings.name, types, notes, shared=shared(settings))


def united(locks: Iterable[Lock]) -> Lock:
    """Return the lock after several releases, from the locks of their packages, in any order.

    The newest release counts. The ids that only older releases have are retired, and their cloze numbers are past.
    """
    *_, newest = found = sorted(locks, key=lambda lock: lock.highest)
    notes: dict[str, LockedNote] = {}
    for lock in found:
        for key, note in lock.notes.items():
            old = notes.get(key, note)
            past = {**old.past_clozes, **old.clozes}
            notes[key] = note._replace(past_clozes={number: text for number, text in past.items() if number not in note.clozes})
    gone = {key: note._replace(retired=True) for key, note in notes.items() if key not in newest.notes}
    types = {key: kind for lock in found for key, kind in lock.types.items()}
    return replace(newest, types=types, notes=notes | gone)


def _ours(packed: PackedNote, schema: NoteSchema, media: Mapping[str, str], hashed: Callable[[Note], str]) -> LockedNote:
    """Return the lock's entry for ``packed``, a note of ``schema``. ``media`` has the SHA-1 of each file by its name.

    Raises NotOurDeckError if ``packed`` is damaged.
    """
    if len(packed.fields) != len(schema.fields) or not packed.cards or not all(packed.cards.values()):
        raise _damaged(packed)
    ident = schema.text(packed.fields, "id")
    deck = next(iter(packed.cards.values()))
    note = Note(packed.guid, ident, schema.key, packed.fields, packed.tags, deck, tuple(sorted(packed.cards)))
    question, answer, words = beginnings(note)
    names = {name for text in packed.fields for name in shown_in(diagrams.without_pictures(text)) if name in media}
    return LockedNote(
        id=ident,
        guid=note.guid,
        note_id=packed.id,
        kind=kind_of(note),
        hash=hashed(note),
        mod=packed.mod,
        deck=deck,
        question=question,
        answer=answer,
        words=words,
        clozes=cloze_texts(note),
        media={name: short_digest(media[name]) for name in sorted(names)},
    )


def _damaged(packed: PackedNote) -> NotOurDeckError:
    return NotOurDeckError(f"its note {packed.guid} is damaged")


def retired(entry: AdoptedNote, kind: AnkiKind, deck: str, hashed: Callable[[Note], str] = content_hash) -> LockedNote:
    """Return the lock's entry for an adopted note that is no longer in the package."""
    packed = PackedNote(entry.guid, entry.note_id, entry.type_id, 1, entry.fields, entry.tags, dict.fromkeys(entry.ords, deck))
    return locked(entry, packed, kind, hashed)._replace(retired=True)


def locked(entry: AdoptedNote, packed: PackedNote, kind: AnkiKind, hashed: Callable[[Note], str] = content_hash) -> LockedNote:
    """Return the lock's entry for the adopted note ``entry``, which learners have as ``packed``."""
    question, answer = ("".join(packed.fields[at] for at in entry.places.get(part, ())) for part in ("question", "answer"))
    ords = tuple(sorted(packed.cards))
    foreign = Foreign(entry.type_id, packed.fields, packed.tags, ords)
    schema = note_schemas.for_adopted(kind)
    fields = schema.ordered({"question": question, "answer": answer})
    note = Note(entry.guid, entry.id, schema.key, fields, packed.tags, packed.cards[ords[0]], ords, foreign=foreign)
    said = beginnings(note)
    return LockedNote(
        id=entry.id,
        guid=entry.guid,
        note_id=packed.id,
        kind=_kind(entry, kind, ords),
        hash=hashed(note),
        mod=packed.mod,
        deck=note.deck,
        question=said[0],
        answer=said[1],
        words=said[2],
        clozes=cloze_texts(note),
        adopted=entry.note_id,
    )


def _kind(entry: AdoptedNote, kind: AnkiKind, ords: Sequence[int]) -> str:
    """Return the kind of an adopted note in the lock: ``cloze``, ``typed``, ``reversed`` or ``basic``."""
    if entry.kind:
        return entry.kind
    if kind is AnkiKind.CLOZE:
        return "cloze"
    return "typed" if entry.places.get("typed") else "reversed" if len(ords) > 1 else "basic"
