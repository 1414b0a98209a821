"""(language, text) -> the drawing with its size and words, or the reason why there is none."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from functools import lru_cache

from deckbuilder.diagrams import graphviz, mermaid
from deckbuilder.diagrams.drawing import Drawing, Undrawn, UndrawnError

LANGUAGES = ("mermaid", "dot")
"""The first words of the fences that are drawn."""
LARGEST = 20_000
"""Characters of a text. Real ones have a few hundred; the layout of a larger one may take minutes."""
_MOST = 4_000
"""Pixels of a side. Nobody reads a larger drawing on a phone."""
_READABLE = 12
"""Pixels of the smallest text."""
_SVG = "{http://www.w3.org/2000/svg}"
_PROLOGUE = re.compile(r"<\?xml.*?\?>|<!DOCTYPE[^>]*>|<!--.*?-->", re.DOTALL)
_ROOT = re.compile(r"<svg\b[^>]*>")
_SIZES = re.compile(r"""\s(?:width|height)="[^"]*"|\s?max-width:[^;"]*;?|\sstyle="\s*" """.rstrip())
_VIEW = re.compile(r'viewBox="[-\d.e+]+[ ,]+[-\d.e+]+[ ,]+(?P<width>[\d.e+]+)[ ,]+(?P<height>[\d.e+]+)"')
_FONT = re.compile(r"""font-size(?::\s*|=["'])(?P<size>\d+(?:\.\d+)?)(?:px)?\s*(?=[;"'}!])""")
_TOOLTIP = re.compile(r"#[\w-]+ div\.mermaidTooltip\{[^}]*\}")
_TITLE = re.compile(r"<title>[^<]*</title>\n?")


@lru_cache(maxsize=512)
def draw(language: str, text: str) -> Drawing | Undrawn:
    """Return the drawing of ``text`` in a language of ``LANGUAGES``, or the reason why there is none."""
    if not text.strip():
        return Undrawn("the fence is empty")
    if len(text) > LARGEST:
        return Undrawn(f"the text has more than {LARGEST} characters; make several diagrams of it")
    try:
        svg = graphviz.svg(text) if language == "dot" else mermaid.svg(text)
        return _finished(svg, text, joined=language == "dot")
    except UndrawnError as error:
        return Undrawn(str(error), error.line)
    except ImportError:
        return Undrawn("", missing=True)


def _finished(svg: str, text: str, *, joined: bool) -> Drawing:
    """Return the drawing ``svg`` of ``text``. Raises UndrawnError if a client would not show all of it."""
    svg = _TOOLTIP.sub("", _PROLOGUE.sub("", svg)).strip()
    root = _ROOT.search(svg)
    view = _VIEW.search(root[0]) if root else None
    if root is None or view is None:
        raise UndrawnError("the library gives no drawing; write the diagram in another way")
    width, height = (max(1, math.ceil(float(view[name]))) for name in ("width", "height"))
    if max(width, height) > _MOST:
        raise UndrawnError(f"the drawing is {width} × {height} pixels, more than {_MOST}; make several diagrams of it")
    smallest = min((float(found["size"]) for found in _FONT.finditer(svg)), default=14.0)
    least = math.ceil(width * _READABLE / max(smallest, 1.0))
    head = _SIZES.sub("", root[0])[:-1] + f' width="{width}" height="{height}">'
    words = _words(svg, text, joined=joined)
    if not words and not joined:  # a graph may have points alone
        raise UndrawnError("it has no words; write what it shows")
    svg = svg[: root.start()] + head + (_TITLE.sub("", svg[root.end() :]) if joined else svg[root.end() :])
    wide = max(width, least)
    return Drawing(svg.encode(), wide, round(height * wide / width), least, words)


def _words(svg: str, text: str, *, joined: bool) -> str:
    """Return the words that the author gives for readers without eyes, then each label once, in the order of ``text``."""
    root = ET.fromstring(svg)  # noqa: S314  the library writes no DTD
    given = [] if joined else [" ".join((root.findtext(f"{_SVG}{name}") or "").split()) for name in ("title", "desc")]
    labels = list(dict.fromkeys(filter(None, _texts(root, joined=joined))))
    places = {label: _place(text, label) for label in labels}
    return ", ".join([*filter(None, given), *sorted(labels, key=lambda label: places[label])])


def _place(text: str, label: str) -> int:
    """Return where ``label`` begins in ``text``; its first word if the label has other blanks there, else the end."""
    for words in (label, label.split(maxsplit=1)[0]):
        if found := re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text):
            return found.start()
    return len(text)


def _texts(root: ET.Element, *, joined: bool) -> Iterator[str]:
    """Yield each text of a drawing. With ``joined``, the lines of one node are one text."""
    for parent in root.iter():
        own = [" ".join(" ".join(_rows(element)).split()) for element in parent if element.tag == f"{_SVG}text"]
        yield from [" ".join(own).strip()] if joined else own


def _rows(element: ET.Element) -> Iterable[str]:
    """Return the lines of a text: Mermaid puts each into a ``tspan`` of its own, and words without blanks into further ones."""
    rows = [row for row in element if row.tag == f"{_SVG}tspan" and ("row" in row.get("class", "") or row.get("dy"))]
    return ["".join(row.itertext()) for row in rows] if len(rows) > 1 else ["".join(element.itertext())]
