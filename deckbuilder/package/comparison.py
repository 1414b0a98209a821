"""(old package, new package) -> what importing the new one does to a learner who has the old one.

Anki finds a note by its GUID. It takes the new one if that is newer and its note type has the fields and
templates of the learner's; then all fields and tags are replaced. Cards are never moved and never removed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from deckbuilder.model.anki_text import plain
from deckbuilder.model.likeness import alike
from deckbuilder.model.note_schemas import ID_FIELD
from deckbuilder.package.read_package import PackedNote, PackedType, Unpacked

ALIKE = 0.9
"""From here on a note under a new GUID is taken for the double of one that is gone."""
_COMPARED = 500
"""Characters of a text that are compared."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a note, or its tags (``""``), before and after."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class NoteChange:
    """A note of both packages, and what is different."""

    guid: str
    title: str
    changes: tuple[Change, ...] = ()
    cards_added: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything an import would do, and what it would not."""

    new: tuple[NoteChange, ...] = ()
    changed: tuple[NoteChange, ...] = ()
    untouched: int = 0
    gone: tuple[NoteChange, ...] = ()
    """In the old package only: learners keep them."""
    restamped: tuple[NoteChange, ...] = ()
    """The same text with a newer time: what learners wrote into them is lost for nothing."""
    stuck: tuple[NoteChange, ...] = ()
    """Another text without a newer time: it never arrives."""
    conflicting: tuple[NoteChange, ...] = ()
    """Of a note type with other fields or templates: never updated again."""
    doubled: tuple[NoteChange, ...] = ()
    """New notes that are old ones under another GUID: a second copy without a schedule."""
    moved: tuple[NoteChange, ...] = ()
    """In another deck than before: the learner's cards stay where they are."""
    styles: tuple[str, ...] = ()
    """Note types whose look changes."""
    schemas: tuple[str, ...] = ()
    """Note types whose fields or templates do."""
    media_new: tuple[str, ...] = ()
    media_gone: tuple[str, ...] = ()
    media_changed: tuple[str, ...] = ()
    """Another file under a name that learners have: they keep the old one beside it."""

    @property
    def hurts(self) -> bool:
        """Whether a learner loses something, or does not get what the author means them to have."""
        return any((self.restamped, self.stuck, self.conflicting, self.doubled, self.moved, self.schemas))


def compare(old: Unpacked, new: Unpacked) -> Comparison:
    """What importing ``new`` with Anki's default options does to someone who has ``old``."""
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
    """Which list of the comparison a note of both packages belongs to; ``""``: none, it stays untouched."""
    one, other = old.types.get(before.type_id), new.types.get(after.type_id)
    if before.type_id != after.type_id or one is None or other is None or not _same_schema(one, other):
        return "conflicting"
    if after.mod > before.mod:
        return "changed" if change.changes or change.cards_added else "restamped"
    if change.changes:
        return "stuck"
    return "changed" if change.cards_added else ""


def _same_schema(one: PackedType, other: PackedType) -> bool:
    """Whether Anki takes two for one: parts match by id where both have one, else by name."""
    pairs = ((one.fields, other.fields), (one.templates, other.templates))
    return one.anki_kind is other.anki_kind and all(
        len(mine) == len(theirs)
        and all(a[1] == b[1] if a[1] and b[1] else a[0] == b[0] for a, b in zip(mine, theirs, strict=True))
        for mine, theirs in pairs
    )


def _change(before: PackedNote, after: PackedNote, package: Unpacked) -> NoteChange:
    names = [name for name, _ in package.types[after.type_id].fields] if after.type_id in package.types else []
    names += [f"field {number}" for number in range(len(names) + 1, len(after.fields) + 1)]
    pairs = zip(names, before.fields + ("",) * len(after.fields), after.fields, strict=False)
    changes = [Change(name, one, other) for name, one, other in pairs if one != other]
    if {tag.casefold() for tag in before.tags} != {tag.casefold() for tag in after.tags}:
        changes.append(Change("", " ".join(sorted(before.tags)), " ".join(sorted(after.tags))))
    return NoteChange(after.guid, _named(after, package).title, tuple(changes), len(after.cards.keys() - before.cards.keys()))


def _named(note: PackedNote, package: Unpacked) -> NoteChange:
    """A note by its id, where its note type has one, and the text of its first field."""
    kind = package.types.get(note.type_id)
    names = [name for name, _ in kind.fields] if kind else []
    question = " ".join(plain(note.fields[0]).split())[:80]
    ident = dict(zip(names, note.fields, strict=False)).get(ID_FIELD, "")
    return NoteChange(note.guid, f"{ident}: {question}" if ident else question)


def _doubles(gone: list[PackedNote], fresh: list[PackedNote]) -> Iterator[str]:
    """GUIDs of new notes that are nearly one that is gone."""
    texts = {plain(note.fields[0]): note for note in gone}
    for note in fresh:
        text = plain(note.fields[0])
        near = (other for other in texts if abs(len(other) - len(text)) <= 0.2 * max(len(text), 1))
        if text in texts or any(alike(other[:_COMPARED], text[:_COMPARED], ALIKE) for other in near):
            yield note.guid


def _both(old: Unpacked, new: Unpacked) -> list[PackedType]:
    used = {note.type_id for note in old.notes.values()}
    return [kind for number, kind in new.types.items() if number in old.types and number in used]
