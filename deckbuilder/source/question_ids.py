"""Makes ids from the texts of questions, and names that are not taken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from deckbuilder.model.combining_marks import nfc

INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""The letters and marks that no font shows, such as the mark behind an emoji, U+FE0F.

https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt (``Default_Ignorable_Code_Point``)
"""
_DECORATION = re.compile(f"{INVISIBLE.pattern}|[\u20dd-\u20e0\u20e2-\u20e4]")
"""The characters of ``INVISIBLE``, and the frames around a letter, such as the key in an emoji."""


def is_word(char: str) -> bool:
    """Return whether ``char`` is a letter, a digit or a mark on a letter, in any script. Ids consist of these and hyphens."""
    return unicodedata.category(char)[0] in "LNM"


def is_id(text: str) -> bool:
    """Return whether ``text`` can be an id: it is not empty and has only letters, digits and hyphens."""
    return bool(text) and all(char == "-" or is_word(char) for char in text)


def slug(text: str, longest: int = 60) -> str:
    """Return ``text`` as an id: its letters and digits in lower case, joined by hyphens; ``""`` if it has none.

    The id has at most ``longest`` characters, and no invisible ones.
    """
    text = _DECORATION.sub("", text)
    text = nfc(re.sub(r"\{\{c\d+::|\}\}", " ", text).casefold())
    words = "".join(char if is_word(char) else " " for char in text).split()
    return nfc("-".join(words)[:longest].strip("-"))


def free_id(text: str, taken: dict[str, int]) -> str:
    """Return an id for the question ``text`` that is not in ``taken``, and add the id to ``taken``; see ``free_name``."""
    return free_name(slug(text) or "question", taken)


def free_name(name: str, taken: dict[str, int], ending: str = "", key: Callable[[str], str] = str.casefold) -> str:
    """Return ``name + ending``; if taken, return the first free of ``name-2 + ending``, ``name-3 + ending`` and so on.

    ``taken`` maps the ``key`` of each name to the last number that was tried behind the name; 1 means no number. The returned
    name is added to ``taken``.
    """
    first, found = key(name + ending), name + ending
    while key(found) in taken:
        taken[first] += 1
        found = f"{name}-{taken[first]}{ending}"
    taken[key(found)] = 1
    return found
