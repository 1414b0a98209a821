"""The attributes of an element -> the part of its look that an editor sets on purpose: bold, colours, alignment."""

from __future__ import annotations

import re
from collections.abc import Mapping

_STYLES = (
    (re.compile(r"(?:^|;)\s*font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE), "strong"),
    (re.compile(r"(?:^|;)\s*font-style\s*:\s*italic", re.IGNORECASE), "em"),
    (re.compile(r"(?:^|;)\s*text-decoration[a-z-]*\s*:\s*underline", re.IGNORECASE), "u"),
    (re.compile(r"(?:^|;)\s*text-decoration[a-z-]*\s*:\s*line-through", re.IGNORECASE), "s"),
)
_COLOUR = re.compile(r"(?:^|;)\s*((?:background-)?color|text-align|vertical-align)\s*:\s*([^;]+)", re.IGNORECASE)
_PLAIN_COLOURS = re.compile(r"(?:inherit|initial|transparent|left|start|baseline|var\(--fg\)|rgba\([^)]*,\s*0\))$", re.IGNORECASE)


def styles(name: str, values: Mapping[str, str]) -> list[str]:
    """Return the items for the style of an element: bold, italic, its colours."""
    style = values.get("style", "")
    items = [mark for pattern, mark in _STYLES if style and pattern.search(style)]
    colours = [(key.lower(), "".join(value.split()).lower()) for key, value in _COLOUR.findall(style)]
    colours += [("color", values["color"].lower())] if name == "font" and values.get("color") else []
    kept = [
        f"{key}:{value}"
        for key, value in colours
        if not _PLAIN_COLOURS.match(value) and not (key == "text-align" and name in ("td", "th"))
    ]
    return [*items, *(["style " + ";".join(sorted(kept))] if kept else [])]


def align(name: str, values: Mapping[str, str]) -> str:
    """Return the alignment of a cell, after a blank; ``""`` for any other element, and for the usual alignment."""
    if name not in ("td", "th"):
        return ""
    found = re.search(r"text-align\s*:\s*(\w+)", values.get("style", ""))
    align = found[1] if found else values.get("align", "")
    return f" {align}" if align and align not in ("left", "start") else ""
