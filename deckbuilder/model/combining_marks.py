"""Accents and other marks that join the letter before them: a limit, so that composing them takes linear time.

NFC sorts all marks of a letter, and a sort of 160,000 marks takes 20 s, in Anki, too. Unicode's own limit is 30 marks
(UAX #15, "Stream-Safe Text Format"): https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

MOST = 30
"""The most marks of one letter."""
_CANDIDATES = re.compile(rf"[^\w\x00-\x7f]{{{MOST + 1},}}")
"""Matches characters that are no letters, digits or ASCII: more than a letter may have marks. A mark is none of these."""


def surplus(text: str) -> Iterator[tuple[int, int]]:
    """Yield (begin, end) of the marks of each letter that has more than ``MOST`` marks, without the first ``MOST``."""
    if text.isascii():
        return
    for found in _CANDIDATES.finditer(text):
        marks = 0
        for at in range(found.start(), found.end() + 1):
            if at < found.end() and unicodedata.category(text[at])[0] == "M":
                marks += 1
                continue
            if marks > MOST:
                yield at - marks + MOST, at
            marks = 0


def limited(text: str) -> str:
    """Return ``text`` with at most ``MOST`` marks of each letter."""
    if len(text) <= MOST or not (found := list(surplus(text))):
        return text
    kept, last = [], 0
    for begin, end in found:
        kept.append(text[last:begin])
        last = end
    return "".join((*kept, text[last:]))


def nfc(text: str) -> str:
    """Return ``text`` in NFC, without marks beyond the limit."""
    return unicodedata.normalize("NFC", limited(text))
