"""The examples of the CommonMark and GFM specifications, and HTML as they compare it.

The examples come from the source distribution of marko, which has both specifications among its tests. They are under
a licence of their own (CC BY-SA 4.0), and are no part of this repository.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

MARKO = "2.2.4"
"""The version with CommonMark 0.31.2 and GFM 0.29; the lists of deviations hold for these."""

_EXAMPLE = re.compile(
    r"^`{32} example(?P<extension>[^\n]*)\n(?P<markdown>.*?)^\.\n(?P<html>.*?)^`{32}$|^#{1,6} (?P<section>[^\n]*)$",
    re.MULTILINE | re.DOTALL,
)
_NAMES = """
article aside blockquote body button canvas caption col colgroup dd div dl dt embed fieldset figcaption figure footer form
h1 h2 h3 h4 h5 h6 header hr iframe li map object ol output p pre progress script section style table tbody td textarea tfoot
th thead tr ul video
"""
_BLOCKS = frozenset(_NAMES.split())
_WHITE = re.compile(r"[ \t\n\r\f]+")


class Example(NamedTuple):
    """One example: its number from 1, its section, and the extension of GFM that it is for."""

    number: int
    section: str
    extension: str
    markdown: str
    html: str


def download(folder: Path) -> Path:
    """Return the source distribution in ``folder``; raises CalledProcessError if it cannot be fetched."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-binary", "marko"]
    if not any(folder.glob("marko-*.tar.gz")):
        subprocess.run([*pip, "--dest", str(folder), f"marko=={MARKO}"], check=True)
    return next(folder.glob("marko-*.tar.gz"))


def examples(distribution: Path, name: str) -> list[Example]:
    """Return those of the specification ``name``: ``commonmark`` or ``gfm``."""
    with tarfile.open(distribution) as archive:
        file = archive.extractfile(f"marko-{MARKO}/tests/spec/{name}.txt")
        assert file
        return list(_examples(file.read().decode().replace("→", "\t")))


def _examples(text: str) -> Iterator[Example]:
    section, number = "", 0
    for match in _EXAMPLE.finditer(text):
        if match["section"]:
            section = match["section"]
            continue
        number += 1
        yield Example(number, section, match["extension"].strip(), match["markdown"], match["html"])


def normalised(html: str) -> str:
    """Return ``html`` so that two spellings of what a browser shows alike are equal.

    White space beside blocks does not count. The order of attributes and the spelling of characters do not count either.
    The same is true of the encoding of addresses.
    """
    parser = _Normaliser()
    parser.feed(re.sub(r"<!--(-?)>", r"<!----\1>", html))
    parser.close()
    return "".join(parser.pieces).strip()


class _Normaliser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.code = False
        self.after_block = True

    def handle_data(self, data: str) -> None:
        if not self.code:
            data = _WHITE.sub(" ", data)
            data = data.lstrip(" ") if self.after_block else data
        if data:
            self.pieces.append(escape(data))
            self.after_block = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.code = self.code or tag == "pre"
        self._strip(tag)
        shown = "".join(f' {name}="{escape(_address(name, value))}"' for name, value in sorted(attrs, key=str))
        self.pieces.append(f"<{tag}{shown}>")
        self.after_block = tag in _BLOCKS or tag == "br"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._strip(tag)
        self.code = self.code and tag != "pre"
        self.pieces.append(f"</{tag}>")
        self.after_block = tag in _BLOCKS

    def handle_comment(self, data: str) -> None:
        self.pieces.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.pieces.append(f"<!{decl}>")

    def unknown_decl(self, data: str) -> None:
        self.pieces.append(f"<![{data}]>")

    def handle_pi(self, data: str) -> None:
        self.pieces.append(f"<?{data}>")

    def _strip(self, tag: str) -> None:
        """Take the white space before a block away."""
        if tag in _BLOCKS and not self.code and self.pieces and not self.pieces[-1].startswith("<"):
            self.pieces[-1] = self.pieces[-1].rstrip(" ")


def _address(name: str, value: str | None) -> str:
    return quote(unquote(value or "")) if name in ("href", "src") else value or ""
