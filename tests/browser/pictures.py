"""Pictures of cards on a phone: question and answer by day and by night, one row for each card.

``python -m tests.browser.pictures`` makes the README's picture, .github/card.png.
``python -m tests.browser.pictures DECK FOLDER`` makes sheets of all cards of a deck.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from deckbuilder.pipeline import build_deck
from tests.browser.phone import Phone, Side, measure, phone, sides
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


if __name__ == "__main__":
    if sys.argv[1:]:
        main(Path(sys.argv[1]), Path(sys.argv[2]))
    else:
        main(ROOT / "content" / "flask-en", ROOT / ".github" / "card.png", CARD)
