"""The files of a site: every link leads somewhere, every question has its page, and nothing is written for nothing."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest
from click.testing import Result

from deckbuilder.site.picture import picture as drawn
from tests.support import CONTENT, TORTURE, picture, write

Invoke = Callable[..., Result]
TWO = "---\ntags: [basics]\n---\n# Basics\n\n## One? {#one tags='level::mid'}\n\nFirst.\n\n## Two? {#two tags='follow-up::one'}\n\n![a](cat.png)\n"
TOML = 'id = "{0}"\nname = "{1}"\nlanguage = "{2}"\ndescription = "A *deck*"\ntags = ["deck"]\n'


class Page(HTMLParser):
    """The addresses, the ids and the text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "src") and not (tag == "link" and value == "data:,"):
                self.links.append(value or "")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def pages(site: Path) -> Iterator[tuple[Path, Page]]:
    for path in sorted(site.rglob("*.html")):
        yield path, Page(path.read_text(encoding="utf-8"))


def dead_links(site: Path, base: str = "") -> list[str]:
    """Return the links of all pages to files, or to ids in files, that do not exist."""
    found = dict(pages(site))
    dead = []
    for path, page in found.items():
        for link in page.links:
            address = urlsplit(link)
            if address.scheme and not (base and link.startswith(base)):
                continue
            target = site / unquote(link.removeprefix(base)) if address.scheme else path.parent / unquote(address.path)
            target = path if not address.path else target / "index.html" if target.is_dir() else target
            target = Path(*target.parts) if ".." not in target.parts else target.resolve()
            if not target.is_file() or (
                address.fragment and "=" not in address.fragment and unquote(address.fragment) not in found[target].ids
            ):
                dead.append(f"{path.relative_to(site)}: {link}")
    return dead


@pytest.fixture
def decks(tmp_path: Path) -> Path:
    """Two decks with equal ids in English and Chinese."""
    folder = tmp_path / "decks"
    for name, language in (("en", "en"), ("zh", "zh-CN")):
        write(folder / name, TWO, toml=TOML.format(f"deck-{name}", f"Deck {name}", language))
        (folder / name / "cat.png").write_bytes(picture(name))
    return folder


def files_of(site: Path) -> dict[str, bytes]:
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("source", [CONTENT, TORTURE], ids=["content", "torture"])
@pytest.mark.slow
def test_every_link_of_our_decks_leads_somewhere(source: Path, invoke: Invoke, tmp_path: Path) -> None:
    base = "https://example.org/decks/"
    assert invoke("site", source, "-o", tmp_path / "site", "--base", base).exit_code == 0
    assert dead_links(tmp_path / "site", base) == []
    sizes = {path: path.stat().st_size for path in (tmp_path / "site").rglob("*.html") if path.name != "sheet.html"}
    assert len(sizes) > 20
    assert max(sizes.values()) < 60_000


def test_two_languages(invoke: Invoke, decks: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    done = invoke("site", decks, "-o", site)
    assert done.exit_code == 0, done.output
    assert re.fullmatch(r".*index\.html: 2 decks, 4 questions, \d+ files written, \d\.\d s\n", done.stdout)
    assert dead_links(site) == []
    page = Page((site / "en" / "two" / "index.html").read_text(encoding="utf-8"))
    assert page.text.count("Two?") >= 3  # the title, the question, the other language
    assert "Deck zh" in page.text
    pictures = [link for link in page.links if link.endswith(".png")]
    assert [unquote(link).partition("cat-")[0] for link in pictures] == ["../deck.media/", "../../zh/deck.media/"]
    assert "Two?" in Page((site / "en" / "one" / "index.html").read_text(encoding="utf-8")).text  # a follow-up
    assert "First." not in (site / "en" / "index.html").read_text(encoding="utf-8")


def test_a_diagram_is_a_picture_and_its_words_are_found(invoke: Invoke, tmp_path: Path) -> None:
    write(tmp_path / "deck", "## Way? {#way}\n\n```mermaid\nflowchart LR\n    A[first step] --> B\n```\n")
    assert invoke("site", tmp_path / "deck", "-o", tmp_path / "site").exit_code == 0
    assert dead_links(tmp_path / "site") == []
    page = (tmp_path / "site" / "way" / "index.html").read_text(encoding="utf-8")
    assert re.search(
        r'<div class="diagram" tabindex="0"><img src="[./]*deck.media/diagram-[0-9a-f]{8}.svg" alt="first step, B"', page
    )
    search = (tmp_path / "site" / "search.js").read_text(encoding="utf-8")
    assert "first step" in search
    assert "flowchart" not in search


def test_a_large_deck_has_lists_by_topic(invoke: Invoke, tmp_path: Path) -> None:
    """Two thousand questions of the longest titles, all new in one release after the first: every page is below 60 kB."""
    title = "为什么这个问题的标题很长很长而且很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长"
    write(tmp_path / "deck", "# First\n\n## One? {#one}\n\n1\n", toml=TOML.format("large", "Large", "zh-CN"))
    assert invoke("release", tmp_path / "deck", "-o", tmp_path / "out").exit_code == 0
    for number, count in enumerate((600, 1399), 2):
        questions = (f"## {number} {n} {title}？ {{#q-{number}-{n}}}\n\n{n}\n" for n in range(count))
        (tmp_path / "deck" / f"{number:02}.md").write_text(f"# T<{number}>\n\n" + "\n".join(questions), encoding="utf-8")
    assert invoke("release", tmp_path / "deck", "-o", tmp_path / "out").exit_code == 0
    site = tmp_path / "site"
    assert invoke("site", tmp_path / "deck", "-o", site).exit_code == 0
    assert dead_links(site) == []
    found = {path.name: page for path, page in pages(site) if path.parent == site}
    lists = {name: page for name, page in found.items() if name.startswith("list-")}
    assert max((site / name).stat().st_size for name in ("index.html", *lists)) < 60_000
    assert set(found["index.html"].links) >= lists.keys()
    assert "T<3> (2)" in found["index.html"].text
    assert "+ 1959" in found["index.html"].text  # the new questions of the last release that it does not name
    listed = [ident for page in lists.values() for ident in page.ids if ident.startswith("q-")]
    assert len(listed) == len(set(listed)) == 2000
    assert "../list-1.html#q-one" in Page((site / "one" / "index.html").read_text(encoding="utf-8")).links


TOPICS = {
    "# The `g` *object*": "The g object",
    "A title\n===": "A title",
    "# A set {1, 2} ##": "A set {1, 2}",
    "- ```\n  # no title\n  ```\n\n# C#": "C#",
    "<!--\n# no title\n-->": "06",
}
"""The beginning of a file, and the title of its questions."""


def test_the_title_of_a_file_is_the_text_of_its_heading(invoke: Invoke, tmp_path: Path) -> None:
    write(tmp_path / "deck", "# First\n\n## 1? {#q-1}\n\n1\n")
    for number, text in enumerate(TOPICS, 2):
        (tmp_path / "deck" / f"{number:02}.md").write_text(f"{text}\n\n## {number}? {{#q-{number}}}\n\n{number}\n", "utf-8")
    assert invoke("site", tmp_path / "deck", "-o", tmp_path / "site").exit_code == 0
    page = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert re.findall("<h2>(.*?)</h2>", page) == ["First", *TOPICS.values()]


def test_a_question_of_level_one_is_no_title(invoke: Invoke, tmp_path: Path) -> None:
    write(tmp_path / "deck", "# One? {#one}\n\n1\n", toml=TOML.format("d", "D", "en") + "question_level = 1\n")
    assert invoke("site", tmp_path / "deck", "-o", tmp_path / "site").exit_code == 0
    assert re.findall("<h2>(.*?)</h2>", (tmp_path / "site" / "index.html").read_text(encoding="utf-8")) == ["01"]


def test_a_lone_deck_has_no_folder(invoke: Invoke, decks: Path, tmp_path: Path) -> None:
    assert invoke("site", decks / "en", "-o", tmp_path / "site").exit_code == 0
    names = files_of(tmp_path / "site")
    assert {"index.html", "one/index.html", "two/index.html", "sheet.html", "search.js", "en.apkg"} <= names.keys()
    assert dead_links(tmp_path / "site") == []
    assert not {"feed.xml", "sitemap.xml"} & names.keys()  # these need an address


def test_nothing_changes_without_a_change(invoke: Invoke, decks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    site = tmp_path / "site"
    assert invoke("site", decks, "-o", site).exit_code == 0
    before = {path: path.stat().st_mtime_ns for path in site.rglob("*.html")}
    assert "up to date" in invoke("site", decks, "-o", site).stdout
    assert {path: path.stat().st_mtime_ns for path in site.rglob("*.html")} == before
    (site / "en" / "one" / "index.html").unlink()
    assert "1 file written" in invoke("site", decks, "-o", site).stdout
    (decks / "en" / "cat.png").write_bytes(picture("another"))
    assert "up to date" not in invoke("site", decks, "-o", site).stdout
    again = tmp_path / "again"
    assert invoke("site", decks, "-o", again).exit_code == 0
    assert files_of(again) == files_of(site)


def test_pages_of_deleted_questions_go_and_other_files_stay(invoke: Invoke, decks: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    assert invoke("site", decks, "-o", site).exit_code == 0
    (site / "CNAME").write_text("example.org", encoding="utf-8")
    (decks / "en" / "01.md").write_text(TWO.partition("## Two")[0], encoding="utf-8")
    assert invoke("site", decks, "-o", site).exit_code == 0
    assert not (site / "en" / "two").exists()
    assert (site / "zh" / "two" / "index.html").exists()
    assert (site / "CNAME").exists()
    assert dead_links(site) == []


def test_files_of_others_are_not_replaced(invoke: Invoke, decks: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("mine", encoding="utf-8")
    done = invoke("site", decks, "-o", site)
    assert done.exit_code == 1
    assert "is not from 'deckbuilder site'" in done.stderr
    assert files_of(site) == {"index.html": b"mine"}
    below = invoke("site", decks, "-o", site / "index.html" / "site")
    assert "site.css: a part of the path is not a folder" in below.stderr


def test_a_manifest_of_others_deletes_nothing_outside(invoke: Invoke, decks: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    assert invoke("site", decks, "-o", site).exit_code == 0
    victim = tmp_path / "victim"
    victim.write_text("mine", encoding="utf-8")
    manifest = site / ".deckbuilder-site.json"
    values = json.loads(manifest.read_text(encoding="utf-8"))
    values["files"] |= {"../victim": "0" * 64, str(victim): "0" * 64}
    manifest.write_text(json.dumps(values), encoding="utf-8")
    assert invoke("site", decks, "-o", site).exit_code == 0
    assert victim.read_text(encoding="utf-8") == "mine"


def test_a_mistake_writes_nothing(invoke: Invoke, decks: Path, tmp_path: Path) -> None:
    (decks / "en" / "02.md").write_text("## Same {#one}\n\nx\n", encoding="utf-8")
    done = invoke("site", decks, "-o", tmp_path / "site")
    assert done.exit_code == 1
    assert "02.md:1" in done.stderr
    assert not (tmp_path / "site").exists()


def test_the_address_gives_a_feed_and_a_map(invoke: Invoke, decks: Path, tmp_path: Path) -> None:
    assert invoke("release", decks / "en", "-o", tmp_path / "out").exit_code == 0
    site = tmp_path / "site"
    assert invoke("site", decks / "en", "-o", site, "--base", "https://example.org/a").exit_code == 0
    feed = ET.fromstring((site / "feed.xml").read_bytes())  # noqa: S314  our own file
    assert [entry.tag.partition("}")[2] for entry in feed].count("entry") == 1
    sitemap = ET.fromstring((site / "sitemap.xml").read_bytes())  # noqa: S314
    places = [place.text for place in sitemap.iter() if place.tag.endswith("loc")]
    assert places == ["https://example.org/a/", "https://example.org/a/one/", "https://example.org/a/two/"]
    for wrong in ("example.org", "ftp://example.org", "javascript:alert(1)", ""):
        for option in ("--base", "--edit"):
            assert invoke("site", decks / "en", "-o", site, option, wrong).exit_code == 2


def shared(page: str) -> dict[str, str]:
    """Return what a chat reads of a page, by name."""
    found = re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]*)" content="([^"]*)">', page)
    assert len(dict(found)) == len(found)
    return dict(found)


def test_a_link_to_the_site_has_a_picture(invoke: Invoke, decks: Path, tmp_path: Path) -> None:
    base, site = "https://example.org/a/", tmp_path / "site"
    text = (decks / "zh" / "deck.toml").read_text(encoding="utf-8")
    (decks / "zh" / "deck.toml").write_text(text.replace("A *deck*", "![cat](cat.png)"), encoding="utf-8")
    assert invoke("site", decks, "-o", site, "--base", base).exit_code == 0
    for page in ("index.html", "en/index.html", "en/one/index.html", "zh/sheet.html", "zh/two/index.html"):
        found = shared((site / page).read_text(encoding="utf-8"))
        assert found["og:url"] == base + page.removesuffix("index.html")
        assert found["twitter:card"] == "summary_large_image"
        assert found.keys() >= {"og:title", "og:description", "og:type", "og:site_name", "og:image:alt"}
        image = site / unquote(found["og:image"].removeprefix(base))
        assert image.name == ("link.png" if not page.startswith("zh") else next((site / "zh" / "deck.media").glob("_cat*")).name)
        assert image.read_bytes().startswith(b"\x89PNG")
    again = tmp_path / "again"
    assert invoke("site", decks, "-o", again).exit_code == 0
    assert not list(again.rglob("link.png"))  # a picture without an address is for nobody
    assert "og:image" not in shared((again / "en" / "index.html").read_text(encoding="utf-8"))


def test_the_picture_of_a_deck_is_a_png_in_its_colour(tmp_path: Path) -> None:
    from PIL import Image  # noqa: PLC0415  a library of the tests

    for seed in ("one", "two"):
        (tmp_path / f"{seed}.png").write_bytes(drawn(seed))
    one, two = (Image.open(tmp_path / f"{seed}.png").convert("RGB") for seed in ("one", "two"))
    assert one.size == (1200, 630)
    assert one.getpixel((5, 5)) != two.getpixel((5, 5))
    assert len(drawn("one")) < 10_000


def test_names_are_text_and_no_markup(invoke: Invoke, tmp_path: Path) -> None:
    evil = "</script><script>alert(1)</script>\"'<img src=x onerror=alert(1)>"
    text = f"# `{evil}`\n\n## `{evil}`? {{#one tags='a{{b'}}\n\n`{evil}`\n"
    toml = 'id = "evil"\nname = "</script><script>alert(1)</script>"\nissues = "https://example.org/?a=b&id={id}"\n'
    write(tmp_path / "deck", text, toml=toml)
    done = invoke("site", tmp_path / "deck", "-o", tmp_path / "site", "--edit", 'https://example.org/"><script>{file}#{line}')
    assert done.exit_code == 0, done.output
    for path, page in pages(tmp_path / "site"):
        html = path.read_text(encoding="utf-8")
        assert "<script>" not in html
        assert "onerror=alert(1)>" in page.text
        assert not re.search(r"<img[^>]*onerror", html)


ODD = """## Device? {#con tags='c++ a/b a&b?x=1#y é'}

1

## Also its page? {#con-card}

2

## The last device? {#nul}

3

## `only_code()` {#code-only}

4

## %s? {#long-title}

5

## A drive? {#عربي}

6

""" % ("A very long question about everything " * 12)
LONG = "é" * 150
"""An id with more bytes than a folder's name may have."""


def test_odd_names_have_pages(invoke: Invoke, tmp_path: Path) -> None:
    """Windows refuses folders such as ``con``; a tag may have any character that is no blank."""
    write(tmp_path / "deck", f"{ODD}\n## A long id? {{#{LONG}}}\n\n7\n")
    site = tmp_path / "site"
    assert invoke("site", tmp_path / "deck", "-o", site, "--base", "https://example.org/").exit_code == 0
    assert dead_links(site, "https://example.org/") == []
    found = sorted(path.parent.name for path in site.glob("*/index.html"))
    cut = f"{'é' * 63}-{hashlib.sha256(LONG.encode()).hexdigest()[:8]}"
    assert found == sorted(["con-card", "con-card-card", "nul-card", "code-only", "long-title", "عربي", cut])
    page = (site / "con-card-card" / "index.html").read_text(encoding="utf-8")
    assert "Device?" in page
    tags = [unquote(link.partition("#tag=")[2]) for link in Page(page).links if "#tag=" in link]
    assert {"c++", "a/b", "a&b?x=1#y"} <= set(tags)


KINDS = """## A {{c1::cat::animal}} sits on the {{c2::mat}}. {#c .cloze}

More words.

## Type it {#t .typed}

typed-text

## Choose {#o .choice}

- [x] right
- [ ] wrong

## Formula $x^2$? {#m hint='a hint'}

$y$
"""


def test_every_kind_of_question(invoke: Invoke, tmp_path: Path) -> None:
    write(tmp_path / "deck", KINDS)
    site = tmp_path / "site"
    assert invoke("site", tmp_path / "deck", "-o", site).exit_code == 0
    read = {name: (site / name / "index.html").read_text(encoding="utf-8") for name in "ctom"}
    front, _, back = read["c"].partition("<details id=")
    shown = re.sub(r'data-cloze="[^"]*"', "", front.partition("<article")[2])
    assert "[animal]" in shown
    assert "[...]" in shown
    assert "mat" not in shown
    assert all(word in back for word in ("cat", "mat", "More words."))
    assert "typed-text" in read["t"].partition("<details id=")[2]
    assert "a hint" in read["m"]
    assert "mathjax/tex-chtml-full.js" in read["m"]
    assert "mathjax" not in read["t"]
    assert (site / "mathjax" / "tex-chtml-full.js").exists()
