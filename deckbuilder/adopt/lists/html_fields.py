"""A field of Anki in HTML, or plain text -> Markdown. HTML needs the extra ``adopt``."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from deckbuilder.adopt.packages import markdown_escapes

_FORMULA = re.compile(r"\\\((?P<inline>.+?)\\\)|\\\[(?P<block>.+?)\\\]", re.DOTALL)


def formulas(text: str) -> str:
    r"""Return ``text`` with ``$…$`` for the formulas ``\(…\)`` of Anki, and ``$$…$$`` for ``\[…\]``."""
    return _FORMULA.sub(lambda match: f"${match['inline'].strip()}$" if match["inline"] else f"$${match['block']}$$", text)


def plain(text: str) -> str:
    """Return Markdown that shows ``text`` as it is, with its line ends and with Anki's formulas."""
    return "\n\n".join(map(_paragraph, text.strip().split("\n\n")))


def _paragraph(text: str) -> str:
    escaped, end = "", 0
    for match in _FORMULA.finditer(text):
        escaped += markdown_escapes.escaped(text[end : match.start()]) + formulas(match[0]).replace("\n", " ")
        end = match.end()
    escaped += markdown_escapes.escaped(text[end:])
    return markdown_escapes.escaped_at_start(escaped).replace("\n", "\\\n")


def markdown(html: str) -> str:
    """Return ``html`` as Markdown, or as HTML if Markdown cannot express it. The paths of pictures stay.

    Raises ModuleNotFoundError if ``html`` has tags or the like, and the extra ``adopt`` is missing.
    """
    if not any(mark in html for mark in ("<", "&", "[latex]", "[$")):
        return plain(html)
    from deckbuilder.adopt.packages import html_to_markdown, raw_html  # noqa: PLC0415  an extra
    from deckbuilder.adopt.packages.left_out import NotCarriedError  # noqa: PLC0415

    for way in (html_to_markdown.markdown, raw_html.raw):
        try:
            return way(html, _path)
        except NotCarriedError:
            continue
    return html


def _path(name: str) -> str:
    """Return the path of a picture as it can be in Markdown."""
    return name if "//" in name else quote(unquote(name), safe="/@")
