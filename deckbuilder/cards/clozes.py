"""Clozes ``{{c1::text::hint}}`` in Markdown text and formulas. Code holds no clozes, except a fence with the word ``cloze``."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from deckbuilder.markdown import to_html
from deckbuilder.markdown.pieces import pieces
from deckbuilder.model.control_characters import CLOZE_CLOSE, CLOZE_HINT, CLOZE_NUMBER_END, CLOZE_OPEN
from deckbuilder.model.splice import splice

_PART = re.compile(r"(?P<open>\{\{c(?P<number>\d{1,9})::)|(?P<hint>::)|(?P<close>\}{2,})")
_PART_OF_MATHS = re.compile(r"\\[\s\S]|%[^\n]*+|\{\{c(?P<number>\d{1,9})::|(?P<hint>::)(?!=)|[{}]")
"""A comment of TeX holds no cloze. The ``::=`` of a grammar begins no hint."""
_OPEN = re.compile(r"\{\{c(\d{1,9})::")  # Python's int() refuses thousands of digits
_BRACE = re.compile(r"[{}]")
_LAST_TWO = re.compile(r"\}\}(?!\})")
_LONE_MARKS = re.compile(rf"<p>((?:{CLOZE_OPEN}\d+{CLOZE_NUMBER_END}|{CLOZE_CLOSE})+)</p>")
"""A paragraph that only opens or closes a cloze: the cloze holds whole blocks, so the tags of that paragraph must go."""


class Token(NamedTuple):
    """A part of a cloze. ``at`` is the index of the part's first character in the text.

    A ``torn`` part would begin a cloze, but its formula ends before the cloze does.
    """

    kind: Literal["open", "hint", "close", "torn"]
    at: int
    text: str
    number: int = 0

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


def in_formula(text: str, begin: int = 0, end: int | None = None) -> list[Token]:
    """Return the parts of clozes in a whole formula, in order: that from ``begin`` to ``end`` of ``text``.

    Braces of TeX come in pairs: ``\\frac{{{c1::a}}}{b}``.
    """
    found: list[Token] = []
    opened: list[int] = []  # for each open cloze its index in found, for each open brace of TeX -1
    hints: dict[int, int] = {}
    while match := _PART_OF_MATHS.search(text, begin, len(text) if end is None else end):
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
        self._ends = [-1]
        """For each brace, the ``}}`` that ends a cloze whose text begins there; then -1. While it grows, the last brace is first."""
        behind: list[int] = []  # for each closing brace without a partner yet, the end of what is behind that brace
        for place in reversed(self._places):
            if text[place] == "}":
                behind.append(self._ends[-1])
                self._ends.append(place if text.startswith("}}", place) else behind[-1])
            else:
                self._ends.append(behind.pop() if behind else -1)
        self._ends.reverse()

    def end(self, begin: int) -> int:
        """Return the index of that ``}}`` after index ``begin``, or -1."""
        return self._ends[bisect_left(self._places, begin)]


class Scanner:
    """Finds clozes in one text after the other. A cloze that is open at the end of a text continues in the next text."""

    def __init__(self) -> None:
        self.hints: list[bool] = []
        """One value for each open cloze, the outermost first: true if its hint has begun."""
        self.braces: list[bool] = []
        """One value for each open cloze: true if a brace of the text is directly before it, as in ``{{{c1::a}}}``."""

    def tokens(self, text: str) -> list[Token]:
        """Return the parts of clozes in ``text``, in order. ``::`` and ``}}`` outside a cloze are text."""
        found: list[Token] = []
        if "{{c" in text or self.hints:
            for kind, begin, end in pieces(text):
                if kind == "text":
                    for match in _PART.finditer(text, begin, end):
                        self._add(found, match)
                elif kind == "maths":
                    found += in_formula(text, begin, end)
        return found

    def _add(self, found: list[Token], match: re.Match[str]) -> None:
        if match["open"]:
            self.hints.append(False)
            self.braces.append(match.string[match.start() - 1 : match.start()] == "{")
            found.append(Token("open", match.start(), match[0], int(match["number"])))
        elif match["hint"] and self.hints and not self.hints[-1]:
            self.hints[-1] = True
            found.append(Token("hint", match.start(), match[0]))
        elif match["close"]:
            # In {{c1::{'a': {'b': 1}}}} the last two braces end the cloze, the others are text.
            ends = min(len(match[0]) // 2, len(self.hints))
            # In {{{c1::a}}} the last brace is text: its partner is before the cloze.
            end = match.end() - (0 < 2 * ends < len(match[0]) and self.braces[-ends])
            for place in range(end - 2 * ends, end, 2):
                self.hints.pop()
                self.braces.pop()
                found.append(Token("close", place, "}}"))

    def mark(self, text: str) -> str:
        """Return ``text`` with control characters (see ``model.control_characters``) for each part of a cloze."""
        return _marked(text, self.tokens(text))

    def mark_formula(self, tex: str) -> str:
        """Return ``tex``, a whole formula, with control characters for each part of a cloze."""
        return _marked(tex, in_formula(tex)) if "{{c" in tex else tex

    def of_code(self, code: str) -> tuple[str, list[tuple[int, str]]]:
        """Return what ``taken_out`` returns."""
        return taken_out(code)


def _marked(text: str, tokens: Iterable[Token]) -> str:
    return splice(text, ((token.at, token.end, token.mark) for token in tokens))


def html(text: str, words: Mapping[str, str], *, lead: int = 0, drawn: bool = False) -> str:
    """Return the HTML of Markdown ``text`` with clozes. ``words``, ``lead`` and ``drawn`` are those of ``to_html.html``."""
    return _LONE_MARKS.sub(r"\1", to_html.html(text, words, marks=Scanner, lead=lead, drawn=drawn))
