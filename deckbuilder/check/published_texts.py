"""(what learners have, what the deck has now) -> which published question a text fits best. Time grows linearly.

Ids are the only link between a text and a learner's schedule. So the rules about ids ask here which id a text belongs to.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple
from zlib import crc32

from deckbuilder.model.deck import Deck, Entry
from deckbuilder.model.likeness import Vocabulary, words
from deckbuilder.model.lock import Lock, LockedNote
from deckbuilder.model.note import Note
from deckbuilder.model.text_index import TextIndex
from deckbuilder.publish.stamps import beginnings

_CLOSE = 0.15
"""The ``fit`` with another id may be this much less than with the own id. With less fit, the ids are not compared."""
_ALIKE, _SAME_WORDS = 0.6, 0.8
"""From these shares of common letters and words on, two headings ask the same. Measured on headings of 19 published lists."""

_BITS = 4096
"""So few pieces of two texts of 100 characters share a bit by accident."""


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
        adopted = {key for key, note in lock.notes.items() if note.adopted}
        self.now = {key: Said(*beginnings(entry.note, adopted=key in adopted)) for key, entry in self.entries.items()}
        self.old = {key: _old(note) for key, note in lock.notes.items()}
        self.changed = {key for key, said in self.now.items() if key in self.old and said != self.old[key]}

    # a deck without a changed text needs neither, and both read the words of all questions
    @cached_property
    def _index(self) -> tuple[list[tuple[str, _Bits]], TextIndex]:
        """The published ids that another text may belong to, with the bits of their texts, and the texts.

        Each text is compared with many others, so its bits are kept, however large the deck is.
        """
        keys = [key for key in self.old if key in self.changed or key not in self.now]
        return [(key, _bits(self.old[key])) for key in keys], TextIndex(self.old[key].text for key in keys)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(words(said.text) for said in (*self.old.values(), *self.now.values()))

    def own(self, key: str) -> float:
        """Return the ``fit`` of the question ``key`` with the text that learners have under this id."""
        return fit(self.now[key], self.old[key])

    def shared(self, key: str) -> float:
        """Return how much the question ``key`` shares with the text that learners have under this id: 0 to 1."""
        now, old = self.now[key], self.old[key]
        if self._asks_same(now.question, old.question):
            return 1.0
        return self._vocabulary.shared(words(now.text), words(old.text))

    def _asks_same(self, now: str, old: str) -> bool:
        """Return whether two headings are alike, and one has nearly all words of the other. Then the answer may be quite new.

        Letters alone do not show it: a list is no set, however alike the rest of two questions is.
        """
        alike = _dice(_pieces(now), _pieces(old)) >= _ALIKE
        return alike and self._vocabulary.shared(words(now), words(old)) >= _SAME_WORDS

    def belongs_to(self, key: str) -> str:
        """Return the other published id whose old text is the text of ``key`` now, or ``""``.

        The text must fit that id better than its own id. The text that is under that id now must fit worse.
        """
        now = self.now[key]
        own = fit(now, self.old[key])
        for there, other in self._near(now, own - _CLOSE):
            if other != key and there > own and there > (fit(self.now[other], self.old[other]) if other in self.now else 0):
                return other
        return ""

    def renamed(self) -> dict[str, tuple[float, Entry]]:
        """Return the new question that has the text of each published id, if there is one: the id was probably renamed.

        Each question is behind its ``fit`` with the old text.
        """
        best: dict[str, tuple[float, Entry]] = {}
        for key, entry in self.entries.items():
            if key in self.old:
                continue
            now = self.now[key]
            for found, old in self._near(now, RENAMED):
                if found > best.get(old, (0.0, entry))[0]:
                    best[old] = found, entry
        return best

    def _near(self, now: Said, least: float) -> list[tuple[float, str]]:
        """Return (``fit``, id) of the old texts without an id that fit ``now`` by at least ``least``, the best first."""
        old, index = self._index
        bits = _bits(now)
        fits = [(_fit(bits, there), key) for key, there in (old[number] for number in index.like(now.text))]
        return sorted((pair for pair in fits if pair[0] >= least), key=lambda pair: (-pair[0], pair[1]))


RENAMED = 0.6
"""The ``fit`` from which a new question counts as a vanished question with another id."""


def is_version(note: Note, old: LockedNote) -> bool:
    """Return whether the text of ``note`` is a version of the text of ``old``."""
    return fit(Said(*beginnings(note)), _old(old)) >= RENAMED


class _Bits(NamedTuple):
    """The pieces of a text, as bits of numbers."""

    question: int
    answer: int
    rest: int | None


def fit(now: Said, old: Said) -> float:
    """Return how exactly the text ``now`` is the text ``old``: 0 to 1, from their characters and words in order."""
    return _fit(_bits(now), _bits(old))


def _bits(said: Said) -> _Bits:
    return _Bits(_pieces(said.question), _pieces(said.answer), int(said.rest, 16) if said.rest else None)


def _fit(now: _Bits, old: _Bits) -> float:
    parts = [_dice(now.question, old.question), _dice(now.answer, old.answer)]
    if now.rest is not None and old.rest is not None:
        parts.append((now.rest & old.rest).bit_count() / max(1, (now.rest | old.rest).bit_count()))
    return sum(parts) / len(parts)


def _dice(one: int, other: int) -> float:
    return 2 * (one & other).bit_count() / (one.bit_count() + other.bit_count()) if one or other else 1.0


def _pieces(text: str) -> int:
    """Return bits: each word of ``text``, and every three characters in a row, sets one. A set of them needs much more memory."""
    padded = f"\n{text}\n"
    bits = 0
    for piece in {*text.split(), *(padded[at : at + 3] for at in range(len(padded) - 2))}:
        bits |= 1 << crc32(piece.encode("utf-8", "surrogatepass")) % _BITS
    return bits


def _old(note: LockedNote) -> Said:
    return Said(note.question, note.answer, note.words)
