"""Texts -> an index that finds those like another text, without a look at each of them.

Texts that are alike share short pieces. The index keeps a small sample of the pieces of each text. A search
looks at the rarest pieces first. So time and memory grow as the number of texts, also for texts that share most of their words.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable
from zlib import crc32

SHORT, LONG = 3, 8
"""Characters of a piece: short pieces survive many changes, long pieces are rare even in texts with few different words."""
_HAN = "\u2e80"
"""From here on, a character says as much as a word does. The pieces of such text have fewer characters."""
_SAMPLE = 40
"""The most pieces of each length that are kept of a text. The same pieces are kept of each text that has them."""
_VISITS = 300
"""The most entries of the index that one search looks at. More entries find few more texts, and take more time in large decks."""
MOST = 30
"""The most texts that one search finds. If there are no more texts, each search finds all of them."""


class TextIndex:
    """Texts by number, in the order in which they came."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Read the ``texts``, whose numbers count from 0."""
        self._texts = list(texts)
        # arrays: Python's garbage collector would look at millions of lists again and again
        self._having: defaultdict[int, array[int]] = defaultdict(lambda: array("I"))
        for number, text in enumerate(self._texts):
            for piece in _pieces(text):
                self._having[piece].append(number)

    def like(self, text: str) -> list[int]:
        """Return the numbers of at most ``MOST`` texts that may be like ``text``, the likeliest first.

        The caller compares these texts: a found text need not be like ``text``.
        """
        if len(self._texts) <= MOST:
            return list(range(len(self._texts)))
        weights: defaultdict[int, float] = defaultdict(float)
        visits = _VISITS
        for having in sorted((self._having[piece] for piece in _pieces(text) if piece in self._having), key=len):
            for number in having[:visits]:
                weights[number] += 1 / len(having)
            visits -= len(having)
            if visits <= 0:
                break
        return sorted(weights, key=lambda number: (-weights[number], number))[:MOST]


def _pieces(text: str) -> set[int]:
    """Return checksums of a sample of the pieces of ``text``: checksums need less memory than texts."""
    padded = f" {text} "
    return _sample(padded, SHORT, 2) | _sample(padded, LONG, 4)


def _sample(text: str, length: int, han: int) -> set[int]:
    pieces = {text[at : at + (han if text[at] >= _HAN else length)] for at in range(len(text) - 1)}
    found = {crc32(piece.encode("utf-8", "surrogatepass")) for piece in pieces}
    return found if len(found) <= _SAMPLE else set(sorted(found)[:_SAMPLE])
