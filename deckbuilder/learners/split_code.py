"""Repairs of an editor's HTML that need the text before the edit: Anki's editor splits a block of code at each new line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from deckbuilder.model.anki_text import plain

_SPLIT = re.compile(r"(?:</code>)?</pre>\s*<pre\b[^<>]*>(?:<code\b[^<>]*>)?", re.IGNORECASE)
_BREAK = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
_BEGIN = re.compile(r"<pre\b[^<>]*>", re.IGNORECASE)
_END = re.compile(r"</pre", re.IGNORECASE)
_NEAR = 300
"""Characters of HTML beside a split that are compared."""


def joined(html: str, before: Sequence[str]) -> str:
    """Return ``html`` with a newline in place of each split of code that no HTML in ``before`` has.

    A block of code may follow another one on purpose. An edit can change a line beside their border, but not both lines.
    """
    if "<pre" not in html.lower():
        return html
    borders = [_around(text, split) for text in before for split in _SPLIT.finditer(text)]
    if len(_SPLIT.findall(html)) <= len(borders):
        return html
    above, below = ({lines[side] for lines in borders} for side in (0, 1))

    def kept(split: re.Match[str]) -> str:
        around = _around(html, split)
        return split[0] if around[0] in above or around[1] in below else "\n"

    return _SPLIT.sub(kept, html)


def _around(html: str, split: re.Match[str]) -> tuple[str, str]:
    """Return the last line above ``split`` and the first line below it."""
    above = _lines(_BEGIN.split(html[max(0, split.start() - _NEAR) : split.start()])[-1])
    below = _lines(_END.split(html[split.end() : split.end() + _NEAR])[0])
    return above.rstrip("\n").rpartition("\n")[2].strip(), below.lstrip("\n").partition("\n")[0].strip()


def _lines(html: str) -> str:
    return plain(_BREAK.sub("\n", html)).replace("\xa0", " ")
