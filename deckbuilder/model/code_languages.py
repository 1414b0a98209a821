"""The language of a block of code, as an attribute of ``<pre>`` on a card.

No client reads the attribute. ``adopt`` reads it, so that a deck whose sources are lost gets its fences back.
The attribute is no part of a hash in ``deck.lock``: cards of earlier releases do not have it.
"""

from __future__ import annotations

import re

ATTRIBUTE = "data-deckbuilder"
"""Published: ``publish.canonical_html`` depends on it."""
NAME = r"[\w+#.-]+"
"""A part of a pattern: the name of a language."""

_LANGUAGE = re.compile(rf'(<pre\b[^<>]*?) {ATTRIBUTE}="{NAME}"')
_IS_NAME = re.compile(NAME).fullmatch


def attribute(language: str) -> str:
    """Return the attribute with a blank before it, or ``""`` without a language."""
    return f' {ATTRIBUTE}="{language}"' if _IS_NAME(language) else ""


def without(html: str) -> str:
    """Return ``html`` without the attributes."""
    return _LANGUAGE.sub(r"\1", html) if ATTRIBUTE in html else html
