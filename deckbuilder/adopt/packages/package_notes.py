"""An ``.apkg`` by any tool -> questions to be written down, and what of it cannot be."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from deckbuilder.adopt.draft import Draft
from deckbuilder.adopt.packages.card_templates import ID, Layout, layout
from deckbuilder.adopt.packages.convert import Sides, converted
from deckbuilder.adopt.packages.left_out import Left, NotCarriedError
from deckbuilder.adopt.packages.packed_media import Files
from deckbuilder.cards.note_types import NoteType
from deckbuilder.model.control_characters import CONTROLS
from deckbuilder.package.read_package import PackedNote, PackedType, Unpacked, unpack
from deckbuilder.publish import adopted_notes
from deckbuilder.publish.stamps import short
from deckbuilder.source import adopted_file
from deckbuilder.source.question_ids import free_id, slug

_BLOCK = re.compile(r"</?(?:br|div|p|pre|li|ul|ol|h\d|td|th|tr)\b[^>]*>|\[sound:[^\]]*\]", re.IGNORECASE)
_OF_ANKI = ("marked", "leech")
_UNFIT = frozenset('"“”,')

Progress = Callable[[Sequence[PackedNote]], Iterable[PackedNote]]


@dataclass(frozen=True, slots=True)
class Carried:
    """A note, and the question it becomes."""

    note: PackedNote
    """As learners have it, without tags that are Anki's own."""
    layout: Layout
    draft: Draft
    deck: str
    """The full name of its deck."""
    media: Mapping[str, str] = field(default_factory=dict)
    """The paths of its pictures and sounds, by the name in its fields."""


@dataclass(frozen=True, slots=True)
class AdoptedDeck:
    """One deck with its subdecks."""

    id: str
    name: str
    notes: tuple[Carried, ...]


@dataclass(frozen=True, slots=True)
class Adoption:
    """Everything in a package: its decks, what is left out, and what was changed on the way."""

    package: Path
    decks: tuple[AdoptedDeck, ...]
    types: Mapping[int, PackedType]
    files: Files
    left: tuple[Left, ...]
    remarks: tuple[str, ...]


def adopt(path: Path, progress: Progress = iter) -> Adoption:
    """What becomes of the package at ``path``. Raises NotAPackageError, OSError.

    ``progress`` passes the notes on as they are converted. Notes in the package = notes in ``decks`` + ``left``.
    """
    package = unpack(path)
    files = Files(package.media)
    reader = _Reader(package, files)
    carried: list[Carried] = []
    left: list[Left] = []
    for note in progress(list(package.notes.values())):
        try:
            carried.append(reader.carried(note))
        except NotCarriedError as error:
            left.append(Left(title(note), str(error)))
    roots = dict.fromkeys(item.deck.partition("::")[0] for item in carried)
    decks = tuple(
        _deck(root, [item for item in carried if item.deck.partition("::")[0] == root], package.types) for root in roots
    )
    remarks = [*reader.remarks(), *(f"not carried over: the file {name!r}, whose name is a path" for name in files.bad)]
    return Adoption(path, decks, package.types, files, tuple(left), tuple(remarks))


class _Reader:
    """Reads one note after the other, and counts what is lost on the way."""

    def __init__(self, package: Unpacked, files: Files) -> None:
        self.package, self.files = package, files
        self.types = {number: found for number, kind in package.types.items() if (found := _note_type(kind))}
        self.lost: Counter[str] = Counter()

    def carried(self, note: PackedNote) -> Carried:
        """Raises NotCarriedError."""
        kind = self.types.get(note.type_id)
        if kind is None or len(kind.fields) != len(note.fields):
            raise NotCarriedError("its note type is not in the package, is damaged, or has other fields")
        if not note.guid:
            raise NotCarriedError("it has no GUID, which is how Anki knows a note")
        if not note.cards or not all(note.cards.values()):
            raise NotCarriedError("it has no cards, or they are in no deck")
        if not all(0 <= at < adopted_file.CARDS for at in note.cards):
            raise NotCarriedError("its cards are damaged")
        if not 0 <= note.mod < 2**52 or not 0 < note.id < 2**52:
            raise NotCarriedError("its time or id is out of range")
        ords = sorted(note.cards)
        found = layout(kind, note.fields, ords)
        used: dict[str, str] = {}
        lost: list[str] = []

        def path_of(reference: str) -> str:
            name = self.files.named(reference)
            if name:
                used[name] = self.files.paths[name]
            else:
                lost.append(reference)
            return used.get(name, "")

        sides = converted(
            Sides(found.kind, {part: [note.fields[at] for at in places] for part, places in found.places.items()}), path_of
        )
        for reference in dict.fromkeys(lost):
            self.lost["pictures on the network" if "//" in reference else f"{reference!r}, which is not in the package"] += 1
        named = (CONTROLS.sub("", tag) for tag in note.tags)  # as Anki has them
        tags = tuple(tag for tag in named if tag and tag.casefold() not in _OF_ANKI)
        for tag in tags:
            if not _fits(tag):
                self.lost[f"the tag {tag!r}, which Markdown cannot hold"] += 1
        if len(set(note.cards.values())) > 1:
            self.lost["that its cards are in several decks: new learners get them in that of the first"] += 1
        draft = replace(sides, tags=tuple(tag for tag in tags if _fits(tag)))
        return Carried(replace(note, tags=tags), found, draft, note.cards[ords[0]], used)

    def remarks(self) -> list[str]:
        """What was lost of notes that are carried; learners keep it as long as that part of the question is not edited."""
        lines = [
            f"not carried over in {count} {'note' if count == 1 else 'notes'}: {what}" for what, count in self.lost.most_common()
        ]
        used = {note.type_id for note in self.package.notes.values()}
        return lines + [
            f"kept as they are: the scripts in the templates of the note type {kind.name!r}"
            for number, kind in self.package.types.items()
            if number in used and any("<script" in side for side in kind.style)
        ]


def _note_type(kind: PackedType) -> NoteType | None:
    """The note type, if notes can go on being packed under it."""
    try:
        return adopted_notes.note_type(adopted_file.note_type(kind.model, {})) if kind.fields and kind.templates else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _deck(root: str, notes: Sequence[Carried], types: Mapping[int, PackedType]) -> AdoptedDeck:
    """The deck ``root``; its id hangs on its notes' GUIDs, so that no two decks of one name share it."""
    digest = hashlib.sha256(json.dumps(sorted(item.note.guid for item in notes)).encode()).hexdigest()[:6]
    taken: dict[str, int] = {}
    named = [replace(item, draft=replace(item.draft, id=free_id(_named(item, types) or _asked(item), taken))) for item in notes]
    return AdoptedDeck(f"{slug(root) or 'deck'}-{digest}", root, tuple(named))


def _named(item: Carried, types: Mapping[int, PackedType]) -> str:
    """What the note has in a field called Id, if that is a word."""
    names = [name.casefold() for name, _ in types[item.note.type_id].fields]
    name = dict(zip(names, item.note.fields, strict=True)).get(ID, "")
    return name if slug(name) == name.casefold() and not name.isdigit() else ""


def _asked(item: Carried) -> str:
    """The text of the question, which its id is made of."""
    html = " ".join(item.note.fields[at] for at in item.layout.places["question"])
    return short(_BLOCK.sub(" ", html))


def title(note: PackedNote) -> str:
    """What a person knows the note by."""
    return next((text for field in note.fields if (text := short(field))), note.guid)


def _fits(tag: str) -> bool:
    """Whether ``tags="…"`` of a heading can hold it."""
    return all(tag.split("::")) and tag.isprintable() and not _UNFIT & {*tag}
