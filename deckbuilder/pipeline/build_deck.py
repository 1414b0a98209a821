"""The pipeline: the texts of a deck -> its notes, its diagnostics, the package.

Reads pictures and sounds. If the lock needs them, reads also the decks beside this one and the history in git.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from deckbuilder.cards import description, drawn_fences
from deckbuilder.cards.embedded import Names
from deckbuilder.cards.media import read_media, shown
from deckbuilder.cards.media_references import bind
from deckbuilder.cards.note_types import NoteType, note_types
from deckbuilder.check.ignored import heard, useless
from deckbuilder.check.run_rules import check, check_release
from deckbuilder.model.deck import NOTHING, Deck, Entry, Left, Meant, Stamps
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.lock import Lock
from deckbuilder.model.note import Note
from deckbuilder.model.records import Media, MediaProblem, Settings, Source, Staged
from deckbuilder.package.write_package import package
from deckbuilder.pipeline.older_deck import current_lock
from deckbuilder.pipeline.stage import named, stage
from deckbuilder.publish import adopted_notes
from deckbuilder.publish.release_version import release_version
from deckbuilder.publish.settled_media import settled
from deckbuilder.publish.stamps import released, stamps
from deckbuilder.source.beside import left_beside, moved_beside
from deckbuilder.source.deck_folder import Loaded
from deckbuilder.source.parse import with_ids

Stager = Callable[[Sequence[Source], Settings], Iterable[Staged]]
"""Returns the ``Staged`` of each file, in the order of the files."""


def one_by_one(sources: Sequence[Source], settings: Settings) -> Iterator[Staged]:
    """Stage the files one by one in this process."""
    return (stage(source, settings) for source in sources)


@dataclass(frozen=True, slots=True)
class Built:
    """A deck and its diagnostics."""

    deck: Deck
    diagnostics: tuple[Diagnostic, ...]
    """Without those that the author ignores."""
    ignored: int = 0
    """The number of diagnostics that the author ignores."""
    before_release: tuple[Diagnostic, ...] = ()
    """The errors that stop only a release."""

    @property
    def good(self) -> bool:
        """True if no error prevents packaging the deck."""
        return all(not problem.is_error for problem in self.diagnostics)


def build(loaded: Loaded, stager: Stager = one_by_one, *, any_media: bool = False, meant: Meant = NOTHING) -> Built:
    """Parse, render and check the deck ``loaded``.

    ``stager`` does the costly part, perhaps in other processes or from a cache. The result is the same.
    With ``any_media``, pictures and sounds may have any content: learners have them already. ``meant`` comes from a release.
    """
    staged = list(stager(loaded.sources, loaded.settings))
    entries = list(_entries(loaded, staged, any_media=any_media))
    lock, doubts = current_lock(loaded, entries, lambda then: _entries(then, stager(then.sources, then.settings), any_media=True))
    files = _files(loaded)
    described = description.read_pictures(loaded.place.root, loaded.settings)
    elsewhere, left = _moved(loaded, lock, entries)
    deck = Deck(
        settings=loaded.settings,
        sources=loaded.sources,
        entries=tuple(settled(entries, lock)),
        elsewhere=elsewhere,
        left=left,
        lock=lock,
        meant=meant,
        adopted=loaded.adopted,
        tested=loaded.tested,
        files=tuple(file for file in files.values() if isinstance(file, Media)),
        described=described,
    )
    lost = [_lost(loaded, name) for name, file in files.items() if not isinstance(file, Media)]
    diagnostics = {
        *loaded.diagnostics,
        *doubts,
        *lost,
        *(problem for file in staged for problem in file.diagnostics),
        *check(deck),
    }
    if any(problem.is_error for problem in loaded.diagnostics):
        # the missing questions may be in files that could not be read
        diagnostics = {problem for problem in diagnostics if problem.code != "no-questions"}
    orders = [*loaded.settings.ignore, *(order for file in staged for order in file.ignore)]
    found = heard(diagnostics, orders)
    of_release = tuple(sorted(heard(check_release(deck), orders).kept))
    return Built(deck, tuple(sorted(found.kept.union(useless(found.useless)))), found.ignored, of_release)


def _moved(loaded: Loaded, lock: Lock | None, entries: Iterable[Entry]) -> tuple[dict[str, Span], dict[str, Left]]:
    """Return the questions that moved to a deck beside this one, and those that came from there, by case-folded id."""
    here, known = {entry.question.id.casefold() for entry in entries}, lock.notes if lock else {}
    gone, new = [old for key, old in known.items() if key not in here and not old.retired], here - known.keys()
    return moved_beside(loaded.place, gone) if gone else {}, left_beside(loaded.place, new) if new else {}


def _files(loaded: Loaded) -> dict[str, Media | MediaProblem]:
    """Return the media that the adopted templates show, or their problems, by their names in the package."""
    root = loaded.place.root
    wanted = {name: path for kind in loaded.adopted.types.values() for name, path in kind.media.items()}
    read = {name: read_media(root, root, path) for name, path in wanted.items()}
    return {name: replace(file, name=name) if isinstance(file, Media) else file for name, file in read.items()}


def _lost(loaded: Loaded, name: str) -> Diagnostic:
    message = f"the adopted note types need '{name}', which does not exist; restore it from git"
    return Diagnostic(Span(loaded.adopted.path), "missing-media", message)


def _entries(loaded: Loaded, staged: Iterable[Staged], *, any_media: bool) -> Iterator[Entry]:
    """Yield the card of each question, with the GUID from the lock if there is one, and with the media."""
    staged = list(staged)
    questions = with_ids(question for file in staged for question in file.questions)
    notes = (note for file in staged for note in file.notes)
    folders = {source.path: source.folder for source in loaded.sources}
    read: dict[tuple[str, str], Media | MediaProblem] = {}
    names = Names(loaded.place.root)
    for question, raw in zip(questions, notes, strict=True):
        note = named(raw, question, loaded.settings)
        if loaded.tested is not None:
            ran = loaded.tested.hashes.get(question.id) == question.code_hash != ""
            note = note.with_text("code_ran", "1" if ran else "")
        if loaded.lock and (old := loaded.lock.notes.get(question.id.casefold())):
            note = note._replace(guid=old.guid)
        adopted = loaded.adopted.notes.get(question.id.casefold())
        known = set(adopted.media.values()) if adopted else set[str]()
        found: dict[str, Media] = {}
        problems: dict[str, MediaProblem] = {}
        drawings = {drawing.path: drawn_fences.packed(drawing) for drawing in note.drawings}
        for path in note.media:
            if path in drawings:
                found[path] = drawings[path]
                continue
            key = (question.span.path, path)
            if key not in read:
                read[key] = read_media(loaded.place.root, folders[question.span.path], path, names)
            # learners already have the files of adopted notes, whatever these contain
            media = read[key] if any_media or path in known else shown(read[key])
            if isinstance(media, Media):
                found[path] = media
            else:
                problems[path] = media
        yield Entry(question, note, found, problems)


@dataclass(frozen=True, slots=True)
class Packed:
    """A package, and the ids and times of its notes."""

    deck: Deck
    notes: Sequence[Note]
    """The notes in the package, with the names of their media."""
    types: Sequence[NoteType]
    data: bytes
    stamps: Stamps
    version: str
    """The name of the release for learners."""

    @property
    def lock(self) -> Lock:
        """The lock after a release of this package. Only a release needs the lock."""
        return released(self.deck, self.notes, self.types, self.stamps)


def pack(deck: Deck, now: int, *, draft: bool = False) -> Packed:
    """Return the package of a deck without errors. ``now``, in seconds since 1970, is the time of new and changed notes.

    ``draft`` is as in ``write_package.package``.
    """
    settings = deck.settings
    notes = [adopted_notes.packed(bind(entry.note, entry.media), deck.adopted, settings, entry.media) for entry in deck.entries]
    types = (*note_types(settings), *adopted_notes.note_types(deck.adopted, notes))
    pairs = zip(deck.entries, notes, strict=True)
    given = stamps(deck.lock, notes, types, now)
    pictures = {path: file for path, file in deck.described.items() if isinstance(file, Media)}
    version = release_version(settings, notes, types, given)
    data = package(
        settings,
        types,
        notes,
        [
            *deck.files,
            *pictures.values(),
            *(file for entry, note in pairs if entry.media for file in adopted_notes.media(entry, note, deck.adopted)),
        ],
        given,
        now=now,
        draft=draft,
        description=description.packed(settings, pictures, version),
    )
    return Packed(deck, notes, types, data, given, version)
