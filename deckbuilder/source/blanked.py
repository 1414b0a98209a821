"""Running text with blanks in the place of its code and the like: each other character keeps its place in the file."""

from __future__ import annotations

from deckbuilder.markdown.pieces import Kind, pieces
from deckbuilder.model.splice import blanks


def prose(text: str, *keep: Kind) -> str:
    """Return ``text`` with a blank for each character, except newlines, of the pieces that are not ``keep``, by default text."""
    wanted = keep or ("text",)
    return "".join(text[begin:end] if kind in wanted else blanks(text[begin:end]) for kind, begin, end in pieces(text))


def blanked(text: str, *kinds: Kind) -> str:
    """Return ``text`` with blanks in place of the pieces of these ``kinds``. All else is text."""
    return "".join(text[begin:end] if kind == "text" else blanks(text[begin:end]) for kind, begin, end in pieces(text, *kinds))
