"""Links, images and code spans found in linear time, for ``inline_driver``: read as in Python-Markdown, but with limits.

From each beginning, Python-Markdown searches the whole text for the end of a bracket, target or code span. Here the
pairs of a text are found once. Python-Markdown reads only targets with brackets or quotation marks, from a short
piece of text.
"""
# ruff: noqa: D102, N802 - names and parameters of the methods Python-Markdown calls are its own

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import lru_cache

from markdown.inlinepatterns import (
    ImageInlineProcessor,
    ImageReferenceInlineProcessor,
    InlineProcessor,
    LinkInlineProcessor,
    ReferenceInlineProcessor,
    ShortImageReferenceInlineProcessor,
    ShortReferenceInlineProcessor,
)
from markdown.util import AtomicString, code_escape

from deckbuilder.markdown.code_spans import Ticks

LONGEST_TARGET = 1000
"""Characters of a link's target and title, if there are brackets or quotation marks in them."""
LONGEST_LABEL = 999
"""Characters of the label of a link reference, https://spec.commonmark.org/0.31.2/#link-label."""
CODE_BEGINS = r"(?<!\\)(?P<slashes>(?:\\\\)*)(?<!`)(?P<ticks>`++)"

_BRACKET = re.compile(r"[\[\]]")
_PLAIN_TARGET = re.compile(r"""\(\s*+([^()'"<>]*+)\)""")

Handled = tuple[ET.Element | None, int | None, int | None]
_NONE: Handled = (None, None, None)


@lru_cache(maxsize=2)
def _pairs(text: str) -> dict[int, int]:
    """Return the index of the closing bracket for the index of each opening bracket."""
    opened: list[int] = []
    pairs: dict[int, int] = {}
    for match in _BRACKET.finditer(text):
        if match[0] == "[":
            opened.append(match.start())
        elif opened:
            pairs[opened.pop()] = match.start()
    return pairs


_ticks = lru_cache(maxsize=2)(Ticks)


class CodeSpan(InlineProcessor):
    """Code between two runs of as many backticks. Python-Markdown's own takes unequal runs, too."""

    def handleMatch(self, match: re.Match[str], data: str) -> Handled:  # type: ignore[override]
        length = len(match["ticks"])
        closing = _ticks(data).closing(match.start("ticks"), length)
        if closing < 0:
            return _NONE
        text = data[match.end() : closing].replace("\n", " ")
        if text.strip() and text[0] == text[-1] == " ":
            text = text[1:-1]
        code = ET.Element("code")
        code.text = AtomicString(code_escape(text))
        return code, match.start("ticks"), closing + length


class _Target(LinkInlineProcessor):
    """``[text](target "title")``."""

    def handleMatch(self, match: re.Match[str], data: str) -> Handled:  # type: ignore[override]
        closing = _pairs(data).get(match.end() - 1)
        if closing is None or not data.startswith("(", closing + 1):
            return _NONE
        target, title, end, handled = self.getLink(data, closing + 1)
        if not handled:
            return _NONE
        element = self.element(target, data[match.end() : closing])
        if title is not None:
            element.set("title", title)
        return element, match.start(), end

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:
        if plain := _PLAIN_TARGET.match(data, index):
            return self.unescape(plain[1]).strip(), None, plain.end(), True
        piece = data[index : index + LONGEST_TARGET]
        if ")" not in piece:
            return "", None, index, False
        target, title, end, handled = super().getLink(piece, 0)
        # after a quotation mark without a partner it may say that it has found an end, at -1
        return target, title, index + end, handled and end > 0

    def element(self, target: str, text: str) -> ET.Element:
        raise NotImplementedError


class Link(_Target):
    """A link with its target."""

    def element(self, target: str, text: str) -> ET.Element:
        link = ET.Element("a", {"href": target})
        link.text = text
        return link


class Image(_Target, ImageInlineProcessor):
    """An image with its source."""

    def element(self, target: str, text: str) -> ET.Element:
        return ET.Element("img", {"src": target, "alt": self.unescape(text)})


class _Labelled(ReferenceInlineProcessor):
    """``[text][label]``. Python-Markdown allows a blank between both, and so reads ``array[i] [ref]`` as one link."""

    def handleMatch(self, match: re.Match[str], data: str) -> Handled:  # type: ignore[override]
        closing = _pairs(data).get(match.end() - 1)
        if closing is None or not data.startswith("[", closing + 1):
            return _NONE
        end = data.find("]", closing + 2, closing + 3 + LONGEST_LABEL)
        if end < 0:
            return _NONE
        label = data[closing + 2 : end] or data[match.end() : min(closing, match.end() + LONGEST_LABEL + 1)]
        return self.resolved(label, match, data, closing, end + 1)

    def resolved(self, label: str, match: re.Match[str], data: str, closing: int, end: int) -> Handled:
        """Return the link to ``label``; a label without a definition is text."""
        found = self.md.references.get(self.NEWLINE_CLEANUP_RE.sub(" ", label.lower()))
        if found is None or len(label) > LONGEST_LABEL:
            return None, match.start(), end
        return self.makeTag(*found, data[match.end() : closing]), match.start(), end


class Reference(_Labelled):
    """A link whose target is elsewhere."""


class ImageReference(_Labelled, ImageReferenceInlineProcessor):
    """An image whose source is elsewhere."""


class _Short(_Labelled):
    """``[label]``."""

    def handleMatch(self, match: re.Match[str], data: str) -> Handled:  # type: ignore[override]
        closing = _pairs(data).get(match.end() - 1)
        if closing is None:
            return _NONE
        label = data[match.end() : min(closing, match.end() + LONGEST_LABEL + 1)]
        return self.resolved(label, match, data, closing, closing + 1)


class ShortReference(_Short, ShortReferenceInlineProcessor):
    """A link that is its own label."""


class ShortImageReference(_Short, ShortImageReferenceInlineProcessor):
    """An image that is its own label."""
