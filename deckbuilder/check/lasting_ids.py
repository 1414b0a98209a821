"""Rules about the ids of questions that learners have. Each message says the way back, and the way on for a change on purpose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from deckbuilder.check.published_texts import Changes, is_version
from deckbuilder.model.deck import Deck, Entry
from deckbuilder.model.diagnostics import Diagnostic, Mend, Span
from deckbuilder.model.lock import Lock, LockedNote
from deckbuilder.source import positions

REWORDED = 0.27
"""The ``Vocabulary.shared`` below which a text is another question than the old one.

Measured on 200 reworded and 200 reused or swapped questions, see tests/check/test_rewordings.py.
"""
SAME = 0.5
"""The ``fit`` from which a text is the old question, however few words its beginning shares. No reused id has more than 0.4."""
RESTORED = 0.8
"""The ``fit`` from which a text is surely the old question: under its retired id, or under a new id."""


def no_id_vanished(deck: Deck) -> Iterator[Diagnostic]:
    """Report a question that learners have and the deck does not. Good: ``release --retire ID`` says that it is gone.

    A retired question may come back, but only with its id: learners still have it.
    """
    if deck.lock is None:
        return
    notes = deck.lock.notes
    here = {entry.question.id.casefold() for entry in deck.entries}
    away = [key for key in notes if key not in here and key not in deck.meant.retired]
    gone = [key for key in away if not notes[key].retired]
    renamed = Changes(deck, deck.lock).renamed() if gone or (away and not here <= notes.keys()) else {}
    for key in gone:
        yield _renamed(notes[key], renamed[key][1]) if key in renamed else _vanished(deck, deck.lock, key)
    taken = {renamed[key][1].question.id for key in gone if key in renamed}
    for key in away:
        alike, entry = renamed.get(key, (0.0, None))
        if notes[key].retired and entry and alike >= RESTORED and entry.question.id not in taken:
            yield _renamed(notes[key], entry)


def _vanished(deck: Deck, lock: Lock, key: str) -> Diagnostic:
    old = lock.notes[key]
    if moved := deck.elsewhere.get(key):
        way = (
            f"it is in another deck now, at {moved.path}:{moved.line}, so learners would have it twice, "
            f"there without its schedule; move it back, or if you mean it: deckbuilder release --retire {old.id}"
        )
    else:
        way = f"but it is gone; restore it, or remove it on purpose: deckbuilder release --retire {old.id}"
    message = f"learners have the question '{old.id}' ({old.question}), {way}"
    return Diagnostic(Span(lock.path, lock.lines.get(key, 1)), "vanished-id", message)


def _renamed(old: LockedNote, entry: Entry) -> Diagnostic:
    question = entry.question
    place = positions.attribute(question, "#")
    message = (
        f"learners have this question with the {'retired ' if old.retired else ''}id '{old.id}' ({old.question}), "
        "and would get it a second time; "
        f"change the id back, or if this is a new question: deckbuilder release --retire {old.id}"
    )
    mend = Mend(place.line, place.column, f"#{question.id}", f"#{old.id}") if question.pinned else None
    return Diagnostic(place, "renamed-id", message, mend=mend)


def not_left_behind(deck: Deck) -> Iterator[Diagnostic]:
    """Report a question that moved here from another deck, whose learners would have it twice. Good: it is retired there."""
    for entry in deck.entries:
        left = deck.left.get(entry.question.id.casefold())
        if left and entry.question.id.casefold() not in deck.meant.retired and is_version(entry.note, left.note):
            message = (
                f"learners of the deck in {left.folder} have this question ({left.span.path}:{left.span.line}), but it is gone there; "
                "with both decks, they would have it twice; move it back, or if you mean it, first run: "
                f"deckbuilder release {left.folder} --retire {left.note.id}"
            )
            yield Diagnostic(positions.attribute(entry.question, "#"), "vanished-id", message)


def no_id_reused(deck: Deck) -> Iterator[Diagnostic]:
    """Report an id that belonged to another question, whose schedule the new question would get. Bad: a retired id.

    Good: a question that was retired by mistake comes back with its old text.
    """
    if deck.lock is None or not deck.lock.notes:
        return
    found = Changes(deck, deck.lock)
    renamed = found.renamed() if found.changed else {}
    for key in sorted(found.changed):
        old, span = deck.lock.notes[key], positions.attribute(found.entries[key].question, "#")
        if old.retired and found.own(key) < RESTORED:
            message = f"id '{old.id}' belongs to a retired question ({old.question}); choose another, or restore the old text"
            yield Diagnostic(span, "retired-id", message)
        if old.retired or key in deck.meant.reworded:
            continue
        on_purpose = f"if you only reworded the question: deckbuilder release --reworded {old.id}"
        if other := found.belongs_to(key):
            name = deck.lock.notes[other].id
            message = f"id '{old.id}' is on the question that learners have as '{name}'; give each question its old id back; {on_purpose}"
            yield Diagnostic(span, "reused-id", message)
        elif key in renamed and renamed[key][0] >= max(RESTORED, found.own(key)):
            there = renamed[key][1].question
            message = (
                f"the question that learners have as '{old.id}' is '{there.id}' at {there.span.path}:{there.span.line} now; "
                f"give that question its old id back, and this one a new id; {on_purpose}"
            )
            yield Diagnostic(span, "reused-id", message)
        elif found.shared(key) < REWORDED and found.own(key) < SAME:
            message = (
                f"learners have another question with the id '{old.id}' ({old.question}); "
                f"if this is a new question, choose a new id; {on_purpose}"
            )
            yield Diagnostic(span, "reused-id", message)


def same_place(deck: Deck) -> Iterator[Diagnostic]:
    """Report questions in another subdeck than learners have: Anki never moves the cards that learners have.

    There is one diagnostic for all questions of a file that have moved from one subdeck to another.
    """
    if deck.lock is None or deck.lock.name != deck.settings.name or deck.meant.moved:
        return  # the rule same_name reports a deck with another name
    moved: dict[tuple[str, str, str], list[Entry]] = defaultdict(list)
    for entry in deck.entries:
        old = deck.lock.notes.get(entry.question.id.casefold())
        if old and not old.retired and entry.note.deck != old.deck:
            moved[entry.question.span.path, old.deck, entry.note.deck].append(entry)
    for (_, before, now), entries in moved.items():
        first, more = entries[0].question, len(entries) - 1
        them = f"'{first.id}'" + (f" and {more:,} more question{'s' if more > 1 else ''} of this file" if more else "")
        message = (
            f"learners have {them} in the deck '{before}', and Anki never moves cards; move back from '{now}', "
            "or move for new learners only: deckbuilder release --moved"
        )
        yield Diagnostic(first.span, "moved-note", message)
