"""Rules about questions that learners have under note types of another tool's."""

from __future__ import annotations

from collections.abc import Iterator

from deckbuilder.model import note_schemas
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.records import Deck
from deckbuilder.publish import adopted_notes
from deckbuilder.publish.stamps import kind_of
from deckbuilder.source import adopted_file


def adopted_notes_known(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: ``deck.lock`` or ``deck.adopted`` is missing, or was not changed by ``adopt``: learners would get notes twice."""
    locked = {key: note.guid for key, note in deck.lock.notes.items() if note.adopted} if deck.lock else {}
    known = {key: note.guid for key, note in deck.adopted.notes.items()}
    for path, here, there in (
        (deck.lock.path if deck.lock else "", locked, known),
        (deck.adopted.path, known, locked),
    ):
        lost = [key for key, guid in here.items() if there.get(key) != guid]
        if lost:
            other = adopted_file.FILE if here is locked else "deck.lock"
            way = "" if here is locked else ", or rebuild it: deckbuilder release --from the last package"
            message = f"{len(lost)} adopted (the first is '{lost[0]}'), but not in {other}; restore that from git{way}"
            yield Diagnostic(Span(path), "lost-adopted", message)


def same_adopted_kind(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: ``.reversed`` on an adopted question, or taken from one: its note type makes the cards it makes."""
    for card in deck.cards:
        old = deck.lock.notes.get(card.question.id.casefold()) if deck.lock else None
        if old is None or not old.adopted or old.retired:
            continue
        kind = kind_of(card.note)
        if kind != old.kind and card.note.schema is note_schemas.by_lock_kind(old.kind):  # else same_kind says so
            message = f"learners have '{old.id}' as a {old.kind} note of another tool's note type; make it a question with an id of its own"
            yield Diagnostic(card.question.span, "changed-kind", message)


def adopted_parts_fit(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: an explanation below the answer to type, where the adopted note type has a field for what is typed only."""
    for card in deck.cards:
        entry = deck.adopted.notes.get(card.question.id.casefold())
        for part in adopted_notes.homeless(card.note, entry, deck.settings) if entry else ():
            name = deck.adopted.types[entry.type_id].model["name"] if entry else ""
            message = f"the note type '{name}' that learners have '{card.question.id}' under has no field for its {part}; leave that out"
            yield Diagnostic(card.question.span, "no-field", message)
