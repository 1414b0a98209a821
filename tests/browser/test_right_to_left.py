"""Code and formulas in right-to-left text run from left to right, on every client: by the places of the drawn characters."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.browser.phone import CLIENTS, Phone, phone, sides
from tests.support import package

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CARDS = """## ماذا تفعل `app.run()` في التطبيق؟ {#heading hint="انظر `f(x)[0]` هنا"}

انظر `a.b()` و<kbd>Ctrl+[</kbd> و<samp>x()</samp> ثم $x_1 + y$ ثم `dict[key]`.

| الاسم `t.a()` | ب |
|---|---|
| انظر `t.b()` هنا | `[1]` |

```python
print("مرحبا")  # end()
```

- قائمة
  > اقتباس `q()` هنا

---

الجواب `h()`.

Source: دليل `g.x()` هنا

## `app.route()` ما هو {#latin-first}

هو `x[0]`.

## ما هي {{c1::`c.d()`}} و{{c2::الكلمة}} هنا {#cloze .cloze}

## ما الأمر؟ {#typed .typed}

`app.run()`

## ما الكلمة؟ {#word .typed}

كلمة (واحدة)
"""
# Each element of code with its text, and the place of each of its characters, in order.
RUNS = """() => [...document.querySelectorAll('code, kbd, samp, pre')].filter((one) => !one.querySelector('code') && one.checkVisibility()).map((one) => {
  const walker = document.createTreeWalker(one, NodeFilter.SHOW_TEXT), places = [];
  while (walker.nextNode()) for (let at = 0; at < walker.currentNode.length; at++) {
    const range = document.createRange();
    range.setStart(walker.currentNode, at);
    range.setEnd(walker.currentNode, at + 1);
    const box = range.getClientRects()[0];
    if (box && walker.currentNode.data[at].trim() && !/[\\u0590-\\u08ff]/.test(walker.currentNode.data[at])) places.push([Math.round(box.top), box.left]);
  }
  return { text: one.textContent, places };
})"""


@pytest.fixture
def browser(cache: Path, tmp_path: Path) -> Iterator[Phone]:
    with phone(cache, tmp_path) as opened:
        yield opened


def is_left_to_right(places: list[list[float]]) -> bool:
    """Return True if each character is right of the one before, or on another line."""
    return all(top != before[0] or left > before[1] for before, (top, left) in pairwise(places))


def show(page: Any, html: str) -> None:
    page.locator("#qa").evaluate("(qa, html) => { qa.innerHTML = html; return MathJax.typesetPromise([qa]) }", html)
    page.evaluate("() => { for (const one of document.querySelectorAll('details')) one.open = true }")


@pytest.mark.parametrize(("client", "language"), [*((client, "ar") for client in CLIENTS), ("droid", "he"), ("desktop", "fa-IR")])
def test_code_runs_from_left_to_right(client: str, language: str, browser: Phone, tmp_path: Path) -> None:
    toml = f'id = "test-deck"\nname = "Test"\nlanguage = "{language}"\n'
    shown, media = sides(package(tmp_path / "deck", CARDS, toml=toml), tmp_path / "anki")
    texts = set()
    with browser.page(client, 360, 740, media) as page:
        for side in shown:
            html = side.html.replace(">308<", ">كلمة (واحدة)<" if side.name.startswith("word") else ">app.run()<")
            show(page, html)
            assert page.locator(".deckbuilder").evaluate("(one) => getComputedStyle(one).direction") == "rtl"
            for run in page.evaluate(RUNS):
                texts.add(run["text"])
                assert side.name.startswith("word") or is_left_to_right(run["places"]), (side.name, run["text"])
            for formula in page.locator("mjx-container").all():
                assert formula.evaluate("(one) => getComputedStyle(one).direction") == "ltr"
    assert {"app.run()", "f(x)[0]", "g.x()", "a.b()", "Ctrl+[", "x()", "t.a()", "t.b()", "q()", "c.d()", "h()"} <= texts


def test_without_isolation_code_runs_the_wrong_way(browser: Phone, tmp_path: Path) -> None:
    """These tests can fail."""
    toml = 'id = "test-deck"\nname = "Test"\nlanguage = "ar"\n'
    (tmp_path / "deck").mkdir()
    (tmp_path / "deck" / "style.css").write_text(
        ".deckbuilder code { unicode-bidi: normal; direction: inherit; }", encoding="utf-8"
    )
    shown, media = sides(package(tmp_path / "deck", CARDS, toml=toml), tmp_path / "anki")
    with browser.page("droid", 360, 740, media) as page:
        show(page, shown[0].html)
        assert not all(is_left_to_right(run["places"]) for run in page.evaluate(RUNS))


def test_a_typed_word_keeps_its_own_direction(browser: Phone, tmp_path: Path) -> None:
    toml = 'id = "test-deck"\nname = "Test"\nlanguage = "ar"\n'
    shown, media = sides(package(tmp_path / "deck", CARDS, toml=toml), tmp_path / "anki")
    (answer,) = (side for side in shown if side.name == "word/0 answer")
    with browser.page("droid", 360, 740, media) as page:
        show(page, answer.html.replace(">308<", ">كلمة (واحدة)<"))
        (run,) = (run for run in page.evaluate(RUNS) if "كلمة" in run["text"])
    opening, closing = run["places"]
    assert opening[1] > closing[1]


@pytest.mark.parametrize("language", ["en", "zh-CN", "ur-Latn"])
def test_other_languages_leave_the_direction_to_the_client(language: str, tmp_path: Path) -> None:
    toml = f'id = "test-deck"\nname = "Test"\nlanguage = "{language}"\n'
    shown, _ = sides(package(tmp_path / "deck", "## Q {#q}\n\na\n", toml=toml), tmp_path / "anki")
    assert all(f'<div class="deckbuilder" lang="{language}">' in side.html for side in shown)
