r"""Formulas ``$…$``, ``$`…`$`` and ``$$…$$`` in running text, as GitHub reads them; and the pieces of a text.

GitHub documents the marks, and the letters and digits beside a dollar that make the dollar text:
https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/writing-mathematical-expressions,
https://github.com/github/markup/issues/1742. Han and Kana have no blanks, so they may touch a dollar here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from deckbuilder.markdown.code_spans import Ticks
from deckbuilder.markdown.entities import ESCAPED, as_text
from deckbuilder.model.control_characters import MATHS
from deckbuilder.model.splice import blanks

LETTER = r"[^\W_\u2e80-\uffef\U00020000-\U0003ffff]"
_TEX = r"(?:\\[\s\S]|[^\\$`\n]|\n(?![ \t]*\n))"
FORMULA = rf"""
    \$\$ (?!\s*\$) (?P<block> (?:\\[\s\S]|[^\\$])++ ) \$\$
    |(?<!{LETTER}) \$ (?: `(?P<code>[^`]++)` | (?![\s$`])(?P<line>{_TEX}++)(?<!\s) ) \$ (?!{LETTER}|\$)
"""
"""A part of a verbose pattern. No blank is inside the dollars, no letter or digit beside them: "$5-$6" is money."""
_BEGIN = re.compile(rf"{ESCAPED}|(?P<comment><!--)|(?P<ticks>`+)|(?P<maths>{FORMULA})|(?P<dollars>\$+)", re.VERBOSE)
_COMMENT = re.compile(r"(\\[\s\S]|%[^\n]*+\Z)|%[^\n]*+")

Kind = Literal["text", "escape", "code", "comment", "maths"]


class Piece(NamedTuple):
    """The characters ``begin`` to ``end`` (exclusive) of a text."""

    kind: Kind
    begin: int
    end: int


def pieces(text: str) -> Iterator[Piece]:
    """Yield all pieces of running ``text``, in order."""
    ticks = Ticks(text)
    last_comment, done, at = text.rfind("-->"), 0, 0
    while match := _BEGIN.search(text, at):
        at, end = match.end(), match.end()
        kind: Kind = "escape"
        if match["maths"]:
            kind = "maths"
        elif match["ticks"]:
            kind, end = "code", ticks.end(match)
        elif match["comment"]:
            kind, end = "comment", text.index("-->", at) + 3 if last_comment >= at else -1
        elif match["dollars"]:
            end = -1
        if end >= 0:
            if match.start() > done:
                yield Piece("text", done, match.start())
            yield Piece(kind, match.start(), end)
            done = at = end
    if done < len(text):
        yield Piece("text", done, len(text))


def prose(text: str, *keep: Kind) -> str:
    """Return ``text`` with a blank for each character, except newlines, of the pieces that are not ``keep``, by default text."""
    return "".join(
        text[begin:end] if kind in (keep or ("text",)) else blanks(text[begin:end]) for kind, begin, end in pieces(text)
    )


def in_field(tex: str, kind: Literal["inline", "block"]) -> str:
    r"""Return a formula for the tree of Python-Markdown, between marks for ``\(…\)`` or ``\[…\]``.

    A comment of TeX ends with its line, but a field has no lines. So comments are removed, except in the last line.
    """
    opening, closing = MATHS[kind]
    shown = _COMMENT.sub(lambda match: match[1] or "", tex) if "%" in tex else tex
    return opening + as_text(shown.strip()) + closing
