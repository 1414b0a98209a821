"""A misspelt language of code -> the language that it may mean."""

from __future__ import annotations

import difflib

from deckbuilder import assets
from deckbuilder.markdown.highlight import languages, lexer
from deckbuilder.model.diagnostics import nearest

_COMMON = frozenset(assets.data("languages.toml")["common"].split())
_SHORTEST, _SURELY = 4, 0.15
"""Letters of a word that can surely mean a language, and the difference in likeness that excludes another language."""


def nearest_language(language: str) -> str:
    """Return ``"; did you mean 'python'?"`` for a misspelt language, or ``""``."""
    return nearest(language, languages())


def only_near_language(language: str) -> str:
    """Return the common language that a misspelt one surely means; ``""`` if there is a doubt."""
    nearest_one = difflib.get_close_matches(language, sorted(languages()), n=1)
    if len(language) < _SHORTEST or not nearest_one or nearest_one[0] not in _COMMON:
        return ""
    likeness = {name: difflib.SequenceMatcher(None, name, language).ratio() for name in _COMMON}
    near = {lexer(name).name for name in _COMMON if likeness[name] > likeness[nearest_one[0]] - _SURELY}
    return nearest_one[0] if len(near) == 1 else ""
