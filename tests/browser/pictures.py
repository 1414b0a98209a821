"""Pictures of cards on a phone: question and answer by day and by night, one row for each card.

``python -m tests.browser.pictures`` makes the README's picture, .github/card.png.
``python -m tests.browser.pictures site SITE`` makes that of a site, .github/site.png; SITE is the folder that ``site`` wrote.
``python -m tests.browser.pictures DECK FOLDER`` makes sheets of all cards of a deck.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from deckbuilder.pipeline import build_deck
from tests.browser.phone import Phone, Side, chromium, measure, phone, sides
from tests.support import ROOT, TIME, built

CARD = "session-nested-change/0"
WIDTH, HEIGHT, GAP = 340, 640, 18
TALLEST = 1600
"""The most pixels of a card's height on a sheet; the rest is cut off."""


def shoot(opened: Phone, media: Path, pair: Sequence[Side], scale: float, tallest: int) -> Image.Image:
    """Return pictures of both sides of a card, by day, then by night."""
    shots = []
    with opened.page("droid", WIDTH, HEIGHT, media, scale=scale) as page:
        for night in (False, True):
            for side in pair:
                ((_, found), *_) = measure(page, [side], night=night)
                page.evaluate("() => document.querySelectorAll('details').forEach(details => { details.open = false })")
                height = min(tallest, max(HEIGHT, found["height"]))
                picture = page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": WIDTH, "height": height})
                shots.append(Image.open(io.BytesIO(picture)).convert("RGB"))
    return joined(shots, int(GAP * scale), across=True)


def shoot_site(browser: Browser, site: Path, scale: float = 1.5) -> Image.Image:
    """Return pictures of a site on a phone: the start page of a deck, a question, and its answer by night."""
    question = f"flask-en/{CARD.partition('/')[0]}"
    shots = []
    for place, night in (("flask-en", False), (question, False), (question, True)):
        page = browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT},
            color_scheme="dark" if night else "light",
            device_scale_factor=scale,
            has_touch=True,
            is_mobile=True,
        )
        page.goto((site / place / "index.html").as_uri())
        if night:
            page.locator("#answer > summary").click()
            page.locator("#answer").evaluate("answer => scrollTo(0, answer.getBoundingClientRect().top - 260)")
        shots.append(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))
        page.close()
    return joined(shots, int(GAP * scale), across=True)


def joined(pictures: Sequence[Image.Image], gap: int, *, across: bool) -> Image.Image:
    """Return one picture of ``pictures``, beside each other if ``across``, else below each other."""
    widths, heights = [picture.width for picture in pictures], [picture.height for picture in pictures]
    total = gap * (len(pictures) - 1)
    sheet = Image.new("RGB", (sum(widths) + total, max(heights)) if across else (max(widths), sum(heights) + total), "#8b949e")
    at = 0
    for picture in pictures:
        sheet.paste(picture, (at, 0) if across else (0, at))
        at += (picture.width if across else picture.height) + gap
    return sheet


def main(deck: Path, target: Path, only: str = "") -> None:
    """Write sheets of the cards of ``deck`` to the folder ``target``, or the one card ``only`` to the file ``target``."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shown, media = sides(build_deck.pack(built(deck).deck, TIME).data, folder / "anki")
        pairs = [pair for pair in zip(shown[::2], shown[1::2], strict=True) if only in pair[0].name]
        with phone(folder, folder) as opened:
            rows = [shoot(opened, media, pair, 1.5 if only else 1, HEIGHT if only else TALLEST) for pair in pairs]
    if only:
        rows[0].quantize(256, Image.Quantize.MAXCOVERAGE).save(target, optimize=True)
        return
    target.mkdir(parents=True, exist_ok=True)
    for at in range(0, len(rows), 2):
        joined(rows[at : at + 2], GAP, across=False).save(target / f"{deck.name}-{at // 2 + 1:03}.png")


def of_site(site: Path, target: Path) -> None:
    """Write a picture of the folder ``site`` to the file ``target``."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        shoot_site(browser, site).quantize(64).save(target, optimize=True)
        browser.close()


if __name__ == "__main__":
    if sys.argv[1:2] == ["site"]:
        of_site(Path(sys.argv[2]), ROOT / ".github" / "site.png")
    elif sys.argv[1:]:
        main(Path(sys.argv[1]), Path(sys.argv[2]))
    else:
        main(ROOT / "content" / "flask-en", ROOT / ".github" / "card.png", CARD)
