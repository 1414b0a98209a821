"""Chromium measures the drawings of diagrams: the size of their words on a narrow phone, and the contrast by day and by night."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser.phone import Phone, phone, sides
from tests.diagrams.samples import SAMPLES
from tests.support import package

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEXT = "".join(f"## Draw {kind} {{#{kind}}}\n\n```{one[0]}\n{one[1]}\n```\n\n" for kind, one in SAMPLES.items())
WORDS = """async html => {
    const qa = document.querySelector('#qa')
    qa.innerHTML = html
    const picture = qa.querySelector('.diagram img')
    await picture.decode()
    const shown = picture.getBoundingClientRect()
    const svg = await (await fetch(picture.src)).text()
    const whole = document.createElement('div')
    whole.innerHTML = svg
    whole.style.cssText = `position:absolute;left:0;top:0;width:${shown.width}px;visibility:hidden`
    document.body.append(whole)
    const drawing = whole.querySelector('svg')
    drawing.setAttribute('width', shown.width)
    drawing.setAttribute('height', shown.height)
    const words = [...drawing.querySelectorAll('text')].filter(one => one.textContent.trim()).map(one => {
        const size = parseFloat(getComputedStyle(one.querySelector('tspan') ?? one).fontSize)
        const scale = one.getScreenCTM()
        const box = one.getBoundingClientRect()
        const turned = Math.abs(scale.b) > .01
        return {text: one.textContent, size: size * Math.hypot(scale.a, scale.b), turned,
                box: [box.x, box.y, box.width, box.height].map(Math.round)}
    })
    whole.remove()
    const scroller = qa.querySelector('.diagram')
    return {words, width: shown.width, space: scroller.clientWidth, scrolls: scroller.scrollWidth > scroller.clientWidth,
            page: document.documentElement.scrollWidth <= innerWidth}
}"""


@pytest.fixture(scope="module")
def shown(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Phone, dict[str, str], Path]]:
    folder = tmp_path_factory.mktemp("diagrams")
    found, media = sides(package(folder / "deck", TEXT), folder / "anki")
    answers = {side.name.partition("/")[0]: side.html for side in found if side.name.endswith("answer")}
    with phone(cache, folder) as opened:
        yield opened, answers, media


@pytest.mark.parametrize("width", [320, 412])
def test_words_have_twelve_pixels_or_the_drawing_scrolls(width: int, shown: tuple[Phone, dict[str, str], Path]) -> None:
    browser, answers, media = shown
    found: dict[str, Any] = {}
    for client in ("droid", "ios"):
        with browser.page(client, width, 740, media, maths=False) as page:
            found |= {f"{client} {kind}": page.evaluate(WORDS, html) for kind, html in answers.items()}
    assert len(found) == 2 * len(SAMPLES)
    small = {(kind, word["text"]): word["size"] for kind, one in found.items() for word in one["words"] if word["size"] < 11.9}
    assert small == {}
    assert [kind for kind, one in found.items() if not one["words"] or not one["page"]] == []
    assert [kind for kind, one in found.items() if one["width"] > one["space"] + 1 and not one["scrolls"]] == []


def luminance(colour: tuple[int, ...]) -> float:
    """Return the relative luminance of WCAG 2.2."""
    parts = [value / 255 for value in colour[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(picture: Image.Image) -> float:
    """Return the contrast between the colour of most pixels, and the colour of a pixel that is farthest from it."""
    colours: list[tuple[int, tuple[int, ...]]] = picture.convert("RGB").getcolors(1 << 20) or []  # type: ignore[assignment]
    ground = luminance(max(colours)[1])
    both = [sorted((ground, luminance(colour))) for count, colour in colours if count > 2]
    return max((high + 0.05) / (low + 0.05) for low, high in both)


def lowest(page: Page, html: str) -> dict[str, float]:
    """Return the contrast of each text of a drawing in its natural size, as the screen shows it."""
    page.add_style_tag(content=".card .deckbuilder { max-width: none }")  # so that no drawing scrolls
    found = page.evaluate(WORDS, html)
    begin = page.locator(".diagram img").bounding_box()
    assert begin
    page.locator(".diagram img").scroll_into_view_if_needed()
    whole = Image.open(BytesIO(page.screenshot(full_page=True)))
    scale = whole.width / 1400
    results = {}
    for word in found["words"]:
        left, top, width, height = word["box"]
        x, y = begin["x"] + left, begin["y"] + top
        area = [round(value * scale) for value in (x, y, x + max(width, 4), y + max(height, 4))]
        results[word["text"]] = contrast(whole.crop((area[0], area[1], area[2], area[3])))
    return results


@pytest.mark.parametrize("night", [False, True])
def test_words_have_contrast(night: bool, shown: tuple[Phone, dict[str, str], Path]) -> None:
    browser, answers, media = shown
    with browser.page("droid", 1400, 1400, media, maths=False, scale=2) as page:
        page.evaluate("night => document.body.classList.toggle('nightMode', night)", night)
        found = {kind: lowest(page, html) for kind, html in answers.items()}
    assert all(found.values())
    assert {(kind, text): ratio for kind, one in found.items() for text, ratio in one.items() if ratio < 4.5} == {}
