"""Files that ship with deckbuilder: card templates, the style sheet, words by language, lists of names, the starter deck.

``text``, ``data`` and ``words`` read these files.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def text(name: str) -> str:
    """Return the UTF-8 text of the file ``name`` of this folder."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def data(name: str) -> dict[str, Any]:
    """Return the content of the TOML file ``name`` of this folder."""
    return tomllib.loads(text(name))


@cache
def words(language: str, name: str = "words.toml") -> dict[str, str]:
    """Return the words of the file ``name`` in ``language`` (a BCP 47 tag), or the English words if there are none."""
    by_language = data(name)
    found: dict[str, str] = by_language.get(language.lower().partition("-")[0], by_language["en"])
    return found
