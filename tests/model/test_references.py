from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from deckbuilder.adopt.packages.convert import Sides, converted
from deckbuilder.model.records import Kind
from deckbuilder.model.references import unescape
from deckbuilder.pipeline.incremental import Round
from deckbuilder.preview.page import View, card_page
from deckbuilder.preview.state import state
from deckbuilder.safety import sanitise
from deckbuilder.source import deck_folder
from tests.support import ROOT, TIME, deck

Invoke = Callable[..., Result]
UNLIMITED = re.compile(r"html\.unescape\(|from html import .*\bunescape\b")
LONG = f"&#{'1' * 4400};"
"""More digits than Python's ``int`` takes. To a browser, this is U+FFFD."""


@pytest.mark.parametrize(
    "text", ["&#65;", "&#0000000065;", "&#65 x", "&lt&#99999999;", "&#12345678", "&#x41;", "&amp;#99999999;", "&#;"]
)
def test_a_reference_is_read_as_in_the_standard_library(text: str) -> None:
    assert unescape(text) == html.unescape(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LONG, "\ufffd"),
        (LONG.removesuffix(";") + "x", "\ufffdx"),
        (f"&lt{LONG}", "<\ufffd"),
        (f"&#{'0' * 4400}65;", "A"),
        (f"&#{'0' * 4400};", "\ufffd"),
        (f"&#x{'1' * 4400};", "\ufffd"),
    ],
)
def test_a_reference_may_have_any_number_of_digits(text: str, expected: str) -> None:
    assert unescape(text) == expected


LINK = f"<a href='{LONG}'>x</a>"
QUESTIONS = {
    "link": f"## Q {{#q}}\n\nA {LONG} {LINK} [y]({LONG})\n",
    "picture": f'## Q {{#q}}\n\n<img src="{LONG}"> ![]({LONG})\n',
    "sound": f'## Q {{#q}}\n\n<audio src="{LONG}"></audio> [sound:{LONG}]\n',
    "style": f'## Q {{#q}}\n\n<p style="color:{LONG}">x</p>\n',
    "maths": f"## Q {{#q}}\n\n<div>\n{LONG} $x$\n</div>\n",
    "hint of an attribute": f'## Q {{#q hint="{LINK}"}}\n\nA\n',
    "hint below": f"## Q {{#q}}\n\nA\n\n<details><summary>Hint</summary>\n\n{LINK}\n</details>\n",
    "cloze": f"## Q {{{{c1::{LINK}}}}} {{#q .cloze}}\n\nA\n",
    "hint of a cloze": f"## Q {{{{c1::x::{LINK}}}}} {{#q .cloze}}\n\nA\n",
    "typed": f"## Q {{#q .typed}}\n\n{LINK}\n",
    "option": f"## Q {{#q .choice}}\n\n- [ ] {LINK}\n- [x] b\n",
    "heading": f"## {LINK} {{#q}}\n\nA\n",
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_may_have_such_a_reference_anywhere(name: str, tmp_path: Path, invoke: Invoke) -> None:
    text = QUESTIONS[name]
    found = deck(tmp_path / "deck", text)
    assert {problem.code for problem in found.diagnostics if problem.severity.name == "ERROR"} <= {"missing-media"}
    result = invoke("adopt", tmp_path / "deck" / "01.md", "-o", tmp_path / "new")
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_a_description_may_have_such_a_reference(tmp_path: Path) -> None:
    toml = f'id = "x"\nname = "X"\ndescription = "<a href=\'{LONG}\'>x</a> {LONG}"\n'
    assert deck(tmp_path, "## Q {#q}\n\nA\n", toml=toml).good


def test_a_field_of_a_package_may_have_such_a_reference() -> None:
    html = f'A {LONG} <img src="{LONG}"> <a href="{LONG}">x</a> <code>{LONG}</code>'
    assert "A" in converted(Sides(Kind.BASIC, {"question": ["Q"], "answer": [html]}), lambda _name: "").answer


def test_an_attribute_may_have_such_a_reference() -> None:
    assert sanitise.clean(f'<b onclick="{LONG}">x</b>')[0] == "<b>x</b>"


def test_a_typed_answer_with_such_a_reference_is_compared(tmp_path: Path) -> None:
    found = deck(tmp_path, f"## Q {{#q .typed}}\n\n{LINK}\n")
    (place,), _ = deck_folder.places(tmp_path)
    (item,) = state(Round(((place, found),), ()), "1", TIME).items.values()
    assert "typearrow" in card_page(item, View(answer=True, typed="x"))


def test_no_other_module_reads_references_with_the_standard_library() -> None:
    users = [path.stem for path in (ROOT / "deckbuilder").rglob("*.py") if UNLIMITED.search(path.read_text(encoding="utf-8"))]
    assert users == ["references"]
