"""The parts of the clozes in a passage, with their lines."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from deckbuilder.cards.clozes import Scanner, Token, in_code, in_formula
from deckbuilder.markdown import fence_options
from deckbuilder.markdown.block import language_of
from deckbuilder.markdown.block_parser import leaves

_LEAVES = ("text", "heading", "table", "html")
"""The kinds of blocks that are scanned as running text."""


class Part(NamedTuple):
    """A part of a cloze, as ``Token``."""

    kind: str
    text: str
    number: int
    line: int
    """The index of the part's line in the passage."""
    between: str
    """The text between this part and the next. For the last part in a block: that part and the rest of the block."""


def parts(lines: Sequence[str]) -> list[Part]:
    """Return the parts of clozes in Markdown ``lines``, in order."""
    scanner, found = Scanner(), list[Part]()
    for offset, block in leaves(lines):
        first, text, tokens = offset + block.start, "\n".join(block.lines) or block.text, list[Token]()
        if block.kind == "fence":
            first += 1
            tokens = (
                in_formula(text) if language_of(block) == "math" else in_code(text) if fence_options.read(block).cloze else []
            )
        elif block.kind == "math":
            tokens = in_formula(text)
        elif block.kind in _LEAVES:
            tokens = scanner.tokens(text)
        found += _placed(tokens, text, first)
    return found


def _placed(tokens: Sequence[Token], text: str, line: int) -> Iterator[Part]:
    """Yield the parts ``tokens`` of ``text``, which begins on ``line`` of the passage."""
    done = 0
    for token, following in itertools.zip_longest(tokens, tokens[1:]):
        line += text.count("\n", done, token.at)
        done = token.at
        between = text[token.end : following.at] if following else text[token.at :]
        yield Part(token.kind, token.text, token.number, line, between)
