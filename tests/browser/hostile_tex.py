"""TeX of an attacker: each macro that MathJax knows with hostile arguments, and random mixes of the macros on the list."""

from __future__ import annotations

import random
from collections.abc import Iterator

from deckbuilder import assets
from deckbuilder.safety import macros

HOSTILE = (
    "red;position:fixed;background:url(//e.test/a)",
    "</p><img src=x onerror=alert(1)>",
    'a="b;background:url(//e.test/b)" onclick="alert(1)"',
    "-99em",
)
FORMS = (r"\{0}{{{1}}}{{{1}}}{{x}}{{x}}", r"\{0}[{1}]{{{1}}}{{x}}{{x}}", r"\{0}*{{x}}[{1}]{{{1}}}", r"\{0} {1} x")
ENVIRONMENTS = (
    r"\begin{{{0}}}{{{1}}} x & y \\[{1}] z \end{{{0}}}",
    r"\begin{{{0}}}[{1}][{1}]{{c}} x & y \\ z \end{{{0}}}",
    r"\begin{{{0}}}{{{1}}}{{{1}}} x \end{{{0}}}",
    r"\begin{{{0}}}[{1}]{{{1}}} x \end{{{0}}}",
)
"""Each macro meets each hostile text in one form, and each form once."""
HARMFUL = (
    r"\href{javascript:alert(1)}{x}",
    r"\fcolorbox{red;position:fixed;top:0;left:0;width:99em;height:99em}{white}{x}",
    r"\bbox[background:url(//e.test/a)]{x}",
    r"\unicode[x;background:url(//e.test/a)]{x41}",
    r"\class{mine}{\cssId{mine}{x}}",
    r"\def\u{\unicode}\u[x;background:url(//e.test/a)]{x41}",
)
"""Formulas that a browser would show with a link, a request, a class or a place outside the card."""


def each_macro(shift: int) -> Iterator[str]:
    """Yield a formula for each macro and environment; ``shift`` moves the forms and the hostile texts."""
    environments = assets.data("tex.toml")["harmless"]["environments"].split()
    for number, name in enumerate(sorted(macros.names())):
        hostile = HOSTILE[(number + shift) % len(HOSTILE)]
        if name.isalpha():
            yield FORMS[(number - shift) % len(FORMS)].format(name, hostile)
        if name in environments:
            yield ENVIRONMENTS[(number - shift) % len(FORMS)].format(name, hostile)


class Mixes:
    """Random formulas of macros on the list, with hostile arguments at every depth."""

    _COLOURS = ("red", "#08f", "red!50", "rgb(1,2,3)", "red;x:y", r"\alpha", "#1", "var(--a)", "url(//e.test/c)")
    _LENGTHS = ("2pt", "-99em", "1em;position:fixed", "99999px", r"\fboxsep", "calc(1px)", "x", "-1ex plus 1fil")
    _TEXTS = (
        "x",
        "1",
        "x_1^2",
        "a & b",
        r"a \\ b",
        "<b>",
        '"',
        "//e.test/d",
        "javascript:alert(1)",
        "&#92;href",
        "~",
        "%c",
        "中",
    )

    def __init__(self, chance: random.Random) -> None:
        data = assets.data("tex.toml")
        harmless = dict(data["harmless"])
        self._environments: list[str] = harmless.pop("environments").split()
        self._signs: str = harmless.pop("signs")
        self._harmless = sorted({name for names in harmless.values() for name in names.split() if name.isalpha()})
        self._checked = sorted({name for names in data["checked"].values() for name in names.split()})
        self._definitions = sorted(data["definitions"]["names"].split())
        self._chance = chance

    def formula(self) -> str:
        """Return the TeX of a formula with one to three parts."""
        return " ".join(self._part(4) for _ in range(self._chance.randint(1, 3)))

    def _part(self, depth: int) -> str:
        pick = self._chance.choice
        if depth == 0:
            return pick((*self._TEXTS, pick(HOSTILE)))
        ways = (self._macro, self._macro, self._macro, self._environment, self._coloured, self._pair, self._defined)
        return self._chance.choices(ways, weights=(3, 3, 3, 2, 1, 1, 0.3))[0](depth - 1)

    def _macro(self, depth: int) -> str:
        chance = self._chance
        option = f"[{self._option(depth)}]" if chance.random() < 0.3 else ""
        star = "*" if chance.random() < 0.1 else ""
        arguments = "".join(f"{{{self._part(depth)}}}" for _ in range(chance.randint(0, 3)))
        return f"\\{chance.choice(self._harmless)}{star}{option}{arguments} "

    def _option(self, depth: int) -> str:
        return self._chance.choice((*self._LENGTHS, *self._COLOURS, *HOSTILE, self._part(depth)))

    def _environment(self, depth: int) -> str:
        name = self._chance.choice(self._environments)
        inner = f"{self._part(depth)} & {self._part(depth)} \\\\[{self._option(depth)}] {self._part(depth)}"
        head = self._chance.choice(("", "{cc}", f"{{{self._option(depth)}}}", f"[{self._option(depth)}]"))
        return rf"\begin{{{name}}}{head} {inner} \end{{{name}}}"

    def _coloured(self, depth: int) -> str:
        colour = self._chance.choice(("red", "#08f", self._chance.choice(self._COLOURS)))
        option = self._chance.choice(("", "", f"[{self._option(depth)}]"))
        return rf"\{self._chance.choice(self._checked)}{option}{{{colour}}}{{{self._part(depth)}}}{{{self._part(depth)}}}"

    def _pair(self, depth: int) -> str:
        return rf"\left( {self._part(depth)} \right) \{self._chance.choice(self._signs)} "

    def _defined(self, depth: int) -> str:
        name = self._chance.choice(("mine", "href", "x", "frac"))
        return (
            rf"\{self._chance.choice(self._definitions)}{{\{name}}}[1]{{{self._part(depth)} #1}} \{name}{{{self._part(depth)}}}"
        )
