"""(what learners have, what the deck has now) -> which published question a text fits best. Time grows linearly.

Ids are the only link between a text and a learner's schedule. So the rules about ids ask here which id a text belongs to.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import NamedTuple

from deckbuilder.model.deck import Deck, Entry
from deckbuilder.model.likeness import Vocabulary, words
from deckbuilder.model.lock import Lock, LockedNote
from deckbuilder.model.text_index import TextIndex
from deckbuilder.publish.stamps import beginnings

_CLOSE = 0.15
"""The ``fit`` with another id may be this much less than with the own id. With less fit, the ids are not compared."""


class Said(NamedTuple):
    """The text of a question, as a lock keeps it."""

    question: str
    answer: str
    rest: str
    """The ``LockedNote.words``."""

    @property
    def text(self) -> str:
        """Question and answer."""
        return f"{self.question}\n{self.answer}"


class Changes:
    """The questions whose text is not the text that learners have under this id."""

    def __init__(self, deck: Deck, lock: Lock) -> None:
        """Compare ``deck`` with ``lock``."""
        self.entries = {entry.question.id.casefold(): entry for entry in deck.entries}
        self.now = {key: Said(*beginnings(entry.note)) for key, entry in self.entries.items()}
        self.old = {key: _old(note) for key, note in lock.notes.items()}
        self.changed = {key for key, said in self.now.items() if key in self.old and not same(said, self.old[key])}
        self.gone = {key for key, note in lock.notes.items() if not note.retired and key not in self.now}

    # a deck without a changed text needs neither, and both read the words of all questions
    @cached_property
    def _index(self) -> tuple[list[str], TextIndex]:
        """The published ids that another text may belong to, and their texts."""
        keys = [key for key in self.old if key in self.changed or key not in self.now]
        return keys, TextIndex(self.old[key].text for key in keys)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(words(said.text) for said in (*self.old.values(), *self.now.values()))

    def own(self, key: str) -> float:
        """Return the ``fit`` of the question ``key`` with the text that learners have under this id."""
        return fit(self.now[key], self.old[key])

    def shared(self, key: str) -> float:
        """Return how much the question ``key`` shares with the text that learners have under this id: 0 to 1."""
        now, old = self.now[key], self.old[key]
        if now.question == old.question:
            return 1.0
        return self._vocabulary.shared(words(now.text), words(old.text))

    def belongs_to(self, key: str) -> str:
        """Return the other published id whose old text is the text of ``key`` now, or ``""``.

        The text must fit that id better than its own id. The text that is under that id now must fit worse.
        """
        now = self.now[key]
        own = fit(now, self.old[key])
        for other in self._near(now, own - _CLOSE):
            there = fit(now, self.old[other])
            if other != key and there > own and there > (fit(self.now[other], self.old[other]) if other in self.now else 0):
                return other
        return ""

    def renamed(self) -> dict[str, Entry]:
        """Return the new question that each vanished question was probably renamed to."""
        best: dict[str, tuple[float, Entry]] = {}
        for key, entry in self.entries.items():
            if key in self.old:
                continue
            now = self.now[key]
            for old in self._near(now, RENAMED):
                found = fit(now, self.old[old])
                if old in self.gone and found >= RENAMED and found > best.get(old, (0.0, entry))[0]:
                    best[old] = found, entry
        return {old: entry for old, (_, entry) in best.items()}

    def _near(self, now: Said, least: float) -> list[str]:
        """Return the old texts without an id that fit ``now`` by at least ``least``, the best first."""
        keys, index = self._index
        fits = [(fit(now, self.old[key]), key) for key in (keys[number] for number in index.like(now.text))]
        return [key for found, key in sorted(fits, key=lambda pair: (-pair[0], pair[1])) if found >= least]


RENAMED = 0.6
"""The ``fit`` from which a new question counts as a vanished question with another id."""


def same(now: Said, old: Said) -> bool:
    """Return whether two texts are equal. A lock of an earlier version does not have the rest of long texts."""
    return now[:2] == old[:2] and (now.rest == old.rest or not old.rest)


def fit(now: Said, old: Said) -> float:
    """Return how exactly the text ``now`` is the text ``old``: 0 to 1, from their characters and words in order."""
    parts = [_dice(_pieces(now.question), _pieces(old.question)), _dice(_pieces(now.answer), _pieces(old.answer))]
    if now.rest and old.rest:
        one, other = int(now.rest, 16), int(old.rest, 16)
        parts.append((one & other).bit_count() / max(1, (one | other).bit_count()))
    return sum(parts) / len(parts)


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 1.0


@lru_cache(maxsize=50_000)
def _pieces(text: str) -> frozenset[str]:
    """Return the words of ``text`` and every three characters in a row."""
    padded = f"\n{text}\n"
    return frozenset([*text.split(), *(padded[at : at + 3] for at in range(len(padded) - 2))])


def _old(note: LockedNote) -> Said:
    return Said(note.question, note.answer, note.words)
