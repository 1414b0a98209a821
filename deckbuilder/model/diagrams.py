"""A diagram in a field: the picture for eyes, and the fence's text, which no client shows.

The text is a part of the note's hash, and the picture is not: another version of a library may draw the same text otherwise.
``adopt`` and ``pull`` read the text, so that a deck whose sources are lost gets its fences back.
"""

from __future__ import annotations

import re
from html import escape

from deckbuilder.model import unseen_attributes

CLASS = "diagram"
"""Published, as the forms below: ``publish.canonical_html`` depends on them."""
_HIDDEN = r"<pre\b(?=[^<>]*\shidden\b)[^<>]*>"
_PICTURE = re.compile(rf'<div\b[^<>]*\sclass="{CLASS}"[^<>]*><img\b(?P<picture>[^<>]*)></div>\s*(?={_HIDDEN})')
_SOURCE = re.compile(rf"{_HIDDEN}(?:(?!</pre>).)*+</pre>", re.DOTALL)
_ALT = re.compile(r'\salt="(?P<alt>[^"]*)"')


def source(language: str, text: str) -> str:
    """Return the element with the ``text`` of a fence."""
    return f"<pre{unseen_attributes.attribute(language)}><code>{escape(text, quote=False)}</code></pre>"


def shown(path: str, alt: str, size: tuple[int, int, int], element: str) -> str:
    """Return the HTML of a diagram: the picture ``path``, then ``element``, the ``source``, hidden.

    ``size`` is (width, height, the least width) in pixels. A wider picture than the card is shown smaller, down to the least
    width, and scrolls then. A keyboard can scroll it.
    """
    width, height, least = size
    picture = f'<img src="{escape(path)}" alt="{escape(alt)}" width="{width}" height="{height}" style="min-width:{least}px">'
    return f'<div class="{CLASS}" tabindex="0">{picture}</div>{element.replace("<pre", "<pre hidden", 1)}'


def without_pictures(html: str) -> str:
    """Return ``html`` with the texts of its diagrams alone, as a hash has them."""
    return _PICTURE.sub("", html) if CLASS in html else html


def without_looks(html: str) -> str:
    """Return ``html`` without the parts that only deckbuilder and its libraries decide."""
    return unseen_attributes.without(without_pictures(html))


def without_sources(html: str) -> str:
    """Return ``html`` with the words of each diagram in place of its text: the form that a person reads."""
    if CLASS not in html:
        return html

    def words(found: re.Match[str]) -> str:
        alt = _ALT.search(found["picture"])
        return f"<p>{alt['alt'] if alt else ''}</p>"

    parts: list[str] = []
    at = 0
    for found in _PICTURE.finditer(html):
        hidden = _SOURCE.match(html, found.end())
        if hidden and found.start() >= at:
            parts += [html[at : found.start()], words(found)]
            at = hidden.end()
    return "".join([*parts, html[at:]])
