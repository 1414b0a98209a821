"""The preview as an author uses it: in a real browser, while files are saved."""

from __future__ import annotations

import re
import shutil
import socket
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, expect

from tests.browser.previewed import SOON, Preview, is_reached
from tests.running import Start, rename_over
from tests.support import write

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FIRST = """# One

## What is `g`? {#g tags="contexts"}

A namespace.

## {{c1::Signed}}, not {{c2::encrypted}} {#signed .cloze}

Anyone reads it.

## Which status? {#status .typed hint="three digits"}

308
"""
LONG = "## Long {#long}\n\n" + "\n\n".join(f"Paragraph {number}." for number in range(1, 61)) + "\n"
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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "deck", FIRST, LONG)
    return tmp_path / "deck"


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


SHORT_AND_LONG = {
    "short": "## Short? {#short}\n\nYes.\n",
    "code": "## Code? {#code}\n\n```python\n" + "line = 1\n" * 40 + "```\n\n---\n\nYes.\n",
    "prose": "## Prose? {#prose}\n\n" + "Word after word. " * 300 + "\n\n---\n\nYes.\n",
    "answer": "## Answer? {#answer}\n\n" + "Yes.\n\n" * 60,
}


@pytest.mark.parametrize("height", [500, 600, 768, 900, 1080])
def test_a_turn_never_scrolls_the_question_away(preview: Preview, folder: Path, height: int) -> None:
    write(folder, *SHORT_AND_LONG.values())
    preview.lists("Short?", "Code?", "Prose?", "Answer?")
    preview.page.set_viewport_size({"width": 1200, "height": height})
    for screen in ("360", "desktop"):
        preview.page.locator("select[name=width]").select_option(screen)
        for name in SHORT_AND_LONG:
            preview.choose(f"{name.capitalize()}?")
            expect(preview.card.locator("hr#answer")).to_have_count(0, timeout=SOON)
            preview.press("Space")
            preview.shows("Yes.")
            preview.page.wait_for_timeout(100)
            heading = preview.card.locator(".question p").first
            expect(heading).to_be_in_viewport(ratio=1)
            assert preview.page.locator("#stage").evaluate("(stage) => stage.scrollTop") == 0
            assert preview.page.frames[1].evaluate("scrollY") == 0


def test_keys_scroll_a_long_card(preview: Preview) -> None:
    preview.choose("Long")
    preview.press("Space")
    preview.shows("Paragraph 60.")
    for key, grows in (("ArrowDown", True), ("PageDown", True), ("ArrowUp", False), ("End", True), ("Home", False)):
        before = preview.page.frames[1].evaluate("scrollY")
        preview.press(key)
        preview.page.wait_for_timeout(300)
        assert (preview.page.frames[1].evaluate("scrollY") > before) is grows
    assert preview.page.frames[1].evaluate("scrollY") == 0


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
    preview.lists("What is g?")  # before the list, no search field is there
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


def test_a_save_shows_and_the_place_is_kept(preview: Preview, folder: Path) -> None:
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
        save(folder / "02.md", LONG.replace("Paragraph 41.", text) + "\n## Long, too {#too}\n\nlong\n")
        preview.shows(text)
        preview.lists("Long", "Long, too")
        preview.is_at("Long")
        expect(preview.page.locator("select[name=file]")).to_have_value("deck/02.md")
        expect(preview.page.locator("[type=search]")).to_have_value("long")
        expect(preview.card.locator("p", has_text=text)).to_be_in_viewport()
        assert preview.page.frames[1].evaluate("scrollY") == scrolled
    # Saving another card does not reload this card.
    preview.page.frames[1].evaluate("document.body.dataset.same = 'yes'")
    rename_over(folder / "01.md", FIRST.replace("A namespace", "One"))
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


def test_a_mistake_shows_where_it_is_and_goes_when_it_is_mended(preview: Preview, folder: Path) -> None:
    preview.choose("What is g?")
    rename_over(folder / "01.md", FIRST.replace("A namespace.\n", ""))
    here = preview.page.locator("#here li")
    expect(here).to_have_text(re.compile(r"^deck/01\.md:3:1 question has no answer; .* \[missing-answer\]$"), timeout=SOON)
    expect(preview.page.locator("#list .mark")).to_have_count(1)
    expect(preview.page.locator("#list a", has=preview.page.locator(".mark"))).to_contain_text("What is g?")
    expect(preview.page.locator("#problems li")).to_have_count(0)
    preview.shows("What is g?")
    rename_over(folder / "01.md", FIRST)
    expect(here).to_have_count(0, timeout=SOON)
    expect(preview.page.locator("#list .mark")).to_have_count(0)

    rename_over(folder / "deck.toml", "id = [")
    expect(preview.page.locator("#problems li").first).to_contain_text("deck/deck.toml:1:", timeout=SOON)
    preview.is_at("What is g?")
    rename_over(folder / "deck.toml", 'id = "test-deck"\nname = "Test"\n')
    expect(preview.page.locator("#problems li")).to_have_count(0, timeout=SOON)


def test_a_question_that_is_gone_makes_place_for_the_next(preview: Preview, folder: Path) -> None:
    preview.choose("Signed")
    rename_over(folder / "01.md", FIRST.replace("{#signed .cloze}", "{#renamed .cloze}"))
    preview.is_at("Signed")
    preview.shows("[...], not encrypted")
    (folder / "01.md").unlink()
    preview.lists("Long")
    preview.is_at("Long")


def test_the_html_of_strangers_runs_no_script_and_reaches_no_network(
    preview: Preview, folder: Path, network: socket.socket
) -> None:
    with (folder / "deck.toml").open("a", encoding="utf-8") as file:
        file.write('html = ["form", "button", "iframe src"]\n')  # the sanitiser allows this HTML then; the preview must stop it
    (folder / "03.md").write_text(HOSTILE, encoding="utf-8")
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


def test_a_card_opened_by_itself_runs_no_script_either(preview: Preview, folder: Path, network: socket.socket) -> None:
    (folder / "03.md").write_text(HOSTILE, encoding="utf-8")
    preview.choose("Hostile")
    preview.page.goto(f"{preview.address}decks/0/card?key=deck/hostile")
    expect(preview.page.locator("#qa")).to_contain_text("Hostile")
    preview.page.wait_for_timeout(300)
    expect(preview.page.locator("body")).not_to_have_attribute("data-ran", re.compile(".*"))
    assert not is_reached(network)


def test_without_a_question_the_page_says_what_to_do_and_follows(
    running: Start, browser: Browser, folder: Path, tmp_path: Path
) -> None:
    shutil.rmtree(folder)
    (tmp_path / "content").mkdir(exist_ok=True)
    run = running(tmp_path, "preview", "--no-open")
    preview = Preview(run, browser)
    empty = preview.page.locator("#empty")
    expect(empty).to_contain_text("No question in content yet")
    expect(empty).to_contain_text("deckbuilder new content/my-deck")
    expect(preview.page.locator("#problems")).to_contain_text("no deck here")
    expect(preview.page.locator("#columns")).to_be_hidden()
    write(tmp_path / "content" / "my-deck", FIRST)
    preview.lists("What is g?", "Signed", "Which status?")
    preview.shows("What is g?")
    expect(empty).to_be_hidden()
    shutil.rmtree(tmp_path / "content" / "my-deck")
    expect(empty).to_be_visible(timeout=SOON)
    assert run.end() == 0
    assert preview.errors == []
    preview.page.close()


def test_equal_headings_differ_by_their_code(preview: Preview, folder: Path) -> None:
    text = "".join(
        f"## What does this print? {{#p{number}}}\n\n```python\nprint({number})\n```\n\n---\n\n{number}\n\n" for number in (1, 2)
    )
    (folder / "02.md").write_text(text, encoding="utf-8")
    preview.lists("What is g?", "Signed", "Which status?", "What does this print?print(1)", "What does this print?print(2)")


def test_the_page_has_names_for_all_of_its_parts(preview: Preview, folder: Path) -> None:
    (folder / "02.md").write_text("## Wrong {#wrong}\n", encoding="utf-8")
    expect(preview.page.get_by_role("img", name="error")).to_have_count(1, timeout=SOON)
    expect(preview.page.get_by_role("heading", level=1)).to_have_text("deckbuilder preview")
    for role in ("banner", "navigation", "main", "search"):
        expect(preview.page.get_by_role(role)).to_have_count(1)


def test_the_end_is_told(preview: Preview, folder: Path, running: Start) -> None:
    expect(preview.page.locator("#lost")).to_be_hidden()
    assert preview.run.end() == 0
    expect(preview.page.locator("#lost")).to_be_visible(timeout=SOON)
    port = preview.address.split(":")[2].strip("/")
    preview.run = running(folder.parent, "preview", "deck", "--no-open", "--port", port)
    preview.run.says("^http://127")
    expect(preview.page.locator("#lost")).to_be_hidden(timeout=20_000)


def test_these_tests_would_see_a_request(browser: Browser, network: socket.socket) -> None:
    """This test must be the last, because the browser repeats its requests."""
    page = browser.new_page()
    with pytest.raises(Error):
        page.goto("http://example.org/", timeout=SOON)
    assert is_reached(network)
    page.close()
