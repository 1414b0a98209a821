"""Clozes ``{{c1::text::hint}}`` in Markdown text; what stands in code or maths is none, but in a fence that says ``cloze``."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from deckbuilder import fence
from deckbuilder.blocks import leaves
from deckbuilder.field import CLOZE_CLOSE, CLOZE_HINT, CLOZE_NUMBER_END, CLOZE_OPEN

HIGHEST = 499
"""Anki gives every higher number the card of this one."""

MATH = r"(?<![\\$A-Za-z0-9])\$(?![\s$\]])(?:\\.|[^\\$\n\x02])+?(?<![\s\\])\$(?![$A-Za-z0-9])"
"""``$…$`` as pandoc reads it: no blank inside the dollars, no letter or digit right outside ("$5-$6" is money)."""
CODE_SPAN = r"(?<!`)(?P<ticks>`++)(?!`).+?(?<!`)(?P=ticks)(?!`)"

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TOKEN = re.compile(
    rf"\\.|{COMMENT.pattern}|{CODE_SPAN}|\$\$.+?\$\$|{MATH}|(?P<open>\{{\{{c(?P<number>\d+)::)|(?P<hint>::)|(?P<close>\}}{{2,}})",
    re.DOTALL,
)
_OPEN = re.compile(r"\{\{c(\d+)::")
_BRACE = re.compile(r"[{}]")
_LAST_TWO = re.compile(r"\}\}(?!\})")
_LEAVES = ("text", "heading", "table", "html")


@dataclass(frozen=True, slots=True)
class Token:
    """A part of a cloze; ``at`` counts characters of the text, ``line`` is the index of the line it is on."""

    kind: Literal["open", "hint", "close"]
    at: int
    text: str
    number: int = 0
    line: int = 0
    between: str = ""
    """The text up to the next part of a cloze; of the last part in a text, itself and what follows: never empty."""


class Scanner:
    """Finds clozes in one text after the other; one that is open at the end of a text goes on in the next."""

    def __init__(self) -> None:
        self.hints: list[bool] = []
        """For each open cloze, the outermost first: whether its hint has begun."""

    def tokens(self, text: str) -> list[Token]:
        """The parts of clozes in ``text``, in order. ``::`` and ``}}`` outside a cloze are none."""
        found: list[Token] = []
        if "{{c" not in text and not self.hints:
            return found
        for match in _TOKEN.finditer(text):
            line = text.count("\n", 0, match.start())
            if match["open"]:
                self.hints.append(False)
                found.append(Token("open", match.start(), match[0], int(match["number"]), line))
            elif match["hint"] and self.hints and not self.hints[-1]:
                self.hints[-1] = True
                found.append(Token("hint", match.start(), match[0], line=line))
            elif match["close"]:
                # In {{c1::{'a': {'b': 1}}}} the last two braces end the cloze, the others are text.
                ends = min(len(match[0]) // 2, len(self.hints))
                for at in range(match.end() - 2 * ends, match.end(), 2):
                    self.hints.pop()
                    found.append(Token("close", at, "}}", line=line))
        return [
            replace(token, between=text[token.at + len(token.text) : following.at] if following else text[token.at :])
            for token, following in itertools.zip_longest(found, found[1:])
        ]

    def mark(self, text: str) -> str:
        """``text`` with the control characters of ``field`` for each part of a cloze."""
        pieces, end = [], 0
        for token in self.tokens(text):
            pieces.append(text[end : token.at])
            if token.kind == "open":
                pieces.append(f"{CLOZE_OPEN}{token.number}{CLOZE_NUMBER_END}")
            else:
                pieces.append(CLOZE_HINT if token.kind == "hint" else CLOZE_CLOSE)
            end = token.at + len(token.text)
        return "".join([*pieces, text[end:]])


def in_code(text: str) -> list[Token]:
    """The parts of clozes ``{{c1::…}}`` in code, in order. ``::`` is code, so they have no hints.

    Braces of the code pair up inside a cloze (``{{c1::{{ user.name }} |safe}}``); if that gives the cloze no end, the
    first two closing braces that no other follows are its end.
    """
    found: list[Token] = []
    at = 0
    while match := _OPEN.search(text, at):
        end = _end_by_pairs(text, match.end())
        if end < 0:
            last = _LAST_TWO.search(text, match.end())
            end = last.end() - 2 if last else -1
        line = text.count("\n", 0, match.start())
        inside = text[match.end() : end] if end >= 0 else text[match.start() :]
        found.append(Token("open", match.start(), match[0], int(match[1]), line, inside))
        if end < 0:
            break
        found.append(Token("close", end, "}}", line=text.count("\n", 0, end), between=text[end:]))
        at = end + 2
    return found


def taken_out(code: str) -> tuple[str, list[tuple[int, str]]]:
    """``code`` without the marks of its clozes, and at which index of it which mark of ``field`` belongs."""
    pieces: list[str] = []
    marks: list[tuple[int, str]] = []
    end = taken = 0
    for token in in_code(code):
        pieces.append(code[end : token.at])
        marks.append((token.at - taken, f"{CLOZE_OPEN}{token.number}{CLOZE_NUMBER_END}" if token.kind == "open" else CLOZE_CLOSE))
        end = token.at + len(token.text)
        taken += len(token.text)
    return "".join([*pieces, code[end:]]), marks


def _end_by_pairs(text: str, begin: int) -> int:
    depth = 0
    for match in _BRACE.finditer(text, begin):
        if match[0] == "{":
            depth += 1
        elif depth:
            depth -= 1
        elif text.startswith("}}", match.start()):
            return match.start()
    return -1


def tokens(lines: Sequence[str]) -> list[Token]:
    """The parts of clozes in Markdown ``lines``, in order; ``at`` is -1, as nested blocks have no common text."""
    scanner, found = Scanner(), []
    for offset, block in leaves(lines):
        if block.kind == "fence" and fence.read(block).cloze:
            first = offset + block.start + 1
            found += [replace(token, at=-1, line=first + token.line) for token in in_code("\n".join(block.lines))]
        elif block.kind in _LEAVES:
            text = "\n".join(block.lines) if block.lines else block.text
            found += [replace(token, at=-1, line=offset + block.start + token.line) for token in scanner.tokens(text)]
    return found
