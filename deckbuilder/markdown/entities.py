"""Backslash escapes and character references, as CommonMark 0.31 reads them (sections 2.4 and 2.5)."""

from __future__ import annotations

import re
from html.entities import html5

from deckbuilder.model.references import unescape

ENTITY = re.compile(r"&(?:#[xX][0-9a-fA-F]{1,6}|#[0-9]{1,7}|[A-Za-z][A-Za-z0-9]{1,31});")
ESCAPED = r"\\([!-/:-@\[-`{-~])"
"""A backslash before ASCII punctuation."""
_ESCAPE_OR_ENTITY = re.compile(f"{ESCAPED}|{ENTITY.pattern}")
REPLACEMENT = "\ufffd"


def resolved(reference: str) -> str:
    """Return the character of ``&name;`` or ``&#…;``; a name that HTML does not have stays as it is.

    No reference gives a control character: such characters are marks between the stages of a build.
    """
    if reference[1] != "#":
        return unescape(reference) if reference[1:] in html5 else reference
    char = unescape(reference)
    return char if char >= " " or char in ("\t", "\n", "\r") else ""


def plain(text: str) -> str:
    """Return ``text`` without escapes and references: each is the character it means."""
    if "\\" not in text and "&" not in text:
        return text
    return _ESCAPE_OR_ENTITY.sub(lambda match: match[1] or resolved(match[0]), text)


def as_attribute(name: str, value: str) -> str:
    """Return ``value``, text for the tree of Python-Markdown, for the attribute ``name`` of an element.

    Up to version 3.11.2 its serialiser writes ``title="title"`` as ``title``, which is an empty title.
    """
    return f"&#{ord(value[0])};{value[1:]}" if value == name else value


def as_text(text: str) -> str:
    """Return ``text`` for the tree of Python-Markdown, whose serialiser leaves ``&amp;`` as it is."""
    return text.replace("&", "&amp;") if "&" in text else text
