"""The preview draws formulas as Anki does: with Anki's own MathJax as the oracle."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from deckbuilder.pipeline import build_deck
from tests.browser.phone import Phone, anki_web, sides
from tests.browser.previewed import SOON, Preview, is_reached
from tests.running import rename_over
from tests.support import TIME, built, write

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FORMULAS = (
    r"x^2 + y_1",
    r"\frac{a}{b} \sqrt[3]{x} \sum_{i=1}^n i \int_0^\infty e^{-x} \, dx",
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix} \begin{cases} 1 & x < 0 \\ 2 & \text{else} \end{cases}",
    r"\begin{align} a &= b \\ &= c \end{align}",
    r"\ce{2H2 + O2 -> 2H2O} \quad \ce{SO4^2-}",
    r"\cancel{x} \bcancel{y} \boxed{z} \bbox[5px]{w} \enclose{circle}{v}",
    r"\color{red}{x} \textcolor{blue}{y} \mathbb{R} \mathcal{L} \mathfrak{g} \mathscr{F} \mathtt{tt} \mathsf{sf}",
    r"\coloneqq \xleftrightarrow{abc} \prescript{14}{2}{\mathbf{C}} \DeclarePairedDelimiter\abs{\lvert}{\rvert} \abs{x}",
    r"\braket{a|b} \bra{x} \ket{y} \degree \celsius \ohm \upalpha",
    r"\text{if $x$ is \textbf{bold}} \textsf{sans} \ne \operatorname{argmax}_x",
    r"\underbrace{a + b}_{\text{two}} \overset{!}{=} \vec{v} \hat{x} \overline{AB} \underset{x \to 0}{\lim}",
    r"\begin{array}{c|cc} & 0 & 1 \\ \hline 0 & a & b \end{array}",
    r"\newcommand{\half}{\tfrac12} \half \def\third{\tfrac13} \third",
    r"\unknownmacro{x}",
    r"\frac{1}",
    r"a \\ b \tag{1}",
    r"\begin{CD} A @>>> B \\ @VVV @VVV \\ C @>>> D \end{CD}",
    r"\left\{ \frac{1}{2} \right\} \bigl( \Bigr] \lfloor x \rfloor \mathrm{d}x \nabla \times \mathbf{E}",
    r"\qty{x} \dv{x}",
    r"中文 + \text{中文} < 3 \& 4 \% 5",
)
TOML = 'id = "test-deck"\nname = "Test"\ntex = ["unknownmacro", "qty", "dv"]\n'
"""MathJax draws these names, which it does not know, in red."""
DECK = "## Draw {#draw}\n\n" + "\n\n".join(f"${formula}$\n\n$$\n{formula}\n$$" for formula in FORMULAS) + "\n"
CLOZES = "## The {{c1::root $r$}} of $x^2$, and {{c2::$y$}} {#cloze .cloze}\n"
CODE = "## Code {#code}\n\n`\\(x\\)` $z$\n\n```text\n\\[ x \\]\n```\n"
_OF_MENU = re.compile(
    r' CtxtMenu_Attached_0| (tabindex|ctxtmenu_counter)="\d+"| style="font-size: [\d.]+%;( position: relative;)?"'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "deck", "## Plain {#plain}\n\nNo formula.\n", DECK, CLOZES, CODE, toml=TOML)
    return tmp_path / "deck"


def drawn(page: Page, within: str = "#qa") -> list[str]:
    """Return the HTML of each formula. Only Anki has a menu, and the font of the page decides sizes: both are removed."""
    found: list[str] = page.frames[-1].evaluate(
        "(within) => [...document.querySelectorAll(within + ' mjx-container')].map((one) => one.outerHTML)", within
    )
    return [_OF_MENU.sub("", html) for html in found]


def test_formulas_look_as_in_anki(preview: Preview, folder: Path, browser: Browser, cache: Path, tmp_path: Path) -> None:
    preview.choose("Draw")
    preview.press("Space")
    expect(preview.card.locator("html.drawn mjx-container")).to_have_count(2 * len(FORMULAS), timeout=10_000)
    ours = drawn(preview.page, ".answer")
    shown, media = sides(build_deck.pack(built(folder).deck, TIME).data, tmp_path / "anki")
    (answer,) = (side for side in shown if side.name == "draw/0 answer")
    refused: list[str] = []
    with anki_web(cache) as web, Phone(browser, web, refused).page("desktop", 360, 740, media) as page:
        page.locator("#qa").evaluate("(qa, html) => { qa.innerHTML = html; return MathJax.typesetPromise([qa]) }", answer.html)
        theirs = drawn(page, ".answer")
    assert refused == []
    assert len(ours) == 2 * len(FORMULAS)
    assert ours == theirs


def test_a_formula_in_a_cloze_is_hidden_or_drawn_and_follows_each_save(preview: Preview, folder: Path) -> None:
    preview.choose("The")
    formulas = preview.card.locator("html.drawn mjx-container")
    expect(formulas).to_have_count(2, timeout=SOON)  # c1 hides its root
    preview.shows("[...] of")
    preview.press("Space")
    expect(formulas).to_have_count(3, timeout=SOON)
    expect(preview.card.locator(".cloze mjx-container")).to_have_count(1)
    rename_over(folder / "03.md", CLOZES.replace("of $x^2$", "of $x^2$ and $x^3$"))
    expect(formulas).to_have_count(4, timeout=SOON)


def test_code_is_no_formula_and_a_card_without_formulas_loads_nothing(preview: Preview, network: socket.socket) -> None:
    asked: list[str] = []
    preview.page.on("request", lambda request: asked.append(request.url.removeprefix(preview.address)))
    preview.choose("Code")
    preview.press("Space")
    expect(preview.card.locator("html.drawn mjx-container")).to_have_count(1, timeout=SOON)
    expect(preview.card.locator("pre")).to_contain_text(r"\[ x \]")
    expect(preview.card.locator("p > code")).to_have_text(r"\(x\)")
    assert "mathjax/tex-chtml-full.js" in asked
    asked.clear()
    preview.choose("Plain")
    preview.press("Space")
    preview.shows("No formula.")
    assert [name for name in asked if "mathjax" in name] == []
    assert not is_reached(network)


def test_the_fonts_of_formulas_arrive(preview: Preview) -> None:
    """The frame of a card has its own origin, so the browser needs the server's permission for a font."""
    preview.choose("The")
    expect(preview.card.locator("html.drawn mjx-container")).to_have_count(2, timeout=SOON)
    preview.page.frames[-1].evaluate("() => document.fonts.ready")
    loaded = "() => [...document.fonts].filter((font) => font.status === 'loaded').map((font) => font.family)"
    assert {"MJXTEX", "MJXTEX-I"} <= set(preview.page.frames[-1].evaluate(loaded))
    assert "error" not in preview.page.frames[-1].evaluate("() => [...document.fonts].map((font) => font.status)")


def test_without_the_script_the_source_shows(preview: Preview) -> None:
    preview.page.route("**/mathjax/*", lambda route: route.abort())
    preview.choose("The")
    preview.shows(r"[...] of \(x^2\)")
    expect(preview.card.locator("#qa")).to_be_visible()
