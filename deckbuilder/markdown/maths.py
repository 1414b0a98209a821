r"""Formulas ``$…$``, ``$`…`$`` and ``$$…$$`` in running text, as GitHub reads them.

GitHub documents the marks, and the letters and digits beside a dollar that make the dollar text:
https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/writing-mathematical-expressions,
https://github.com/github/markup/issues/1742. Han and Kana have no blanks, so they may touch a dollar here.
"""

from __future__ import annotations

import re
from typing import Literal

from deckbuilder.markdown.entities import as_text
from deckbuilder.model.control_characters import MATHS

LETTER = r"[^\W_\u2e80-\uffef\U00020000-\U0003ffff]"
_TEX = r"(?:\\[\s\S]|[^\\$`\n]|\n(?![ \t]*\n))"
FORMULA = rf"""
    \$\$ (?!\s*\$) (?P<block> (?:\\[\s\S]|[^\\$])++ ) \$\$
    |(?<!{LETTER}) \$ (?: `(?P<quoted>[^`]++)` | (?![\s$`])(?P<line>{_TEX}++)(?<!\s) ) \$ (?!{LETTER}|\$)
"""
"""A part of a verbose pattern. No blank is inside the dollars, no letter or digit beside them: "$5-$6" is money."""
_COMMENT = re.compile(r"(\\[\s\S]|%[^\n]*+\Z)|%[^\n]*+")


def in_field(tex: str, kind: Literal["inline", "block"]) -> str:
    r"""Return a formula for the tree of Python-Markdown, between marks for ``\(…\)`` or ``\[…\]``.

    A comment of TeX ends with its line, but a field has no lines. So comments are removed, except in the last line.
    """
    opening, closing = MATHS[kind]
    shown = _COMMENT.sub(lambda match: match[1] or "", tex) if "%" in tex else tex
    return opening + as_text(shown.strip()) + closing
