"""The HTML of a field -> its elements, without comments and line numbers. ``html_to_markdown`` uses Beautiful Soup, too."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from html import escape

from bs4 import BeautifulSoup, Tag

from deckbuilder.adopt.packages import decoration, markdown_escapes
from deckbuilder.adopt.packages.elements import named, within
from deckbuilder.adopt.packages.left_out import NotCarriedError
from deckbuilder.model import diagrams
from deckbuilder.model.combining_marks import nfc
from deckbuilder.model.control_characters import FIELD_SEPARATOR
from deckbuilder.model.references import shortened, unescape

PathOf = Callable[[str], str]
"""Function: the name of a file in the package -> its path in the deck folder, or ``""`` if there is no such file."""

_UNSEEN = ("script", "link", "meta", "base")
"""Elements that show nothing. A script that writes to the page may show something."""
_LABELS = ("button", "form")
"""Elements whose text is as good without them."""
_ACTIVE = ("style", "iframe", "object", "embed", "input", "select", "textarea", "svg", *_UNSEEN, *_LABELS)
_WRITES = re.compile(
    r"""
    \.\s*(?:write(?:ln)?|append\w*|prepend|insert\w*|replace\w*|html|text|value)\s*\(   # a call that adds text
    |\w+(?:HTML|Text|Content)\b                                                       # the text of an element
    """,
    re.VERBOSE,
)
_EMPTY_CLOZE = re.compile(r"\{\{c\d+(?:,\d+)*::(?:\s|&nbsp;|<br ?/?>)*(?:::[^{}]*)?\}\}", re.IGNORECASE)
_LATEX = re.compile(r"\[latex\]|\[\$\$?\]", re.IGNORECASE)
_MATHS = re.compile(r"\\([(\[])")
_MATHS_ENDS = {"(": re.compile(r"\\\)"), "[": re.compile(r"\\\]")}
_ANY_CODE = re.compile(r"<(?:pre|code|tt)\b", re.IGNORECASE)
_MAYBE_ACTIVE = re.compile(rf"<(?:{'|'.join(_ACTIVE)})\b", re.IGNORECASE)
_SCRIPT = re.compile(r"\bon\w+\s*=", re.IGNORECASE)
_LISTS = re.compile(r"<[uo]l\b.*<[uo]l\b", re.IGNORECASE | re.DOTALL)
_CODE = re.compile(r"<(pre|code)\b", re.IGNORECASE)
_CODE_ENDS = {name: re.compile(f"</{name}>", re.IGNORECASE) for name in ("pre", "code")}
_CODE_NAMES = {"pre", "code", "tt"}
_CELLS = {"td", "th"}
_LINE_NAMES = {"br", "div", "p", "li", "tr"}
"""Elements that separate the lines of code."""
_EDGE = FIELD_SEPARATOR
"""Marks where a line of code begins or ends. No field can contain the character that separates fields."""
_MATHS_MARKS = re.compile(r"\\[(\[]")
_ANY_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")


def plain_text(html: str) -> bool:
    """Return whether ``html`` is text without elements, references, formulas and LaTeX."""
    return not ("<" in html or "&" in html or _MATHS_MARKS.search(html) or _LATEX.search(html))


def words(html: str) -> str:
    """Return the text that a person reads in ``html``, without blanks. Two such texts are compared to find losses."""
    return _without_blanks(html if plain_text(html) else cleaned(html).get_text())


def words_of(soup: BeautifulSoup) -> str:
    """Return the text that a person reads in the elements ``soup``, without blanks."""
    return _without_blanks(soup.get_text())


def own_words(html: str) -> str:
    """Return the ``words`` of HTML that deckbuilder wrote. Our HTML has no decoration, so that no parser is necessary."""
    return _without_blanks(unescape(_ANY_TAG.sub("", html)) if "<" in html or "&" in html else html)


def _without_blanks(text: str) -> str:
    text = markdown_escapes.SOUND.sub("", text) if "[sound:" in text else text
    return nfc("".join(text.split()))


def raw(html: str, path_of: PathOf) -> str:
    """Return the field as one block of HTML in Markdown. ``path_of`` gives the paths of files. Raises NotCarriedError."""
    if plain_text(html):
        html = escape(html)
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
    parts[::2] = [re.sub(r"(?<!\s)\s*?\n\s*", " ", part) for part in parts[::2]]
    one_line = "".join(parts).replace("\n", "&#10;").strip()
    return f"<div>{one_line}</div>"


def cleaned(html: str) -> BeautifulSoup:
    """Return the elements of a field without decoration, comments and line numbers. Formulas become elements ``x-maths``.

    Raises NotCarriedError for scripts, forms and LaTeX pictures.
    """
    html = shortened(diagrams.without_pictures(html))
    if _LATEX.search(html):
        raise NotCarriedError("LaTeX that Anki shows as a picture")
    if _MATHS_MARKS.search(html):
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
    decoration.without(soup, html)
    if _MAYBE_ACTIVE.search(html):
        _without_active(soup)
    if _SCRIPT.search(html):
        for element in soup.find_all(True):
            if script := next((name for name in element.attrs if name.lower().startswith("on")), None):
                raise NotCarriedError(f"a script in its text ({script}=…)")
    for inner in soup.select("ul > ul, ul > ol, ol > ul, ol > ol") if _LISTS.search(html) else ():  # Anki's editor nests so
        before = inner.find_previous_sibling("li")
        if before is not None:
            before.append(inner.extract())
    return soup


def _without_active(soup: BeautifulSoup) -> None:
    """Remove elements that show nothing, and keep the text of buttons and forms.

    Raises NotCarriedError with the names of all elements if a reader would lose something, or if nothing else is there.
    """
    active = soup.find_all(_ACTIVE)
    lost = any(
        one.name not in (*_UNSEEN, *_LABELS) or (one.name == "script" and _WRITES.search(one.get_text())) for one in active
    )
    names = tags(one.name for one in active)
    for element in active:
        if element.name in _UNSEEN:
            element.decompose()
        else:
            element.unwrap()
    soup.smooth()  # else several blanks in a row would be code in Markdown
    if lost or (active and not soup.get_text(strip=True) and not soup.find(["img", "audio", "video"])):
        raise NotCarriedError(f"{names} in its text")


def tags(names: Iterable[str]) -> str:
    """Return different names of elements as a part of a sentence: ``<link>, <meta> and <script>``."""
    shown = [f"<{name}>" for name in dict.fromkeys(names)]
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def active_tags(html: str) -> str:
    """Return the ``tags`` that ``cleaned`` removes from a field; ``""`` if there are none."""
    if not _MAYBE_ACTIVE.search(html):
        return ""
    soup = BeautifulSoup(html, "html.parser")
    decoration.without(soup, html)
    return tags(one.name for one in soup.find_all(_ACTIVE))


def without_empty_clozes(html: str) -> str:
    """Return a field without clozes that hide nothing, such as ``{{c1::}}``. Anki makes a card for them, or shows ``[...]``."""
    return _EMPTY_CLOZE.sub("", html)


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
    text = re.sub(r"<br ?/?>|</?div>", " ", maths)
    if "<" in text:
        raise NotCarriedError("HTML inside maths")
    return f'<x-maths class="{kind}">{text}</x-maths>'


def blocks_of_code(soup: BeautifulSoup, html: str) -> tuple[str, ...]:
    """Return the text of each block of code in ``soup``. ``<code>`` with several lines is such a block, too.

    ``html`` is the HTML of ``soup``.
    """
    if not _ANY_CODE.search(html):
        return ()
    found = []
    for element in named(soup, _CODE_NAMES):
        text = "" if within(element, _CODE_NAMES) else code(element).strip("\n")
        if text.strip() and (element.name == "pre" or ("\n" in text and not within(element, _CELLS))):
            found.append(text)
    return tuple(found)


def code(element: Tag) -> str:
    """Return the text of a block of code. Newlines, ``<br>`` or block elements may separate the lines."""
    for inner in named(element, _LINE_NAMES):
        if inner.name == "br":
            inner.replace_with("\n")
        else:
            inner.insert_before(_EDGE)
            inner.insert_after(_EDGE)
    return re.sub(f"\n?{_EDGE}+\n?", "\n", element.get_text().replace("\xa0", " "))
