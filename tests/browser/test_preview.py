"""The preview as an author uses it: in a real browser, while files are saved."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, FrameLocator, Page, expect, sync_playwright

from tests.browser.phone import chromium
from tests.conftest import lacking
from tests.running import Running, Start, rename_over
from tests.support import write

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SOON = 2000
"""The most milliseconds until a saved change must show."""

FIRST = """# One

## What is `g`? {#g tags="contexts"}

A namespace.

## {{c1::Signed}}, not {{c2::encrypted}} {#signed .cloze}

Anyone reads it.

## Which status? {#status .typed hint="three digits"}

308
"""
LONG = "## Long {#long}\n\n" + "\n\n".join(f"Paragraph {number}." for number in range(1, 61)) + "\n"
MATHS = "## What is $x^2$? {#maths}\n\nA square.\n"
HOSTILE = """## Hostile {#hostile}

<script>document.body.dataset.ran = "script"; parent.postMessage({what: "key", value: " "}, "*")</script>
<img src="nowhere.png" onerror="document.body.dataset.ran = 'handler'">
<img src="http://example.org/pixel.png">
<iframe src="http://example.org/frame"></iframe>
<form action="http://example.org/form"><button>send</button></form>
<meta http-equiv="refresh" content="0; url=http://example.org/refresh">
<style>body { background: url(http://example.org/style.png) }</style>
<a href="javascript:document.body.dataset.ran = 'link'" target="_self">click</a>

---

x
"""


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
    if not chromium():
        lacking("no Chromium on the PATH")
    there = f"--host-resolver-rules=MAP example.org:80 127.0.0.1:{network.getsockname()[1]}"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu", there])
        yield opened
        opened.close()


def is_reached(network: socket.socket) -> bool:
    try:
        network.accept()[0].close()
    except BlockingIOError:
        return False
    return True


class Preview:
    """The page of a running preview."""

    def __init__(self, run: Running, browser: Browser, folder: Path) -> None:
        self.run, self.folder = run, folder
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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "deck", FIRST, LONG)
    return tmp_path / "deck"


@pytest.fixture
def preview(running: Start, browser: Browser, folder: Path) -> Iterator[Preview]:
    yield (one := Preview(running(folder.parent, "preview", "deck", "--no-open"), browser, folder))
    one.page.close()
    assert one.run.end() == 0
    assert one.errors == []


def test_cards_turn_and_follow_each_other_by_key_click_and_button(preview: Preview) -> None:
    preview.lists("What is g?", "Signed, not encrypted", "Which status?", "Long")
    preview.is_at("What is g?")
    preview.shows("What is g?")
    preview.hides("A namespace.")
    preview.press("Space")
    preview.shows("A namespace.")
    preview.press("Space")
    preview.hides("A namespace.")
    preview.press("ArrowRight")
    preview.is_at("Signed")
    preview.shows("[...], not encrypted")
    preview.press("ArrowRight")
    preview.shows("Signed, not [...]")
    preview.card.locator("#qa").click()
    preview.shows("Signed, not encrypted")
    preview.shows("Anyone reads it.")
    preview.press("ArrowLeft")  # now the frame has the focus
    preview.shows("[...], not encrypted")
    preview.page.get_by_role("button", name="c2").click()
    preview.shows("Signed, not [...]")
    preview.page.locator("#next").click()
    preview.shows("Which status?")
    preview.press("Space")  # turns the card, does not press the button again
    preview.shows("308")
    preview.press("ArrowRight")
    preview.press("ArrowRight")
    preview.is_at("Long")


def test_an_answer_is_typed_and_a_hint_unfolds(preview: Preview) -> None:
    preview.choose("Which status?")
    preview.card.locator("summary").click()
    expect(preview.card.locator("details")).to_contain_text("three digits")
    expect(preview.card.locator("details")).to_have_attribute("open", "")
    preview.card.locator("#typeans").fill("30 1")
    preview.card.locator("#typeans").press("Space")
    preview.card.locator("#typeans").press("Enter")
    expect(preview.card.locator("code#typeans .typeMissed").last).to_have_text("8")
    expect(preview.card.locator("code#typeans .typeGood").first).to_have_text("30")


def test_search_and_filters(preview: Preview) -> None:
    preview.press("/")
    preview.page.keyboard.type("paragraph 60")
    preview.lists("Long")
    expect(preview.page.locator("#count")).to_have_text("1 of 4 questions")
    preview.page.locator("[type=search]").fill("")
    for name, value, questions in (
        ("tag", "contexts", ["What is g?"]),
        ("kind", "cloze", ["Signed, not encrypted"]),
        ("file", "deck/02.md", ["Long"]),
    ):
        preview.page.locator(f"select[name={name}]").select_option(value)
        preview.lists(*questions)
        preview.page.locator(f"select[name={name}]").select_option("")
    expect(preview.page.locator("select[name=status]")).to_be_disabled()
    preview.page.locator("[name=wrong]").check()
    expect(preview.page.locator("#list a")).to_have_count(0)


def test_night_width_and_zoom(preview: Preview) -> None:
    body = preview.card.locator("body")
    expect(body).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(body).to_have_class("card card1")
    preview.page.locator("[name=night]").check()
    expect(body).to_have_css("background-color", "rgb(18, 20, 22)")
    expect(body).to_have_class("card card1 nightMode night_mode")
    for width in ("320", "412", "360"):
        preview.page.locator("select[name=width]").select_option(width)
        expect(body).to_have_js_property("clientWidth", int(width))
    preview.page.locator("select[name=width]").select_option("desktop")
    preview.page.locator("select[name=zoom]").select_option("150")
    expect(body).to_have_css("zoom", "1.5")
    preview.press("Space")
    preview.shows("A namespace.")
    expect(body).to_have_css("zoom", "1.5")


def test_a_save_shows_and_the_place_is_kept(preview: Preview) -> None:
    preview.page.locator("select[name=file]").select_option("deck/02.md")
    preview.page.locator("[type=search]").fill("long")
    preview.choose("Long")
    preview.press("Space")
    preview.shows("Paragraph 60.")
    preview.card.locator("p", has_text="Paragraph 40.").scroll_into_view_if_needed()
    expect(preview.card.locator("p", has_text="Paragraph 40.")).to_be_in_viewport()
    scrolled = preview.page.frames[1].evaluate("scrollY")
    assert scrolled > 300

    for save, text in ((Path.write_text, "Changed"), (rename_over, "Again")):
        save(preview.folder / "02.md", LONG.replace("Paragraph 41.", text) + "\n## Long, too {#too}\n\nlong\n")
        preview.shows(text)
        preview.lists("Long", "Long, too")
        preview.is_at("Long")
        expect(preview.page.locator("select[name=file]")).to_have_value("deck/02.md")
        expect(preview.page.locator("[type=search]")).to_have_value("long")
        expect(preview.card.locator("p", has_text=text)).to_be_in_viewport()
        assert preview.page.frames[1].evaluate("scrollY") == scrolled
    # Saving another card does not reload this card.
    preview.page.frames[1].evaluate("document.body.dataset.same = 'yes'")
    rename_over(preview.folder / "01.md", FIRST.replace("A namespace", "One"))
    preview.page.locator("[type=search]").fill("")
    preview.page.locator("select[name=file]").select_option("deck/01.md")
    preview.page.locator("[type=search]").fill("one")
    preview.lists("What is g?")
    expect(preview.card.locator("body")).to_have_attribute("data-same", "yes")
    # A reload of the page keeps the search and the position, too.
    preview.page.reload()
    expect(preview.page.locator("[type=search]")).to_have_value("one")
    preview.lists("What is g?")
    preview.shows("Again")
    expect(preview.card.locator("p", has_text="Again")).to_be_in_viewport()


def test_a_mistake_shows_where_it_is_and_goes_when_it_is_mended(preview: Preview) -> None:
    preview.choose("What is g?")
    rename_over(preview.folder / "01.md", FIRST.replace("A namespace.\n", ""))
    here = preview.page.locator("#here li")
    expect(here).to_have_text(re.compile(r"^deck/01\.md:3:1 question has no answer; .* \[missing-answer\]$"), timeout=SOON)
    expect(preview.page.locator("#list .mark")).to_have_count(1)
    expect(preview.page.locator("#list a", has=preview.page.locator(".mark"))).to_contain_text("What is g?")
    expect(preview.page.locator("#problems li")).to_have_count(0)
    preview.shows("What is g?")
    rename_over(preview.folder / "01.md", FIRST)
    expect(here).to_have_count(0, timeout=SOON)
    expect(preview.page.locator("#list .mark")).to_have_count(0)

    rename_over(preview.folder / "deck.toml", "id = [")
    expect(preview.page.locator("#problems li").first).to_contain_text("deck/deck.toml:1:", timeout=SOON)
    preview.is_at("What is g?")
    rename_over(preview.folder / "deck.toml", 'id = "test-deck"\nname = "Test"\n')
    expect(preview.page.locator("#problems li")).to_have_count(0, timeout=SOON)


def test_a_question_that_is_gone_makes_place_for_the_next(preview: Preview) -> None:
    preview.choose("Signed")
    rename_over(preview.folder / "01.md", FIRST.replace("{#signed .cloze}", "{#renamed .cloze}"))
    preview.is_at("Signed")
    preview.shows("[...], not encrypted")
    (preview.folder / "01.md").unlink()
    preview.lists("Long")
    preview.is_at("Long")


def test_maths_is_shown_as_its_source_and_that_is_said(preview: Preview) -> None:
    expect(preview.page.locator("#maths")).to_be_hidden()
    (preview.folder / "03.md").write_text(MATHS, encoding="utf-8")
    preview.lists("What is g?", "Signed", "Which", "Long", "What is")
    preview.page.locator("#list a").last.click()
    preview.shows(r"What is \(x^2\)?")
    expect(preview.page.locator("#maths")).to_be_visible()


def test_the_html_of_strangers_runs_no_script_and_reaches_no_network(preview: Preview, network: socket.socket) -> None:
    with (preview.folder / "deck.toml").open("a", encoding="utf-8") as file:
        file.write('html = ["form", "button", "iframe src"]\n')  # the sanitiser allows this HTML then; the preview must stop it
    (preview.folder / "03.md").write_text(HOSTILE, encoding="utf-8")
    preview.lists("What is g?", "Signed", "Which", "Long", "Hostile")
    preview.choose("Hostile")
    preview.shows("Hostile")
    preview.card.get_by_text("click").click(no_wait_after=True)
    preview.card.get_by_text("send").click(no_wait_after=True)
    preview.page.wait_for_timeout(500)
    preview.shows("Hostile")
    expect(preview.card.locator("hr#answer")).to_have_count(0)  # the script did not turn the card
    expect(preview.card.locator("body")).not_to_have_attribute("data-ran", re.compile(".*"))
    assert preview.page.frames[1].url.startswith(f"{preview.address}decks/0/card?")
    assert preview.page.evaluate("() => document.getElementById('frame').contentDocument") is None
    assert not is_reached(network)


def test_a_card_opened_by_itself_runs_no_script_either(preview: Preview, network: socket.socket) -> None:
    (preview.folder / "03.md").write_text(HOSTILE, encoding="utf-8")
    preview.choose("Hostile")
    preview.page.goto(f"{preview.address}decks/0/card?key=deck/hostile")
    expect(preview.page.locator("#qa")).to_contain_text("Hostile")
    preview.page.wait_for_timeout(300)
    expect(preview.page.locator("body")).not_to_have_attribute("data-ran", re.compile(".*"))
    assert not is_reached(network)


def test_the_end_is_told(preview: Preview, running: Start) -> None:
    expect(preview.page.locator("#lost")).to_be_hidden()
    assert preview.run.end() == 0
    expect(preview.page.locator("#lost")).to_be_visible(timeout=SOON)
    port = preview.address.split(":")[2].strip("/")
    preview.run = running(preview.folder.parent, "preview", "deck", "--no-open", "--port", port)
    preview.run.says("^http://127")
    expect(preview.page.locator("#lost")).to_be_hidden(timeout=20_000)


def test_these_tests_would_see_a_request(browser: Browser, network: socket.socket) -> None:
    """This test must be the last, because the browser repeats its requests."""
    page = browser.new_page()
    with pytest.raises(Error):
        page.goto("http://example.org/", timeout=SOON)
    assert is_reached(network)
    page.close()
