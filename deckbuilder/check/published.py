"""Rules about changes that would hurt learners who have the deck. Most stop a release; each message says the way out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from deckbuilder.model import note_schemas
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.likeness import alike, likeness
from deckbuilder.model.lock import LockedNote
from deckbuilder.model.note_schemas import AnkiKind
from deckbuilder.model.records import Deck, Entry
from deckbuilder.model.text_index import TextIndex
from deckbuilder.publish.stamps import cloze_texts, short
from deckbuilder.source import positions

ALIKE = 0.6
"""Ratio from which two texts count as versions of one question; git finds renamed files in the same way."""
UNALIKE = 0.35
"""Ratio below which two texts count as two questions."""


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


def no_id_vanished(deck: Deck) -> Iterator[Diagnostic]:
    """Report a question that learners have and the deck does not. Good: ``release --retire ID`` says that it is gone."""
    if deck.lock is None:
        return
    here = {entry.question.id.casefold(): entry for entry in deck.entries}
    new = _New([entry for key, entry in here.items() if key not in deck.lock.notes])
    for key, old in deck.lock.notes.items():
        if old.retired or key in here:
            continue
        renamed = new.renamed(old)
        if renamed is not None:
            place = f"{renamed.question.span.path}:{renamed.question.span.line}"
            way = f"its id seems to be '{renamed.question.id}' now, at {place}: change the id back; the heading may change"
        else:
            way = f"restore it, or remove it on purpose: deckbuilder release --retire {old.id}"
        message = f"learners have the question '{old.id}' ({old.question}), but it is gone; {way}"
        yield Diagnostic(Span(deck.lock.path, deck.lock.lines.get(key, 1)), "vanished-id", message)


def no_id_reused(deck: Deck) -> Iterator[Diagnostic]:
    """Report an id that belonged to another question, whose schedule the new question would get. Bad: a retired id."""
    texts = {(old.question, old.answer): old.id for old in deck.lock.notes.values() if not old.retired} if deck.lock else {}
    for entry, old in _published(deck):
        span = positions.attribute(entry.question, "#")
        now = _texts(entry)
        other = texts.get(now, old.id)
        if old.retired:
            message = f"id '{old.id}' belongs to a retired question ({old.question}); choose another"
            yield Diagnostic(span, "retired-id", message)
        elif other != old.id and now != (old.question, old.answer):
            message = f"id '{old.id}' is on the question that learners have as '{other}'; give each question its old id back"
            yield Diagnostic(span, "reused-id", message)
        elif not alike(f"{old.question} {old.answer}", " ".join(now), UNALIKE) and not alike(old.question, now[0], UNALIKE):
            message = (
                f"learners have another question with the id '{old.id}' ({old.question}); "
                "if this is a new question, choose a new id"
            )
            yield Diagnostic(span, "reused-id", message)


def same_place(deck: Deck) -> Iterator[Diagnostic]:
    """Report a question in another subdeck than learners have: Anki never moves the cards that learners have."""
    if deck.lock is None or deck.lock.name != deck.settings.name:
        return  # the rule same_name reports the deck
    for entry, old in _published(deck):
        if not old.retired and entry.note.deck != old.deck:
            message = f"learners have '{old.id}' in the deck '{old.deck}'; move it back there from '{entry.note.deck}'"
            yield Diagnostic(entry.question.span, "moved-note", message)


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


def _texts(entry: Entry) -> tuple[str, str]:
    return short(entry.note.text("question")), short(entry.note.text("answer"))


class _New:
    """The new questions of a deck, by their texts."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        texts = [_texts(entry) for entry in entries]
        self._numbers = {pair: number for number, pair in reversed([*enumerate(texts)])}
        self._questions = TextIndex([question for question, _ in texts])
        self._both = TextIndex(map(" ".join, texts))

    def renamed(self, old: LockedNote) -> Entry | None:
        """Return the new question that ``old`` was probably renamed to, or None."""
        texts = (old.question, old.answer)
        if texts in self._numbers:
            return self._entries[self._numbers[texts]]
        found = max(self._questions.likeliest(old.question, ALIKE), self._both.likeliest(" ".join(texts), ALIKE))
        return self._entries[-found.order] if found.likeness else None
