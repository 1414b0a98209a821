"""The page of a running preview, in a browser."""

from __future__ import annotations

import re
import socket

from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.running import Running

SOON = 10_000
"""The most milliseconds until a saved change must show."""


def is_reached(network: socket.socket) -> bool:
    try:
        network.accept()[0].close()
    except BlockingIOError:
        return False
    return True


class Preview:
    """The page of a running preview."""

    def __init__(self, run: Running, browser: Browser) -> None:
        self.run = run
        self.address = run.says("^http://127")
        self.errors: list[str] = []
        self.page: Page = browser.new_page(viewport={"width": 1200, "height": 900})
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(self.address)

    @property
    def card(self) -> FrameLocator:
        return self.page.frame_locator("#frame")

    def shows(self, text: str | re.Pattern[str]) -> None:
        expect(self.card.locator("#qa")).to_contain_text(text, timeout=SOON)

    def hides(self, text: str) -> None:
        expect(self.card.locator("#qa")).not_to_contain_text(text, timeout=SOON)

    def lists(self, *questions: str) -> None:
        expect(self.page.locator("#list a")).to_contain_text(list(questions), timeout=SOON)

    def is_at(self, question: str) -> None:
        expect(self.page.locator("#list a[aria-current]")).to_contain_text(question, timeout=SOON)

    def choose(self, question: str) -> None:
        self.page.locator("#list a", has_text=question).click()
        self.is_at(question)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
