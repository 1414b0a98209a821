"""Rules about questions that learners have under note types of another tool."""

from __future__ import annotations

from collections.abc import Iterator

from deckbuilder.cards.media_names import digests
from deckbuilder.model import note_schemas
from deckbuilder.model.deck import Deck
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.publish import adopted_notes
from deckbuilder.publish.stamps import kind_of
from deckbuilder.source import adopted_file


def adopted_notes_known(deck: Deck) -> Iterator[Diagnostic]:
    """Report a ``deck.lock`` and a ``deck.adopted`` that do not fit: learners would get notes twice. Bad: a missing file."""
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
            message = f"{len(lost)} adopted questions (first '{lost[0]}') are not in {other}; restore {other} from git{way}"
            yield Diagnostic(Span(path), "lost-adopted", message)


def same_adopted_files(deck: Deck) -> Iterator[Diagnostic]:
    """Report a file of an adopted note type with another content than learners have. Anki never replaces a file of one name."""
    had = {name: mark for kind in deck.lock.types.values() for name, mark in kind.media.items()} if deck.lock else {}
    for file in deck.files:
        if file.name in had and had[file.name] not in digests(file.data):
            message = (
                f"learners have another '{file.name}' for the adopted note types, and Anki never replaces a file; "
                "restore the old file from git"
            )
            yield Diagnostic(Span(deck.adopted.path), "replaced-media", message)


def same_adopted_kind(deck: Deck) -> Iterator[Diagnostic]:
    """Report an adopted question of another kind than before: its note type is fixed. Bad: ``.reversed`` added or removed."""
    for entry in deck.entries:
        old = deck.lock.notes.get(entry.question.id.casefold()) if deck.lock else None
        if old is None or not old.adopted or old.retired:
            continue
        kind = kind_of(entry.note)
        if kind != old.kind and entry.note.schema is note_schemas.by_lock_kind(old.kind):  # else same_kind reports this
            message = (
                f"learners have '{old.id}' as a {old.kind} note of another tool's note type; "
                "restore the old kind, or give this question a new id"
            )
            yield Diagnostic(entry.question.span, "changed-kind", message)


def adopted_parts_fit(deck: Deck) -> Iterator[Diagnostic]:
    """Report a part that the adopted note type has no field for. Bad: an explanation below the answer to type."""
    for entry in deck.entries:
        adopted_note = deck.adopted.notes.get(entry.question.id.casefold())
        for part in adopted_notes.homeless(entry.note, adopted_note, deck.settings) if adopted_note else ():
            name = deck.adopted.types[adopted_note.type_id].model["name"] if adopted_note else ""
            message = f"learners have '{entry.question.id}' under the note type '{name}', which has no field for the {part}; remove the {part}"
            yield Diagnostic(entry.question.span, "no-field", message)
