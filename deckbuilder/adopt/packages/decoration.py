"""The elements of a field -> the elements without those that only decorate a page: permalinks, icons, buttons to copy code.

Converters of Markdown write such elements for web pages, and a card gets them along with the text.
"""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Comment, Tag

from deckbuilder.adopt.packages.elements import classed, classes_of, named

_NUMBERS = frozenset(
    {"linenos", "linenodiv", "lineno", "linenumber", "line-numbers-rows", "hljs-ln-numbers", "rouge-gutter", "gutter"}
)
"""Classes of the elements in which highlighters write line numbers."""
_BESIDE_NUMBERS = frozenset({"code", "rouge-code"})
"""Classes of the cell with the code beside the line numbers."""
_PERMALINKS = re.compile(r"^(?:headerlink|header-anchor|anchor|anchor-link|anchorjs-link|hash-link|toc-anchor|permalink)$")
"""Classes of the link beside a heading: Sphinx, VuePress, GitHub, Jupyter, AnchorJS, Docusaurus, MkDocs."""
_MARKS = frozenset({"", "¶", "#", "§", "🔗", "\N{ZERO WIDTH SPACE}", "permalink", "link"})
"""Texts of such a link."""
_COPIES = frozenset({"", "copy", "copy code", "copied", "copied!", "copy to clipboard", "复制", "复制代码", "拷贝"})
"""Texts of a button that copies code."""
_ICON = re.compile(r"icon|anchor", re.IGNORECASE)
_DECORATIONS = frozenset({"style", "svg", "button", "clipboard-copy", "a", "input"})
_MAYBE = re.compile(r"<(?:a|button|clipboard-copy|input|style|svg)\b", re.IGNORECASE)
_NUMBERED = re.compile(r"\b(?:line|gutter|rouge|hljs|code\b)", re.IGNORECASE)
"""Match if a class may belong to line numbers."""


def without(soup: BeautifulSoup, html: str) -> None:
    """Remove decoration from ``soup``, whose text is ``html``. Boxes of a task list become characters."""
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)) if "<!" in html or "<?" in html else ():
        comment.extract()
    for element in named(soup, _DECORATIONS) if _MAYBE.search(html) else ():
        if element.decomposed or element.parent is None:
            continue
        if element.name == "input":
            _checkbox(element)
        elif element.name == "style" or _decorates(element):
            element.decompose()
    if "class" not in html or not _NUMBERED.search(html):
        return
    for numbered in classed(soup, _BESIDE_NUMBERS):
        tables = numbered.find_parents("table") if numbered.name == "td" else []
        if tables and tables[-1].parent:
            tables[-1].replace_with(*list(numbered.contents))
    for numbers in classed(soup, _NUMBERS):
        numbers.decompose()


def _checkbox(element: Tag) -> None:
    """Replace a box of a task list, which no learner can click, by a character. A box that asks for input stays."""
    if element.get("type") == "checkbox" and element.has_attr("disabled"):
        element.replace_with("☑" if element.has_attr("checked") else "☐")


def _decorates(element: Tag) -> bool:
    text = " ".join(element.get_text().split()).casefold()
    classes = classes_of(element)
    if element.name == "svg":
        hidden = element.get("aria-hidden") == "true" or any(_ICON.search(name) for name in classes)
        return hidden and not element.find("text")
    if element.name == "a":
        beside = any(_PERMALINKS.match(name) for name in classes) or str(element.get("href") or "").startswith("#")
        return beside and text in _MARKS and not element.find("img")
    return element.name == "clipboard-copy" or (text in _COPIES and not element.find("img"))
