"""Repairs of an editor's HTML that need the text before the edit: Anki's editor splits a block of code at each new line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from deckbuilder.model.anki_text import plain

_SPLIT = re.compile(r"(?:</code>)?</pre>\s*<pre\b[^<>]*>(?:<code\b[^<>]*>)?", re.IGNORECASE)
_BREAK = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
_NEAR = 300
"""Characters of HTML beside a split that are compared."""


def joined(html: str, before: Sequence[str]) -> str:
    """Return ``html`` with a newline in place of each split of code that no HTML in ``before`` has."""
    if "<pre" not in html.lower():
        return html
    known = {_around(text, split) for text in before for split in _SPLIT.finditer(text)}
    return _SPLIT.sub(lambda split: split[0] if _around(html, split) in known else "\n", html)


def _around(html: str, split: re.Match[str]) -> tuple[str, str]:
    """Return the last line above ``split`` and the first line below it."""
    above = _lines(html[max(0, split.start() - _NEAR) : split.start()].rpartition("<pre")[2])
    below = _lines(html[split.end() : split.end() + _NEAR].partition("</pre")[0])
    return above.rstrip("\n").rpartition("\n")[2].strip(), below.lstrip("\n").partition("\n")[0].strip()


def _lines(html: str) -> str:
    return plain(_BREAK.sub("\n", html)).replace("\xa0", " ")
