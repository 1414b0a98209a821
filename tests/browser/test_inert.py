"""Markdown of attackers stays inert on the card: published vectors, in every place of a question.

The tests need Chromium, and fetch Anki's own MathJax once. Without these, the tests skip; in CI, the tests fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Frame

from deckbuilder.cards.description import description
from deckbuilder.model.diagnostics import Span
from deckbuilder.model.records import Settings
from deckbuilder.pipeline import build_deck
from deckbuilder.safety.safe_list import ELEMENTS
from tests.browser.phone import HERE, Phone, Side, phone, sides
from tests.support import TIME, deck

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEMPLATES = ("hr", "footer", "details", "summary", "label", "div", "span", "small")
"""Elements of our templates, and of Anki's clozes."""

PLACES = {
    "block": "## Q {{#{id}}}\n\n{vector}\n",
    "heading": "## Q {vector} tail {{#{id}}}\n\nanswer\n",
    "prose": "## Q {{#{id}}}\n\nSome *text* {vector} and **more**, {vector}\n",
    "front": "## Q {{#{id}}}\n\n{vector}\n\n---\n\nanswer\n",
    "folded": "## Q {{#{id}}}\n\n<details><summary>{vector}</summary>\n\n{vector}\n\n</details>\n",
    "link": "## Q {{#{id}}}\n\n[x]({vector}) ![x]({vector}) [{vector}](x) ![{vector}](x.png) <{vector}> [y](z '{vector}')\n\n[r]: {vector}\n\n[r]\n",
    "cloze": "## A {{{{c1::{vector}}}}} and {{{{c2::b::{vector}}}}} c {{#{id} .cloze}}\n\n{vector}\n",
    "cloze-block": "## A {{{{c1::b}}}} {{#{id} .cloze}}\n\n<div>{{{{c2::\n{vector}\n}}}}</div>\n\n{{{{c3::{vector}\n\n---\n\nb\n",
    "table": "## Q {{#{id}}}\n\n| a | b |\n|:--|--:|\n| {vector} | x |\n\n- {vector}\n  1. {vector}\n\n> {vector}\n",
    "hint": "## Q {{#{id} hint='{vector}'}}\n\nanswer\n",
    "source": "## Q {{#{id}}}\n\nanswer\n\nSource: {vector}\n",
    "typed": "## Q {vector} {{#{id} .typed}}\n\n{vector}\n\nmore\n",
    "choice": "## Q {{#{id} .choice}}\n\n- [x] {vector}\n- [ ] {vector}\n",
    "reversed": "## {vector} {{#{id} .reversed}}\n\n**{vector}** *{vector}* ~~{vector}~~ [^1]\n\n[^1]: {vector}\n",
    "maths": "## Q {{#{id}}}\n\n${vector}$ and $$ {vector} $$\n\n```math\n{vector}\n```\n",
    "code": "## Q {{#{id}}}\n\n`{vector}`\n\n```html\n{vector}\n```\n\n    {vector}\n",
}


def vectors() -> dict[str, list[str]]:
    """Return the vectors by group."""
    found: dict[str, list[str]] = {}
    for line in (HERE / "xss" / "vectors.txt").read_text(encoding="utf-8").split("\n"):
        if line.startswith("== "):
            found[line[3:]] = []
        elif line and not line.startswith("# "):
            found[list(found)[-1]].append(line.replace("␤", "\n"))
    return found


VECTORS = vectors()


def questions(place: str) -> str:
    """Return the text of a question for each vector, with the vector in that place."""
    numbered = enumerate(vector for group in VECTORS.values() for vector in group)
    return "\n".join(PLACES[place].format(id=f"{place}-{number}", vector=vector) for number, vector in numbered)


@pytest.fixture
def browser(cache: Path, tmp_path: Path) -> Iterator[Phone]:
    with phone(cache, tmp_path) as opened:
        yield opened


def run(browser: Phone, shown: list[Side], media: Path, *, maths: bool = True) -> list[str]:
    """Show the sides; return all scripts that ran, all requests, and all elements that do not belong on a card."""
    script = (HERE / "inert.js").read_text(encoding="utf-8")
    with browser.page("droid", 360, 740, media, maths=maths) as page:
        seen: list[str] = []

        def dialog(opened: Dialog) -> None:
            seen.append(f"a dialog: {opened.message}")
            opened.dismiss()

        def navigated(frame: Frame) -> None:
            if frame.url.startswith("http"):
                seen.append(f"goes to {frame.url}")

        page.on("dialog", dialog)
        page.on("framenavigated", navigated)
        page.on("popup", lambda popup: seen.append(f"opens {popup.url}"))
        found = page.evaluate(script, [[[side.name, side.html] for side in shown], [*ELEMENTS, *TEMPLATES]])
        page.wait_for_timeout(100)
    asked = [f"asks for {url}" for url in browser.refused if not url.startswith("http://card.test/")]
    return [f"{name}: {text}" for name, text in found] + seen + asked


def test_there_are_enough_vectors() -> None:
    assert sum(map(len, VECTORS.values())) > 350
    assert len({vector for group in VECTORS.values() for vector in group}) == sum(map(len, VECTORS.values()))


@pytest.mark.parametrize("group", ["script elements", "event handlers", "addresses that are scripts", "the network", "mutation"])
def test_they_are_alive_without_the_sanitiser(group: str, browser: Phone, tmp_path: Path) -> None:
    """Every fourth vector is tried alone, until enough have run; not all vectors work in today's browsers."""
    some = VECTORS[group][::4]
    ran: list[str] = []
    for vector in some:
        if len(ran) >= len(some) / 4:
            break
        browser.refused.clear()
        found = run(browser, [Side("raw", f'<div class="deckbuilder">{vector}</div>')], tmp_path, maths=False)
        ran += [vector for text in found if re.search("is called|asks for|dialog|goes to|opens", text)][:1]
    assert len(ran) >= len(some) / 4, f"only {ran} of {some}"


@pytest.mark.parametrize("place", PLACES)
def test_nothing_runs(place: str, browser: Phone, tmp_path: Path) -> None:
    attacked = deck(tmp_path / "deck", questions(place))
    shown, media = sides(build_deck.pack(attacked.deck, TIME).data, tmp_path / "anki")
    assert len(shown) >= 2 * len(attacked.deck.entries)
    # A cloze from one element into another is an error, and such a card may end early. No script may run there, too.
    broken = {problem.span.line for problem in attacked.diagnostics if problem.code == "broken-cloze"}
    torn = {
        card.question.id for card in attacked.deck.entries if broken & {*range(card.question.span.line, card.question.end + 1)}
    }
    found = run(browser, once(shown), media)
    assert [text for text in found if not (text.endswith("outside of the card") and text.partition("/")[0] in torn)] == []


def once(shown: list[Side]) -> list[Side]:
    """Return the sides, without those that differ from another side only in the question's id."""
    found: dict[str, Side] = {}
    for side in shown:
        text = re.sub(r'<style>.*?</style>|<div class="id">.*?</div>', "", side.html, flags=re.DOTALL)
        found.setdefault(text, Side(side.name, text))
    return list(found.values())


@pytest.mark.parametrize("group", VECTORS)
def test_nothing_runs_on_the_decks_page(group: str, browser: Phone, tmp_path: Path) -> None:
    shown = []
    for number, vector in enumerate(VECTORS[group]):
        html = description(Settings(id="a", name="b", span=Span(""), description=vector)).html
        shown.append(Side(f"{number}", f'<div class="deckbuilder">{html}</div>'))
    assert run(browser, shown, tmp_path, maths=group == "maths") == []


@pytest.mark.parametrize("place", ["block", "heading", "source", "table"])
def test_nothing_goes_without_a_word(place: str, tmp_path: Path) -> None:
    """If a card shows less than its author wrote, a diagnostic is reported at that question."""
    attacked = deck(tmp_path, questions(place))
    silent = []
    for card in attacked.deck.entries:
        lines = range(card.question.span.line, card.question.end + 1)
        said = {problem.code for problem in attacked.diagnostics if problem.span.line in lines}
        allowed = (
            {"tex-macro"} if item.tex else {"active-html", "removed-html", *["unclosed"] * item.misplaced}
            for item in card.note.removed
        )
        if not all(said & codes for codes in allowed):
            silent.append(card.question.id)
    assert silent == []
