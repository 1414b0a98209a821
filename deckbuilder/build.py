"""The pipeline: the texts of a deck -> its cards, what is wrong with them, the package. Reads only pictures and sounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from deckbuilder import assets, markup
from deckbuilder.check import check
from deckbuilder.diagnostics import Diagnostic, Severity
from deckbuilder.field import finish
from deckbuilder.lock import Lock
from deckbuilder.model import Card, Deck, Media, Note, Question, Settings
from deckbuilder.notetype import note_types
from deckbuilder.package import package
from deckbuilder.parse import parse, with_ids
from deckbuilder.render import bind, render
from deckbuilder.source import Loaded, read_media
from deckbuilder.stamp import Stamps, released, stamps

Progress = Callable[[Iterable[Question]], Iterable[Question]]
Render = Callable[[Question, Settings], Note]


@dataclass(frozen=True, slots=True)
class Built:
    """A deck and the verdict on it."""

    deck: Deck
    diagnostics: tuple[Diagnostic, ...]

    @property
    def good(self) -> bool:
        """Whether nothing stops it from being packaged."""
        return all(problem.severity is not Severity.ERROR for problem in self.diagnostics)


def build(loaded: Loaded, progress: Progress = iter, render: Render = render) -> Built:
    """Parse, render and check a deck. ``progress`` passes the questions on as they are rendered.

    ``render`` may be one that remembers what it has rendered.
    """
    parsed = [parse(source, loaded.settings.question_level) for source in loaded.sources]
    questions = with_ids(question for file in parsed for question in file.questions)
    deck = Deck(
        settings=loaded.settings,
        sources=loaded.sources,
        cards=tuple(_cards(loaded, progress(questions), render)),
        strays=tuple(stray for file in parsed for stray in file.strays),
        unclosed=tuple(span for file in parsed for span in file.unclosed),
        lock=loaded.lock,
    )
    diagnostics = [*loaded.diagnostics, *(problem for file in parsed for problem in file.diagnostics), *check(deck)]
    if any(problem.severity is Severity.ERROR for problem in loaded.diagnostics):
        # what could not be read may hold the questions that are missed
        diagnostics = [problem for problem in diagnostics if problem.code != "no-questions"]
    return Built(deck, tuple(sorted(diagnostics)))


def _cards(loaded: Loaded, questions: Iterable[Question], render: Render) -> Iterator[Card]:
    folders = {source.path: source.folder for source in loaded.sources}
    read: dict[tuple[str, str], Media | str] = {}
    for question in questions:
        note = render(question, loaded.settings)
        if loaded.lock and (old := loaded.lock.notes.get(question.id.casefold())):
            note = replace(note, guid=old.guid)
        found: dict[str, Media] = {}
        problems: dict[str, str] = {}
        for path in note.media:
            key = (question.span.path, path)
            if key not in read:
                read[key] = read_media(loaded.place.root, folders[question.span.path], path)
            media = read[key]
            if isinstance(media, Media):
                found[path] = media
            else:
                problems[path] = media
        yield Card(question, note, found, problems)


@dataclass(frozen=True, slots=True)
class Packed:
    """A package, and what became of the deck since the last release."""

    data: bytes
    stamps: Stamps
    lock: Lock
    """What learners have once they import it."""


def pack(deck: Deck, now: int) -> Packed:
    """The ``.apkg`` of a deck without errors; ``now``, in seconds since 1970, is the time of what is new or changed."""
    settings = deck.settings
    types = note_types(settings)
    notes = [bind(card.note, card.media) for card in deck.cards]
    given = stamps(deck.lock, notes, types, now)
    data = package(
        settings,
        types,
        notes,
        [media for card in deck.cards for media in card.media.values()],
        now=now,
        mods=given.mods,
        type_mods=given.type_mods,
        ids=given.ids,
        description=finish(markup.html(settings.description, assets.words(settings.language))),
    )
    return Packed(data, given, released(deck, notes, types, given))


def packaged(deck: Deck, now: int) -> bytes:
    """The bytes of the ``.apkg`` alone."""
    return pack(deck, now).data
