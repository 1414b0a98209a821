"""Anki's own MathJax sets each formula with clozes, on both sides of each card.

The tests need Chromium, and fetch Anki's MathJax once. Without these, the tests skip; in CI, the tests fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.phone import phone, sides
from tests.support import package
from tests.whole.test_maths import TABLE, formulas, question

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TYPESET = """async html => {
    const qa = document.querySelector('#qa');
    qa.innerHTML = html;
    await MathJax.typesetPromise([qa]);
    const errors = [...qa.querySelectorAll('mjx-merror')].map(element => element.getAttribute('data-mjx-error'));
    return [qa.querySelectorAll('mjx-container').length, errors];
}"""


@pytest.fixture(scope="module")
def page(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page of AnkiDroid with MathJax."""
    folder = tmp_path_factory.mktemp("phone")
    with phone(cache, folder) as opened, opened.page("droid", 360, 740, folder) as found:
        yield found


def test_every_formula_is_set_with_each_cloze_hidden_and_shown(page: Page, tmp_path: Path) -> None:
    text = "\n".join(question(f"q{at}", source) for at, (_, source, _) in enumerate(TABLE))
    shown, _ = sides(package(tmp_path / "deck", text), tmp_path / "anki")
    assert len(shown) > 2 * len(TABLE)
    for side in shown:
        count, errors = page.evaluate(TYPESET, side.html)
        assert (count, errors) == (formulas(side.html).count(r"\(") + formulas(side.html).count(r"\["), []), side.html


@pytest.mark.parametrize("tex", [r"\sqrt[...]", r"a \\[...]", r"\frac{1}", r"\alpha [...] \right)"])
def test_what_a_cloze_would_break_is_found(tex: str, page: Page) -> None:
    _, errors = page.evaluate(TYPESET, f"<p>\\({tex}\\)</p>")
    assert errors
