"""The elements of a field -> the elements without those that only decorate a page: permalinks, icons, buttons to copy code.

Converters of Markdown write such elements for web pages, and a card gets them along with the text.
"""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Comment, Tag

_NUMBERS = (
    ".linenos",
    ".linenodiv",
    ".lineno",
    ".linenumber",
    ".line-numbers-rows",
    ".hljs-ln-numbers",
    ".rouge-gutter",
    ".gutter",
)
"""Selectors of the elements in which highlighters write line numbers."""
_PERMALINKS = re.compile(r"^(?:headerlink|header-anchor|anchor|anchor-link|anchorjs-link|hash-link|toc-anchor|permalink)$")
"""Classes of the link beside a heading: Sphinx, VuePress, GitHub, Jupyter, AnchorJS, Docusaurus, MkDocs."""
_MARKS = frozenset({"", "¶", "#", "§", "🔗", "\N{ZERO WIDTH SPACE}", "permalink", "link"})
"""Texts of such a link."""
_COPIES = frozenset({"", "copy", "copy code", "copied", "copied!", "copy to clipboard", "复制", "复制代码", "拷贝"})
"""Texts of a button that copies code."""
_ICON = re.compile(r"icon|anchor", re.IGNORECASE)
_TEXTS = ("style", "title", "desc", "metadata")
_MAYBE = re.compile(r"<(?:a|button|clipboard-copy|input|style|svg)\b", re.IGNORECASE)
_NUMBERED = re.compile(r"\b(?:line|gutter|rouge|hljs|code\b)", re.IGNORECASE)
"""Match if a class may belong to line numbers."""


def without(soup: BeautifulSoup, html: str) -> None:
    """Remove decoration from ``soup``, whose text is ``html``. Boxes of a task list become characters."""
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)) if "<!" in html or "<?" in html else ():
        comment.extract()
    for element in soup.find_all(["style", "svg", "button", "clipboard-copy", "a", "input"]) if _MAYBE.search(html) else ():
        if element.decomposed or element.parent is None:
            continue
        if element.name == "input":
            _checkbox(element)
        elif element.name == "style" or _decorates(element):
            element.decompose()
    if "class" not in html or not _NUMBERED.search(html):
        return
    for numbered in soup.select("td.code, td.rouge-code"):
        tables = numbered.find_parents("table")
        if tables and tables[-1].parent:
            tables[-1].replace_with(*list(numbered.contents))
    for numbers in soup.select(", ".join(_NUMBERS)):
        numbers.decompose()


def _checkbox(element: Tag) -> None:
    """Replace a box of a task list, which no learner can click, by a character. A box that asks for input stays."""
    if element.get("type") == "checkbox" and element.has_attr("disabled"):
        element.replace_with("☑" if element.has_attr("checked") else "☐")


def _decorates(element: Tag) -> bool:
    text = " ".join(element.get_text().split()).casefold()
    classes = [str(name) for name in element.get("class") or []]
    if element.name == "svg":
        hidden = element.get("aria-hidden") == "true" or any(_ICON.search(name) for name in classes)
        return hidden and not element.find("text")
    if element.name == "a":
        beside = any(_PERMALINKS.match(name) for name in classes) or str(element.get("href") or "").startswith("#")
        return beside and text in _MARKS and not element.find("img")
    return element.name == "clipboard-copy" or (text in _COPIES and not element.find("img"))
