"""The marked fences in rendered HTML -> pictures. A fence that cannot be drawn stays code, and a rule reports it."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import PurePath

from deckbuilder.cards import media_names, svg_safety
from deckbuilder.diagrams.draw import draw
from deckbuilder.diagrams.drawing import Drawing, Undrawn
from deckbuilder.model import diagrams, unseen_attributes
from deckbuilder.model.control_characters import DIAGRAM, NUL
from deckbuilder.model.note import Drawn
from deckbuilder.model.records import Media
from deckbuilder.model.references import unescape

_MARKED = re.compile(
    rf'{DIAGRAM}(?P<element><pre {unseen_attributes.ATTRIBUTE}="(?P<language>[a-z]+)"><code>(?P<text>[^<]*)</code></pre>)'
)


def pictured(html: str) -> tuple[str, list[Drawn]]:
    """Return (``html`` with a picture at each mark, the pictures)."""
    if DIAGRAM not in html:
        return html, []
    found: list[Drawn] = []

    def picture(match: re.Match[str]) -> str:
        text = unescape(match["text"])
        drawing = drawn(match["language"], text)
        if isinstance(drawing, Undrawn):
            return match["element"]
        digest = hashlib.sha256(f"{match['language']}{NUL}{text}".encode()).hexdigest()[:16]
        path = f"diagram/{digest}"  # without a suffix, so no file of an author
        found.append(Drawn(path, drawing.svg))
        return diagrams.shown(path, drawing.words, (drawing.width, drawing.height, drawing.least), match["element"])

    return _MARKED.sub(picture, html).replace(DIAGRAM, ""), found


@lru_cache(maxsize=512)
def drawn(language: str, text: str) -> Drawing | Undrawn:
    """Return the drawing of a diagram that is safe to open, or the reason why there is none."""
    drawing = draw(language, text)
    if isinstance(drawing, Undrawn):
        return drawing
    if b"<image" in drawing.svg:
        return Undrawn("it shows a picture from a file or from the network; write words in its place")
    unsafe = svg_safety.unsafe_part(drawing.svg)
    return Undrawn(f"it gives {unsafe}") if unsafe else drawing


def packed(drawing: Drawn) -> Media:
    """Return the file of a drawing, as a package has it."""
    return media_names.media(PurePath("diagram.svg"), drawing.svg)
