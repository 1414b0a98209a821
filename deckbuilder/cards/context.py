"""The titles above a question -> one small line of its card, such as "Flask › Contexts"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from deckbuilder.model.anki_text import CONTEXT_CLOSE, CONTEXT_OPEN

_SEPARATOR = " › "
_PHRASE = re.compile(
    r"""
    abbr|b|bdi|bdo|cite|code|del|dfn|em|i|ins|kbd|mark|q|rb|rp|rt|ruby|s|samp|small|span|strong|sub|sup|u|var
    """,
    re.VERBOSE,
)
"""Elements that stay within a line."""
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*+)(?P<rest>[^<>]*)>")
_BLANKS = re.compile(r"[ \t\n]+")
_ALT = re.compile(r'\salt="([^"]*)"')


def line(titles: Sequence[str]) -> str:
    """Return the HTML of the line with ``titles``, each the cleaned HTML of a heading.

    A link is its text and a picture is its description: the line is for orientation, and a finger would hit no link in it.
    """
    shown = [_BLANKS.sub(" ", _TAG.sub(_phrase, title)).strip(" ") for title in titles]
    text = _SEPARATOR.join(filter(None, shown))
    return f"{CONTEXT_OPEN}{text}{CONTEXT_CLOSE}" if text else ""


def _phrase(tag: re.Match[str]) -> str:
    """Return ``tag`` if a line may have it, the description of a picture, else nothing; a blank for the break of a line."""
    name = tag["name"].lower()
    if name == "br":
        return " "
    alt = _ALT.search(tag["rest"]) if name == "img" else None
    return alt[1] if alt else tag[0] if _PHRASE.fullmatch(name) else ""
