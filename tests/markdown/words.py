"""The text that a card shows, beside the text that GitHub's parser shows: ``python -m tests.markdown.words FILE.md…``."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import click
import cmarkgfm
from cmarkgfm.cmark import Options

from deckbuilder.markdown import alerts, to_html
from deckbuilder.markdown.block_parser import blocks
from deckbuilder.markdown.html_tags import ELEMENTS, TAG
from deckbuilder.markdown.maths import FORMULA
from deckbuilder.model.anki_text import finish
from deckbuilder.safety import sanitise

EXTENSIONS = ["table", "strikethrough", "autolink", "tasklist"]
_OPTIONS = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
_COMMENT = re.compile(r"<!--(?:-?>|.*?-->)", re.DOTALL)
_FORMULA = re.compile(rf"(?<![\\$`])(?:{FORMULA})", re.VERBOSE)
_ALERT = re.compile(rf"\[!(?:{'|'.join(alerts.LOOKS)})\][+-]?(?=\s|<)", re.IGNORECASE)
_NO_TITLES = dict.fromkeys(alerts.LOOKS, "")
_MARK = re.compile(r"</?mark>")
_BLOCK = re.compile(
    r"</?(?:p|h\d|ul|ol|li|pre|table|t[rhd]|div|blockquote|hr|br|details|summary|dl|dt|dd|img|section)\b", re.IGNORECASE
)
_HAN = r"[\u2e80-\u312f\u3190-\u31ff\u3400-\ua4cf\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003ffff]"
"""Unicode's blocks of Han, Kana, Yi and their punctuation: a list of its own, so that it also tests ours. Hangul is in none."""
_HAN_BREAK = re.compile(rf"(?<={_HAN})\s+(?={_HAN})")


class Shown(NamedTuple):
    """The parts of a text that a reader sees."""

    words: list[str]
    code: list[str]
    links: list[str]
    pictures: list[str]
    cells: int
    items: int


def ours(text: str) -> Shown:
    """Return what the field of a card shows."""
    html, _ = sanitise.clean(to_html.html(text, _NO_TITLES))
    html = finish(html).replace("☐ ", "").replace("☑ ", "")
    # GitHub shows the signs of marked text
    return _shown(html if "<mark>" in text else _MARK.sub("==", html))


def theirs(text: str) -> Shown:
    """Return what GitHub's parser shows; a tag that is no element of HTML is text there, too."""
    html = cmarkgfm.markdown_to_html_with_extensions(text, _OPTIONS, extensions=EXTENSIONS)
    html = _COMMENT.sub("", html)
    html = TAG.sub(lambda tag: tag[0] if (tag["open"] or tag["close"]).lower() in ELEMENTS else tag[0].replace("<", "&lt;"), html)
    html = re.sub(r'<a href="#fnref[^>]*>.*?</a>|<input [^>]*>', "", html)
    html = re.sub(r"(<li>\s*(?:<p>)?)\[[ xX]\] ", r"\1", html)  # it overlooks boxes in a quote
    html, _ = sanitise.clean(html)
    return _shown(unicodedata.normalize("NFC", _ALERT.sub("", html)))


def comparable(text: str) -> str:
    """Return ``text`` without what is read otherwise on purpose: formulas are words, and ``---`` is always a rule."""
    text = _FORMULA.sub("formula", text)
    return re.sub(r"(?m)^( {0,3}-{3,}[ \t]*)$", r"\n\1", text)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.code: list[str] = []
        self.links: list[str] = []
        self.pictures: list[str] = []
        self.count: Counter[str] = Counter()
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.count[tag] += 1
        self.text += [" "] if _BLOCK.match(f"<{tag}") else []
        if tag == "pre":
            self.depth += 1
            self.code.append("")
        if tag == "a" and not (given.get("href") or "#fn").startswith("#fn"):
            self.links.append(_address(given["href"]))
        if tag == "img":
            self.pictures.append(_address(given.get("src")))
            self.text.append(f" {given.get('alt') or ''} ")

    def handle_endtag(self, tag: str) -> None:
        self.text += [" "] if _BLOCK.match(f"<{tag}") else []
        self.depth -= tag == "pre"

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self.depth > 0:
            self.code[-1] += data


def _address(address: str | None) -> str:
    return re.sub(r"%[0-9A-Fa-f]{2}", lambda code: code[0].upper(), unescape(address or "")).strip()


def _shown(html: str) -> Shown:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    code = [text.strip("\n") for text in reader.code]
    # a line that ends between two Han characters ends without a blank on cards
    text = _HAN_BREAK.sub("", "".join(reader.text))
    return Shown(
        text.split(),
        code,
        reader.links,
        reader.pictures,
        reader.count["td"] + reader.count["th"],
        reader.count["li"],
    )


def sections(text: str) -> Iterator[str]:
    """Yield the parts of a file between its headings, each with its heading."""
    lines = text.split("\n")
    starts = [block.start for block in blocks(lines) if block.kind == "heading"]
    for begin, end in zip([0, *starts], [*starts, len(lines)], strict=True):
        part = "\n".join(lines[begin:end])
        if part.strip():
            yield part


def main(paths: list[str]) -> None:
    """Print each section of the files of which the two show different things, and the counts."""
    compared, different = 0, Counter[str]()
    for path in paths:
        for part in sections(Path(path).read_text(encoding="utf-8")):
            compared += 1
            mine, other = ours(comparable(part)), theirs(comparable(part))
            for name, left, right in zip(Shown._fields, mine, other, strict=True):
                if left != right:
                    different[name] += 1
                    click.echo(f"{path}: {name}\n  ours   {left}\n  theirs {right}")
    click.echo(f"{compared} sections, different: {dict(different)}")


if __name__ == "__main__":
    main(sys.argv[1:])
