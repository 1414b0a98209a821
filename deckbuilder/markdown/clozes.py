"""Clozes ``{{c1::text::hint}}`` in Markdown text. Code and maths hold no clozes, except a fence with the word ``cloze``."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Literal, NamedTuple

from deckbuilder.markdown import fence_options
from deckbuilder.markdown.block_parser import leaves
from deckbuilder.markdown.code_spans import Ticks
from deckbuilder.model.control_characters import CLOZE_CLOSE, CLOZE_HINT, CLOZE_NUMBER_END, CLOZE_OPEN
from deckbuilder.model.splice import splice

HIGHEST = 499
"""The highest number of a cloze. Anki puts every higher number on this number's card."""

MATH_LINE = r"\$(?:`[^`]++`|(?![\s$`])(?:\\[\s\S]|[^\\$`\n]|\n(?![ \t]*\n))++(?<!\s))\$(?![\d$])"
"""``$…$`` as GitHub reads it, and ``$`…`$``: no blank inside the dollars, no digit behind them ("$5-$6" is money)."""
MATH = rf"(?<![\\$]){MATH_LINE}"
MATH_BLOCK = r"\$\$(?!\s*\$)(?:\\[\s\S]|[^\\$])++\$\$"
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TOKEN = re.compile(
    rf"""
    \\.
    |(?P<begin><!--|\$\$)                            # a comment or displayed maths
    |(?P<ticks>`+)
    |{MATH}
    |(?P<open>\{{\{{c(?P<number>\d{{1,9}})::)
    |(?P<hint>::)
    |(?P<close>\}}{{2,}})
    """,
    re.DOTALL | re.VERBOSE,
)
_OPEN = re.compile(r"\{\{c(\d{1,9})::")  # Python's int() refuses thousands of digits
_BRACE = re.compile(r"[{}]")
_LAST_TWO = re.compile(r"\}\}(?!\})")
_LEAVES = ("text", "heading", "table", "html")
"""The kinds of blocks that may have clozes, besides fences with the word ``cloze``."""


class Token(NamedTuple):
    """A part of a cloze. ``at`` is the index of the part's first character in the text, ``line`` the index of the part's line."""

    kind: Literal["open", "hint", "close"]
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
        """The control characters for this part."""
        if self.kind == "open":
            return f"{CLOZE_OPEN}{self.number}{CLOZE_NUMBER_END}"
        return CLOZE_HINT if self.kind == "hint" else CLOZE_CLOSE


class Scanner:
    """Finds clozes in one text after the other. A cloze that is open at the end of a text continues in the next text."""

    def __init__(self) -> None:
        self.hints: list[bool] = []
        """One value for each open cloze, the outermost first: true if its hint has begun."""

    def tokens(self, text: str) -> list[Token]:
        """Return the parts of clozes in ``text``, in order. ``::`` and ``}}`` outside a cloze are text."""
        found: list[Token] = []
        if "{{c" not in text and not self.hints:
            return found
        ticks, ends_of_lines, at = Ticks(text), _line_ends(text), 0
        while match := _TOKEN.search(text, at):
            at = match.end()
            line = bisect_left(ends_of_lines, match.start())
            if match["ticks"]:
                at = max(at, ticks.end(match))
            elif match["begin"]:
                at = max(at, _end_of(match, text))
            elif match["open"]:
                self.hints.append(False)
                found.append(Token("open", match.start(), match[0], int(match["number"]), line))
            elif match["hint"] and self.hints and not self.hints[-1]:
                self.hints[-1] = True
                found.append(Token("hint", match.start(), match[0], line=line))
            elif match["close"]:
                # In {{c1::{'a': {'b': 1}}}} the last two braces end the cloze, the others are text.
                ends = min(len(match[0]) // 2, len(self.hints))
                for place in range(match.end() - 2 * ends, match.end(), 2):
                    self.hints.pop()
                    found.append(Token("close", place, "}}", line=line))
        return _with_between(found, text)

    def mark(self, text: str) -> str:
        """Return ``text`` with control characters (see ``model.control_characters``) for each part of a cloze."""
        return splice(text, ((token.at, token.end, token.mark) for token in self.tokens(text)))


def _end_of(begin: re.Match[str], text: str) -> int:
    """Return the end of the comment or maths that ``begin`` begins, or -1."""
    if begin[0] == "<!--":
        end = text.find("-->", begin.end())
        return end + 3 if end >= 0 else -1
    end = text.find("$$", begin.end() + 1)
    return end + 2 if end >= 0 else -1


def _line_ends(text: str) -> list[int]:
    return [match.start() for match in re.finditer("\n", text)]


def without_comments(text: str) -> str:
    """Return ``text`` without ``<!-- … -->``."""
    end = text.rfind("-->") + 3  # no comment ends after this, and repeated searches for an end take quadratic time
    return _COMMENT.sub("", text[:end]) + text[end:] if end > 2 else text


def in_code(text: str) -> list[Token]:
    """Return the parts of clozes ``{{c1::…}}`` in code, in order. ``::`` is code, so these clozes have no hints.

    Inside a cloze, the braces of the code are read in pairs, as in ``{{c1::{{ user.name }} |safe}}``. If no ``}}`` remains
    for the cloze, the cloze ends at the first ``}}`` without a third ``}`` behind it.
    """
    found: list[Token] = []
    pairs, ends_of_lines, at = _Pairs(text), _line_ends(text), 0
    while match := _OPEN.search(text, at):
        end = pairs.end(match.end())
        if end < 0:
            last = _LAST_TWO.search(text, match.end())
            end = last.end() - 2 if last else -1
        found.append(Token("open", match.start(), match[0], int(match[1]), bisect_left(ends_of_lines, match.start())))
        if end < 0:
            break
        found.append(Token("close", end, "}}", line=bisect_left(ends_of_lines, end)))
        at = end + 2
    return _with_between(found, text)


def _with_between(tokens: Sequence[Token], text: str) -> list[Token]:
    """Return ``tokens`` with their ``Token.between``, from ``text``."""
    return [
        token._replace(between=text[token.end : following.at] if following else text[token.at :])
        for token, following in itertools.zip_longest(tokens, tokens[1:])
    ]


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
    scanner, found = Scanner(), []
    for offset, block in leaves(lines):
        if block.kind == "fence" and fence_options.read(block).cloze:
            first = offset + block.start + 1
            found += [token._replace(at=-1, line=first + token.line) for token in in_code("\n".join(block.lines))]
        elif block.kind in _LEAVES:
            text = "\n".join(block.lines) if block.lines else block.text
            found += [token._replace(at=-1, line=offset + block.start + token.line) for token in scanner.tokens(text)]
    return found
