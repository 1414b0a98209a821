"""A browser that shows and measures cards as in AnkiDroid, Anki's desktop and AnkiMobile.

Anki's own library renders the cards; ``clients/`` holds the page of each client around a card. Anki's style sheets and
MathJax come from the ``aqt`` wheel, which is fetched once (4 MB, without Qt).
"""

from __future__ import annotations

import importlib.metadata
import mimetypes
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from playwright.sync_api import Browser, Page, Route, sync_playwright

HERE = Path(__file__).parent
CLIENTS = ("droid", "droidnew", "desktop", "ios")
HOST = "http://card.test"
TYPED = {"question": '<input type="text" id="typeans">', "answer": '<code id="typeans"><span class="typeGood">308</span></code>'}
PLAY = '<a class="replay-button soundLink" href="#"><svg class="playImage" viewBox="0 0 64 64"><circle cx="32" cy="32" r="29"/></svg></a>'
MATHJAX = '<script src="/_anki/js/mathjax.js"></script><script src="/_anki/js/vendor/mathjax/tex-chtml-full.js"></script>'


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a card, with the HTML that a client gets from Anki."""

    name: str
    """``id/ordinal question`` or ``id/ordinal answer``."""
    html: str


def chromium() -> str | None:
    """Return the path of the system's Chromium, or ``None``."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def anki_web(cache: Path) -> zipfile.ZipFile:
    """Return the wheel of ``aqt`` in the installed Anki's version. Raises CalledProcessError if the fetch fails."""
    version = importlib.metadata.version("anki")
    found = next(cache.glob("aqt-*.whl"), None)
    if found is None:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*pip, "--dest", str(cache), f"aqt=={version}"], check=True)
        found = next(cache.glob("aqt-*.whl"))
    return zipfile.ZipFile(found)


def sides(package: bytes, folder: Path) -> tuple[list[Side], Path]:
    """Import ``package`` into a collection in ``folder``; return both sides of every card, and the folder of the media."""
    folder.mkdir()
    file = folder / "deck.apkg"
    file.write_bytes(package)
    collection = Collection(str(folder / "collection.anki2"))
    try:
        collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(file), options=ImportAnkiPackageOptions()))
        found = []
        for card_id in collection.find_cards("", order="c.due, c.ord"):
            card = collection.get_card(card_id)
            name = f"{card.note()['Id']}/{card.ord}"
            for side, html in (("question", card.question()), ("answer", card.answer())):
                shown = collection.media.escape_media_filenames(html)
                shown = re.sub(r"\[anki:play:[qa]:\d+\]", PLAY, re.sub(r"\[\[type:.+?\]\]", TYPED[side], shown))
                found.append(Side(f"{name} {side}", shown))
        return found, Path(collection.media.dir())
    finally:
        collection.close()


@dataclass(frozen=True, slots=True)
class Phone:
    """A browser and the files for its pages; every other request is refused and noted."""

    browser: Browser
    web: zipfile.ZipFile
    refused: list[str]

    @contextmanager
    def page(self, client: str, width: int, height: int, media: Path, *, maths: bool = True, scale: float = 1) -> Iterator[Page]:
        """Open the empty page of ``client`` on a screen of that size in CSS pixels."""
        html = (HERE / "clients" / f"{client}.html").read_text(encoding="utf-8")
        html = html.replace("</head>", f"{MATHJAX}</head>") if maths else html
        narrower = re.search(r'data-narrower="(\d+)"', html)
        context = self.browser.new_context(
            viewport={"width": width - int(narrower[1] if narrower else 0), "height": height},
            device_scale_factor=scale,
            is_mobile=client != "desktop",
            has_touch=client != "desktop",
            service_workers="block",
        )
        context.route("**/*", lambda route: self._serve(route, html, media))
        page = context.new_page()
        page.on("pageerror", lambda error: self.refused.append(str(error)))
        page.goto(f"{HOST}/")
        if maths:
            page.evaluate("() => MathJax.startup.promise")
        yield page
        context.close()

    def _serve(self, route: Route, html: str, media: Path) -> None:
        url = urlsplit(route.request.url)
        name = unquote(url.path).lstrip("/")
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if route.request.url.startswith("data:"):
            route.continue_()
        elif f"{url.scheme}://{url.netloc}" != HOST:
            self.refused.append(route.request.url)
            route.abort()
        elif not name:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        elif name.startswith("_anki/"):
            route.fulfill(body=self.web.read(f"_aqt/data/web/{name.removeprefix('_anki/')}"), content_type=kind)
        elif name.startswith("clients/"):
            route.fulfill(body=(HERE / name).read_bytes(), content_type=kind)
        elif "/" not in name and (media / name).is_file():
            route.fulfill(body=(media / name).read_bytes(), content_type=kind)
        else:
            if name != "favicon.ico":
                self.refused.append(route.request.url)
            route.fulfill(status=404, body="")


@contextmanager
def phone(cache: Path, folder: Path) -> Iterator[Phone]:
    """Start the browser; ``folder`` gets its font settings, ``cache`` the ``aqt`` wheel."""
    fonts = folder / "fonts.conf"
    fonts.write_text((HERE / "clients" / "fonts.conf").read_text(encoding="utf-8"), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(),
            ignore_default_args=["--hide-scrollbars"],
            env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
            args=["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb", "--disable-background-networking"],
        )
        with anki_web(cache) as web:
            yield Phone(browser, web, [])
        browser.close()


def measure(page: Page, shown: Iterable[Side], *, night: bool, zoom: float = 1) -> list[tuple[str, dict[str, Any]]]:
    """Return (name, measurements) of each side on ``page``; a side with a fold is measured folded and unfolded."""
    return [(name, result) for name, _, result in measure_looks(page, shown, (night,), zoom)]


def measure_looks(
    page: Page, shown: Iterable[Side], nights: Sequence[bool], zoom: float = 1
) -> list[tuple[str, bool, dict[str, Any]]]:
    """Return (name, night, measurements) of each side on ``page`` for each of ``nights``, as ``measure``.

    The browser lays a side out once for all looks, which takes most of the time.
    """
    script = (HERE / "measure.js").read_text(encoding="utf-8")
    arguments = {"sides": [[side.name, side.html] for side in shown], "nights": list(nights), "zoom": zoom}
    return [(name, night, result) for name, night, result in page.evaluate(script, arguments)]
