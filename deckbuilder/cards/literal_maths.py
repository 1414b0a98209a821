r"""Text that MathJax would take for a formula -> HTML that shows the text as its author wrote it.

On GitHub, ``\\(x\\)`` shows ``\(x\)``. A card with these characters would show a formula: MathJax reads the text of the page,
so a character reference does not help. MathJax reads no delimiter over the border of an element, so an empty one is between.
``HTMLDomStrings.handleContainer`` of MathJax ends the text there: https://github.com/mathjax/MathJax-src/blob/3.2.2/ts/handlers/html/HTMLDomStrings.ts
"""

from __future__ import annotations

import re

from deckbuilder.cards.media_references import split_at_tags
from deckbuilder.model.control_characters import MATHS

BORDER = "<span></span>"
"""The element between the two characters."""
_BACKSLASH = r"\\|&(?:#0*92(?!\d)|#x0*5c(?![\da-f])|bsol);?"
_BRACKET = r"[(\[]|&(?:#0*(?:40|91)(?!\d)|#x0*(?:28|5b)(?![\da-f])|lpar|lsqb|lbrack)"
_HAS_BACKSLASH = re.compile(_BACKSLASH, re.IGNORECASE).search
_FORMULA = "|".join(f"{begin}[^{end}]*{end}" for begin, end in MATHS.values())
_DELIMITER = re.compile(rf"(?P<formula>{_FORMULA})|(?:{_BACKSLASH})(?=(?P<end>\Z)|{_BRACKET})", re.IGNORECASE)
_NO_BORDER = re.compile(r"<wbr\b", re.IGNORECASE).match
"""Match at a tag over which MathJax reads on."""


def shielded(html: str) -> str:
    r"""Return ``html`` with an empty element between each ``\`` and ``(`` or ``[`` outside code, tags and formulas.

    The formulas of ``html`` are still between control characters, so ``\(`` is always text.
    """
    if not _HAS_BACKSLASH(html):
        return html
    parts = split_at_tags(html)
    for at in range(0, len(parts), 2):
        tag = parts[at + 1] if at + 1 < len(parts) else ""
        parts[at] = _shielded(parts[at], read_on=bool(_NO_BORDER(tag)))
    return "".join(parts)


def _shielded(text: str, *, read_on: bool) -> str:
    """Return ``text``, which has no tags, with borders. ``read_on`` is True if MathJax joins the text with the next one."""

    def border(match: re.Match[str]) -> str:
        free = match["formula"] or (match["end"] is not None and not read_on)
        return match[0] if free else match[0] + BORDER

    return _DELIMITER.sub(border, text)
