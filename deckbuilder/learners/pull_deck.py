"""(a deck, the files of learners) -> the corrections in them as changes of the sources, and all that an author must look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from deckbuilder.cards import published_ids
from deckbuilder.cards.media_references import bind
from deckbuilder.learners.agreement import Open, Said, Suggestion, agreed
from deckbuilder.learners.corrections import Doubt, Outcome, Theirs, compared
from deckbuilder.learners.earlier_versions import Build, History, Version, folded, of_package
from deckbuilder.learners.learner_file import LearnerFile
from deckbuilder.learners.new_notes import NewNote, new_note
from deckbuilder.learners.new_pictures import Pictures
from deckbuilder.learners.proving import Names, Prover, QuestionFile
from deckbuilder.model import note_schemas
from deckbuilder.model.anki_text import plain
from deckbuilder.model.deck import Deck, Entry
from deckbuilder.model.note import Note
from deckbuilder.model.note_schemas import AnkiKind
from deckbuilder.package.read_package import PackedNote, Unpacked
from deckbuilder.publish import adopted_notes
from deckbuilder.publish.stamps import content_hash
from deckbuilder.source.deck_folder import Loaded


@dataclass(slots=True)
class Counts:
    """The numbers of a learner's notes of the deck."""

    notes: int = 0
    untouched: int = 0
    older: int = 0
    """Notes as an older release had them."""
    done: int = 0
    """Changes that the sources have already."""
    retired: int = 0
    """Notes whose questions are retired."""


@dataclass(slots=True)
class Pulled:
    """All that came back for one deck."""

    deck: Deck
    suggestions: list[Suggestion] = field(default_factory=list)
    open: list[Open] = field(default_factory=list)
    new: list[NewNote] = field(default_factory=list)
    counts: dict[str, Counts] = field(default_factory=dict)
    """By the name of the learner."""
    pictures: dict[Path, bytes] = field(default_factory=dict)
    """The content of the new pictures and sounds that the suggestions show, by path."""


class Puller:
    """A deck that takes the files of learners, one after the other."""

    def __init__(self, loaded: Loaded, build: Build, olds: Sequence[Unpacked] = ()) -> None:
        """Build the deck ``loaded``. ``olds`` are packages that learners may have, the likely ones first."""
        self.loaded, self.build, self.olds = loaded, build, olds
        self.deck = build(loaded).deck
        self.entries = {entry.note.guid: entry for entry in self.deck.entries}
        lock = self.deck.lock
        self.retired = {note.guid for note in lock.notes.values() if note.retired} if lock else set()
        types = {published_ids.note_type_id(self.deck.settings.id, schema.key) for schema in note_schemas.SCHEMAS}
        self.types = types | set(self.deck.adopted.types)
        self.sources = {source.path: source for source in self.deck.sources}
        self.files: dict[str, QuestionFile] = {}
        self.provers: dict[str, Prover] = {}
        self.known: dict[tuple[Path, str], str] = {}
        for entry in self.deck.entries:
            folder = self.sources[entry.question.span.path].folder
            self.known |= {(folder, file.name): path for path, file in entry.media.items()}
        self.history: History | None = None
        self.pictures = Pictures()
        self.said: list[Said] = []
        self.new: dict[tuple[str, str], NewNote] = {}
        self.counts: dict[str, Counts] = {}

    def take(self, found: LearnerFile, by: str) -> int:
        """Read the notes of one learner's file. Return how many belong to the deck."""
        counts = self.counts.setdefault(by, Counts())
        for guid, note in found.notes.items():
            entry = self.entries.get(guid)
            if entry is not None:
                counts.notes += 1
                self._count(counts, self._of_note(found, note, entry, by))
            elif guid in self.retired:
                counts.retired += 1
            elif self._is_ours(note):
                counts.notes += 1
                self._take_new(found, note, by)
        return counts.notes + counts.retired

    def _is_ours(self, note: PackedNote) -> bool:
        """Return whether a note that we do not know is in our deck, or has a note type of ours."""
        name = self.deck.settings.name.casefold()
        decks = {deck.casefold() for deck in note.cards.values()}
        return note.type_id in self.types or any(deck == name or deck.startswith(f"{name}::") for deck in decks)

    def result(self) -> Pulled:
        """Return all that the files say. Equal suggestions of several learners are one."""
        suggestions, doubts = agreed(self.said)
        shown = "".join(one.new for one in suggestions) + "".join(one.markdown for one in self.new.values())
        pictures = {path: data for path, data in self.pictures.found.items() if path.name in shown}
        return Pulled(self.deck, suggestions, doubts, list(self.new.values()), self.counts, pictures)

    def _count(self, counts: Counts, outcome: Outcome) -> None:
        counts.done += outcome.done
        counts.older += outcome.older
        counts.untouched += not (outcome.older or outcome.done or outcome.corrections or outcome.doubts)

    def _of_note(self, found: LearnerFile, note: PackedNote, entry: Entry, by: str) -> Outcome:
        """Return the outcome for a note of ours, and remember all that it says."""
        fields = found.fields_of(note)
        if self._is_untouched(entry, fields, note):
            return Outcome()
        prover = self.prover(entry)
        missing = [name for names in prover.names.parts.values() for name in names if name not in fields]
        if len(missing) == sum(map(len, prover.names.parts.values())):
            outcome = Outcome(doubts=(Doubt("", f"the note has another note type, '{found.kind_of(note)}'"),))
        else:
            folder = self.sources[entry.question.span.path].folder
            path_of = partial(self._path_of, prover, folder, found)
            theirs = Theirs(prover.names.texts(fields), folded(note.tags), path_of)
            outcome = compared(prover, list(self._versions(entry, prover, theirs)), theirs)
            outcome = outcome._replace(doubts=(*outcome.doubts, *self._others(entry, fields)))
        self.said.append(Said(prover, outcome, by))
        return outcome

    def _is_untouched(self, entry: Entry, fields: Mapping[str, str], note: PackedNote) -> bool:
        """Return whether the note is byte for byte as today's sources give it. Most notes are."""
        packed = self.packed(entry)
        shown = packed.foreign or packed
        names = Names(self.deck, packed).all
        return fields == dict(zip(names, shown.fields, strict=True)) and folded(shown.tags) == folded(note.tags)

    def packed(self, entry: Entry) -> Note:
        """Return the note of a question as a package has it."""
        bound = bind(entry.note, entry.media)
        return adopted_notes.packed(bound, self.deck.adopted, self.deck.settings, entry.media)

    def _others(self, entry: Entry, fields: Mapping[str, str]) -> Iterator[Doubt]:
        """Yield a doubt for each field that changed and is no part of the question, such as the id."""
        if entry.note.foreign is not None or entry.note.id.casefold() in self.deck.adopted.notes:
            return
        for part in entry.note.schema.fields:
            ours, theirs = plain(entry.note.by_name[part.part.name]), plain(fields.get(part.part.name, ""))
            if part.part.name in fields and part.holds in ("id", "reversed", "") and ours != theirs:
                yield Doubt(
                    part.part.name, f"the field '{part.part.name}' changed, which has no place in the Markdown", ours, theirs
                )

    def _path_of(self, prover: Prover, folder: Path, found: LearnerFile, name: str) -> str:
        """Return the path of a picture or sound in a learner's note; ``""`` if there is no such file."""
        known = prover.paths().get(name) or self.known.get((folder, name))
        return known or self.pictures.path(name, folder, found.media)

    def _versions(self, entry: Entry, prover: Prover, theirs: Theirs) -> Iterator[Version]:
        """Yield the versions of a note that a learner may have. Git is asked only if the current one is another."""
        note = self.packed(entry)
        lock = self.deck.lock
        locked = lock.notes.get(entry.note.id.casefold()) if lock else None
        tags = folded(note.foreign.tags if note.foreign else note.tags)
        same = locked is not None and locked.hash == content_hash(note)
        if same or (locked is None and not self.olds):
            yield Version(prover.texts, tags, prover.paths(), current=True)
        for old in self.olds:
            yield from of_package(old, note.guid, prover.names)
        if locked is not None and (prover.texts != theirs.texts or not same):
            self.history = self.history or History(self.loaded, self.build)
            yield from self.history.versions(entry.note.id, locked.hash if same else "")

    def prover(self, entry: Entry) -> Prover:
        """Return the prover of a question, which is made once."""
        if entry.note.guid not in self.provers:
            span = entry.question.span
            if span.path not in self.files:
                self.files[span.path] = QuestionFile(self.sources[span.path], self.deck.settings)
            self.provers[entry.note.guid] = Prover(self.deck, entry, self.files[span.path])
        return self.provers[entry.note.guid]

    def _take_new(self, found: LearnerFile, note: PackedNote, by: str) -> None:
        kind = found.types.get(note.type_id)
        folder = next((source.folder for source in self.deck.sources), Path())
        path_of = lambda name: self.pictures.path(name, folder, found.media)  # noqa: E731
        made = new_note(found.fields_of(note), kind.anki_kind if kind else AnkiKind.STANDARD, by, path_of)
        key = (made.title, made.markdown)
        known = self.new.get(key)
        self.new[key] = known._replace(by=(*known.by, by)) if known else made
