"""Notes and the lock -> the time of each note and note type. A time changes only if a learner sees a change.

Anki takes a note from a package only if this note is newer. Anki then replaces all fields and tags.
So an unchanged note keeps its time, and the learner's edits in this note stay.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence

from deckbuilder.cards.media_names import digest
from deckbuilder.cards.note_types import NoteType, key_of
from deckbuilder.model import unseen_attributes
from deckbuilder.model.anki_text import plain, spaced, without_context
from deckbuilder.model.deck import Deck, Stamps
from deckbuilder.model.lock import Lock, LockedNote, LockedType
from deckbuilder.model.note import Note
from deckbuilder.model.note_schemas import AnkiKind
from deckbuilder.model.records import Media
from deckbuilder.publish import field_headings
from deckbuilder.publish.canonical_html import canonical
from deckbuilder.publish.shared_settings import shared

_CLOZE_PART = re.compile(r"\{\{c(\d+)::|::|\}\}")
_BRACE = re.compile(r"(\{\{c\d+::|\}\}|[{}])")
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+|[^\w\s]+")
_SHORT = 100
"""Characters of a text that the lock keeps."""


def stamps(lock: Lock | None, notes: Sequence[Note], types: Sequence[NoteType], now: int) -> Stamps:
    """Return the times and ids of ``notes`` and ``types``. A new or changed note gets a later time than every release.

    The media of ``notes`` have their packaged names. ``now`` is in seconds since 1970.
    """
    known = lock.notes if lock else {}
    later = max(now, (lock.highest if lock else 0) + 1)
    mods: dict[str, int] = {}
    new: list[str] = []
    changed: list[str] = []
    back: list[str] = []
    for note in notes:
        old = known.get(note.id.casefold())
        if old is not None and old.hash == content_hash(note):
            mods[note.guid] = old.mod
            back += [note.id] if old.retired else []
            continue
        (new if old is None else changed).append(note.id)
        mods[note.guid] = max(later, old.mod + 1 if old else 0, note.foreign.after + 1 if note.foreign else 0)
    type_mods = {}
    for kind in types:
        locked = lock.types.get(kind.key) if lock else None
        type_mods[kind.id] = locked.mod if locked and locked.style == style_hash(kind.name, kind.style) else later
    here = {note.id.casefold() for note in notes}
    gone = tuple(old.id for key, old in known.items() if key not in here and not old.retired)
    return Stamps(mods, _ids(known, notes, now), type_mods, tuple(new), tuple(changed), gone, tuple(back))


def _ids(known: Mapping[str, LockedNote], notes: Sequence[Note], now: int) -> dict[str, int]:
    """Return the note id of each GUID: the locked id, or for a new note a free second up to ``now``, in milliseconds.

    New ids have the order of the notes. Two git branches may have given one id to two notes.
    The second note then gets another id, which does not matter to learners: Anki keeps the learner's ids.
    """
    taken = {old.note_id for old in known.values()}
    ids: dict[str, int] = {}
    used: set[int] = set()
    for note in notes:
        old = known.get(note.id.casefold())
        if old is not None and old.note_id not in used:
            used.add(old.note_id)
            ids[note.guid] = old.note_id
    new = [note for note in notes if note.guid not in ids]
    free = (second * 1000 for second in itertools.count(max(now - 1, len(notes) + len(taken)), -1) if second * 1000 not in taken)
    fresh = sorted(itertools.islice(free, len(new)))
    return ids | {note.guid: number for note, number in zip(new, fresh, strict=True)}


def released(deck: Deck, notes: Sequence[Note], types: Sequence[NoteType], given: Stamps) -> Lock:
    """Return the lock after a release of ``notes`` with the stamps ``given``. Removed questions are retired.

    ``notes`` are the notes of ``deck``, with the packaged names of media.
    """
    known = deck.lock.notes if deck.lock else {}
    entries = dict(known)
    for gone in given.gone:
        entries[gone.casefold()] = known[gone.casefold()]._replace(retired=True)
    digests = {file.name: digest(file.data) for entry in deck.entries for _, file in entry.of_author()}
    for note in notes:
        media = {name: digests[name] for name in sorted(note.media) if name in digests}
        entries[note.id.casefold()] = _locked(note, known.get(note.id.casefold()), given)._replace(media=media)
    # a note type that no note uses is in no package: Anki does not import it
    used = {key_of(note) for note in notes}
    locked = deck.lock.types if deck.lock else {}
    locked_types = dict(locked) | {
        kind.key: LockedType(
            note_type=kind.key,
            id=kind.id,
            fields=tuple((part.name, part.id) for part in kind.fields),
            templates=tuple((template.part.name, template.part.id) for template in kind.templates),
            style=style_hash(kind.name, kind.style),
            mod=given.type_mods[kind.id],
            media=_files(deck.files if kind.model else (), locked.get(kind.key)),
            later=locked[kind.key].later if kind.key in locked else {},
        )
        for kind in types
        if kind.key in used
    }
    later = deck.lock.later if deck.lock else {}
    return Lock(deck.settings.id, deck.settings.name, locked_types, entries, later=later, shared=shared(deck.settings))


def _files(files: Sequence[Media], old: LockedType | None) -> dict[str, str]:
    """Return the hash of each of a note type's ``files`` by its name. Learners keep the file that they had first, so ``old`` wins."""
    found = {file.name: digest(file.data) for file in files} | dict(old.media if old else {})
    return {name: found[name] for name in sorted(found)}


def _locked(note: Note, old: LockedNote | None, given: Stamps) -> LockedNote:
    """Return the entry of ``note`` with the stamps ``given``; ``old`` is the one of the last release."""
    clozes = cloze_texts(note)
    question, answer, words = beginnings(note)
    past = {**old.past_clozes, **old.clozes} if old else {}
    return LockedNote(
        id=note.id,
        guid=note.guid,
        note_id=given.ids[note.guid],
        kind=kind_of(note),
        hash=content_hash(note),
        mod=given.mods[note.guid],
        deck=note.deck,
        question=question,
        answer=answer,
        words=words,
        clozes=clozes,
        past_clozes={number: text for number, text in past.items() if number not in clozes},
        adopted=old.adopted if old else 0,
        later=old.later if old else {},
    )


def kind_of(note: Note) -> str:
    """Return the kind of ``note`` in the lock. A choice is ``basic``, because the note alone does not show the difference."""
    return note.schema.lock_kind(note.fields)


def content_hash(note: Note) -> str:
    """Return a hash of everything that an author decides: fields with packaged names of media, tags, note type, cards.

    Another version of a library draws the same note with the same hash.
    """
    shown = note.foreign or note
    return seen_hash(note.schema.anki_kind, shown.fields, shown.tags, shown.ords)


def seen_hash(kind: AnkiKind, fields: Sequence[str], tags: Iterable[str], ords: Sequence[int]) -> str:
    """Return the ``content_hash`` of a note with these fields, tags and cards, under a note type of this kind."""
    return hash_of([kind is AnkiKind.CLOZE, [canonical(field) for field in fields], _spelled(tags), ords])


def first_hash(note: Note) -> str:
    """Return the hash of ``note`` in a lock of format 1, from the fields as the libraries drew them."""
    shown = note.foreign or note
    fields = tuple(map(unseen_attributes.without, shown.fields))  # 0.1.0 did not write languages
    return hash_of([note.schema.anki_kind is AnkiKind.CLOZE, fields, _spelled(shown.tags), shown.ords])


def _spelled(tags: Iterable[str]) -> list[str]:
    # Anki ignores case in tags, and keeps the learner's spelling
    return sorted({tag.casefold() for tag in tags})


def style_hash(name: str, style: Sequence[str]) -> str:
    """Return a hash of a note type's name and ``style``: the CSS, then front and back of each template."""
    return hash_of([name, *style])


def hash_of(seen: Sequence[object]) -> str:
    """Return a hash of the JSON of ``seen``: the first 16 hexadecimal digits of SHA-256."""
    return hashlib.sha256(json.dumps(seen, ensure_ascii=False).encode()).hexdigest()[:16]


def beginnings(note: Note, *, adopted: bool = False) -> tuple[str, str, str]:
    """Return the texts of ``note`` that a lock keeps: ``question``, ``answer`` and ``words`` of ``LockedNote``.

    ``adopted`` says that the note has a note type of another tool, before ``note.foreign`` is known.
    """
    question, answer = (_text(part) for part in _parts(note, adopted=adopted))
    long = len(question) > _SHORT or len(answer) > _SHORT
    return _cut(question), _cut(answer), _marks(f"{question} {answer}") if long else ""


def shown(note: Note) -> tuple[str, str]:
    """Return the beginnings of question and answer of ``note`` for a reader. The texts of a lock have no blank between blocks."""
    question, answer = (spaced(_without_marks(part)) for part in _parts(note))
    return _cut(question), _cut(answer)


def _parts(note: Note, *, adopted: bool = False) -> tuple[str, str]:
    """Return the HTML of question and answer of ``note``. A colon is behind each name of an adopted field."""
    question, answer = note.text("question"), note.text("answer")
    if note.foreign or adopted:
        return field_headings.told(question), field_headings.told(answer)
    return question, answer


def _marks(text: str) -> str:
    """Return 256 bits as hexadecimal digits. Each word of ``text`` sets one bit, so texts with other words differ."""
    bits = 0
    for word in set(_WORD.findall(text)):
        bits |= 1 << zlib.crc32(word.encode()) % 256
    return f"{bits:064x}"


def short(html: str) -> str:
    """Return the beginning of the text in ``html``, on one line. Clozes lose their marks, questions the titles above them."""
    return _cut(_text(html))


def _text(html: str) -> str:
    return " ".join(plain(_without_marks(html)).split())


def _without_marks(html: str) -> str:
    html = without_context(html)
    if "{{c" not in html:
        return html
    pieces = _BRACE.split(html)
    for at in range(1, len(pieces), 2):  # the marks, each behind a text
        if pieces[at] == "}}":
            pieces[at - 1] = pieces[at - 1].partition("::")[0]
        if len(pieces[at]) > 1:
            pieces[at] = ""
    return "".join(pieces)


def _cut(text: str) -> str:
    return text if len(text) <= _SHORT else text[: _SHORT - 1].rstrip() + "…"


def cloze_texts(note: Note) -> dict[str, str]:
    """Return the beginning of the hidden text of each cloze number in ``note``, empty for a note without clozes."""
    return hidden_in(note.text("question")) if note.schema.anki_kind is AnkiKind.CLOZE else {}


def hidden_in(html: str) -> dict[str, str]:
    """Return the beginning of the hidden text of each cloze number in ``html``, without hints.

    ``…`` separates the texts of a number that is used twice.
    """
    found: dict[str, list[str]] = {}
    opened: list[tuple[str, int]] = []
    hints: list[int] = []
    for part in _CLOZE_PART.finditer(html):
        if part[1]:
            opened.append((part[1], part.end()))
            hints.append(-1)
        elif part[0] == "::" and opened and hints[-1] < 0:
            hints[-1] = part.start()
        elif part[0] == "}}" and opened:
            number, start = opened.pop()
            hint = hints.pop()
            found.setdefault(number, []).append(short(html[start : hint if hint >= 0 else part.start()]))
    return {number: " … ".join(found[number])[:_SHORT] for number in sorted(found, key=int)}
