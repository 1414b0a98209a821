"""No macro that Anki's MathJax knows loads, runs or leaves the card, whatever its arguments.

The tests need Chromium, and fetch Anki's MathJax once. Without these, the tests skip; in CI, the tests fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest
from playwright.sync_api import Page

from deckbuilder import assets
from deckbuilder.model.control_characters import MATHS
from deckbuilder.safety import macros
from tests.browser.hostile_tex import ENVIRONMENTS, FORMS, HOSTILE
from tests.browser.phone import HERE, Phone, phone

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KNOWN = """() => {
    const handlers = MathJax.startup.document.inputJax[0].parseOptions.handlers;
    const maps = kind => [...handlers.get(kind)._configuration].map(({ item }) => item).filter(({ map }) => map);
    const delimiters = maps('delimiter');   // a key without a backslash, such as '(', is no macro
    const marked = delimiters.flatMap(({ map }) => [...map.keys()]).filter(key => key.length > 1).map(key => key.slice(1));
    const macros = maps('macro').filter(map => !delimiters.some(({ name }) => name === map.name)).flatMap(({ map }) => [...map.keys()]);
    return [[...macros, ...marked], maps('environment').flatMap(({ map }) => [...map.keys()])];
}"""
"""Anki's MathJax knows these macros, without their backslashes, and these environments."""
BEGIN, END = MATHS["inline"]


@pytest.fixture(scope="module")
def opened(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Phone, Page]]:
    """A page of AnkiDroid with MathJax and our style."""
    folder = tmp_path_factory.mktemp("phone")
    with phone(cache, folder) as browser, browser.page("droid", 360, 740, folder) as page:
        page.add_style_tag(content=assets.text("card.css"))
        yield browser, page


def harms(opened: tuple[Phone, Page], formulas: list[str]) -> list[str]:
    """Show the HTML of formulas; return all that they do besides showing text, and all requests."""
    browser, page = opened
    browser.refused.clear()
    page.evaluate("() => { document.querySelectorAll('body > div[style]').forEach(bar => bar.remove()) }")
    found = page.evaluate((HERE / "tex.js").read_text(encoding="utf-8"), [formulas, 40])
    return [f"{formula}: {harm}" for formula, harm in found] + browser.refused


def accepted(formulas: list[str]) -> list[str]:
    """Return the HTML of the formulas that the list accepts."""
    return [f"\\({escape(tex)}\\)" for tex in formulas if not macros.faults(BEGIN + tex + END)]


def test_the_list_is_the_list_of_ankis_mathjax(opened: tuple[Phone, Page]) -> None:
    known, environments = opened[1].evaluate(KNOWN)
    assert {name for name in known if name.isascii() and name.isalpha()} | {*environments} == macros.names()
    signs = {name for name in known if not name.isalnum() and name.strip()}
    assert signs == set(assets.data("tex.toml")["harmless"]["signs"])


@pytest.mark.parametrize("shift", range(len(FORMS)))
def test_no_accepted_macro_does_harm(shift: int, opened: tuple[Phone, Page]) -> None:
    environments = assets.data("tex.toml")["harmless"]["environments"].split()
    formulas = []
    for number, name in enumerate(sorted(macros.names())):
        hostile = HOSTILE[(number + shift) % len(HOSTILE)]
        formulas += [FORMS[number % len(FORMS) - shift].format(name, hostile)] if name.isalpha() else []
        formulas += [ENVIRONMENTS[number % len(FORMS) - shift].format(name, hostile)] if name in environments else []
    assert harms(opened, accepted(formulas)) == []


def test_the_browser_sees_the_harm_of_refused_macros(opened: tuple[Phone, Page]) -> None:
    refused = [
        r"\href{javascript:alert(1)}{x}",
        r"\fcolorbox{red;position:fixed;top:0;left:0;width:99em;height:99em}{white}{x}",
        r"\bbox[background:url(//e.test/a)]{x}",
        r"\unicode[x;background:url(//e.test/a)]{x41}",
        r"\class{mine}{\cssId{mine}{x}}",
        r"\def\u{\unicode}\u[x;background:url(//e.test/a)]{x41}",
    ]
    assert accepted(refused) == []
    for tex in refused:
        assert harms(opened, [f"\\({escape(tex)}\\)"]), tex
