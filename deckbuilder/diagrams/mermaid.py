"""A Mermaid text -> SVG. The only user of mmdr, which has the renderer ``merman``: no browser, no network."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from html import escape

from deckbuilder import assets
from deckbuilder.diagrams import mermaid_gaps
from deckbuilder.diagrams.drawing import UndrawnError
from deckbuilder.model.references import unescape

_KIND = re.compile(r"[a-zA-Z][\w-]*")
_FRONT_MATTER = re.compile(r"\s*---[^\S\n]*\n.*?\n[^\S\n]*---[^\S\n]*(?:\n|$)", re.DOTALL)
_NOT_THE_KIND = re.compile(r"(?:\s++|%%\{.{0,2000}?\}%%|%%[^\n]*+(?:\n|$))++", re.DOTALL)
_REFERENCE = re.compile(r"&amp;(#\d{1,6}|[a-zA-Z]\w{1,30});")
"""A character by its number or name: ``#35;`` in a Mermaid text. The library resolves a few of them only."""

_SEE_THROUGH = (".edgeLabel rect{opacity:0.5;", ".edgeLabel rect{opacity:1;")
"""The library's style for the words on a line, through which the line shows, and ours."""


def is_there() -> bool:
    """Return whether the library is installed."""
    try:
        import mmdr  # noqa: F401, PLC0415  most decks have no diagram
    except ImportError:
        return False
    return True


def kind(text: str) -> str:
    """Return the word that begins the diagram, such as ``flowchart``, behind front matter, directives and comments."""
    begin = found.end() if (found := _FRONT_MATTER.match(text)) else 0
    begin = found.end() if (found := _NOT_THE_KIND.match(text, begin)) else begin
    return word[0] if (word := _KIND.match(text, begin)) else ""


def svg(text: str) -> str:
    """Return the drawing of ``text``, with our colours and sizes. Raises UndrawnError; ImportError without the library."""
    tables = assets.data("diagrams.toml")
    known = tables["kinds"].split()
    if (name := kind(text)) not in known:
        said = f"'{name}' is no kind of diagram that is drawn" if name else "it names no kind"
        raise UndrawnError(f"{said}; the kinds are {', '.join(known)}", _line_of(text, name))
    if gap := mermaid_gaps.first(text, name):
        raise UndrawnError(*gap)
    text = mermaid_gaps.shown(text, name)
    layout, look = (f"%%{{init: {json.dumps(tables[part])}}}%%" for part in ("layout", "mermaid"))
    begin = found.end() if (found := _FRONT_MATTER.match(text)) else 0
    try:
        # the last directive wins: an author may set the layout, but not the colours
        drawn = _svg(f"{text[:begin]}{layout}{text[begin:]}\n{look}")
    except ValueError as error:
        reason = " ".join(str(error).split())
        raise UndrawnError(reason, _wrong_line(text, reason)) from None
    drawn = drawn.replace(*_SEE_THROUGH)
    return _REFERENCE.sub(lambda found: escape(unescape(f"&{found[1]};"), quote=False), drawn)


def _svg(text: str) -> str:
    import mmdr  # noqa: PLC0415  as above

    try:
        return mmdr.render(text, backend="merman").svg()
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a failure of the library's Rust is no Exception
            raise
        raise ValueError("the library fails; write the diagram in another way") from None


def _wrong_line(text: str, reason: str) -> int:
    """Return the first line after which the library gives the same ``reason``. The library names no line."""
    lines = text.split("\n")

    def is_wrong(end: int) -> bool:
        try:
            _svg("\n".join(lines[:end]))
        except ValueError as error:
            return " ".join(str(error).split()) == reason
        return False

    return bisect_left(range(1, len(lines)), True, key=is_wrong) + 1


def _line_of(text: str, word: str) -> int:
    return text[: text.find(word)].count("\n") + 1 if word else 1
