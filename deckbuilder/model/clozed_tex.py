r"""A formula with clozes -> TeX that is right on each card: with a cloze hidden as ``[...]``, and with the cloze shown.

Anki does not know TeX. Anki ends a cloze at the first ``}}``, and begins the hint at the first ``::``. It writes ``[...]``
into the formula. MathJax reads ``[...]`` behind ``\sqrt`` or ``\\`` as an option, and behind ``\frac`` as one ``[``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from deckbuilder.model.control_characters import CLOZE_CLOSE, CLOZE_HINT, CLOZE_NUMBER_END, CLOZE_OPEN

_TOO_CLOSE = re.compile(rf"\}}(?=[}}{CLOZE_CLOSE}])|:(?=[:{CLOZE_HINT}])")
_TOKEN = re.compile(
    rf"""
    (?P<row>\\\\|\\begin\s*\{{[^{{}}]*\}})
    |(?P<option>\\(?:sqrt|x[a-z]*arrow)\s*\[)
    |(?P<pair>\\(?:left|right)(?![a-zA-Z]))
    |\\(?:middle|[bB]igg?[lrm]?)(?![a-zA-Z])         # a delimiter follows, and no argument
    |(?P<two>\\(?:[dtc]?frac|[dt]?binom|overset|underset|stackrel|textcolor)(?![a-zA-Z]))
    |(?P<one>\\[a-zA-Z]+|[\^_])
    |(?P<cloze>{CLOZE_OPEN}\d+{CLOZE_NUMBER_END})
    |(?P<close>{CLOZE_CLOSE})
    |(?P<cell>&amp;)
    |(?P<blank>\s+)
    |\\.|&\#?\w+;|.
    """,
    re.DOTALL | re.VERBOSE,
)


@dataclass(slots=True)
class _Opened:
    """An open cloze, brace or option."""

    kind: Literal["cloze", "{", "["]
    wanted: int
    """How many arguments the command before still wants, after this one."""
    place: int = -1
    """The index of an empty text before a cloze that may become a brace, else -1."""
    whole: bool = True
    """False for a cloze that is no argument: it has an end of a cell or row in it, or begins with ``^``."""
    pairs: int = 0
    r"""How many more ``\left`` than ``\right`` are in a cloze."""


def clozed_tex(tex: str) -> str:
    r"""Return a formula with braces around each cloze that is an argument. Blanks keep each ``}}`` and ``::`` of TeX apart.

    ``\sqrt{{c1::2}}`` becomes ``\sqrt{{{c1::2}}}``, and ``{{c1::\frac{a}{b}}}`` becomes ``{{c1::\frac{a}{b} }}``. Parts of
    clozes are control characters in ``tex`` and in the result.
    """
    return _TOO_CLOSE.sub(r"\g<0> ", _Groups().read(tex) if CLOZE_OPEN in tex else tex)


class _Groups:
    """Reads a formula, and puts braces around the clozes that are arguments."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.opened: list[_Opened] = []
        self.wanted = 0  # how many arguments the last command still wants
        self.last = ""  # the last token that is not blank

    def read(self, tex: str) -> str:
        """Return ``tex`` with these braces."""
        for match in _TOKEN.finditer(tex):
            char, behind = match[0], ""
            if match["cloze"]:
                self._open_cloze()
            elif match["option"] or char == "{":
                self._open("[" if match["option"] else "{")
            elif match["close"] or char in ("}", "]"):
                behind = self._close("cloze" if match["close"] else "{" if char == "}" else "[")
            elif not match["blank"]:
                self._other(match)
            self.pieces += [char, behind]
            if not match["blank"]:
                self.last = char
        return "".join(self.pieces)

    def _open_cloze(self) -> None:
        wanted = self.wanted > 0 or (bool(self.opened) and self.opened[-1].kind == "[")
        self.pieces.append("{}" if self.last.startswith(("\\\\", "\\begin")) else "")
        self._open("cloze", len(self.pieces) - 1 if wanted else -1)

    def _open(self, kind: Literal["cloze", "{", "["], place: int = -1) -> None:
        self.opened.append(_Opened(kind, 1 if kind == "[" else max(0, self.wanted - 1), place))
        self.wanted = 0

    def _close(self, kind: Literal["cloze", "{", "["]) -> str:
        """End what is open, and return the brace that comes behind the end of a cloze, or ``""``."""
        while kind != "[" and self.opened and self.opened[-1].kind == "[":
            self.opened.pop()  # an option without an end
        if not self.opened or self.opened[-1].kind != kind:
            self.wanted = 0
            return ""
        closed = self.opened.pop()
        self.wanted = closed.wanted
        if closed.place < 0 or not closed.whole or closed.pairs:
            return ""
        self.pieces[closed.place] = "{"
        return "}"

    def _other(self, match: re.Match[str]) -> None:
        top = self.opened[-1] if self.opened and self.opened[-1].kind == "cloze" else None
        if top and (match["row"] or match["cell"] or (match[0] in "^_" and self.last[0] == CLOZE_OPEN)):
            top.whole = False
        if top and match["pair"]:
            top.pairs += 1 if match[0] == r"\left" else -1
        self.wanted = 2 if match["two"] else 1 if match["one"] else max(0, self.wanted - 1)
