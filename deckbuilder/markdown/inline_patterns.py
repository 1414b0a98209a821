"""Inline patterns for the texts that Python-Markdown reads differently from GitHub, or not at all: see ``extend``."""
# ruff: noqa: ARG002, N802 - names and parameters of the methods Python-Markdown calls are its own

from __future__ import annotations

import re
import string
import xml.etree.ElementTree as ET
from functools import lru_cache
from typing import cast

import markdown
from markdown.inlinepatterns import InlineProcessor, SubstituteTagInlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from deckbuilder.markdown import clozes, emphasis
from deckbuilder.markdown.block_elements import Containers
from deckbuilder.markdown.inline_driver import Inlines
from deckbuilder.markdown.links import (
    CODE_BEGINS,
    CodeSpan,
    Image,
    ImageReference,
    Link,
    Reference,
    ShortImageReference,
    ShortReference,
)
from deckbuilder.markdown.patterns import FOOTNOTE
from deckbuilder.model.control_characters import CHILD, MATHS, PLACEHOLDER_OPEN

# GFM's extended autolinks, https://github.github.com/gfm/#autolinks-extension-; Han punctuation ends one, too
_BARE_URL = r"(?<![\w\"'=/])https?://[^\s<>\x00-\x1f\u3000-\u303f\uff00-\uffef]+"
_URL_TAIL = "?!.,:*_~'\""
_ENTITY_TAIL = re.compile(r"&[a-z]{1,31};$")
_DELIMITER = re.compile("[*_~]")


def extend(md: markdown.Markdown) -> None:
    """Give ``md`` our inline patterns and emphasis instead of its own."""
    md.ESCAPED_CHARS = list(string.punctuation)
    inlines = md.inlinePatterns
    for name in ("em_strong", "em_strong2", "not_strong"):  # newer versions lack the last
        inlines.deregister(name, strict=False)
    inlines.register(CodeSpan(CODE_BEGINS, md), "backtick", 190)
    inlines.register(_Maths(rf"\$\$(?!\s*\$)[^{PLACEHOLDER_OPEN}]+?\$\$|{clozes.MATH}", md), "maths", 185)
    inlines.register(SubstituteTagInlineProcessor(r"\\\n", "br"), "backslash_break", 179)
    inlines.register(_FootnoteMark(FOOTNOTE, md), "footnote", 175)
    for name, kind in _LINKS.items():
        old = inlines[name]
        inlines.register(kind(old.pattern, md), name, _PRIORITY[name])
    inlines.register(_Comment("<!--", md), "comment", 95)
    inlines.register(_BareUrl(_BARE_URL, md), "bare_url", 70)
    md.treeprocessors.register(Inlines(md), "inline", 20)
    md.treeprocessors.register(_Emphasis(md), "emphasis", 10)


class _Maths(InlineProcessor):
    """``$…$`` and ``$$…$$`` in running text."""

    def handleMatch(self, match: re.Match[str], data: str) -> tuple[str, int, int]:  # type: ignore[override]
        text = match[0]
        marks = 2 if text.startswith("$$") else 1
        begin, end = MATHS["block" if marks == 2 else "inline"]
        return begin + text[marks:-marks].strip() + end, match.start(), match.end()


class _FootnoteMark(InlineProcessor):
    """``[^label]``: a raised number. No link: clients swallow links within a card."""

    def handleMatch(  # type: ignore[override]
        self, match: re.Match[str], data: str
    ) -> tuple[ET.Element | None, int | None, int | None]:
        parser = cast(Containers, self.md.parser)
        if match[1] not in parser.footnotes:
            return None, None, None
        mark = ET.Element("sup")
        mark.text = AtomicString(str(parser.footnote_numbers.get(match[1], 1)))
        return mark, match.start(), match.end()


class _Emphasis(Treeprocessor):
    """Marks emphasis when everything else has become elements: delimiters in code, links and tags are out of reach."""

    def run(self, root: ET.Element) -> None:
        for parent in root.iter():
            texts = [parent.text, *(child.tail for child in parent)]
            if not any(text and not isinstance(text, AtomicString) and _DELIMITER.search(text) for text in texts):
                continue
            runs: list[list[int]] = [[0]]
            for at, child in enumerate(parent, 1):
                if self.md.is_block_level(child.tag):
                    runs.append([])  # emphasis ends with its paragraph
                runs[-1].append(at)
            for run in runs:
                pieces = ["" if isinstance(texts[at], AtomicString) else texts[at] or "" for at in run]
                for at, text in zip(run, emphasis.mark(CHILD.join(pieces)).split(CHILD), strict=True):
                    if isinstance(texts[at], AtomicString):
                        continue
                    if at:
                        parent[at - 1].tail = text or None
                    else:
                        parent.text = text or None


class _Comment(InlineProcessor):
    """``<!-- … -->`` in running text shows nothing."""

    def handleMatch(  # type: ignore[override]
        self, match: re.Match[str], data: str
    ) -> tuple[str | None, int | None, int | None]:
        if _last_comment_end(data) < match.end():
            return None, None, None
        return "", match.start(), data.index("-->", match.end()) + 3


@lru_cache(maxsize=2)
def _last_comment_end(text: str) -> int:
    """Return the index of the last ``-->``, or -1; a search from each ``<!--`` takes long if there is no ``-->``."""
    return text.rfind("-->")


class _BareUrl(InlineProcessor):
    """``https://…`` in running text is a link to itself."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]
        self, match: re.Match[str], data: str
    ) -> tuple[ET.Element, int, int]:
        url = _without_tail(match[0])
        surplus = url.count(")") - url.count("(")
        closing = len(url) - len(url.rstrip(")"))
        url = url[: len(url) - max(0, min(surplus, closing))]
        link = ET.Element("a", {"href": url})
        link.text = AtomicString(url)
        return link, match.start(), match.start() + len(url)


def _without_tail(url: str) -> str:
    """Return ``url`` without the punctuation and entities at its end."""
    while (bare := url.rstrip(_URL_TAIL)) != url or (entity := _ENTITY_TAIL.search(url, max(0, len(url) - 40))):
        url = bare if bare != url else url[: entity.start()]  # type: ignore[union-attr]  # one of the two has been found
    return url


_LINKS = {
    "reference": Reference,
    "link": Link,
    "image_link": Image,
    "image_reference": ImageReference,
    "short_reference": ShortReference,
    "short_image_ref": ShortImageReference,
}
_PRIORITY = {
    "reference": 170,
    "link": 160,
    "image_link": 150,
    "image_reference": 140,
    "short_reference": 130,
    "short_image_ref": 125,
}
"""Python-Markdown's own, see its build_inlinepatterns."""
