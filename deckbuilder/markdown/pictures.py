"""Sizes of pictures, as Obsidian and Pandoc write them, and Obsidian's ``![[picture.png]]``."""

from __future__ import annotations

import re
from collections.abc import Mapping

SIZE = re.compile(
    r"""
    \|
    (?: (?P<width>[1-9][0-9]{1,3}) (?: x (?P<height>[1-9][0-9]{1,3}) )? | (?P<percent>(?:[1-9][0-9]?|100)%) )
    [ ]*+ \Z
    """,
    re.VERBOSE,
)
"""The size at the end of the text of a picture: ``|200`` or ``|200x100`` in CSS pixels, or ``|50%`` of the card.

``Figure | 3`` has none.
"""
_NUMBER = r"""(?P<quote{0}>["']?)(?P<{0}>[1-9][0-9]{{0,3}}){1}(?P=quote{0})"""
BRACES = re.compile(
    rf"""
    \{{ :?+ [ ]*+
    (?: (?: width={_NUMBER.format("width", "(?:px|(?P<percent>%))?+")} | height={_NUMBER.format("height", "(?:px)?+")} ) (?:[ ]++|(?=\}})) ){{1,2}}
    \}}
    """,
    re.VERBOSE,
)
"""The size behind a picture: ``{width=200}``, ``{width=50%}``, ``{width="200" height="100"}``."""
EMBED = re.compile(
    r"""
    !\[\[
    (?P<name>[^\[\]|\#\n]+?\.(?!(?:md|canvas|base)\b)[A-Za-z][A-Za-z0-9]{1,4})[ ]*+
    (?:\#[^\[\]|\n]*+)?                                     # for Obsidian's own style: a.svg#icon
    (?P<text>\\?\|[^\[\]\n]*+)?
    \]\]
    """,
    re.VERBOSE,
)
"""``![[folder/picture.png]]``, with ``|text``, ``|200`` or both. A name without a suffix is the name of a note."""


def in_alt(alt: str, source: str) -> tuple[str, Mapping[str, str]]:
    """Return (``alt`` without the size at its end, the size). ``source`` is the Markdown of ``alt``: ``\\|`` is a mere pipe."""
    found = SIZE.search(alt) if "|" in alt else None
    if found is None or not SIZE.search(source) or source.rpartition("|")[0].endswith("\\"):
        return alt, {}
    return alt[: found.start()].rstrip(), _attributes(found["width"] or found["percent"], found["height"])


def behind(text: str, at: int) -> tuple[Mapping[str, str], int] | None:
    """Return (the size in the braces at ``at``, directly behind a picture; their end). Return None if these are no size."""
    found = BRACES.match(text, at) if text.startswith("{", at) else None
    if found is None:
        return None
    width = found["width"] + (found["percent"] or "") if found["width"] else None
    return _attributes(width, found["height"]), found.end()


def embed(text: str, at: int) -> tuple[Mapping[str, str], int] | None:
    """Return (the attributes of the picture ``![[…]]`` at ``at``, its end); None if no picture is embedded there.

    The ``src`` keeps the double brackets: such a file is looked for in the whole deck.
    """
    found = EMBED.match(text, at)
    if found is None:
        return None
    shown = (found["text"] or "").removeprefix("\\")
    alt, size = in_alt(shown, shown)
    size, end = behind(text, found.end()) or (size, found.end())
    return {"alt": alt.removeprefix("|").strip(), "src": f"[[{found['name'].strip()}]]", **size}, end


def _attributes(width: str | None, height: str | None) -> Mapping[str, str]:
    """Return the attributes for a size.

    The height is a style, because ``card.css`` sets the height of every picture. Beside a width, it is the largest height:
    on a narrower card, a picture keeps its form.
    """
    if not height:
        return {"width": width} if width else {}
    return {"width": width, "style": f"max-height:{height}px"} if width else {"style": f"height:{height}px"}
