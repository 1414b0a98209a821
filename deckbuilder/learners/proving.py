"""A patched section -> the fields that it gives, from the same pipeline as a build. A change counts only if the fields are right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from deckbuilder.cards.media_references import bind
from deckbuilder.learners.seen_html import MARK, PathOf, seen
from deckbuilder.learners.source_parts import Section
from deckbuilder.model.anki_text import CONTEXT_OPEN, without_context
from deckbuilder.model.combining_marks import surplus
from deckbuilder.model.deck import Deck, Entry
from deckbuilder.model.diagnostics import ORDERS
from deckbuilder.model.note import Note
from deckbuilder.model.records import Kind, Settings, Source, Staged
from deckbuilder.pipeline.stage import stage
from deckbuilder.publish import adopted_notes
from deckbuilder.publish.adopted_notes import PARTS
from deckbuilder.source import front_matter
from deckbuilder.source.parse import parse
from deckbuilder.source.question_ids import slug

Texts = dict[str, tuple[str, ...]]
"""The HTML of the fields of each part."""
Seen = dict[str, tuple[str, ...]]
"""The words and marks of each part, as in ``seen_html``."""
_NEXT = f"{MARK}field"
"""Parts two fields of one part."""
_LIST = (f"{MARK}[ul", f"{MARK}ul]")


class Refused(NamedTuple):
    """The reason why a patched section is no question."""

    reason: str


class Names:
    """The names of the fields of each part of a note, in Anki."""

    def __init__(self, deck: Deck, note: Note) -> None:
        entry = deck.adopted.notes.get(note.id.casefold())
        if note.foreign is None or entry is None:
            fields: dict[str, tuple[str, ...]] = {field.holds: (field.part.name,) for field in note.schema.fields}
            self.parts = {part: fields[part] for part in PARTS if part in fields}
            self.all = tuple(part.name for part in note.schema.parts)
        else:
            self.all = tuple(field["name"] for field in deck.adopted.types[entry.type_id].model["flds"])
            self.parts = {part: tuple(self.all[at] for at in places) for part, places in entry.places.items() if places}

    def texts(self, fields: Mapping[str, str]) -> Texts:
        """Return the HTML of each part of a note with these ``fields``. A part with a missing field is missing, too."""
        return {
            part: tuple(fields[name] for name in names)
            for part, names in self.parts.items()
            if all(name in fields for name in names)
        }

    def of_note(self, note: Note) -> Texts:
        """Return the HTML of each part of ``note``, as learners get it."""
        values = note.foreign.fields if note.foreign else note.fields
        return self.texts(dict(zip(self.all, values, strict=True)))


def seen_parts(texts: Texts, path_of: PathOf) -> Seen:
    """Return the words and marks of each part. The titles above a question do not count: they are no part of the question."""
    found: Seen = {}
    for part, fields in texts.items():
        items: list[str] = []
        for number, html in enumerate(fields):
            items += [_NEXT] if number else []
            items += seen(without_context(html), path_of)
        found[part] = tuple(items)
    return found


def context_of(texts: Texts) -> str:
    """Return the HTML of the titles above a question."""
    html = texts.get("question", ("",))[0]
    return html[: len(html) - len(without_context(html))] if html.startswith(CONTEXT_OPEN) else ""


class QuestionFile:
    """A file, with its questions by their lines."""

    def __init__(self, source: Source, settings: Settings) -> None:
        self.source = source
        self.lines = source.text.split("\n")
        found = parse(source, settings.question_level, context=settings.context).questions
        self.questions = {question.span.line: question for question in found}


class Prover:
    """One question of a deck, and the way to try other Markdown for it."""

    def __init__(self, deck: Deck, entry: Entry, file: QuestionFile) -> None:
        """Take the question of ``entry``, which is in ``file``."""
        self.deck, self.entry, self.source = deck, entry, file.source
        whole = file.questions[entry.question.span.line]
        front, _ = front_matter.read(file.source.path, file.lines)
        links = [f"[{label}]: {target}" for label, target in whole.definitions if not label.startswith("^")]
        above = [*file.lines[: front.end], *[line for link in links for line in ["", *link.split("\n")]], ""]
        self.above = "\n".join(above) + "\n"
        self.first = whole.span.line - 1
        """The index of the first line of the section in the file."""
        self.text = "\n".join(file.lines[self.first : whole.end])
        note = self._note(entry.note)
        self.names = Names(deck, note)
        self.context = context_of(self.names.of_note(note))
        """The HTML of the titles above the question."""
        self.staged: dict[str, Staged] = {}
        self.tags: tuple[str, ...] = ()
        """The tags of the note, from the last text that was tried."""
        self.texts = self.names.of_note(note)
        self.now = seen_parts(self.texts, self.path_of)

    @property
    def alone(self) -> bool:
        """True if the section gives the same fields without the rest of the file."""
        return self.tried(self.text) == self.now

    def path_of(self, name: str) -> str:
        """Return the written path of a picture or sound of the question; any other name stays."""
        return self.paths().get(name, name)

    def paths(self) -> dict[str, str]:
        """Return the written path of each picture and sound, by its name in the package."""
        adopted = self.deck.adopted.notes.get(self.entry.note.id.casefold())
        return {file.name: path for path, file in self.entry.media.items()} | (dict(adopted.media) if adopted else {})

    def section(self, text: str) -> Section | None:
        """Return the question in the Markdown ``text``; None if there is not exactly one."""
        whole = self.above + text
        found = parse(self.source._replace(text=whole), self.deck.settings.question_level).questions
        if len(found) != 1:
            return None
        return Section(whole.split("\n"), found[0], self.deck.settings.language)

    def tried(self, text: str) -> Seen | Refused:
        """Return the words and marks that the Markdown ``text`` of the section gives."""
        found = self._staged(text)
        return found if isinstance(found, Refused) else seen_parts(found, self.path_of)

    def renamed(self, text: str) -> bool:
        """Return whether the question would get another id: without a pinned id, the id comes from the heading."""
        found = None if self.entry.question.pinned else self.section(text)
        return found is not None and slug(found.question.heading.lines[0]) != slug(self.entry.question.heading.lines[0])

    def note_of(self, text: str) -> Note | None:
        """Return the note that the Markdown ``text`` of the section gives, with the titles above it; None if there is not one."""
        staged = self._stage(text)
        if len(staged.notes) != 1:
            return None
        note = staged.notes[0]
        return note.with_text("question", context_of({"question": (self.entry.note.text("question"),)}) + note.text("question"))

    def _stage(self, text: str) -> Staged:
        if text not in self.staged:
            self.staged[text] = stage(self.source._replace(text=self.above + text), self.deck.settings)
        return self.staged[text]

    def _staged(self, text: str) -> Texts | Refused:
        if hidden := {*ORDERS.findall(text)} - {*ORDERS.findall(self.text)}:
            return Refused(f"the text has a hidden character (U+{ord(min(hidden)):04X})")
        if any(surplus(text)) and not any(surplus(self.text)):
            return Refused("a letter has too many combining marks")
        staged = self._stage(text)
        if len(staged.notes) != 1:
            return Refused("its Markdown would be another number of questions")
        errors = sorted(problem for problem in staged.diagnostics if problem.is_error)
        usual = {problem.code for problem in self._stage(self.text).diagnostics} if errors else set()
        if new := next((problem for problem in errors if problem.code not in usual), None):
            return Refused(f"{new.message} [{new.code}]")
        if _undrawn(staged.notes[0]) > _undrawn(self.entry.note) and len(staged.notes[0].drawings) < len(
            self.entry.note.drawings
        ):
            return Refused("a diagram would show as code")
        self.tags = staged.notes[0].tags
        return self.names.of_note(self._note(staged.notes[0]._replace(guid=self.entry.note.guid, id=self.entry.note.id)))

    def _note(self, note: Note) -> Note:
        bound = bind(note, self.entry.media)
        return adopted_notes.packed(bound, self.deck.adopted, self.deck.settings, self.entry.media)

    def same(self, part: str, found: Seen, wanted: Seen) -> bool:
        """Return whether ``found`` is as ``wanted`` after a change of ``part``. The answer of a choice repeats right options."""
        if found.keys() != wanted.keys():
            return False
        choice = self.entry.question.kind is Kind.CHOICE
        for name, items in found.items():
            if name == part or not choice or name not in ("question", "answer"):
                if items != wanted[name]:
                    return False
            elif without_list(items) != without_list(wanted[name]):
                return False
        return True


def _undrawn(note: Note) -> int:
    """Return the number of blocks of code that show as code: all but the hidden texts of diagrams."""
    return sum(html.count("<pre") for html in note.fields) - len(note.drawings)


def without_list(items: Sequence[str]) -> tuple[str, ...]:
    """Return ``items`` without the first list: the options of a choice."""
    if not all(mark in items for mark in _LIST):
        return tuple(items)
    begin, depth = items.index(_LIST[0]), 0
    for at in range(begin, len(items)):
        depth += (items[at] == _LIST[0]) - (items[at] == _LIST[1])
        if not depth:
            return (*items[:begin], *items[at + 1 :])
    return tuple(items)
