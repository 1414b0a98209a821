"""The HTML of a field -> its elements, without what does not belong to its text. With ``html_to_markdown`` the only user of Beautiful Soup."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Mapping

from bs4 import BeautifulSoup, Comment, Tag

from deckbuilder.adopt.packages import markdown_escapes
from deckbuilder.adopt.packages.left_out import NotCarriedError
from deckbuilder.model.control_characters import FIELD_SEPARATOR

PathOf = Callable[[str], str]
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
_MATHS = re.compile(r"\\([(\[])")
_MATHS_ENDS = {"(": re.compile(r"\\\)"), "[": re.compile(r"\\\]")}
_CODE = re.compile(r"<(pre|code)\b", re.IGNORECASE)
_CODE_ENDS = {name: re.compile(f"</{name}>", re.IGNORECASE) for name in ("pre", "code")}
_EDGE = FIELD_SEPARATOR
"""Marks where a line of code begins or ends: no field can have the character that parts fields."""
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
    text = markdown_escapes.SOUND.sub("", cleaned(html, maths=False).get_text())
    return unicodedata.normalize("NFC", "".join(text.split()))


def raw(html: str, path_of: PathOf) -> str:
    """The field as one block of HTML in Markdown, for what has no signs there. Raises NotCarriedError."""
    found = cleaned(html)
    if found.find("x-maths"):
        raise NotCarriedError("maths in HTML that has no Markdown")
    for element in found.find_all(["img", "audio", "video", "source"]):
        path = path_of(str(element.get("src", "")))
        if path:
            element["src"] = path
        elif not str(element.get("src", "")).startswith("data:"):
            element.decompose()
    text = markdown_escapes.SOUND.sub(lambda match: f"[sound:{path}]" if (path := path_of(match[1])) else "", str(found))
    parts = re.split(r"(<pre\b.*?</pre>)", text, flags=re.DOTALL)
    parts[::2] = [re.sub(r"\s*\n\s*", " ", part) for part in parts[::2]]
    one_line = "".join(parts).replace("\n", "&#10;").strip()
    return f"<div>{one_line}</div>"


def cleaned(html: str, *, maths: bool = True) -> BeautifulSoup:
    """The elements of a field, without what does not belong to its text. Raises NotCarriedError."""
    if _LATEX.search(html):
        raise NotCarriedError("LaTeX that Anki makes pictures of")
    if maths:
        parts = _split(html, _CODE, _CODE_ENDS)
        for at in range(0, len(parts), 2):
            pieces = _split(parts[at], _MATHS, _MATHS_ENDS)
            pieces[1::2] = map(_maths, pieces[1::2])
            parts[at] = "".join(pieces)
        html = "".join(parts)
    html = html.replace("\xa0", " ").replace("&nbsp;", " ")
    end = html.rfind(">") + 1  # behind it no tag ends, and Python's parser looks for an end again and again
    html = html[:end] + html[end:].replace("<", "&lt;")
    # Beautiful Soup takes a lone address or file name for a mistake, and warns
    soup = BeautifulSoup(html if "<" in html else f"<span>{html}</span>", "html.parser")
    if active := soup.find(_ACTIVE):
        raise NotCarriedError(f"<{active.name}> in its text")
    for element in soup.find_all(True):
        if script := next((name for name in element.attrs if name.lower().startswith("on")), None):
            raise NotCarriedError(f"a script in its text ({script}=…)")
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for numbered in soup.select("td.code, td.rouge-code"):
        tables = numbered.find_parents("table")
        if tables and tables[-1].parent:
            tables[-1].replace_with(*list(numbered.contents))
    for numbers in soup.select(", ".join(_NUMBERS)):
        numbers.decompose()
    for inner in soup.select("ul > ul, ul > ol, ol > ul, ol > ol"):  # as Anki's editor nests lists
        before = inner.find_previous_sibling("li")
        if before is not None:
            before.append(inner.extract())
    return soup


def _split(text: str, begin: re.Pattern[str], ends: Mapping[str, re.Pattern[str]]) -> list[str]:
    """Text, what ``begin`` begins and the next one of its ``ends`` ends, text, and so on: no end is looked for from each beginning."""
    places = {key: [match.span() for match in end.finditer(text)] for key, end in ends.items()}
    parts, done = [], 0
    for match in begin.finditer(text):
        found = places[match[1].lower()]
        at = bisect_left(found, (match.end(), 0))
        if match.start() >= done and at < len(found):
            parts += [text[done : match.start()], text[match.start() : found[at][1]]]
            done = found[at][1]
    return [*parts, text[done:]]


def _maths(maths: str) -> str:
    kind = "inline" if maths[1] == "(" else "block"
    text = re.sub(r"<br ?/?>|</?div>", " ", maths[2:-2])
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
