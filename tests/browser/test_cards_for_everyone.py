"""Cards keep nobody out: axe-core finds no fault of level A or AA, in any client, by day, by night, or in forced colours.

The torture deck has each construct. The width is 320 px, and the text also has twice its size.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from deckbuilder.pipeline import build_deck
from tests.browser import axe
from tests.browser.phone import CLIENTS, Phone, Side, phone, sides
from tests.support import TIME, TORTURE, built, package

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OF_ANKI = "link-name: .replay-button"
"""Anki's own button for a sound has no name. No card can give it one."""
SHOW = """([sides, night, twice]) => {
    document.body.classList.toggle('nightMode', night)
    const qa = document.getElementById('qa')
    qa.innerHTML = sides.map(html => `<section>${html}</section>`).join('')
    qa.querySelectorAll('details').forEach(one => { one.open = true })
    const sizes = [...qa.querySelectorAll('*')].map(one => [one, parseFloat(getComputedStyle(one).fontSize)])
    if (twice) sizes.forEach(([one, size]) => { one.style.fontSize = `${2 * size}px` })
    return document.documentElement.scrollWidth - document.documentElement.clientWidth
}"""
"""Show all sides below each other, unfolded. Return by how many pixels the page is too wide."""


def shown_in(page: Page, shown: list[Side], *, night: bool = False, twice: bool = False) -> int:
    too_wide: int = page.evaluate(SHOW, [[side.html for side in shown], night, twice])
    return too_wide


@pytest.mark.parametrize("client", CLIENTS)
def test_no_card_keeps_anybody_out(client: str, cache: Path, tmp_path: Path) -> None:
    """``measure.js`` has the contrast of all clients; axe needs long for it, and knows no colours of the system."""
    shown, media = sides(build_deck.pack(built(TORTURE).deck, TIME).data, tmp_path / "anki")
    found: list[str] = []
    with phone(cache, tmp_path) as opened, opened.page(client, 320, 568, media, maths=False) as page:
        axe.install(page)
        for night, twice, forced in ((False, False, False), (True, True, False), (False, True, True)):
            page.emulate_media(forced_colors="active" if forced else "none")
            too_wide = shown_in(page, shown, night=night, twice=twice)
            found += [f"{too_wide} px too wide"] if too_wide else []
            without = () if client == "droid" and not forced else ("color-contrast",)
            found += axe.findings(page, "#qa", without=without)
    assert len(shown) > 100
    assert [one for one in found if not one.startswith(OF_ANKI)] == []


@pytest.fixture
def browser(cache: Path, tmp_path: Path) -> Iterator[Phone]:
    with phone(cache, tmp_path) as opened:
        yield opened


CODE = "```python\nvalue = some_function(first_argument)\n```\n"
TABLE = "| a long head | another long head | a third one |\n|---|---|---|\n| " + "word " * 9 + "| x | y |\n"


def test_keys_reach_code_and_tables_that_scroll(browser: Phone, tmp_path: Path) -> None:
    text = f"## Q {{#q}}\n\n{CODE}\n{TABLE}\n```output\n{'wraps ' * 20}\n```\n\n[end](https://example.org)\n"
    shown, media = sides(package(tmp_path / "deck", text), tmp_path / "anki")
    with browser.page("ios", 320, 568, media, maths=False) as page:
        shown_in(page, shown[1:], twice=True)
        reached = []
        for _ in range(3):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.className || document.activeElement.localName"))
        assert reached == ["highlight", "tablewrap", "a"]
        page.locator("pre.highlight").focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("document.querySelector('pre.highlight').scrollLeft > 0")


def test_only_code_that_saves_six_lines_is_folded(browser: Phone, tmp_path: Path) -> None:
    def question(lines: int) -> str:
        code = "x = 1\n" * lines
        return f"## Q{lines} {{#q{lines}}}\n\na\n\nb\n\nc\n\n```python\n{code}```\n\n---\n\nThe answer.\n\n"

    shown, media = sides(package(tmp_path / "deck", question(10) + question(11)), tmp_path / "anki")
    with browser.page("droid", 360, 740, media, maths=False) as page:
        folds = []
        for side in shown[1::2]:
            page.locator("#qa").evaluate("(qa, html) => { qa.innerHTML = html }", side.html)
            pre = page.locator("pre").evaluate("pre => pre.scrollHeight - pre.clientHeight")
            folds.append((pre > 0, page.locator(".fold").is_visible()))
    assert folds == [(False, False), (True, True)]


def test_a_cloze_in_bold_text_differs_by_more_than_colour(browser: Phone, tmp_path: Path) -> None:
    text = "## The {{c1::one}} {#c .cloze}\n\n**Bold {{c1::two}}** and {{c1::three}}\n\n| a {{c1::four}} |\n|---|\n| b |\n\n---\n\nyes\n"
    shown, media = sides(package(tmp_path / "deck", text), tmp_path / "anki")
    with browser.page("droid", 360, 740, media, maths=False) as page:
        shown_in(page, shown[1:])
        styles = page.locator(".cloze").evaluate_all(
            """clozes => clozes.map(one => {
                const own = getComputedStyle(one), around = getComputedStyle(one.parentElement)
                return own.textDecorationLine === 'underline' || Number(own.fontWeight) - Number(around.fontWeight) >= 200
            })"""
        )
    assert styles == [True] * 4
