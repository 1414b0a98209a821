"""Rules about changes that would hurt learners who have the deck. Most stop a release; each message says the way out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deckbuilder.model import note_schemas
from deckbuilder.model.deck import Deck, Entry
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.likeness import alike, likeness
from deckbuilder.model.lock import LockedNote
from deckbuilder.model.note_schemas import AnkiKind
from deckbuilder.publish.stamps import cloze_texts

ALIKE = 0.6
"""Ratio from which two texts count as versions of one cloze; git finds renamed files in the same way."""


def same_name(deck: Deck) -> Iterator[Diagnostic]:
    """Report a deck with another name than learners have. Anki finds a deck by its name, so learners would get a second deck.

    Bad: another ``name`` in ``deck.toml`` than at the last release.
    """
    if deck.lock is not None and deck.lock.name != deck.settings.name:
        message = f"learners have this deck under the name '{deck.lock.name}', not '{deck.settings.name}'; restore the old name"
        yield Diagnostic(deck.settings.span, "changed-deck-name", message)


def one_guid_each(deck: Deck) -> Iterator[Diagnostic]:
    """Report a lock that gives a question the GUID of another: learners would get one question in place of the other."""
    owners = {old.guid: key for key, old in deck.lock.notes.items()} if deck.lock else {}
    for entry in deck.entries:
        key = owners.get(entry.note.guid, "")
        if deck.lock and key and key != entry.question.id.casefold():
            message = f"this line has the GUID of another question, '{entry.question.id}'; restore the file from git"
            yield Diagnostic(Span(deck.lock.path, deck.lock.lines.get(key, 1)), "bad-lock", message)


def same_kind(deck: Deck) -> Iterator[Diagnostic]:
    """Report a question that needs another note type than learners have: Anki would never update the note.

    Bad: a question that becomes a cloze, or a cloze that becomes another question.
    """
    for entry, old in _published(deck):
        before = note_schemas.by_lock_kind(old.kind)
        if not old.retired and entry.note.schema is not before:
            message = f"learners have '{old.id}' as {before.described}; restore the old kind, or give this question a new id"
            yield Diagnostic(entry.question.span, "changed-kind", message)


def same_clozes(deck: Deck) -> Iterator[Diagnostic]:
    """Report cloze numbers that changed: schedules stay with the numbers. Bad: ``c1`` and ``c2`` swapped, a number used again."""
    for entry, old in _published(deck):
        schema = entry.note.schema
        if old.retired or schema.anki_kind is not AnkiKind.CLOZE or schema is not note_schemas.by_lock_kind(old.kind):
            continue
        now = cloze_texts(entry.note)
        for number, text in old.past_clozes.items():
            if number in now and not alike(now[number], text, ALIKE):
                message = f"c{number} was another cloze ({text}), so this cloze would get the old cloze's schedule; take a number that was never used"
                yield Diagnostic(entry.question.span, "reused-cloze", message)
        for number, text in old.clozes.items():
            if now.get(number) == text:
                continue
            moved = _moved(number, text, now, old.clozes)
            if moved is not None:
                message = f"cloze c{number} ({text}) is c{moved} now, so another cloze would get its schedule; give each cloze its old number"
                yield Diagnostic(entry.question.span, "renumbered-cloze", message)
            elif number not in now:
                message = f"cloze c{number} ({text}) is gone; learners keep an empty card until they run Empty Cards"
                yield Diagnostic(entry.question.span, "removed-cloze", message)


def same_schema(deck: Deck) -> Iterator[Diagnostic]:
    """Report fields or templates that learners do not have: Anki would never update any of their notes."""
    if deck.lock is None:
        return
    for schema in note_schemas.SCHEMAS:
        locked = deck.lock.types.get(schema.key)
        ours = (schema.parts, tuple(template.part for template in schema.templates))
        if locked and (locked.fields, locked.templates) != ours:
            message = (
                f"this version of deckbuilder has other fields or templates in the note type '{schema.key}' than learners have; "
                "use the version that released the deck"
            )
            yield Diagnostic(Span(deck.lock.path), "changed-schema", message)


def _published(deck: Deck) -> Iterator[tuple[Entry, LockedNote]]:
    """Yield each question that learners have or had, with its note in the lock."""
    if deck.lock is None:
        return
    notes = deck.lock.notes
    for entry in deck.entries:
        if old := notes.get(entry.question.id.casefold()):
            yield entry, old


def _moved(number: str, text: str, now: Mapping[str, str], before: Mapping[str, str]) -> str | None:
    """Return the number that hides ``text`` now, or None.

    ``text`` must fit that number better than its own number, and better than the text that was there before.
    """
    own = likeness(text, now.get(number, ""))
    for other, there in now.items():
        fit = likeness(text, there)
        if other != number and fit >= ALIKE and fit > own and fit > likeness(before.get(other, ""), there):
            return other
    return None
