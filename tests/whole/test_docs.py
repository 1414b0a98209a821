"""The pages for people are true: links lead somewhere, examples run, and tables are complete."""

from __future__ import annotations

import dataclasses
import importlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from deckbuilder.cards import media
from deckbuilder.cli import COMMANDS
from deckbuilder.files.reading import MB
from deckbuilder.markdown import fence_options
from deckbuilder.markdown.block_parser import MAX_DEPTH
from deckbuilder.model.records import Kind
from deckbuilder.package import container, read_package
from deckbuilder.package.comparison import Comparison
from deckbuilder.source import read_text, settings
from tests.support import ROOT
from tests.whole import docs, english

PARSER = MarkdownIt("commonmark").enable("table")
GUIDES = [page for page in docs.pages() if page.parent == docs.DOCS]
LINKING = [
    *docs.pages(),
    *sorted((docs.DOCS / "diagnostics").glob("*.md")),
    *sorted((ROOT / "content").glob("*/README*.md")),
    *sorted((ROOT / ".github").rglob("*.md")),
    ROOT / "CHANGELOG.md",
]


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@cache
def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@cache
def tokens(page: Path) -> list[Token]:
    return PARSER.parse(text(page))


def inlines(page: Path) -> Iterator[tuple[str, Token]]:
    """Yield each piece of running text with the type of the block around it."""
    found = tokens(page)
    return ((found[at - 1].type, token) for at, token in enumerate(found) if token.type == "inline")


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives the headings of ``page``."""
    found: Counter[str] = Counter()
    names = set()
    for block, inline in inlines(page):
        if block == "heading_open":
            words = "".join(token.content for token in inline.children or [] if token.type in ("text", "code_inline"))
            kept = "".join(char for char in words.lower() if char in "-_ " or unicodedata.category(char)[0] in "LNM")
            slug = kept.replace(" ", "-")
            names.add(f"{slug}-{found[slug]}" if found[slug] else slug)
            found[slug] += 1
    return names


def links(page: Path) -> Iterator[str]:
    for _, inline in inlines(page):
        for token in inline.children or []:
            if address := token.attrGet("href") or token.attrGet("src"):
                yield str(address)
    yield from re.findall(r'<(?:img|a)\b[^>]* (?:src|href)="([^"]+)"', text(page))


@pytest.mark.parametrize("page", LINKING, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        assert not anchor or anchor in anchors(target), link


def test_a_broken_link_is_found() -> None:
    """The test reads the same links and anchors as GitHub."""
    assert {"decktoml", "stylecss", "pictures-sounds-and-maths"} <= anchors(docs.DOCS / "format.md")
    assert ".github/card.png" in set(links(ROOT / "README.md"))
    assert "deckbuilder/docs/index.md" in set(links(ROOT / "README.md"))


def test_the_index_and_the_readme_lead_to_every_guide() -> None:
    guides = {page.name for page in GUIDES} - {"index.md"}
    index = {link for link in links(docs.DOCS / "index.md") if "/" not in link}
    assert guides == index
    reached = {Path(link.partition("#")[0]).name for link in links(ROOT / "README.md")}
    assert guides | {"index.md"} <= reached


def test_the_readme_is_short() -> None:
    assert len(text(ROOT / "README.md").splitlines()) <= 180


@pytest.mark.parametrize("page", docs.pages(), ids=name)
def test_examples_give_what_the_page_shows(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert docs.refreshed(text(page), tmp_path) == text(page), "run: just examples"


def test_a_stale_example_is_found(tmp_path: Path) -> None:
    block = "```console\n$ deckbuilder check nowhere\n{}\n```\n"
    shown = "nowhere:1:1: error: no such file or folder [no-deck]\n1 error"
    assert docs.refreshed(block.format("0 problems"), tmp_path) == block.format(shown)
    assert docs.refreshed(block.format("…\n1 error"), tmp_path) == block.format("…\n1 error")
    assert docs.refreshed("<!-- help ids -->\n```text\n```\n", tmp_path).count("--write") == 2
    assert docs.same(["a: 9 kB, 1.2 s"], ["a: 12 kB, 0.0 s"])
    assert not docs.same(["a", "…", "z"], ["a", "b"])


def test_every_command_and_option_has_its_place() -> None:
    parts = sections(docs.DOCS / "commands.md")
    parts.pop("")
    assert list(parts) == list(COMMANDS)
    for command, part in parts.items():
        found: click.Command = importlib.import_module(f"deckbuilder.commands.{command}").command
        assert f"<!-- help {command} -->" in part
        for parameter in found.params:
            assert isinstance(parameter, click.Argument) or all(option in part for option in parameter.opts), parameter.name
        assert f"$ deckbuilder {command}" in part or "](adopt.md)" in part


def sections(page: Path) -> dict[str, str]:
    """Return the text of a page by its headings of level 2; "" is the text above the first."""
    lines, starts = text(page).split("\n"), [("", 0)]
    for at, token in enumerate(tokens(page)):
        if token.type == "heading_open" and token.tag == "h2" and token.map:
            starts.append((tokens(page)[at + 1].content, token.map[0]))
    ends = [begin for _, begin in starts[1:]] + [len(lines)]
    return {heading: "\n".join(lines[begin:end]) for (heading, begin), end in zip(starts, ends, strict=True)}


def table(page: str, heading: str) -> set[str]:
    """Return the code spans in the first column of the tables below a heading."""
    part = sections(docs.DOCS / page)[heading]
    return {code for row in re.findall(r"(?m)^\|(.*?)\|", part) for code in re.findall(r"`([^`]+)`", row)}


def test_the_guide_lists_every_key_of_a_comparison() -> None:
    keys = {field.name for field in dataclasses.fields(Comparison)} | {"hurts"}
    assert keys <= table("commands.md", "diff")


def test_the_format_lists_every_setting_kind_and_option() -> None:
    assert table("format.md", "deck.toml") == set(settings._KEYS)
    (toml,) = re.findall(r"(?ms)^```toml\n(.*?)^```", text(docs.DOCS / "format.md"))
    assert re.findall(r"(?m)^(\w+) =", toml) == list(settings._KEYS)
    found, problems = settings.read("deck.toml", toml, ROOT)
    assert (found.pinned, problems) == (True, [])
    assert table("format.md", "Kinds") == {f".{kind.value}" for kind in Kind if kind.value}
    options = {option.partition("=")[0] for option in table("format.md", "Code")}
    assert options == {*fence_options.FLAGS, *fence_options.VALUES}


def test_the_format_lists_every_variable_of_the_style() -> None:
    style = (ROOT / "deckbuilder" / "assets" / "card.css").read_text(encoding="utf-8")
    assert table("format.md", "style.css") == set(re.findall(r"(--[a-z-]+):", style))


def test_the_limits_are_those_of_the_code() -> None:
    page = text(docs.DOCS / "limits.md")
    for limit in (
        f"| one Markdown file | {read_text.LARGEST // MB} MB;",
        f"| `deck.toml` | {settings.LARGEST} kB |",
        f"| {media.LARGEST // MB} MB, the most that Anki syncs;",
        f"| {MAX_DEPTH} levels; 50 are tested |",
        f"| {settings.LEVELS} levels; Anki refuses",
        f"| {read_package._MOST['notes']:,} notes; {container.LARGEST // MB // 1024} GB for one file in it",
        f"one file in it, {container.LARGEST_ALL // MB // 1024} GB in all |",
    ):
        assert limit in page, limit


@pytest.mark.parametrize("page", [*docs.pages(), ROOT / "CHANGELOG.md", ROOT / ".github" / "CONTRIBUTING.md"], ids=name)
def test_the_english_is_plain(page: Path) -> None:
    assert english.findings(page) == []
