"""Two texts -> how much they are alike, by characters or by words."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from difflib import SequenceMatcher

_WIDE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
"""Scripts without blanks between words, and Hangul, whose words have endings: Thai, Lao, Burmese, Khmer, Kana, Han."""
_PIECE = re.compile(rf"[{_WIDE}]+|[^\W{_WIDE}]+|[^\w\s.,;:?!'\"()，。；：？！、“”‘’（）…]+")


def alike(one: str, other: str, least: float) -> bool:
    """Return whether the ``likeness`` of two texts is at least ``least``. For texts that clearly differ, this is quick."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least and matcher.ratio() >= least


def in_order(one: str, other: str) -> float:
    """Return the share of the letters that two texts have in the same order: from 0 to 1, and at least the ``likeness``.

    The time is short for any texts, also of a stranger: ``likeness`` takes a second for some texts of 1,000 letters.
    The source is "A fast and practical bit-vector algorithm for the longest common subsequence problem" (Crochemore
    and others, 2001): a bit of ``rest`` is 0 where the common letters become one more.
    """
    places: dict[str, int] = {}
    for at, letter in enumerate(one):
        places[letter] = places.get(letter, 0) | 1 << at
    whole = rest = (1 << len(one)) - 1
    for letter in other:
        found = rest & places.get(letter, 0)
        rest = (rest + found | rest - found) & whole
    return 2 * (len(one) - rest.bit_count()) / (len(one) + len(other)) if one or other else 1.0


def likeness(one: str, other: str) -> float:
    """Return how much two texts are alike: 0 for nothing in common, 1 for the same text."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def words(text: str) -> frozenset[str]:
    """Return the words of ``text`` in lower case, without a plural's "s". Scripts without blanks give pairs of characters."""
    found: set[str] = set()
    for piece in _PIECE.findall(text.lower()):
        if re.match(rf"[{_WIDE}]", piece):
            found.update(piece)
            found.update(piece[at : at + 2] for at in range(len(piece) - 1))
        else:
            found.add(piece[:-1] if len(piece) > 3 and piece[-1] == "s" else piece)
    return frozenset(found)


class Vocabulary:
    """The words of many texts. A word that few texts have says much about a text; a word of nearly all texts says little."""

    def __init__(self, texts: Iterable[frozenset[str]]) -> None:
        """Count the ``words`` of each text."""
        self._counts: Counter[str] = Counter()
        self._texts = 0
        for found in texts:
            self._counts.update(found)
            self._texts += 1

    def weight(self, found: Iterable[str]) -> float:
        """Return how much these words say."""
        return sum(math.log((self._texts + 1) / (min(self._counts[word], self._texts) + 0.5)) for word in found)

    def shared(self, one: frozenset[str], other: frozenset[str]) -> float:
        """Return the share of the text that says less which the other text has, too: 0 for nothing, 1 for all.

        So a short text and a long text about the same thing share much.
        """
        least = min(self.weight(one), self.weight(other))
        return self.weight(one & other) / least if least else float(one == other)
