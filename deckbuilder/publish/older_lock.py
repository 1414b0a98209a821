"""A lock of format 1 -> the same lock with the hashes of today's format, for every note that is proven to be unchanged.

Version 0.1.0 hashed the fields as Pygments, Markdown and nh3 drew them. Another version of a library may draw
an unchanged note differently. So a note is unchanged if there is a proof:

- **Its drawing.** Today's libraries draw a note with the very hash in the lock. On Windows, 0.1.0 may have hashed ``\\r\\n``
  in a picture that is text.
- **A package.** A note in the package of the last release has the hash in the lock. So its fields are those of the release.
- **The sources of the release**, from git. Today's libraries draw them, so only changes of the author differ.
  This proof is for notes with coloured code, references to characters, or HTML: libraries draw nothing else differently.
  The beginnings of question and answer must be those in the lock. Another text is a change that learners should see.

Without a proof, the old hash stays, and the note counts as changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from deckbuilder.cards.media_names import digest, with_windows_lines
from deckbuilder.cards.media_references import bind
from deckbuilder.model.adopted import Adopted
from deckbuilder.model.deck import Entry
from deckbuilder.model.lock import FORMAT, Lock, LockedNote
from deckbuilder.model.note import Note
from deckbuilder.model.records import Settings
from deckbuilder.model.unseen_attributes import names_language, without
from deckbuilder.publish import adopted_notes
from deckbuilder.publish.canonical_html import canonical
from deckbuilder.publish.stamps import content_hash, first_hash, short


@dataclass(frozen=True, slots=True)
class Drawn:
    """A note as it would be packed, with the hashes of its pictures and sounds by their packaged names."""

    note: Note
    media: Mapping[str, str]


def drawn(entries: Iterable[Entry], adopted: Adopted, settings: Settings) -> Iterator[tuple[str, list[Drawn]]]:
    """Yield (case-folded id, drawings) of each of ``entries``: today's drawing, then those that 0.1.0 may have packed."""
    for entry in entries:
        windows = {path: with_windows_lines(file) for path, file in entry.media.items()}
        files = [entry.media, *([windows] if windows != entry.media else [])]
        found = []
        for media in files:
            bound = bind(entry.note, media)
            marks = {file.name: digest(file.data) for file in media.values()}
            found.append(Drawn(adopted_notes.packed(bound, adopted, settings, media), marks))
        yield entry.question.id.casefold(), found


def brought_up(
    lock: Lock, today: Mapping[str, Sequence[Drawn]], adopted: Adopted, released: Mapping[str, Sequence[Drawn]] | None
) -> tuple[Lock, list[LockedNote]]:
    """Return (``lock`` with the hashes of today's format, the notes that perhaps only look changed).

    ``today`` has the drawings of the sources. ``released`` has those of the sources of the last release; None if git
    does not have them. A note whose text differs from the text in the lock surely changed.
    """
    notes, doubtful = dict(lock.notes), []
    for key, old in lock.notes.items():
        found = today.get(key, ())
        proof = _proof(old, found, adopted) or _of_release(old, (released or {}).get(key, ()))
        if key in lock.rivals:
            proof = _of_both(old, found, lock.rivals[key])
        if proof:
            notes[key] = proof
        elif released is None and lock.format < FORMAT and any(_reads(old, one.note) for one in today.get(key, ())):
            doubtful.append(old)
    return replace(lock, notes=notes, format=FORMAT), doubtful


def _proof(old: LockedNote, drawings: Sequence[Drawn], adopted: Adopted) -> LockedNote | None:
    """Return ``old`` with the hash of the drawing that has the hash of 0.1.0; None if there is no such drawing."""
    if not drawings:
        return None
    today = drawings[0]
    # merged locks have hashes of both formats
    if old.hash in (content_hash(today.note), *(first_hash(one.note) for one in drawings)):
        return _as(old, today)
    # a part was edited since the release
    was = adopted.notes.get(old.id.casefold())
    had = today.note._replace(foreign=adopted_notes.unchanged(was)) if was else today.note
    return _as(old, Drawn(had, today.media)) if first_hash(had) == old.hash else None


def _of_both(old: LockedNote, drawings: Sequence[Drawn], hashes: tuple[str, str]) -> LockedNote | None:
    """Return ``old`` with the hash of today if ``hashes`` are those of both formats for one drawing."""
    same = any({content_hash(one.note), first_hash(one.note)} == set(hashes) for one in drawings)
    return _as(old, drawings[0]) if same else None


def _of_release(old: LockedNote, drawings: Sequence[Drawn]) -> LockedNote | None:
    """Return ``old`` with the hash of a drawing of the released sources; None if it does not read as ``old``."""
    return next((_as(old, one) for one in drawings if _reads(old, one.note)), None)


def _as(old: LockedNote, one: Drawn) -> LockedNote:
    media = {name: one.media[name] for name in sorted(one.note.media) if name in one.media}
    return old._replace(hash=content_hash(one.note), media=media)


def _reads(old: LockedNote, note: Note) -> bool:
    """Return whether ``note`` begins as ``old``, in question and answer, and a library may have drawn it differently."""
    same = (short(note.text("question")), short(note.text("answer"))) == (old.question, old.answer)
    return same and any(names_language(text) or canonical(text) != without(text) for text in (note.foreign or note).fields)
