"""HTML of a card -> its text and the number of its words. The rules about good questions count with these."""

from __future__ import annotations

import re
from typing import NamedTuple

from deckbuilder.model.references import unescape

_BLOCK = re.compile(
    r"""
    </?(?:blockquote|br|caption|dd|details|div|dl|dt|figure|figcaption|h[1-6]|hr|ol|p|section|summary
    |table|tbody|thead|tr|ul)\b[^>]*+>
    """,
    re.VERBOSE,
)
_ITEM = re.compile(r"<(?:li|td|th)\b[^>]*+>")
_TAG = re.compile(r"<[^>]*+>")
_FORMULA = re.compile(r"\\\((?:[^\\]|\\(?!\)))*+\\\)|\\\[(?:[^\\]|\\(?!\]))*+\\\]")
_SOUND = re.compile(r"\[sound:[^\]]*+\]")
_HAN = r"\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]++(?:['’.\-/][^\W_{_HAN}]++)*+")
ITEM = "•"
"""Begins each line of ``text`` that is an item of a list or a cell of a table."""
HAN_IN_WORDS = 5 / 3
"""Han characters that say as much as an English word: translations of our own cards have 1.6 to 1.8."""


class Size(NamedTuple):
    """The length of a text."""

    words: int
    han: int
    """Han and Kana characters, which are in no word of ``words``."""

    def __str__(self) -> str:
        return f"{self.han} characters" if self.han > self.words else f"{self.words} words"

    @property
    def in_words(self) -> float:
        """The length in English words."""
        return self.words + self.han / HAN_IN_WORDS


def text(html: str) -> str:
    """Return the running text of ``html``: a line for each block, without blocks of code and sounds, a formula as one word."""
    outside, *others = html.split("<pre")
    outside += "".join("\n" + other.partition("</pre>")[2] for other in others)
    shown = _SOUND.sub(" ", _FORMULA.sub(" x ", outside))
    lined = _TAG.sub("", _ITEM.sub(f"\n{ITEM}", _BLOCK.sub("\n", shown)))
    return unescape(lined)


def words(shown: str) -> list[str]:
    """Return the words of a text in lower case. Each Han or Kana character is a word."""
    return _WORD.findall(shown.lower())


def size(html: str) -> Size:
    """Return the length of the running text of ``html``."""
    found = words(text(html))
    han = sum("\u3040" <= word[0] <= "\u9fff" for word in found)
    return Size(len(found) - han, han)
