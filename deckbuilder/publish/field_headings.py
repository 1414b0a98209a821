"""The HTML of a part of an adopted question -> the text of each field of the note.

A note type of another tool may have several fields on one side of a card. A heading of level 3 names each field but the first::

    ## hablar {#hablar}

    to speak

    ### Example

    Yo hablo español.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from deckbuilder.model.anki_text import plain
from deckbuilder.safety.safe_list import VOID

LEVEL = 3
"""The level of the headings that name fields."""

_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9-]*+)(?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*+>")
_HEADING = re.compile(rf"<h{LEVEL}>((?:[^<]|<(?!/?h{LEVEL}))*+)</h{LEVEL}>")


def key(name: str) -> str:
    """Return the form of a field's name, or of a heading's plain text, that is compared: without case and double blanks."""
    return " ".join(name.split()).casefold()


def told(html: str) -> str:
    """Return ``html`` with a blank before each heading of a field, and a colon behind it. Release notes have no lines."""
    return _HEADING.sub(r" \1: ", html)


def split(html: str, names: Sequence[str]) -> list[str]:
    """Return the HTML of each of the fields ``names``. The text before the first heading with such a name is the first field's.

    A heading inside another element, or with another text, is a part of the field's text.
    """
    texts: list[list[str]] = [[] for _ in names]
    known = {key(name): at for at, name in reversed(list(enumerate(names)))}
    field, begin, depth, heading = 0, 0, 0, -1
    for tag in _TAG.finditer(html) if f"<h{LEVEL}" in html else ():
        name = tag["name"].lower()
        if name in VOID:
            continue
        if not tag["end"]:
            if name == f"h{LEVEL}" and not depth:
                heading = tag.start()
            depth += 1
            continue
        depth -= 1
        if heading >= 0 and not depth:
            at = known.get(key(plain(html[heading : tag.end()])))
            if at is not None:
                texts[field].append(html[begin:heading])
                field, begin = at, tag.end()
            heading = -1
    texts[field].append(html[begin:])
    return ["".join(parts) for parts in texts]
