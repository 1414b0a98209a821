"""The HTML of a field -> its elements, without what does not belong to its text. With ``markdown`` the only user of Beautiful Soup."""

from __future__ import annotations

import re
import unicodedata

from bs4 import BeautifulSoup, Comment, Tag

from deckbuilder.adopt import escaping
from deckbuilder.adopt.left import NotCarriedError

_ACTIVE = (
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "form",
    "input",
    "button",
    "select",
    "textarea",
    "svg",
    "link",
    "meta",
    "base",
)
_LATEX = re.compile(r"\[latex\]|\[\$\$?\]", re.IGNORECASE)
_MATHS = re.compile(r"\\\((?P<inline>.*?)\\\)|\\\[(?P<block>.*?)\\\]", re.DOTALL)
_CODE = re.compile(r"(<(pre|code)\b.*?</\2>)", re.DOTALL | re.IGNORECASE)
_EDGE = "\x1f"
"""Where a line of code begins or ends; no field can hold it."""
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
"""Where highlighters put the numbers of lines."""


def words(html: str) -> str:
    """What a person reads in ``html``, without blanks: to see whether anything was lost on the way."""
    text = escaping.SOUND.sub("", cleaned(html, maths=False).get_text())
    return unicodedata.normalize("NFC", "".join(text.split()))


def cleaned(html: str, *, maths: bool = True) -> BeautifulSoup:
    """The elements of a field, without what does not belong to its text. Raises NotCarriedError."""
    if _LATEX.search(html):
        raise NotCarriedError("LaTeX that Anki makes pictures of")
    if maths:
        parts = _CODE.split(html)
        parts[::3] = [_MATHS.sub(_maths, part) for part in parts[::3]]
        del parts[2::3]
        html = "".join(parts)
    soup = BeautifulSoup(html.replace("\xa0", " ").replace("&nbsp;", " "), "html.parser")
    if active := soup.find(_ACTIVE):
        raise NotCarriedError(f"<{active.name}> in its text")
    for element in soup.find_all(True):
        if script := next((name for name in element.attrs if name.lower().startswith("on")), None):
            raise NotCarriedError(f"a script in its text ({script}=…)")
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for table in soup.find_all("table"):
        if numbered := table.select_one("td.code, td.rouge-code"):
            table.replace_with(*list(numbered.contents))
    for numbers in soup.select(", ".join(_NUMBERS)):
        numbers.decompose()
    for inner in soup.select("ul > ul, ul > ol, ol > ul, ol > ol"):  # as Anki's editor nests lists
        before = inner.find_previous_sibling("li")
        if before is not None:
            before.append(inner.extract())
    return soup


def _maths(match: re.Match[str]) -> str:
    kind = "inline" if match["inline"] is not None else "block"
    text = re.sub(r"<br ?/?>|</?div>", " ", match[kind])
    if "{{c" in text:
        raise NotCarriedError("a cloze inside maths")
    if "<" in text:
        raise NotCarriedError("HTML inside maths")
    return f'<x-maths class="{kind}">{text}</x-maths>'


def code(element: Tag) -> str:
    """The text of a block of code; its lines may be parted by newlines, ``<br>`` or blocks."""
    for line_break in element.find_all("br"):
        line_break.replace_with("\n")
    for line in element.find_all(["div", "p", "li", "tr"]):
        line.insert_before(_EDGE)
        line.insert_after(_EDGE)
    return re.sub(f"\n?{_EDGE}+\n?", "\n", element.get_text().replace("\xa0", " "))
