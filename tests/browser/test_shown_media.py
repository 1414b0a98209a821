"""Chromium shows the pictures that deckbuilder packs, shows none that deckbuilder refuses, and gives each its size.

The tests need Chromium, and skip without it; in CI, they fail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from deckbuilder.cards.media import read_media, shown
from deckbuilder.model.records import Media
from tests.browser.phone import Phone, Side, measure, phone, sides
from tests.cards.test_media_kinds import FORMATS, SVG, picture
from tests.support import package

pytestmark = [pytest.mark.browser, pytest.mark.slow]

REFUSED: dict[str, Callable[[], bytes]] = {
    "tiff.png": lambda: picture("TIFF"),
    "page.png": lambda: b"<!DOCTYPE html><html><body>x</body></html>",
    "pointer.png": lambda: b"version https://git-lfs.github.com/spec/v1\n",
    "empty.png": lambda: b"",
    "drawing.png": lambda: SVG,
    "bare.svg": lambda: b'<svg width="9" height="9"><path d="M0 0h9v9"/></svg>',
    "picture.svg": lambda: picture("PNG"),
    "scan.tiff": lambda: picture("TIFF"),
    "scan.pdf": lambda: picture("PDF"),
    "text.txt": lambda: b"text",
}


@pytest.fixture
def browser(cache: Path, tmp_path: Path) -> Iterator[Phone]:
    with phone(cache, tmp_path) as opened:
        yield opened


def widths(browser: Phone, folder: Path, names: list[str]) -> dict[str, int]:
    """Return the width in pixels of each picture in ``folder`` as the browser reads it; 0 for a picture that it cannot show."""
    with browser.page("desktop", 360, 740, folder, maths=False) as page:
        return page.evaluate(  # type: ignore[no-any-return]
            """async names => Object.fromEntries(await Promise.all(names.map(async name => {
                const image = new Image()
                image.src = name
                await image.decode().catch(() => 0)
                return [name, image.naturalWidth]
            })))""",
            names,
        )


def test_a_packed_picture_is_shown_and_a_refused_one_is_not(browser: Phone, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    packed = {f"{number}{suffix}": picture(kind, (9, 9), **options) for number, (kind, suffix, options) in enumerate(FORMATS)}
    packed |= {f"named-{number}.png": data for number, data in enumerate(packed.values())}  # the content counts
    packed |= {"drawing.svg": SVG, "other.ico": picture("ICO", (16, 16))}
    for name, data in [*packed.items(), *((name, make()) for name, make in REFUSED.items())]:
        (folder / name).write_bytes(data)
    found = widths(browser, folder, [*packed, *REFUSED])
    ours = {name for name in found if isinstance(shown(read_media(folder, folder, name)), Media)}
    assert {name for name, width in found.items() if width} == ours == set(packed)


SIZES = """## Sizes {#s}

![a|200](wide.png) ![b|2000](wide.png) ![c](wide.png){width=50%} ![d|200x20](wide.png) ![e](wide.png){height=30}
![f|100x900](wide.png) ![g](wide.png) ![[wide.png|h|80]]

| x |
|---|
| ![i\\|90](wide.png) |
"""


@pytest.mark.parametrize("client", ["droid", "droidnew", "desktop"])
@pytest.mark.parametrize("night", [False, True])
def test_a_picture_has_its_size_and_never_more_than_the_card(client: str, night: bool, browser: Phone, tmp_path: Path) -> None:
    folder = tmp_path / "deck"
    folder.mkdir()
    (folder / "wide.png").write_bytes(picture("PNG", (600, 300)))
    shown_sides, media = sides(package(folder, SIZES), tmp_path / "anki")
    with browser.page(client, 320, 568, media) as page:
        ((_, _), (_, measured)) = measure(page, shown_sides, night=night)
        page.locator("#qa").evaluate("(qa, html) => { qa.innerHTML = html }", shown_sides[1].html)
        page.evaluate("() => Promise.all([...document.images].map(image => image.decode()))")
        boxes = page.evaluate(
            "() => Object.fromEntries([...document.images].map(image => [image.alt, [image.width, image.height]]))"
        )
        card = page.locator(".answer").evaluate("answer => answer.clientWidth")
    assert measured["findings"] == []
    assert boxes["a"] == [200, 100]
    assert boxes["b"] == boxes["g"] == [card, round(card / 2)]
    assert boxes["c"] == [round(card / 2), round(card / 4)]
    assert boxes["d"] == [200, 20]
    assert boxes["e"] == [60, 30]
    assert boxes["f"] == [100, 50]
    assert boxes["h"] == [80, 40]
    assert boxes["i"] == [90, 45]


def test_by_night_dark_lines_have_a_light_ground_and_a_tiny_picture_has_none(browser: Phone, tmp_path: Path) -> None:
    folder = tmp_path / "deck"
    folder.mkdir()
    for name, size in (("large.png", (200, 100)), ("tiny.png", (24, 24))):
        (folder / name).write_bytes(picture("PNG", size, "RGBA"))
    (folder / "photo.jpg").write_bytes(picture("JPEG", (200, 100)))
    shown_sides, media = sides(
        package(folder, "## P {#p}\n\n![](large.png)\n\n![](tiny.png)\n\n![](photo.jpg)\n"), tmp_path / "anki"
    )
    colours: dict[bool, list[tuple[int, ...]]] = {}
    with browser.page("droid", 320, 568, media) as page:
        for night in (False, True):
            measure(page, [Side("answer", shown_sides[1].html)], night=night)
            page.locator("#qa").evaluate("(qa, html) => { qa.innerHTML = html }", shown_sides[1].html)
            page.evaluate("() => Promise.all([...document.images].map(image => image.decode()))")
            page.evaluate("night => document.body.classList.toggle('nightMode', night)", night)
            shots = [Image.open(BytesIO(place.screenshot())).convert("RGB") for place in page.locator("img").all()]
            colours[night] = [tuple(shot.getpixel((shot.width // 2, shot.height // 2))) for shot in shots]  # type: ignore[arg-type]
    assert colours[False][0] == (255, 255, 255)
    assert min(colours[True][0]) > 230
    assert max(colours[True][1]) < 60
    assert colours[True][2] == colours[False][2]
