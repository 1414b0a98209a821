"""(old package, new package) -> the effects of importing the new package on a learner who has the old package.

Anki finds a note by its GUID. Anki takes the new note if the note is newer and the note type has the same fields and
templates. Anki then replaces all fields and tags. Anki never moves or removes cards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from deckbuilder.model import diagrams
from deckbuilder.model.anki_text import plain, spaced, without_context
from deckbuilder.model.likeness import in_order
from deckbuilder.model.note_schemas import ID_FIELD
from deckbuilder.model.text_index import TextIndex
from deckbuilder.package.read_package import PackedNote, PackedType, Unpacked

ALIKE = 0.9
"""Likeness of two texts from which a note with a new GUID counts as the copy of a removed note."""
_COMPARED = 500
"""Characters of a text that are compared."""


@dataclass(frozen=True, slots=True)
class Change:
    """One changed field of a note, before and after. The field ``""`` means the tags."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class NoteChange:
    """A note, and its differences if both packages have the note."""

    guid: str
    title: str
    """A text by which a person recognises the note."""
    changes: tuple[Change, ...] = ()
    cards_added: int = 0
    """The number of cards that only the new package has."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The effects of an import, and the changes that an import would not bring."""

    new: tuple[NoteChange, ...] = ()
    changed: tuple[NoteChange, ...] = ()
    untouched: int = 0
    gone: tuple[NoteChange, ...] = ()
    """Notes of the old package only. Learners keep these notes."""
    restamped: tuple[NoteChange, ...] = ()
    """Notes with the same text and a newer time. Learners lose their edits in these notes for nothing."""
    stuck: tuple[NoteChange, ...] = ()
    """Notes with another text, but without a newer time. The new text never arrives."""
    conflicting: tuple[NoteChange, ...] = ()
    """Notes whose note type has other fields or templates. Anki never updates these notes again."""
    doubled: tuple[NoteChange, ...] = ()
    """New notes that copy an old note under another GUID. Learners get a second note without a schedule."""
    moved: tuple[NoteChange, ...] = ()
    """Notes in another deck than before. The learner's cards stay in the old deck."""
    styles: tuple[str, ...] = ()
    """Names of note types whose CSS or templates change."""
    schemas: tuple[str, ...] = ()
    """Names of note types whose list of fields or templates changes."""
    media_new: tuple[str, ...] = ()
    media_gone: tuple[str, ...] = ()
    media_changed: tuple[str, ...] = ()
    """Names of files with another content under the same name. Learners keep the old file, too."""

    @property
    def hurts(self) -> bool:
        """True if a learner loses something, or does not get a change of the author."""
        return any((self.restamped, self.stuck, self.conflicting, self.doubled, self.moved, self.schemas))


def compare(old: Unpacked, new: Unpacked) -> Comparison:
    """Return the effects of importing ``new``, with Anki's default options, on a learner who has ``old``."""
    found: dict[str, list[NoteChange]] = {key: [] for key in ("changed", "restamped", "stuck", "conflicting", "moved")}
    untouched = 0
    for guid, after in new.notes.items():
        before = old.notes.get(guid)
        if before is None:
            continue
        change = _change(before, after, new)
        kind = _kind(before, after, change, old, new)
        if kind:
            found[kind].append(change)
        else:
            untouched += 1
        if any(after.cards.get(ordinal, deck) != deck for ordinal, deck in before.cards.items()):
            found["moved"].append(change)
    gone = [note for guid, note in old.notes.items() if guid not in new.notes]
    fresh = [note for guid, note in new.notes.items() if guid not in old.notes]
    doubles = set(_doubles(gone, fresh))
    shared = old.media.keys() & new.media.keys()
    return Comparison(
        new=tuple(_named(note, new) for note in fresh if note.guid not in doubles),
        untouched=untouched,
        gone=tuple(_named(note, old) for note in gone),
        doubled=tuple(_named(note, new) for note in fresh if note.guid in doubles),
        styles=tuple(kind.name for kind in _both(old, new) if old.types[kind.id].style != kind.style),
        schemas=tuple(kind.name for kind in _both(old, new) if not _same_schema(old.types[kind.id], kind)),
        media_new=tuple(sorted(new.media.keys() - old.media.keys())),
        media_gone=tuple(sorted(old.media.keys() - new.media.keys())),
        media_changed=tuple(sorted(name for name in shared if old.media[name] != new.media[name])),
        **{key: tuple(changes) for key, changes in found.items()},
    )


def _kind(before: PackedNote, after: PackedNote, change: NoteChange, old: Unpacked, new: Unpacked) -> str:
    """Return the field of ``Comparison`` for a note of both packages, or ``""`` if the note stays untouched."""
    one, other = old.types.get(before.type_id), new.types.get(after.type_id)
    if before.type_id != after.type_id or one is None or other is None or not _same_schema(one, other):
        return "conflicting"
    if after.mod > before.mod:
        return "changed" if change.changes or change.cards_added else "restamped"
    if change.changes:
        return "stuck"
    return "changed" if change.cards_added else ""


def _same_schema(one: PackedType, other: PackedType) -> bool:
    """Return True if Anki takes both note types for the same. Parts match by id if both have an id, else by name."""
    pairs = ((one.fields, other.fields), (one.templates, other.templates))
    return one.anki_kind is other.anki_kind and all(
        len(mine) == len(theirs)
        and all(a[1] == b[1] if a[1] and b[1] else a[0] == b[0] for a, b in zip(mine, theirs, strict=True))
        for mine, theirs in pairs
    )


def _change(before: PackedNote, after: PackedNote, package: Unpacked) -> NoteChange:
    names = [name for name, _ in package.types[after.type_id].fields] if after.type_id in package.types else []
    names += [f"field {number}" for number in range(len(names) + 1, len(after.fields) + 1)]
    old, new = (tuple(map(diagrams.without_looks, note.fields)) for note in (before, after))
    pairs = zip(names, old + ("",) * len(new), new, strict=False)
    changes = [Change(name, one, other) for name, one, other in pairs if one != other]
    if {tag.casefold() for tag in before.tags} != {tag.casefold() for tag in after.tags}:
        changes.append(Change("", " ".join(sorted(before.tags)), " ".join(sorted(after.tags))))
    return NoteChange(after.guid, _named(after, package).title, tuple(changes), len(after.cards.keys() - before.cards.keys()))


def _named(note: PackedNote, package: Unpacked) -> NoteChange:
    """Return the note with a title: the text of its first field, after the question's id if the note type has our id field."""
    kind = package.types.get(note.type_id)
    names = [name for name, _ in kind.fields] if kind else []
    question = spaced(without_context(note.fields[0]))[:80]
    ident = dict(zip(names, note.fields, strict=False)).get(ID_FIELD, "")
    return NoteChange(note.guid, f"{ident}: {question}" if ident else question)


def _question(note: PackedNote) -> str:
    return plain(without_context(note.fields[0]))


def _doubles(gone: list[PackedNote], fresh: list[PackedNote]) -> Iterator[str]:
    """Yield the GUIDs of the ``fresh`` notes whose first field is like that of a ``gone`` note."""
    texts = list(dict.fromkeys(map(_question, gone)))
    same, index = set(texts), TextIndex(text[:_COMPARED] for text in texts)
    for note in fresh:
        text = _question(note)
        near = (texts[number] for number in index.like(text[:_COMPARED]))
        if text in same or any(_copies(text, other) for other in near):
            yield note.guid


def _copies(one: str, other: str) -> bool:
    """Return whether two texts have about the same length and nearly the same letters."""
    if abs(len(other) - len(one)) > 0.2 * max(len(one), 1):
        return False
    return in_order(one[:_COMPARED], other[:_COMPARED]) >= ALIKE


def _both(old: Unpacked, new: Unpacked) -> list[PackedType]:
    """Return the note types of ``new`` that notes in ``old`` have."""
    used = {note.type_id for note in old.notes.values()}
    return [kind for number, kind in new.types.items() if number in old.types and number in used]
