"""Our decks and a torture deck have no finding on any client, at any size, by day or night.

The tests need Chromium, and fetch Anki's own style sheets once. Without these, the tests skip; in CI, the tests fail.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from deckbuilder.pipeline import build_deck
from tests.browser.phone import CLIENTS, Phone, Side, measure, measure_looks, phone, sides
from tests.support import CONTENT, TIME, TORTURE, built, package

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DECKS = [*sorted(path.parent for path in CONTENT.glob("*/deck.toml")), TORTURE]
SCREENS = ((320, 568, 1.0), (360, 740, 1.0), (412, 915, 1.0), (360, 740, 1.5))
"""The width and height of screens, and AnkiDroid's card zoom."""
BOTH = (False, True)
"""By day, by night."""
EXTREMES = {SCREENS[0]: BOTH[1:], SCREENS[-1]: BOTH[:1]}
"""The smallest screen by night, and the largest text by day. A card that fits both of them fits the other screens."""


@pytest.fixture
def browser(cache: Path, tmp_path: Path) -> Iterator[Phone]:
    with phone(cache, tmp_path) as opened:
        yield opened


def survey(
    client: str,
    cache: Path,
    folder: Path,
    shown: list[Side],
    media: Path,
    nights: Mapping[tuple[int, int, float], tuple[bool, ...]],
) -> tuple[list[str], int, float, float]:
    """Return (findings, number of pages, lowest contrast, smallest text) of all sides on one client."""
    folder.mkdir()
    results: list[tuple[str, dict[str, Any]]] = []
    with phone(cache, folder) as opened:
        for (width, height, zoom), times in nights.items():
            with opened.page(client, width, height, media) as page:
                mode = f"{client} {width}x{height} at {zoom:.0%}"
                results += [
                    (f"{mode} by {'night' if night else 'day'}: {name}", found)
                    for name, night, found in measure_looks(page, shown, times, zoom)
                ]
        findings = [f"{name}: {finding}" for name, found in results for finding in found["findings"]]
        findings += [f"{client}: asks for {url}" for url in opened.refused]
    lowest = min(found["lowest"] for _, found in results)
    return findings, len(results), lowest, min(found["smallest"] for _, found in results)


@pytest.mark.parametrize("deck", DECKS, ids=lambda path: path.name)
def test_no_card_has_a_finding_anywhere(deck: Path, cache: Path, tmp_path: Path) -> None:
    """The torture deck has each construct, on each screen by day and night. The other decks are on the two extreme screens."""
    shown, media = sides(build_deck.pack(built(deck).deck, TIME).data, tmp_path / "anki")
    nights = dict.fromkeys(SCREENS, BOTH) if deck == TORTURE else EXTREMES
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda client: survey(client, cache, tmp_path / client, shown, media, nights), CLIENTS))
    findings = [finding for result in found for finding in result[0]]
    pages = sum(result[1] for result in found)
    lowest, smallest = min(result[2] for result in found), min(result[3] for result in found)
    print(f"{deck.name}: {len(shown)} sides, {pages} pages; lowest contrast {lowest:.2f}, smallest text {smallest:.1f} px")  # noqa: T201
    assert findings == []


BAD = {
    "page overflow": '<div style="width:900px">wide</div>',
    "sticks out": '<div style="position:absolute;left:-50px">out</div>',
    "clipped sideways": '<div style="width:40px;overflow:hidden;white-space:nowrap">clipped text here</div>',
    "clipped below": '<div style="height:5px;overflow:hidden">clipped</div>',
    "contrast of": '<p style="color:#999;background:#fff">pale</p>',
    "text on a picture": '<p style="background:linear-gradient(red,blue)">gradient</p>',
    "text of": '<p style="font-size:11px">small</p>',
    "broken picture": '<img src="nowhere.png" style="width:30px;height:30px">',
    "maths not rendered": "<p>\\(\\frac{1\\)</p>",
    "markup left over": "<p>```python</p>",
    "Han without lang": "<p>没有语言</p>",
    "scrolls without a bar": '<style>i::-webkit-scrollbar{height:0}</style><i style="display:block;overflow-x:auto;width:150px;white-space:pre">a long line that must scroll</i>',
    "a scroller of under 100 px": '<div style="overflow-x:auto;width:60px;white-space:pre">a long line</div>',
    "target of": '<button style="width:10px;height:10px;padding:0">x</button>',
    "not left-aligned": '<pre style="text-align:center">code</pre>',
    "blank": "<p></p>",
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_wrong_is_found(kind: str, browser: Phone, tmp_path: Path) -> None:
    with browser.page("droid", 360, 740, tmp_path) as page:
        ((_, found),) = measure(page, [Side("bad", BAD[kind])], night=False)
    assert any(finding.startswith(kind) for finding in found["findings"]), found["findings"]


def test_nothing_is_found_where_nothing_is_wrong(browser: Phone, tmp_path: Path) -> None:
    with browser.page("droid", 360, 740, tmp_path) as page:
        ((_, found),) = measure(page, [Side("good", '<p lang="zh">好：<code>\\(x\\)</code> and \\(x^2\\)</p>')], night=False)
    assert found["findings"] == []


LONG = "## Q {#q}\n\n```python\n" + "".join(f"line_{number} = {number}\n" for number in range(40)) + "```\n\n---\n\nThe answer.\n"
PROSE = "## Q {#q}\n\n" + "".join(f"Line {number}.\n" for number in range(20)) + "\n---\n\nThe answer.\n"


@pytest.mark.parametrize("screen", [(320, 568), (360, 740), (600, 960), (740, 360), (915, 412)])
def test_on_a_small_screen_a_long_question_is_folded_and_a_tap_unfolds_it(
    screen: tuple[int, int], browser: Phone, tmp_path: Path
) -> None:
    shown, media = sides(package(tmp_path / "deck", LONG), tmp_path / "anki")
    question, answer = shown
    with browser.page("droid", *screen, media) as page:
        page.locator("#qa").evaluate("(qa, html) => { qa.innerHTML = html }", question.html)
        whole = page.locator("pre").bounding_box()
        page.locator("#qa").evaluate("(qa, html) => { qa.innerHTML = html }", answer.html)
        place = page.locator(".answer").bounding_box()
        assert whole
        assert place
        assert whole["height"] > 740
        assert place["y"] + place["height"] < screen[1]
        fold = page.locator(".fold summary").bounding_box()
        code = page.locator("pre").bounding_box()
        assert fold
        assert code
        assert code["y"] + code["height"] <= fold["y"] < place["y"]
        assert fold["height"] >= 24
        page.locator(".fold summary").click()
        unfolded = page.locator("pre").bounding_box()
        assert unfolded
        assert unfolded["height"] == whole["height"]
        page.locator(".fold summary").click()
        assert page.locator("pre").bounding_box() == code


@pytest.mark.parametrize("screen", [(768, 1024), (1024, 600), (1200, 900)])
@pytest.mark.parametrize("client", ["desktop", "droid", "ios"])
def test_where_there_is_room_a_long_question_is_not_folded(
    client: str, screen: tuple[int, int], browser: Phone, tmp_path: Path
) -> None:
    shown, media = sides(package(tmp_path / "deck", LONG), tmp_path / "anki")
    with browser.page(client, *screen, media) as page:
        page.locator("#qa").evaluate("(qa, html) => { qa.innerHTML = html }", shown[1].html)
        assert page.locator("pre").evaluate("(pre) => pre.scrollHeight - pre.clientHeight") == 0
        assert page.locator(".fold").is_hidden()


def test_screen_readers_get_a_short_name_and_links_outside_of_it(browser: Phone, tmp_path: Path) -> None:
    text = LONG.replace("```python", "See [the guide](https://example.org).\n\n```python", 1)
    shown, media = sides(package(tmp_path / "deck", text), tmp_path / "anki")
    with browser.page("droid", 360, 740, media) as page:
        page.locator("#qa").evaluate("(qa, html) => { qa.innerHTML = html }", shown[1].html)
        tree = page.locator("#qa").aria_snapshot()
        assert page.locator("summary a, summary button").count() == 0
        assert "the whole question" in tree
        assert "▾" not in tree
        assert "line_39 = 39" in tree


def test_a_fold_that_would_reveal_nothing_is_not_there(browser: Phone, tmp_path: Path) -> None:
    shown, media = sides(package(tmp_path / "deck", PROSE), tmp_path / "anki")
    with browser.page("droid", 360, 740, media) as page:
        page.locator("#qa").evaluate("(qa, html) => { qa.innerHTML = html }", shown[1].html)
        assert page.locator(".fold").count() == 1
        assert page.locator(".fold").is_hidden()


def test_high_contrast_keeps_the_marks(browser: Phone, tmp_path: Path) -> None:
    text = "## The {{c1::one}} {#c .cloze}\n\n```python hl_lines=2\na = 1\nb = 2\n```\n\n---\n\nyes\n"
    shown, media = sides(package(tmp_path / "deck", text), tmp_path / "anki")
    with browser.page("droid", 360, 740, media) as page:
        page.emulate_media(forced_colors="active")
        page.locator("#qa").evaluate("(qa, html) => { qa.innerHTML = html }", shown[1].html)

        def style(selector: str, name: str) -> str:
            found: str = page.locator(selector).evaluate("(element, name) => getComputedStyle(element)[name]", name)
            return found

        assert style(".cloze", "textDecorationLine") == "underline"
        assert style(".hll", "borderLeftWidth") == "3px"
        assert style("hr#answer", "borderTopWidth") == "1px"


def test_a_hint_unfolds_with_a_tap(browser: Phone, tmp_path: Path) -> None:
    shown, media = sides(package(tmp_path / "deck", '## Q {#q hint="the hint"}\n\na\n'), tmp_path / "anki")
    with browser.page("ios", 360, 740, media) as page:
        page.locator("#qa").evaluate("(qa, html) => { qa.innerHTML = html }", shown[0].html)
        folded = page.locator("details").bounding_box()
        page.locator("summary").click()
        unfolded = page.locator("details").bounding_box()
        assert folded
        assert unfolded
        assert folded["height"] < 60 < unfolded["height"]
        assert page.locator("details").inner_text().endswith("the hint")


def test_line_numbers_are_in_no_copy(browser: Phone, tmp_path: Path) -> None:
    text = "## Q {#q}\n\n```python linenums hl_lines=2\na = 1\n\nb = 2\n```\n"
    shown, media = sides(package(tmp_path / "deck", text), tmp_path / "anki")
    with browser.page("desktop", 800, 600, media) as page:
        page.locator("#qa").evaluate("(qa, html) => { qa.innerHTML = html }", shown[1].html)
        copied = page.evaluate(
            "() => { getSelection().selectAllChildren(document.querySelector('pre')); return getSelection().toString() }"
        )
        assert copied.strip() == "a = 1\n\nb = 2"
        numbers = page.evaluate(
            "() => [...document.querySelectorAll('.ln')].map(line => getComputedStyle(line, '::before').content)"
        )
        assert numbers == ["counter(line)"] * 3


WRAPPED = "## Q {{#q}}\n\n```text {}\n" + "x" * 200 + "\n```\n"


@pytest.mark.parametrize(
    ("setting", "option", "wraps"),
    [("", "", False), ("", "wrap", True), ('code = "wrap"\n', "", True), ('code = "wrap"\n', "scroll", False)],
)
def test_long_code_scrolls_or_wraps_as_the_author_says(
    setting: str, option: str, wraps: bool, browser: Phone, tmp_path: Path
) -> None:
    toml = f'id = "test-deck"\nname = "Test"\n{setting}'
    shown, media = sides(package(tmp_path / "deck", WRAPPED.format(option), toml=toml), tmp_path / "anki")
    with browser.page("droid", 360, 740, media) as page:
        page.locator("#qa").evaluate("(qa, html) => { qa.innerHTML = html }", shown[1].html)
        width, inside = page.locator("pre").evaluate("pre => [pre.clientWidth, pre.scrollWidth]")
    assert (inside <= width) is wraps


def test_the_authors_style_comes_last(browser: Phone, tmp_path: Path) -> None:
    (tmp_path / "deck").mkdir()
    (tmp_path / "deck" / "style.css").write_text(".card { --text-size: 21px; }\n", encoding="utf-8")
    shown, media = sides(package(tmp_path / "deck", "## Q {#q}\n\na\n"), tmp_path / "anki")
    with browser.page("droid", 360, 740, media) as page:
        page.locator("#qa").evaluate("(qa, html) => { qa.innerHTML = html }", shown[0].html)
        assert page.locator(".question").evaluate("element => getComputedStyle(element).fontSize") == "21px"
