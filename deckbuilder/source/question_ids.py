"""Makes ids from the texts of questions, and names that are not taken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable


def is_word(char: str) -> bool:
    """Return whether ``char`` is a letter, a digit or a mark on a letter, in any script. Ids consist of these and hyphens."""
    return unicodedata.category(char)[0] in "LNM"


def is_id(text: str) -> bool:
    """Return whether ``text`` can be an id: it is not empty and has only letters, digits and hyphens."""
    return bool(text) and all(char == "-" or is_word(char) for char in text)


def slug(text: str, longest: int = 60) -> str:
    """Return ``text`` as an id: its letters and digits in lower case, joined by hyphens; ``""`` if it has none.

    The id has at most ``longest`` characters.
    """
    text = unicodedata.normalize("NFC", re.sub(r"\{\{c\d+::|\}\}", " ", text).casefold())
    words = "".join(char if is_word(char) else " " for char in text).split()
    return unicodedata.normalize("NFC", "-".join(words)[:longest].strip("-"))


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
