"""A site in a real browser: for everybody, without a network, from a disk and from a folder of a host.

The tests need Chromium. Without Chromium, they skip; in CI, they fail.
"""

from __future__ import annotations

import functools
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import axe_playwright_python
import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Page

from deckbuilder.cli import main
from tests.support import CONTENT, TORTURE, write

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
_AUDIT = """async () => {
    document.querySelectorAll('details').forEach(one => { one.open = true })
    const found = await axe.run(document, { preload: false, resultTypes: ['violations'], runOnly: RULES, rules: AUTHORS })
    return found.violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.target}: ${node.html.slice(0, 100)}`))
}""".replace("AUTHORS", json.dumps({rule: {"enabled": False} for rule in ("empty-table-header", "heading-order")}))
"""Two rules of good practice are about the text of authors: empty heads of tables, and the order of headings in an answer."""
RUN = _AUDIT.replace("RULES", json.dumps(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]))
RUN_COLOURS = _AUDIT.replace("RULES", json.dumps({"type": "rule", "values": ["color-contrast", "link-in-text-block"]}))
"""The rules whose result depends on colours."""
NOTES = sum(path.read_text(encoding="utf-8").count("\n## ") for path in (CONTENT / "flask-en").glob("[0-9]*.md"))
CORE = sum(path.read_text(encoding="utf-8").count("core24") for path in (CONTENT / "flask-en").glob("[0-9]*.md"))
"""The questions with a tag. Two of the 24 are relics in English."""
PHONE, DESKTOP = (320, 640), (1280, 800)


def made(source: Path, folder: Path) -> Path:
    done = CliRunner().invoke(main, ["site", str(source), "-o", str(folder)])
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both Flask decks."""
    return made(CONTENT, tmp_path_factory.mktemp("content") / "site")


@pytest.fixture(scope="module")
def torture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(TORTURE, tmp_path_factory.mktemp("torture") / "site")


@contextmanager
def opened(browser: Browser, size: tuple[int, int] = PHONE, *, script: bool = True) -> Iterator[Page]:
    """Open an empty page. At the end, no page may have had an error or asked another host."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="light",
        java_script_enabled=script,
        bypass_csp=False,
    )
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on(
        "request",
        lambda request: None if request.url.startswith(("file:", "http://127.0.0.1", "data:")) else wrong.append(request.url),
    )
    page.on("requestfailed", lambda request: wrong.append(f"{request.url}: {request.failure}"))
    yield page
    context.close()
    assert wrong == []


def some_pages(site: Path) -> list[Path]:
    """Return the start pages and every fortieth question. The page to print is large, and that of the torture deck has all kinds."""
    found = sorted(site.rglob("index.html"))
    return [path for path in found if path.parent.parent in (site.parent, site)] + found[::40]


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
@pytest.mark.parametrize("source", ["site", "torture"])
def test_nothing_keeps_anybody_out(source: str, size: tuple[int, int], browser: Browser, request: pytest.FixtureRequest) -> None:
    """By day, all rules; by night, the rules about colours: only the colours of a page differ."""
    folder: Path = request.getfixturevalue(source)
    pages = some_pages(folder) if source == "site" else sorted(folder.rglob("*.html"))[::2]
    found = []
    with opened(browser, size) as page:
        for path in pages:
            page.emulate_media(color_scheme="light")
            page.goto(path.as_uri())
            page.evaluate(AXE)
            said = page.evaluate(RUN)
            page.emulate_media(color_scheme="dark")
            said += [f"by night: {one}" for one in page.evaluate(RUN_COLOURS)]
            wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
            said += [f"{wide} px too wide"] if wide > 0 else []
            found += [f"{path.relative_to(folder)}: {one}" for one in said]
    print(f"{source}: {len(pages)} pages")  # noqa: T201
    assert len(pages) > 15
    assert found == []


def test_axe_finds_what_is_wrong(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "<!doctype html><title>a</title><p style='color:#aaa'>pale</p><img src=''>", encoding="utf-8"
    )
    context = browser.new_context()
    page = context.new_page()
    page.goto((tmp_path / "a.html").as_uri())
    page.evaluate(AXE)
    found, colours = page.evaluate(RUN), page.evaluate(RUN_COLOURS)
    context.close()
    assert {"color-contrast", "html-has-lang", "image-alt"} <= {one.partition(":")[0] for one in found}
    assert {one.partition(":")[0] for one in colours} == {"color-contrast"}


def test_without_javascript_a_tap_shows_the_answer(site: Path, browser: Browser) -> None:
    with opened(browser, script=False) as page:
        page.goto((site / "flask-en" / "blueprint-endpoint" / "index.html").as_uri())
        assert not page.locator("#answer .answer").is_visible()
        page.locator("#answer > summary").click()
        assert page.locator("#answer .answer").is_visible()
        assert not page.locator("#practice").is_visible()
        page.goto((site / "flask-en" / "index.html").as_uri())
        assert not page.locator("#find").is_visible()  # a search that does nothing would be a lie
        listed = 0
        for link in page.locator("main > section a").evaluate_all("links => links.map(link => link.href)"):
            page.goto(link)
            listed += page.locator(".questions li").count()
        assert listed == NOTES
        page.locator(".questions a").first.click()
        assert page.locator("#answer > summary").is_visible()
        page.locator("header nav a").last.click()
        assert "/list-" in page.url


def test_without_javascript_a_small_deck_has_its_list_on_the_start_page(torture: Path, browser: Browser) -> None:
    with opened(browser, script=False) as page:
        page.goto((torture / "index.html").as_uri())
        assert page.locator(".questions li").count() == len(list(torture.glob("*/index.html")))


def test_a_link_to_a_question_in_the_list_of_a_large_deck_leads_there(site: Path, browser: Browser) -> None:
    with opened(browser) as page:
        page.goto((site / "flask-en" / "index.html").as_uri() + "#q-blueprint-endpoint")
        place = page.locator("#q-blueprint-endpoint").bounding_box()
        assert place
        assert 0 <= place["y"] < PHONE[1]


@pytest.fixture
def host(site: Path) -> Iterator[str]:
    """Serve the site from a folder of a host, as GitHub Pages does."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def translate_path(self, path: str) -> str:
            return super().translate_path(path.removeprefix("/some/folder") if path.startswith("/some/folder/") else "/nowhere")

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/some/folder/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("place", ["disk", "host"])
def test_search_filter_and_practice(place: str, site: Path, host: str, browser: Browser) -> None:
    start = f"{site.as_uri()}/flask-en/index.html" if place == "disk" else f"{host}flask-en/"
    with opened(browser) as page:
        page.goto(start)
        shown: Callable[[], int] = lambda: page.locator(".questions li:visible").count()  # noqa: E731
        assert shown() == NOTES
        page.locator("#words").fill("blueprint endpoint")
        few = shown()
        assert 0 < few < 30
        assert page.locator("#count").text_content() == f"{few} of {NOTES} questions"
        page.locator("#words").fill("")
        page.locator("#find summary").click()
        page.locator("[name=tag][value=core24]").check()
        assert shown() == CORE
        page.locator("#practise").click()
        page.wait_for_selector("#practice:visible")
        for number in range(1, CORE + 1):
            assert page.locator("#step").text_content() == f"Question {number} of {CORE}"
            page.keyboard.press(" ")
            assert page.locator("#answer .answer").is_visible()
            with page.expect_navigation():
                page.keyboard.press("2" if number % 2 else "1")
        assert page.locator("#done").text_content() == f"Done: you know {CORE // 2} of {CORE}."
        assert page.locator(".mark").count() == CORE // 2
        page.locator("#unknown-only").check()
        assert shown() == NOTES - CORE // 2
        page.locator("#forget").click()
        assert shown() == NOTES


def test_keys_lead_to_the_neighbours(site: Path, browser: Browser) -> None:
    with opened(browser, DESKTOP) as page:
        page.goto((site / "flask-zh" / "blueprint-endpoint" / "index.html").as_uri())
        first = page.url
        with page.expect_navigation():
            page.keyboard.press("ArrowRight")
        assert page.url != first
        with page.expect_navigation():
            page.keyboard.press("ArrowLeft")
        assert page.url == first


def test_the_search_is_fast(browser: Browser, tmp_path: Path) -> None:
    words = ["应用上下文", "request", "线程", "context", "会话", "cookie", "数据库", "session", "迁移", "route"]
    texts = "\n".join(
        f"## {words[n % 10]}{n}？ {{#q{n}}}\n\n{' '.join(words[(n + k) % 10] for k in range(80))}\n" for n in range(2000)
    )
    write(tmp_path / "deck", texts, toml='id = "many"\nname = "Many"\nlanguage = "zh-CN"\n')
    site = made(tmp_path / "deck", tmp_path / "site")
    with opened(browser) as page:
        page.goto((site / "index.html").as_uri())
        page.locator("#words").fill("上下文1")
        assert page.locator(".questions li:visible").count() > 100
        spent = page.evaluate("""() => {
            const box = document.getElementById('words')
            const times = ['线程 17', '', '数据库', '上下文 19'].map(text => {
                const begun = performance.now()
                box.value = text
                box.dispatchEvent(new Event('input', { bubbles: true }))
                return performance.now() - begun
            })
            return Math.min(...times)
        }""")
        print(f"search: {spent:.1f} ms")  # noqa: T201
        assert spent < 50


def test_printed_questions_are_beside_their_answers(site: Path, browser: Browser) -> None:
    with opened(browser, (794, 1123)) as page:
        page.emulate_media(media="print")
        page.goto((site / "flask-en" / "sheet.html").as_uri())
        pair = page.locator(".pair").first
        question, answer = pair.locator("> .question").bounding_box(), pair.locator("> .answer").bounding_box()
        assert question
        assert answer
        assert question["x"] + question["width"] <= answer["x"]
        assert page.locator(".pair").count() == NOTES


def test_formulas_are_drawn(torture: Path, browser: Browser) -> None:
    found = [path for path in torture.rglob("index.html") if "mathjax/" in path.read_text(encoding="utf-8")]
    assert found
    with opened(browser) as page:
        page.goto(found[0].as_uri())
        page.wait_for_selector("mjx-container", state="attached")
