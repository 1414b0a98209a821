"""Rules about one word of an author that changes many notes at once: a key of ``deck.toml``, or the head of a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from deckbuilder.cards.media_references import bind
from deckbuilder.model.deck import Deck, Entry
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.lock import Lock, LockedNote
from deckbuilder.publish import adopted_notes
from deckbuilder.publish.shared_settings import differences
from deckbuilder.publish.stamps import beginnings, content_hash

_MANY = 3
"""Questions from which a file is worth a warning."""


def settings_of_all_notes(deck: Deck) -> Iterator[Diagnostic]:
    """Report a key of ``deck.toml`` that changes notes of learners. Bad: another word in ``tags`` than at the last release."""
    if deck.lock is None or not (found := differences(deck.lock, deck.settings)):
        return
    changed = _changed(deck, deck.lock)
    if not changed:
        return
    notes = f"{changed:,} of {len(deck.entries):,} notes change"
    for one in found:
        message = (
            f"'{one.key}' was '{one.before}' at the last release, and {notes}; learners lose their own edits and tags "
            "there, so restore the old value unless the new one is worth it"
        )
        yield Diagnostic(deck.settings.at(one.key), "changed-for-all", message)


def head_of_a_file(deck: Deck) -> Iterator[Diagnostic]:
    """Report a file whose notes all change, and none of their texts. Bad: other ``tags`` at the head of the file.

    The first note without a change ends the look at its file, so the rule takes little time.
    """
    lock = deck.lock
    if lock is None or lock.merged or not lock.shared or differences(lock, deck.settings):
        return  # a lock of 0.1.0 has no such keys, and hashes that say less
    files: dict[str, list[tuple[LockedNote, Entry]]] = defaultdict(list)
    for old, entry in _known(deck, lock):
        files[entry.question.span.path].append((old, entry))
    for path, pairs in files.items():
        if len(pairs) >= _MANY and all(_has_changed(deck, *pair) and _reads_the_same(*pair) for pair in pairs):
            message = (
                f"all {len(pairs):,} notes of this file change by tags, a title, hints, sources or pictures alone; "
                "learners lose their own edits and tags there, so undo the change unless it is worth that"
            )
            yield Diagnostic(Span(path), "changed-for-all", message)


def _changed(deck: Deck, lock: Lock) -> int:
    """Return the number of notes that learners have in another form."""
    return sum(_has_changed(deck, old, entry) for old, entry in _known(deck, lock))


def _known(deck: Deck, lock: Lock) -> Iterator[tuple[LockedNote, Entry]]:
    for entry in deck.entries:
        if old := lock.notes.get(entry.question.id.casefold()):
            yield old, entry


def _has_changed(deck: Deck, old: LockedNote, entry: Entry) -> bool:
    packed = adopted_notes.packed(bind(entry.note, entry.media), deck.adopted, deck.settings, entry.media)
    return old.hash != content_hash(packed)


def _reads_the_same(old: LockedNote, entry: Entry) -> bool:
    # the lock has no text of a typed answer
    return not entry.note.text("typed") and beginnings(entry.note, adopted=bool(old.adopted)) == (
        old.question,
        old.answer,
        old.words,
    )
