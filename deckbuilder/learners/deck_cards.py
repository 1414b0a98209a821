"""A built deck -> its cards, by the keys that they have in every collection."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from deckbuilder.learners.figures import Card
from deckbuilder.learners.reviews import CardKey
from deckbuilder.model.anki_text import spaced, without_context
from deckbuilder.model.deck import Deck, Entry
from deckbuilder.model.lock import LATEST
from deckbuilder.model.note_schemas import AnkiKind

_LEVEL = "level::"
"""The beginning of a tag that names how hard a question is."""
_LONGEST = 80
"""Characters of a title."""


def cards_of(deck: Deck) -> list[Card]:
    """Return the cards of ``deck``, in its order."""
    return [card for entry in deck.entries for card in _cards(deck, entry)]


def _cards(deck: Deck, entry: Entry) -> Iterator[Card]:
    note = entry.note
    ords = (note.foreign or note).ords
    tags = [tag for tag in entry.question.tags if tag.casefold().startswith(_LEVEL)]
    locked = deck.lock.notes.get(note.id.casefold()) if deck.lock else None
    since = 0 if locked is None else locked.mod * 1000 if locked.mod <= LATEST else locked.mod
    title = spaced(without_context(note.fields[0]))
    for number in ords:
        yield Card(
            CardKey(note.guid, number),
            entry.question.span,
            note.id if len(ords) == 1 else f"{note.id} {_name(entry, number)}",
            title if len(title) <= _LONGEST else title[: _LONGEST - 1] + "…",
            _topic(entry.question.span.path),
            tags[0][len(_LEVEL) :] if tags else "",
            since,
        )


def _name(entry: Entry, number: int) -> str:
    """Return the name of a card among the cards of its note."""
    schema = entry.note.schema
    if schema.anki_kind is AnkiKind.CLOZE:
        return f"c{number + 1}"
    return schema.templates[number].direction if number < len(schema.templates) else f"{number + 1}"


def _topic(path: str) -> str:
    """Return the topic of a file: its name without the number at its beginning."""
    stem = PurePosixPath(path).stem
    return stem.lstrip("0123456789-_. ") or stem
