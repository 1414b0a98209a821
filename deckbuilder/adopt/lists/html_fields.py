"""A field of Anki in HTML, or plain text -> Markdown. HTML needs the extra ``adopt``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, unquote

from deckbuilder.adopt.packages import markdown_escapes

_BEGIN = re.compile(r"\\[(\[]")
_END = {"(": "\\)", "[": "\\]"}


def formulas(text: str) -> str:
    r"""Return ``text`` with ``$…$`` for the formulas ``\(…\)`` of Anki, and ``$$…$$`` for ``\[…\]``."""
    parts, end = [], 0
    for start, stop in _formulas(text):
        parts += [text[end:start], _dollars(text[start:stop])]
        end = stop
    return "".join([*parts, text[end:]])


def _formulas(text: str) -> Iterator[tuple[int, int]]:
    """Yield (begin, end) of each formula of Anki in ``text``. A mark without an end is searched once, so the time is linear."""
    at, open_marks = 0, set[str]()
    while found := _BEGIN.search(text, at):
        mark = found[0][1]
        stop = -1 if mark in open_marks else text.find(_END[mark], found.end() + 1)
        if stop < 0:
            open_marks.add(mark)
            at = found.end()
        else:
            yield found.start(), stop + 2
            at = stop + 2


def _dollars(formula: str) -> str:
    return f"${formula[2:-2].strip()}$" if formula[1] == "(" else f"$${formula[2:-2]}$$"


def plain(text: str) -> str:
    """Return Markdown that shows ``text`` as it is, with its line ends and with Anki's formulas."""
    return "\n\n".join(map(_paragraph, text.strip().split("\n\n")))


def _paragraph(text: str) -> str:
    parts, end = [], 0
    for start, stop in _formulas(text):
        parts += [markdown_escapes.escaped(text[end:start]), _dollars(text[start:stop]).replace("\n", " ")]
        end = stop
    escaped = "".join([*parts, markdown_escapes.escaped(text[end:])])
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
