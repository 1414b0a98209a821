"""The browser for the tests of the preview, a socket in place of the network, the wheel with Anki's MathJax.

The imports are in the fixtures: pytest reads this file also if it runs only the fast tests.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from subprocess import CalledProcessError
from typing import TYPE_CHECKING

import pytest

from tests.conftest import lacking
from tests.running import Start

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.previewed import Preview


@pytest.fixture(scope="module")
def network() -> Iterator[socket.socket]:
    """A local socket in place of the network: a browser that asks for example.org connects to this socket."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.setblocking(False)
        yield listening


@pytest.fixture(scope="module")
def browser(network: socket.socket) -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    from tests.browser.phone import chromium  # noqa: PLC0415

    if not chromium():
        lacking("no Chromium on the PATH")
    there = f"--host-resolver-rules=MAP example.org:80 127.0.0.1:{network.getsockname()[1]}"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu", there])
        yield opened
        opened.close()


@pytest.fixture
def preview(running: Start, browser: Browser, folder: Path) -> Iterator[Preview]:
    """The preview of the deck that the test module's fixture ``folder`` has written."""
    from tests.browser.previewed import Preview  # noqa: PLC0415

    yield (one := Preview(running(folder.parent, "preview", "deck", "--no-open"), browser))
    one.page.close()
    assert one.run.end() == 0
    assert one.errors == []


@pytest.fixture(scope="module")
def cache(pytestconfig: pytest.Config) -> Path:
    """The folder of the ``aqt`` wheel. Skips if no browser exists."""
    from tests.browser.phone import anki_web, chromium  # noqa: PLC0415

    folder = pytestconfig.cache.mkdir("aqt")
    if not chromium():
        lacking("no Chromium on the PATH")
    try:
        anki_web(folder).close()
    except CalledProcessError:
        lacking("the wheel of aqt cannot be fetched")
    return folder
