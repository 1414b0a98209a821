"""An ``.apkg`` by any tool -> drafts of questions, and the notes that are skipped."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from deckbuilder.adopt.draft import Draft
from deckbuilder.adopt.packages.card_templates import ID, Layout, Layouts
from deckbuilder.adopt.packages.convert import Field, Sides, unproven
from deckbuilder.adopt.packages.left_out import Left, NotCarriedError, missing, remarks
from deckbuilder.adopt.packages.packed_media import Files
from deckbuilder.adopt.packages.raw_html import active_tags, without_empty_clozes
from deckbuilder.cards.note_types import NoteType
from deckbuilder.files.reading import MB
from deckbuilder.model.control_characters import CONTROLS
from deckbuilder.model.records import Kind
from deckbuilder.package.read_package import PackedNote, PackedType, Unpacked, unpack
from deckbuilder.pipeline import parallel
from deckbuilder.publish import adopted_notes
from deckbuilder.publish.stamps import short
from deckbuilder.source import adopted_file
from deckbuilder.source.question_ids import free_id, slug
from deckbuilder.source.read_text import LARGEST_RECORD

_BLOCK = re.compile(r"</?(?:br|div|p|pre|li|ul|ol|h\d|td|th|tr)\b[^>]*>|\[sound:[^\]]*\]", re.IGNORECASE)
_STYLE = re.compile(r"<style\b[^<]*</style>", re.IGNORECASE)
_OF_ANKI = ("marked", "leech")
"""Tags that Anki itself gives to notes."""
_UNFIT = frozenset('"“”,')
"""Characters that no tag in a heading may have."""

_OPENING = re.compile(r'(?:(?<=^)|(?<=[\s:(\[]))"')

_SHARED_GUID = (
    "another note in the package has its GUID, and Anki updates only the newest such note; "
    "learners keep this note as it is, or delete it"
)

Progress = Callable[[Iterator["Found"], int], Iterable["Found"]]
"""A function that passes on the notes that were read. It takes them and their number, and may show the progress."""


class NotWrittenError(Exception):
    """Nothing is written. The message gives the reason."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A note, and the draft that the note becomes."""

    note: PackedNote
    """The note as learners have it, without Anki's own tags."""
    layout: Layout
    draft: Draft
    deck: str
    """The full name of the note's deck."""
    media: Mapping[str, str] = field(default_factory=dict)
    """The path of each picture and sound in the deck folder, by the file's name in the package."""
    sides: Sides | None = None
    fields: Sequence[Field] = ()
    """The fields as they were converted. No one has read the draft back yet."""


@dataclass(frozen=True, slots=True)
class AdoptedDeck:
    """One deck with its subdecks."""

    id: str
    """The id for ``deck.toml``."""
    name: str
    notes: tuple[Carried, ...]


@dataclass(frozen=True, slots=True)
class Adoption:
    """The content of a package: the decks, the notes that are skipped, and remarks on other losses."""

    package: Path
    decks: tuple[AdoptedDeck, ...]
    types: Mapping[int, PackedType]
    files: Files
    left: tuple[Left, ...]
    remarks: tuple[str, ...]
    """One line each, for the author."""


def adopt(path: Path, progress: Progress = lambda found, _: found) -> Adoption:
    """Convert the notes of the package at ``path``. Raises NotAPackageError, also RefusedError; NotWrittenError; OSError.

    ``progress`` gets the notes that were read and yields each of them. Notes in the package = notes in ``decks`` + ``left``.
    """
    package = unpack(path, importable=True)
    _check_sizes(package)
    files = Files(package.media)
    reader = _Reader(package, files)
    carried: list[Carried] = []
    left = [Left(title(note), _SHARED_GUID, note.fields) for note in package.doubles]
    lost: Counter[str] = Counter()
    notes = list(package.notes.values())
    size = sum(len(field) for note in notes for field in note.fields)
    for found in progress(parallel.mapped(reader.found, notes, size), len(notes)):
        lost.update(found.lost)
        if found.left:
            left.append(found.left)
        elif found.carried:
            carried.append(found.carried)
    roots: dict[str, list[Carried]] = {}
    for item in carried:
        roots.setdefault(item.deck.partition("::")[0], []).append(item)
    decks = tuple(_deck(root, items, package.types) for root, items in roots.items())
    remarks = [*reader.remarks(lost), *(f"not carried over: the file {name!r}, whose name is a path" for name in files.bad)]
    return Adoption(path, decks, package.types, files, tuple(left), tuple(remarks))


def _check_sizes(package: Unpacked) -> None:
    """Raise NotWrittenError if a deck with its subdecks has more text than ``deck.adopted`` can have.

    The check is before all work, which takes many minutes for such a package. ``check_size`` is exact later.
    """
    sizes: Counter[str] = Counter()
    for note in package.notes.values():
        root = deck_name(next(iter(note.cards.values()), "")).partition("::")[0]
        sizes[root] += sum(len(field.encode(errors="replace")) for field in note.fields)
    for root, size in sizes.items():
        check_size(root, size)


def check_size(deck: str, size: int) -> None:
    """Raise NotWrittenError if the records of ``deck`` with ``size`` bytes are larger than deckbuilder reads."""
    if size > LARGEST_RECORD:
        raise NotWrittenError(
            f"the notes of the deck '{deck}' have more than {LARGEST_RECORD // MB} MB of text, which no later command could read; "
            "export its subdecks as packages of their own, and adopt each of these"
        )


@dataclass(frozen=True, slots=True)
class Found:
    """A note that was read: ``carried``, or ``left`` if it cannot be a question. ``lost`` are the losses."""

    carried: Carried | None
    left: Left | None
    lost: tuple[str, ...] = ()


class _Reader:
    """Converter of one note after the other. Processes get a copy of it."""

    def __init__(self, package: Unpacked, files: Files) -> None:
        self.files = files
        self.used = {note.type_id for note in package.notes.values()}
        self.types = {number: kind for number, kind in package.types.items() if number in self.used}
        self.layouts = {number: Layouts(found) for number, kind in self.types.items() if (found := _note_type(kind))}

    def found(self, note: PackedNote) -> Found:
        """Return the question that ``note`` becomes, or the reason why it becomes none."""
        lost: list[str] = []
        try:
            return Found(self._carried(note, lost), None, tuple(lost))
        except NotCarriedError as error:
            return Found(None, Left(f"{title(note)}{f': {error.file!r}' if error.file else ''}", str(error), note.fields))

    def _carried(self, note: PackedNote, losses: list[str]) -> Carried:
        """Return the question that ``note`` becomes. ``losses`` grows. Raises NotCarriedError."""
        layouts = self._sound(note)
        ords = sorted(note.cards)
        found = layouts.of(note.fields, ords)
        used: dict[str, str] = {}
        lost: list[str] = []

        def path_of(reference: str) -> str:
            name = self.files.named(reference)
            if name:
                used[name] = self.files.paths[name]
            else:
                lost.append(reference)
            return used.get(name, "")

        names = {part: [found.names[at] for at in places] for part, places in found.places.items()}
        given = {part: [note.fields[at] for at in places] for part, places in found.places.items()}
        html = _hiding(given) if found.kind is Kind.CLOZE else given
        sides = Sides(found.kind, html, names)
        draft, fields = unproven(sides, path_of)
        losses += dict.fromkeys(map(missing, lost))
        losses += _unshown(given, hides=html != given)
        named = (CONTROLS.sub("", tag) for tag in note.tags)  # Anki stores tags without control characters
        tags = tuple(tag for tag in named if tag and tag.casefold() not in _OF_ANKI)
        losses += [f"the tag {tag!r}, which deckbuilder cannot write in Markdown" for tag in tags if not _fits(tag)]
        if len(set(note.cards.values())) > 1:
            losses.append("the decks of its other cards; new learners get all cards in the deck of the first card")
        draft = replace(draft, tags=tuple(tag for tag in tags if _fits(tag)))
        deck = deck_name(note.cards[ords[0]])
        if deck != note.cards[ords[0]]:
            losses.append(f"the name of the deck {note.cards[ords[0]]!r}; new cards go to {deck!r}")
        return Carried(replace(note, tags=tags), found, draft, deck, used, sides, fields)

    def _sound(self, note: PackedNote) -> Layouts:
        """Return the layouts of the note's type. Raises NotCarriedError if the note or its type is damaged."""
        layouts = self.layouts.get(note.type_id)
        if layouts is None or len(layouts.kind.fields) != len(note.fields):
            raise NotCarriedError("its note type is not in the package, is damaged, or has other fields")
        if not note.guid:
            raise NotCarriedError("it has no GUID, by which Anki identifies a note")
        if not note.cards or not all(note.cards.values()):
            raise NotCarriedError("it has no cards, or a card is in no deck")
        if not all(0 <= at < adopted_file.CARDS for at in note.cards):
            raise NotCarriedError("its cards are damaged")
        if not 0 <= note.mod < 2**52 or not 0 < note.id < 2**52:
            raise NotCarriedError("its time or id is out of range")
        return layouts

    def remarks(self, lost: Counter[str]) -> list[str]:
        """Return a line for each loss in the notes that are carried over, and for each note type with scripts.

        Learners keep a lost part until an author edits this part of the question.
        """
        return remarks(lost) + [
            f"kept unchanged: the scripts in the templates of the note type {kind.name!r}"
            for kind in self.types.values()
            if any("<script" in side for side in kind.style)
        ]


def _unshown(html: Mapping[str, Sequence[str]], *, hides: bool) -> Iterator[str]:
    """Yield a loss for each part of the fields that Markdown does not show. ``hides`` means that a cloze hides nothing."""
    texts = [text for group in html.values() for text in group]
    kept = "stays until an edit changes more than the text"
    if hides:
        yield f"a cloze such as {{{{c1::}}}}; it hides nothing, and {kept}"
    yield from dict.fromkeys(f"{active} in the text; such a tag {kept}" for text in texts if (active := active_tags(text)))
    if any("<style" in text.lower() for text in texts):
        yield f"the <style> in the text; it {kept}"


def _hiding(html: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
    """Return the fields without empty clozes. If no cloze would be left, they stay, because the note has no other card."""
    found = {part: [without_empty_clozes(text) for text in texts] for part, texts in html.items()}
    return found if any("{{c" in text for text in found.get("question", ())) else html


def _note_type(kind: PackedType) -> NoteType | None:
    """Return the note type; None if deckbuilder cannot pack notes with this type."""
    try:
        return adopted_notes.note_type(adopted_file.note_type(kind.model, {})) if kind.fields and kind.templates else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def deck_name(name: str) -> str:
    """Return the name of a deck without the characters that Anki may remove: quotation marks become ``“`` and ``”``."""
    text = _OPENING.sub("“", CONTROLS.sub("", name)).replace('"', "”")
    return "::".join(part.strip(" :") or "blank" for part in text.split("::"))


def _deck(root: str, notes: Sequence[Carried], types: Mapping[int, PackedType]) -> AdoptedDeck:
    """Return the deck ``root``. The id depends on the GUIDs of the notes: two decks with the same name have different ids."""
    digest = hashlib.sha256(json.dumps(sorted(item.note.guid for item in notes)).encode()).hexdigest()[:6]
    taken: dict[str, int] = {}
    named = [replace(item, draft=replace(item.draft, id=free_id(_named(item, types) or _asked(item), taken))) for item in notes]
    return AdoptedDeck(f"{slug(root) or 'deck'}-{digest}", root, tuple(named))


def _named(item: Carried, types: Mapping[int, PackedType]) -> str:
    """Return the text of the note's field Id; ``""`` if this text cannot be an id or is a number."""
    names = [name.casefold() for name, _ in types[item.note.type_id].fields]
    name = dict(zip(names, item.note.fields, strict=True)).get(ID, "")
    return name if slug(name) == name.casefold() and not name.isdigit() else ""


def _asked(item: Carried) -> str:
    """Return the text of the question's first field with text, as the source of an id."""
    texts = (short(_BLOCK.sub(" ", _STYLE.sub("", item.note.fields[at]))) for at in item.layout.places["question"])
    return next((text for text in texts if slug(text) and not text.startswith("image-occlusion:")), "")


def title(note: PackedNote) -> str:
    """Return the first text in a note, by which a person recognises the note; without text, its GUID."""
    return next((text for field in note.fields if (text := short(_STYLE.sub("", field)))), note.guid)


def _fits(tag: str) -> bool:
    """Return whether ``tags="…"`` in a heading can hold ``tag``."""
    return all(tag.split("::")) and tag.isprintable() and not _UNFIT & {*tag}
