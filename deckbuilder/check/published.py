"""Rules about what learners already have: each stops a release, and says the way out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from deckbuilder.model import note_schemas
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.likeness import alike, likeness
from deckbuilder.model.lock import LockedNote
from deckbuilder.model.note_schemas import AnkiKind
from deckbuilder.model.records import Card, Deck
from deckbuilder.publish.stamps import cloze_texts, short
from deckbuilder.source import positions

ALIKE = 0.6
"""From here on two texts are taken for versions of one question; git finds renames alike."""
UNALIKE = 0.35
"""Below, for two questions."""


def same_name(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: another ``name`` in ``deck.toml`` than learners have: Anki goes by it, so they would get a second deck."""
    if deck.lock is not None and deck.lock.name != deck.settings.name:
        message = f"learners have this deck under the name '{deck.lock.name}', not '{deck.settings.name}'; put that back"
        yield Diagnostic(deck.settings.span, "changed-deck-name", message)


def one_guid_each(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: a lock that gives a question the GUID of another: learners would get one of them in the place of the other."""
    owners = {old.guid: key for key, old in deck.lock.notes.items()} if deck.lock else {}
    for card in deck.cards:
        key = owners.get(card.note.guid, "")
        if deck.lock and key and key != card.question.id.casefold():
            message = f"this line has the GUID of the question '{card.question.id}', which has no line; restore the file from git"
            yield Diagnostic(Span(deck.lock.path, deck.lock.lines.get(key, 1)), "bad-lock", message)


def no_id_vanished(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: a question that learners have is no longer there, and was not retired: ``release --retire ID``."""
    if deck.lock is None:
        return
    here = {card.question.id.casefold(): card for card in deck.cards}
    new = [(card, *_texts(card)) for key, card in here.items() if key not in deck.lock.notes]
    for key, old in deck.lock.notes.items():
        if old.retired or key in here:
            continue
        renamed = _renamed(old, new)
        if renamed is not None:
            place = f"{renamed.question.span.path}:{renamed.question.span.line}"
            way = f"its id seems to be '{renamed.question.id}' now, at {place}: change it back, the heading is free"
        else:
            way = f"restore it, or take it back on purpose: deckbuilder release --retire {old.id}"
        message = f"learners have the question '{old.id}' ({old.question}), but it is gone; {way}"
        yield Diagnostic(Span(deck.lock.path, deck.lock.lines.get(key, 1)), "vanished-id", message)


def no_id_reused(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: the id of a retired question, or of one about something else: its schedule would go to the new one."""
    texts = {(old.question, old.answer): old.id for old in deck.lock.notes.values() if not old.retired} if deck.lock else {}
    for card, old in _published(deck):
        span = positions.attribute(card.question, "#")
        now = _texts(card)
        other = texts.get(now, old.id)
        if old.retired:
            message = f"id '{old.id}' belongs to a question that was retired ({old.question}); choose another"
            yield Diagnostic(span, "retired-id", message)
        elif other != old.id and now != (old.question, old.answer):
            message = f"id '{old.id}' is on the question that learners have as '{other}'; give each its own id back"
            yield Diagnostic(span, "reused-id", message)
        elif not alike(f"{old.question} {old.answer}", " ".join(now), UNALIKE) and not alike(old.question, now[0], UNALIKE):
            message = (
                f"id '{old.id}' is that of another question learners have ({old.question}); if this is a new one, choose a new id"
            )
            yield Diagnostic(span, "reused-id", message)


def same_place(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: a question moved to another subdeck: the cards that learners have do not move (Anki never does that)."""
    if deck.lock is None or deck.lock.name != deck.settings.name:
        return  # same_name says so
    for card, old in _published(deck):
        if not old.retired and card.note.deck != old.deck:
            message = (
                f"learners have '{old.id}' in the deck '{old.deck}' and it will stay there; move it back from '{card.note.deck}'"
            )
            yield Diagnostic(card.question.span, "moved-note", message)


def same_kind(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: a cloze that was none, or the other way round: Anki never updates a note of another note type."""
    for card, old in _published(deck):
        before = note_schemas.by_lock_kind(old.kind)
        if not old.retired and card.note.schema is not before:
            message = f"learners have '{old.id}' as {before.described}; make it a question with an id of its own"
            yield Diagnostic(card.question.span, "changed-kind", message)


def same_clozes(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: ``c1`` and ``c2`` swapped, or a number removed or used anew: schedules stay with the numbers."""
    for card, old in _published(deck):
        schema = card.note.schema
        if old.retired or schema.anki_kind is not AnkiKind.CLOZE or schema is not note_schemas.by_lock_kind(old.kind):
            continue
        now = cloze_texts(card.note)
        for number, text in old.past_clozes.items():
            if number in now and not alike(now[number], text, ALIKE):
                message = (
                    f"c{number} was another cloze once ({text}), whose schedule it would get; take a number that was never used"
                )
                yield Diagnostic(card.question.span, "reused-cloze", message)
        for number, text in old.clozes.items():
            if now.get(number) == text:
                continue
            moved = _moved(number, text, now, old.clozes)
            if moved is not None:
                message = f"cloze c{number} ({text}) is c{moved} now, and its schedule would go to another; keep the numbers"
                yield Diagnostic(card.question.span, "renumbered-cloze", message)
            elif number not in now:
                message = f"cloze c{number} ({text}) is gone; learners keep an empty card until they run Empty Cards"
                yield Diagnostic(card.question.span, "removed-cloze", message)


def same_schema(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: other fields or templates than learners have: none of their notes would ever be updated again."""
    if deck.lock is None:
        return
    for schema in note_schemas.SCHEMAS:
        locked = deck.lock.types.get(schema.key)
        ours = (schema.parts, tuple(template.part for template in schema.templates))
        if locked and (locked.fields, locked.templates) != ours:
            message = f"this deckbuilder has other fields or templates in the note type '{schema.key}' than learners; use the one that released the deck"
            yield Diagnostic(Span(deck.lock.path), "changed-schema", message)


def _published(deck: Deck) -> Iterator[tuple[Card, LockedNote]]:
    """Each question that learners have or had, and what the lock says of it."""
    if deck.lock is None:
        return
    notes = deck.lock.notes
    for card in deck.cards:
        if old := notes.get(card.question.id.casefold()):
            yield card, old


def _moved(number: str, text: str, now: Mapping[str, str], before: Mapping[str, str]) -> str | None:
    """The number that hides ``text`` now, if it fits there better than under its own, and better than what was there."""
    own = likeness(text, now.get(number, ""))
    for other, there in now.items():
        fit = likeness(text, there)
        if other != number and fit >= ALIKE and fit > own and fit > likeness(before.get(other, ""), there):
            return other
    return None


def _texts(card: Card) -> tuple[str, str]:
    return short(card.note.text("question")), short(card.note.text("answer"))


def _renamed(old: LockedNote, new: Sequence[tuple[Card, str, str]]) -> Card | None:
    """The new question that ``old`` was probably renamed to."""
    for card, question, answer in new:
        if (question, answer) == (old.question, old.answer):
            return card
    for card, question, answer in new:
        if alike(old.question, question, ALIKE) or alike(f"{old.question} {old.answer}", f"{question} {answer}", ALIKE):
            return card
    return None
