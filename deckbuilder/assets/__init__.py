"""Files that ship with deckbuilder: card templates, the style sheet, words by language, the starter deck. Read with ``text`` and ``words``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path


@cache
def text(name: str) -> str:
    """The UTF-8 text of the file ``name`` of this folder."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


@cache
def words(language: str) -> dict[str, str]:
    """The words of ``words.toml`` in ``language`` (a BCP 47 tag), else in English."""
    by_language = tomllib.loads(text("words.toml"))
    found: dict[str, str] = by_language.get(language.lower().partition("-")[0], by_language["en"])
    return found
