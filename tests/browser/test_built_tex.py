r"""TeX from Markdown to the card: accepted formulas do no harm there, and refused formulas are no formulas there.

``test_tex`` sets formulas directly; here they go through the build, a package, the real Anki and its MathJax.
The tests need Chromium, and fetch Anki's MathJax once. Without these, the tests skip; in CI, the tests fail.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from deckbuilder import assets
from deckbuilder.pipeline import build_deck
from deckbuilder.safety import macros
from tests.browser import hostile_tex
from tests.browser.phone import HERE, Phone, phone, sides
from tests.browser.test_clozed_maths import TYPESET
from tests.support import TIME, deck

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MIXES = int(os.environ.get("DECKBUILDER_TEX_MIXES", "100"))
"""Random formulas in a run."""
SEED = int(os.environ.get("DECKBUILDER_TEX_SEED", "1"))
PLACES = {
    "front": "## Q ${inline}$ {{#{id}}}\n\n$$\n{tex}\n$$\n\n---\n\nanswer\n",
    "back": "## Q {{#{id}}}\n\n${inline}$ and\n\n```math\n{tex}\n```\n",
    "hint": "## Q {{#{id} hint='$\\alpha$'}}\n\n| a |\n|---|\n| ${inline}$ |\n\nand[^1]\n\n[^1]: ${inline}$\n\nSource: ${inline}$\n",
    "choice": "## Q {{#{id} .choice}}\n\n- [x] ${inline}$\n- [ ] b\n",
    "cloze": "## A {{{{c1::word}}}} {{#{id} .cloze}}\n\n$$\n{tex}\n$$\n\n---\n\n${inline}$\n",
    "in-cloze": "## A {{{{c1::${inline}$::${inline}$}}}} {{#{id} .cloze}}\n\n> ${inline}$ and $a {{{{c2::{inline}::{inline}}}}} b$\n",
}
FORBIDDEN = re.compile(rf"\\(?:{'|'.join(name for name in macros.names() if macros.forbidden(name))})\b")
"""A macro that no card may have."""


@pytest.fixture(scope="module")
def opened(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Phone, Page]]:
    """A page of AnkiDroid with MathJax and our style."""
    folder = tmp_path_factory.mktemp("phone")
    with phone(cache, folder) as browser, browser.page("droid", 360, 740, folder) as page:
        page.add_style_tag(content=assets.text("card.css"))
        yield browser, page


def question(place: str, number: int, tex: str) -> str:
    """Return a question with ``tex`` in its ``place``."""
    inline = " ".join(tex.split())
    return PLACES[place].format(id=f"q{number}", tex=tex, inline=inline)


def judged(opened: tuple[Phone, Page], texts: list[str], folder: Path) -> tuple[set[str], list[str]]:
    """Build, import and show the questions; return (the ids that the check refuses, all harms)."""
    style = re.compile(r"<style>.*?</style>", re.DOTALL)
    browser, page = opened
    built = deck(folder / "deck", "\n".join(texts))
    lines = {problem.span.line for problem in built.diagnostics if problem.is_error}
    refused = {
        card.question.id for card in built.deck.entries if lines & {*range(card.question.span.line, card.question.end + 1)}
    }
    assert len(built.deck.entries) == len(texts)
    shown, _ = sides(build_deck.pack(built.deck, TIME).data, folder / "anki")
    # an answer shows its question, too; the question of a cloze shows the hint
    html = [style.sub("", side.html) for side in shown if side.name.endswith("answer") or "cloze" in side.html]
    browser.refused.clear()
    page.evaluate("() => { document.querySelectorAll('body > div[style]').forEach(bar => bar.remove()) }")
    found = page.evaluate((HERE / "tex.js").read_text(encoding="utf-8"), [html, 20])
    return refused, [f"{harm}: {where}" for where, harm in found] + browser.refused


@pytest.mark.parametrize("place", PLACES)
def test_every_macro_with_hostile_arguments(place: str, opened: tuple[Phone, Page], tmp_path: Path) -> None:
    """Each macro meets one place; with ``DECKBUILDER_TEX_MIXES`` above 1,000, every macro meets every place."""
    shift = list(PLACES).index(place)
    formulas = list(hostile_tex.each_macro(shift))[shift :: 1 if MIXES > 1000 else len(PLACES)]
    refused, harms = judged(opened, [question(place, number, tex) for number, tex in enumerate(formulas)], tmp_path)
    assert harms == []
    assert 0 < len(refused) < len(formulas) * 0.6  # both sides are tested


def test_random_mixes_of_allowed_macros(opened: tuple[Phone, Page], tmp_path: Path) -> None:
    mixes = hostile_tex.Mixes(random.Random(SEED))
    texts = [question(list(PLACES)[number % len(PLACES)], number, mixes.formula()) for number in range(MIXES)]
    refused, harms = judged(opened, texts, tmp_path)
    assert harms == []
    assert MIXES * 0.15 < len(refused) < MIXES * 0.85  # both sides are tested


@pytest.mark.parametrize("place", PLACES)
def test_what_is_refused_is_no_formula_on_the_card(place: str, opened: tuple[Phone, Page], tmp_path: Path) -> None:
    texts = [question(place, number, tex) for number, tex in enumerate(hostile_tex.HARMFUL)]
    built = deck(tmp_path / "deck", "\n".join(texts))
    lines = [problem.span.line for problem in built.diagnostics if problem.is_error and problem.code == "tex-macro"]
    for card in built.deck.entries:
        assert {*range(card.question.span.line, card.question.end + 1)}.intersection(lines), card.question.id
    assert not built.good
    shown, _ = sides(build_deck.pack(built.deck, TIME).data, tmp_path / "anki")
    active = "mjx-container [href], mjx-container .mine, mjx-container [id], mjx-container [style*='url']"
    for side in shown:
        opened[1].evaluate(TYPESET, side.html)
        assert opened[1].locator(active).count() == 0
        assert not FORBIDDEN.search(side.html)


def test_text_like_a_formula_is_text(opened: tuple[Phone, Page], tmp_path: Path) -> None:
    r"""An author writes ``\\(`` for ``\(``, and GitHub shows ``\(``."""
    text = "## Say \\\\(x\\\\) {#q hint='\\\\(h\\\\)'}\n\n\\\\[y\\\\] &#92;(z&#92;) **\\\\(w\\\\)** $v$ \\\\(\\href{javascript:x}{r}\\\\)\n\n<p>\\(u\\) \\<wbr>(t\\)</p>\n\nSource: \\\\(s\\\\)\n"
    built = deck(tmp_path / "deck", text)
    assert {problem.code for problem in built.diagnostics} == {"tex-delimiter", "literal-mark"}  # the latter in HTML
    shown, _ = sides(build_deck.pack(built.deck, TIME).data, tmp_path / "anki")
    for side, formulas in zip(shown, (0, 1), strict=True):
        assert opened[1].evaluate(TYPESET, side.html) == [formulas, []]
        seen = opened[1].evaluate("() => document.querySelector('#qa').textContent")
        written = [r"\(x\)"] + (
            [r"\[y\]", r"\(z\)", r"\(w\)", r"\(u\)", r"\(t\)", r"\(s\)", r"\(\href{javascript:x}{r}\)"] if formulas else []
        )
        assert [part for part in written if part not in seen] == []
