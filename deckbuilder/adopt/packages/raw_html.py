"""The HTML of a field -> its elements, without comments and line numbers. ``html_to_markdown`` uses Beautiful Soup, too."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping

from bs4 import BeautifulSoup, Comment, Tag

from deckbuilder.adopt.packages import markdown_escapes
from deckbuilder.adopt.packages.left_out import NotCarriedError
from deckbuilder.model.combining_marks import nfc
from deckbuilder.model.control_characters import FIELD_SEPARATOR
from deckbuilder.model.references import shortened

PathOf = Callable[[str], str]
"""Function: the name of a file in the package -> its path in the deck folder, or ``""`` if there is no such file."""

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
"""Marks where a line of code begins or ends. No field can contain the character that separates fields."""
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


def words(html: str) -> str:
    """Return the text that a person reads in ``html``, without blanks. Two such texts are compared to find losses."""
    text = markdown_escapes.SOUND.sub("", cleaned(html, maths=False).get_text())
    return nfc("".join(text.split()))


def raw(html: str, path_of: PathOf) -> str:
    """Return the field as one block of HTML in Markdown. ``path_of`` gives the paths of files. Raises NotCarriedError."""
    found = cleaned(html)
    if found.find("x-maths"):
        raise NotCarriedError("maths inside HTML that Markdown cannot express")
    for element in found.find_all(["img", "audio", "video", "source"]):
        path = path_of(str(element.get("src", "")))
        if path:
            element["src"] = path
        elif not str(element.get("src", "")).startswith("data:"):
            element.decompose()
    for element in found.find_all(class_=True):
        del element["class"]  # the style of the package is not on our cards
    text = markdown_escapes.SOUND.sub(lambda match: f"[sound:{path}]" if (path := path_of(match[1])) else "", str(found))
    parts = re.split(r"(<pre\b.*?</pre>)", text, flags=re.DOTALL)
    parts[::2] = [re.sub(r"\s*\n\s*", " ", part) for part in parts[::2]]
    one_line = "".join(parts).replace("\n", "&#10;").strip()
    return f"<div>{one_line}</div>"


def cleaned(html: str, *, maths: bool = True) -> BeautifulSoup:
    """Return the elements of a field without comments and line numbers.

    With ``maths``, formulas become elements ``x-maths``. Raises NotCarriedError for scripts, forms and LaTeX pictures.
    """
    html = shortened(html)
    if _LATEX.search(html):
        raise NotCarriedError("LaTeX that Anki shows as a picture")
    if maths:
        parts = _split(html, _CODE, _CODE_ENDS)
        for at in range(0, len(parts), 2):
            pieces = _split(parts[at], _MATHS, _MATHS_ENDS)
            pieces[1::2] = map(_maths, pieces[1::2])
            parts[at] = "".join(pieces)
        html = "".join(parts)
    html = html.replace("\xa0", " ").replace("&nbsp;", " ")
    end = html.rfind(">") + 1  # no tag ends after this place, and Python's parser would search to the end for each "<"
    html = html[:end] + html[end:].replace("<", "&lt;")
    # Beautiful Soup warns if a text is only an address or the name of a file.
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
    for inner in soup.select("ul > ul, ul > ol, ol > ul, ol > ol"):  # Anki's editor nests lists like this
        before = inner.find_previous_sibling("li")
        if before is not None:
            before.append(inner.extract())
    return soup


def _split(text: str, begin: re.Pattern[str], ends: Mapping[str, re.Pattern[str]]) -> list[str]:
    """Split ``text`` into text, part, text, part … text. ``begin`` and the next match of its ``ends`` enclose a part.

    All ends are searched once: a search from each beginning would take quadratic time.
    """
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
    if "<" in text:
        raise NotCarriedError("HTML inside maths")
    return f'<x-maths class="{kind}">{text}</x-maths>'


def code(element: Tag) -> str:
    """Return the text of a block of code. Newlines, ``<br>`` or block elements may separate the lines."""
    for line_break in element.find_all("br"):
        line_break.replace_with("\n")
    for line in element.find_all(["div", "p", "li", "tr"]):
        line.insert_before(_EDGE)
        line.insert_after(_EDGE)
    return re.sub(f"\n?{_EDGE}+\n?", "\n", element.get_text().replace("\xa0", " "))
