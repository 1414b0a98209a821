"""Cards -> pictures, drawn by a browser on this machine. The only user of playwright, which is optional.

The pages are those of the preview. No page reaches the network: this module answers each request itself, or refuses it.
"""

from __future__ import annotations

import base64
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from string import Template
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser, Error, Route, ViewportSize, sync_playwright

from deckbuilder import assets
from deckbuilder.model.records import Media
from deckbuilder.preview.mathjax import FONTS, SCRIPT, mathjax_file
from deckbuilder.preview.media_types import media_type
from deckbuilder.preview.page import View, card_page
from deckbuilder.preview.state import Item

WIDTH, HEIGHT = 360, 640
"""The screen of a common phone, in CSS pixels."""
_SCREEN: ViewportSize = {"width": WIDTH, "height": HEIGHT}
TALLEST = 4000
"""The most pixels of a picture's height; the rest is cut off."""
_HOST = "http://card.test"
_POLICY = (
    f"default-src 'none'; script-src {_HOST}/card.js {_HOST}/mathjax/{SCRIPT}; style-src 'unsafe-inline'; "
    f"img-src {_HOST} data:; font-src {_HOST}/mathjax/{FONTS} data:; base-uri 'none'; form-action 'none'"
)
"""The Content-Security-Policy of a card: our script and MathJax, and nothing of the network."""
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
_CHANNELS = ("chrome", "msedge", None)
"""Browsers that playwright finds by itself. The last one is its own, from ``playwright install chromium``."""
_PATIENCE = 20_000
"""Milliseconds until a page without its formulas counts as drawn."""


class NoBrowserError(Exception):
    """No browser can be started. The text is the reason."""


@contextmanager
def artist() -> Iterator[Artist]:
    """Start a browser, and yield an artist that draws with it. Raises NoBrowserError."""
    with _browser() as started:
        yield Artist(started)


@contextmanager
def _browser() -> Iterator[Browser]:
    """Start a browser. Raises NoBrowserError."""
    with sync_playwright() as playwright:
        choices = [(path, None) for path in map(shutil.which, _NAMES) if path] + [(None, channel) for channel in _CHANNELS]
        root = os.name == "posix" and os.geteuid() == 0  # Chromium has no sandbox for this user
        reason = ""
        for path, channel in choices:
            try:
                started = playwright.chromium.launch(
                    executable_path=path, channel=channel, chromium_sandbox=not root, args=["--force-color-profile=srgb"]
                )
            except Error as error:
                reason = reason or error.message.removeprefix("BrowserType.launch: ").strip().split("\n")[0]
                continue
            try:
                yield started
            finally:
                started.close()
            return
    raise NoBrowserError(reason)


class Artist:
    """Draws cards in one page of a browser: a new page for each side takes twice the time."""

    def __init__(self, started: Browser) -> None:
        """Open the page of the cards, and the page that joins the pictures of their sides."""
        self._html = ""
        self._media: Mapping[str, Media] = {}
        context = started.new_context(viewport=_SCREEN, service_workers="block")
        self._card, self._sheet = context.new_page(), started.new_context(viewport=_SCREEN).new_page()
        context.route("**/*", lambda route: _answer(route, self._html, self._media))

    def pictures(self, item: Item, media: Mapping[str, Media]) -> Iterator[bytes]:
        """Yield a PNG picture of each card of ``item``: question and answer by day, then by night, beside each other."""
        self._media = media
        for number in item.numbers:
            views = [View(number, answer, night) for night in (False, True) for answer in (False, True)]
            yield self._joined([self._shot(card_page(item, view)) for view in views])

    def _shot(self, html: str) -> bytes:
        """Return a picture of a page, at least as high as the screen."""
        self._html = html
        page = self._card
        page.set_viewport_size(_SCREEN)
        page.goto(f"{_HOST}/")
        if 'class="phone maths"' in html:
            try:
                page.wait_for_selector("html.drawn", timeout=_PATIENCE)
            except Error:  # the source of a formula is better than no picture
                page.add_style_tag(content=".maths #qa { visibility: visible; }")
        height = min(TALLEST, max(HEIGHT, page.evaluate("Math.ceil(document.body.getBoundingClientRect().bottom)")))
        if height > HEIGHT:
            page.set_viewport_size({"width": WIDTH, "height": height})
        return page.screenshot()

    def _joined(self, shots: list[bytes]) -> bytes:
        """Return one picture of all ``shots``, beside each other."""
        images = "".join(f'<img src="data:image/png;base64,{base64.b64encode(shot).decode()}">' for shot in shots)
        self._sheet.set_content(Template(assets.text("preview/sheet.html")).substitute(images=images))
        return self._sheet.locator("body").screenshot()


def _answer(route: Route, html: str, media: Mapping[str, Media]) -> None:
    """Give our files and the media of the deck to a card's page; refuse every other request."""
    url = urlsplit(route.request.url)
    name = unquote(url.path).lstrip("/")
    if url.scheme == "data":
        route.continue_()
    elif f"{url.scheme}://{url.netloc}" != _HOST:
        route.abort()
    elif not name:
        route.fulfill(body=html, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": _POLICY})
    elif name == "card.js":
        route.fulfill(body=assets.text("preview/card.js"), content_type="text/javascript")
    elif name.startswith("mathjax/") and (data := mathjax_file(name.removeprefix("mathjax/"))):
        route.fulfill(body=data, content_type="text/javascript" if name.endswith(SCRIPT) else "font/woff")
    elif name in media:
        route.fulfill(body=media[name].data, content_type=media_type(name))
    else:
        route.fulfill(status=404, body="")
