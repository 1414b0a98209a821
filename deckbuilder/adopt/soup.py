"""The HTML of a field -> its elements, without what does not belong to its text. With ``markdown`` the only user of Beautiful Soup."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from bs4 import BeautifulSoup, Comment, Tag

from deckbuilder.adopt import escaping
from deckbuilder.adopt.left import NotCarriedError

Media = Callable[[str], str]
"""The path of the file with this name in the package, ``""`` if there is none."""

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


def raw(html: str, media: Media) -> str:
    """The field as one block of HTML in Markdown, for what has no signs there. Raises NotCarriedError."""
    found = cleaned(html)
    if found.find("x-maths"):
        raise NotCarriedError("maths in HTML that has no Markdown")
    for element in found.find_all(["img", "audio", "video", "source"]):
        path = media(str(element.get("src", "")))
        if path:
            element["src"] = path
        elif not str(element.get("src", "")).startswith("data:"):
            element.decompose()
    text = escaping.SOUND.sub(lambda match: f"[sound:{path}]" if (path := media(match[1])) else "", str(found))
    parts = re.split(r"(<pre\b.*?</pre>)", text, flags=re.DOTALL)
    parts[::2] = [re.sub(r"\s*\n\s*", " ", part) for part in parts[::2]]
    return f"<div>{''.join(parts).replace(chr(10), '&#10;').strip()}</div>"


def cleaned(html: str, *, maths: bool = True) -> BeautifulSoup:
    """The elements of a field, without what does not belong to its text. Raises NotCarriedError."""
    if _LATEX.search(html):
        raise NotCarriedError("LaTeX that Anki makes pictures of")
    if maths:
        parts = _CODE.split(html)
        parts[::3] = [_MATHS.sub(_maths, part) for part in parts[::3]]
        del parts[2::3]
        html = "".join(parts)
    html = html.replace("\xa0", " ").replace("&nbsp;", " ")
    # Beautiful Soup takes a lone address or file name for a mistake, and warns
    soup = BeautifulSoup(html if "<" in html else f"<span>{html}</span>", "html.parser")
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
