"""A rule about keys of ``deck.toml`` that change many notes at once."""

from __future__ import annotations

from collections.abc import Iterator

from deckbuilder.cards.media_references import bind
from deckbuilder.model.deck import Deck
from deckbuilder.model.diagnostics import Diagnostic
from deckbuilder.model.lock import Lock
from deckbuilder.publish import adopted_notes
from deckbuilder.publish.shared_settings import differences
from deckbuilder.publish.stamps import content_hash


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


def _changed(deck: Deck, lock: Lock) -> int:
    """Return the number of notes that learners have in another form."""
    pairs = ((lock.notes.get(entry.question.id.casefold()), entry) for entry in deck.entries)
    return sum(
        old.hash != content_hash(adopted_notes.packed(bind(entry.note, entry.media), deck.adopted, deck.settings, entry.media))
        for old, entry in pairs
        if old is not None
    )
