"""The text of a question -> an id for it, and names that nothing else has."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable


def is_word(char: str) -> bool:
    """Return whether ``char`` is a letter, a digit or a mark on one, in any script: with hyphens, the alphabet of ids."""
    return unicodedata.category(char)[0] in "LNM"


def is_id(text: str) -> bool:
    """Return whether ``text`` can be an id: it has letters, digits and hyphens, and nothing else."""
    return bool(text) and all(char == "-" or is_word(char) for char in text)


def slug(text: str, longest: int = 60) -> str:
    """Return ``text`` as an id: its letters and digits in lower case, hyphens between; ``""`` if it has none."""
    text = unicodedata.normalize("NFC", re.sub(r"\{\{c\d+::|\}\}", " ", text).casefold())
    words = "".join(char if is_word(char) else " " for char in text).split()
    return unicodedata.normalize("NFC", "-".join(words)[:longest].strip("-"))


def free_id(text: str, taken: dict[str, int]) -> str:
    """Return an id for the question ``text`` that is not in ``taken``, and add it; see ``free_name``."""
    return free_name(slug(text) or "question", taken)


def free_name(name: str, taken: dict[str, int], ending: str = "", key: Callable[[str], str] = str.casefold) -> str:
    """Return ``name + ending`` or, if it is in ``taken``, the first free of ``name-2 + ending``, ``name-3 + ending``.

    ``taken`` holds the ``key`` of each name, with the last number that was tried behind the name; 1 is none. The name
    that is returned is added to it.
    """
    first, found = key(name + ending), name + ending
    while key(found) in taken:
        taken[first] += 1
        found = f"{name}-{taken[first]}{ending}"
    taken[key(found)] = 1
    return found
