"""Clozes ``{{c1::text::hint}}`` in Markdown text and formulas. Code holds no clozes, except a fence with the word ``cloze``."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from deckbuilder.markdown import fence_options
from deckbuilder.markdown.block import language_of
from deckbuilder.markdown.block_parser import leaves
from deckbuilder.markdown.maths import pieces
from deckbuilder.model.control_characters import CLOZE_CLOSE, CLOZE_HINT, CLOZE_NUMBER_END, CLOZE_OPEN
from deckbuilder.model.splice import splice

HIGHEST = 499
"""The highest number of a cloze. Anki puts every higher number on this number's card."""

_HTML_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_PART = re.compile(r"(?P<open>\{\{c(?P<number>\d{1,9})::)|(?P<hint>::)|(?P<close>\}{2,})")
_PART_OF_MATHS = re.compile(r"\\[\s\S]|%[^\n]*+|\{\{c(?P<number>\d{1,9})::|(?P<hint>::)(?!=)|[{}]")
"""A comment of TeX holds no cloze. The ``::=`` of a grammar begins no hint."""
_OPEN = re.compile(r"\{\{c(\d{1,9})::")  # Python's int() refuses thousands of digits
_BRACE = re.compile(r"[{}]")
_LAST_TWO = re.compile(r"\}\}(?!\})")
_LEAVES = ("text", "heading", "table", "html")
"""The kinds of blocks that are scanned as running text."""


class Token(NamedTuple):
    """A part of a cloze. ``at`` is the index of the part's first character in the text, ``line`` the index of the part's line.

    A ``torn`` part would begin a cloze, but its formula ends before the cloze does.
    """

    kind: Literal["open", "hint", "close", "torn"]
    at: int
    text: str
    number: int = 0
    line: int = 0
    between: str = ""
    """The text between this part and the next. For the last part in a text: that part and the rest of the text."""

    @property
    def end(self) -> int:
        """The index of the character after this part."""
        return self.at + len(self.text)

    @property
    def mark(self) -> str:
        """The control characters for this part. A torn part is text."""
        if self.kind == "open":
            return f"{CLOZE_OPEN}{self.number}{CLOZE_NUMBER_END}"
        return self.text if self.kind == "torn" else CLOZE_HINT if self.kind == "hint" else CLOZE_CLOSE


class Scanner:
    """Finds clozes in one text after the other. A cloze that is open at the end of a text continues in the next text."""

    def __init__(self) -> None:
        self.hints: list[bool] = []
        """One value for each open cloze, the outermost first: true if its hint has begun."""

    def tokens(self, text: str) -> list[Token]:
        """Return the parts of clozes in ``text``, in order. ``::`` and ``}}`` outside a cloze are text."""
        found: list[Token] = []
        if "{{c" in text or self.hints:
            for kind, begin, end in pieces(text):
                if kind == "text":
                    for match in _PART.finditer(text, begin, end):
                        self._add(found, match)
                elif kind == "maths":
                    found += _in_formula(text, begin, end)
        return _placed(found, text)

    def _add(self, found: list[Token], match: re.Match[str]) -> None:
        if match["open"]:
            self.hints.append(False)
            found.append(Token("open", match.start(), match[0], int(match["number"])))
        elif match["hint"] and self.hints and not self.hints[-1]:
            self.hints[-1] = True
            found.append(Token("hint", match.start(), match[0]))
        elif match["close"]:
            # In {{c1::{'a': {'b': 1}}}} the last two braces end the cloze, the others are text.
            ends = min(len(match[0]) // 2, len(self.hints))
            for place in range(match.end() - 2 * ends, match.end(), 2):
                self.hints.pop()
                found.append(Token("close", place, "}}"))

    def mark(self, text: str) -> str:
        """Return ``text`` with control characters (see ``model.control_characters``) for each part of a cloze."""
        return _marked(text, self.tokens(text))


def _marked(text: str, tokens: Iterable[Token]) -> str:
    return splice(text, ((token.at, token.end, token.mark) for token in tokens))


def in_formula(tex: str) -> list[Token]:
    """Return the parts of clozes in a whole formula, in order. Braces of TeX come in pairs: ``\\frac{{{c1::a}}}{b}``."""
    return _placed(_in_formula(tex, 0, len(tex)), tex)


def _in_formula(text: str, begin: int, end: int) -> list[Token]:
    found: list[Token] = []
    opened: list[int] = []  # for each open cloze its index in found, for each open brace of TeX -1
    hints: dict[int, int] = {}
    while match := _PART_OF_MATHS.search(text, begin, end):
        at, begin = match.start(), match.end()
        top = opened[-1] if opened else -1
        if match["number"]:
            opened.append(len(found))
            found.append(Token("open", at, match[0], int(match["number"])))
        elif match["hint"] and top >= 0 and top not in hints:
            hints[top] = len(found)
            found.append(Token("hint", at, "::"))
        elif match[0] == "{":
            opened.append(-1)
        elif match[0] == "}" and top >= 0 and text.startswith("}}", at):
            opened.pop()
            found.append(Token("close", at, "}}"))
            begin += 1
        elif match[0] == "}" and opened and top < 0:
            opened.pop()
    torn = {at for at in opened if at >= 0}
    lost = {hints[at] for at in torn if at in hints}
    return [token._replace(kind="torn") if at in torn else token for at, token in enumerate(found) if at not in lost]


def marked_formula(tex: str) -> str:
    """Return ``tex``, a whole formula, with control characters for each part of a cloze."""
    return _marked(tex, in_formula(tex)) if "{{c" in tex else tex


def without_comments(text: str) -> str:
    """Return ``text`` without ``<!-- … -->``."""
    end = text.rfind("-->") + 3  # no comment ends after this, and repeated searches for an end take quadratic time
    return _HTML_COMMENT.sub("", text[:end]) + text[end:] if end > 2 else text


def in_code(text: str) -> list[Token]:
    """Return the parts of clozes ``{{c1::…}}`` in code, in order. ``::`` is code, so these clozes have no hints.

    Inside a cloze, the braces of the code are read in pairs, as in ``{{c1::{{ user.name }} |safe}}``. If no ``}}`` remains
    for the cloze, the cloze ends at the first ``}}`` without a third ``}`` behind it.
    """
    found: list[Token] = []
    pairs, at = _Pairs(text), 0
    while match := _OPEN.search(text, at):
        end = pairs.end(match.end())
        if end < 0:
            last = _LAST_TWO.search(text, match.end())
            end = last.end() - 2 if last else -1
        found.append(Token("open", match.start(), match[0], int(match[1])))
        if end < 0:
            break
        found.append(Token("close", end, "}}"))
        at = end + 2
    return _placed(found, text)


def _placed(tokens: Sequence[Token], text: str) -> list[Token]:
    """Return ``tokens`` with their ``Token.line`` and ``Token.between``, from ``text``."""
    found: list[Token] = []
    line = done = 0
    for token, following in itertools.zip_longest(tokens, tokens[1:]):
        line += text.count("\n", done, token.at)
        done = token.at
        between = text[token.end : following.at] if following else text[token.at :]
        found.append(token._replace(line=line, between=between))
    return found


def taken_out(code: str) -> tuple[str, list[tuple[int, str]]]:
    """Return ``code`` without the marks of its clozes, and (index in the new code, control characters) of each mark."""
    found = in_code(code)
    marks: list[tuple[int, str]] = []
    taken = 0
    for token in found:
        marks.append((token.at - taken, token.mark))
        taken += len(token.text)
    return splice(code, ((token.at, token.end, "") for token in found)), marks


class _Pairs:
    """The braces of a text; finds the first ``}}`` after an index whose braces have no partners after that index."""

    def __init__(self, text: str) -> None:
        self._places = [match.start() for match in _BRACE.finditer(text)]
        self._ends = [-1] * (len(self._places) + 1)
        partner: dict[int, int] = {}
        opened: list[int] = []
        for at, place in enumerate(self._places):
            if text[place] == "{":
                opened.append(at)
            elif opened:
                partner[opened.pop()] = at
        for at in reversed(range(len(self._places))):
            place = self._places[at]
            if text.startswith("}}", place):
                self._ends[at] = place
            elif text[place] == "}":
                self._ends[at] = self._ends[at + 1]
            elif at in partner:
                self._ends[at] = self._ends[partner[at] + 1]

    def end(self, begin: int) -> int:
        """Return the index of that ``}}`` after index ``begin``, or -1."""
        return self._ends[bisect_left(self._places, begin)]


def tokens(lines: Sequence[str]) -> list[Token]:
    """Return the parts of clozes in Markdown ``lines``, in order; ``at`` is -1, as nested blocks have no common text."""
    scanner, found = Scanner(), list[Token]()
    for offset, block in leaves(lines):
        first, text, parts = offset + block.start, "\n".join(block.lines) or block.text, list[Token]()
        if block.kind == "fence":
            first += 1
            parts = in_formula(text) if language_of(block) == "math" else in_code(text) if fence_options.read(block).cloze else []
        elif block.kind == "math":
            parts = in_formula(text)
        elif block.kind in _LEAVES:
            parts = scanner.tokens(text)
        found += [token._replace(at=-1, line=first + token.line) for token in parts]
    return found
