"""Numbers in front of questions that only a whole series shows: ``六、``, ``（三）``, ``第五题：``, ``①``, ``[4]``, ``IV.``.

A text alone may begin so without a number: ``一、二级缓存`` are two caches.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from deckbuilder.adopt.lists.markdown_page import Found

_HAN = "〇零一二三四五六七八九十百两"
_MARKS = "[、.．:：)）\\]】]+"
"""Marks that end a number."""
_NUMBER = re.compile(
    rf"""
    \s*+
    (?:
        (?P<sign>[①-⒛㈠-㈩❶-❿➀-➉])\s*+[、.．:：]?
        |(?:\#|№\s*+|(?i:no)\.?\s*+)(?P<marked>\d{{1,4}})(?:\s*+[、.．:：)）-]|(?=\s))
        |(?:(?:第|问题|题目?|面试题)\s*+)?(?:[(（\[【]\s*+)?
         (?:(?P<han>[{_HAN}]{{1,6}})|(?P<digits>\d{{1,4}})|(?P<roman>[IVX]{{1,6}}|[Ⅰ-Ⅻ]))
         (?:\s*+(?:[题问条](?:\s*+{_MARKS}|)|{_MARKS})|(?<=\d)(?:\s++[-–—]++)?(?=\s))
    )
    \s*+(?=\S)
    """,
    re.VERBOSE,
)
_LOOSE = re.compile(rf"\A\s*+[(（]?[{_HAN}]{{1,6}}\s?[、.．:：)）]\s*+(?=\S)")
_ROMAN = {"I": 1, "V": 5, "X": 10}
_STEPS = 2
"""The least number of times that a number follows the number before it."""


def lengths(texts: Sequence[str]) -> list[int]:
    """Return the length of the number in front of each text, or 0. A series is at least half of the texts, and counts up."""
    found = [_NUMBER.match(text) for text in texts]
    values = [_value(match) for match in found if match]
    steps = sum(after == before + 1 for before, after in itertools.pairwise(values))
    if steps < _STEPS or steps * 2 < len(values) or len(values) * 2 < len(texts):
        return [0] * len(texts)
    return [match.end() if match else 0 for match in found]


def without(found: Sequence[Found]) -> list[Found]:
    """Return the questions without numbers that are a series."""
    cuts = lengths([item.question for item in found])
    return [replace(item, question=item.question[cut:]) if cut else item for item, cut in zip(found, cuts, strict=True)]


def perhaps_without(text: str) -> str:
    """Return ``text`` without a Chinese number in front. Only for comparisons: the number may be a word of the text."""
    return _LOOSE.sub("", text, count=1)


def _value(match: re.Match[str]) -> int:
    if digits := match["digits"] or match["marked"]:
        return int(digits)
    if roman := match["roman"]:
        values = [_ROMAN.get(char) or int(unicodedata.numeric(char)) for char in roman]
        after = [*values[1:], 0]
        return sum(-one if one < other else one for one, other in zip(values, after, strict=True))
    return int(unicodedata.numeric(match["sign"])) if match["sign"] else _han(match["han"])


def _han(text: str) -> int:
    """Return the value of a Chinese number below 1,000: ``二十一`` or ``一〇一``."""
    total = digit = 0
    for char in text:
        value = 2 if char == "两" else int(unicodedata.numeric(char))
        if value >= 10:
            total, digit = total + (digit or 1) * value, 0
        else:
            digit = digit * 10 + value
    return total + digit
