"""The parts of a Mermaid text that the library, or Mermaid itself, would lose or draw as other text -> the first of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

_AS_TEXT = frozenset({"sequenceDiagram", "pie", "erDiagram", "timeline", "journey", "gantt"})
"""The kinds that show a tag as it is written. In the other kinds a tag is HTML, and an unknown one shows nothing."""
_COMMENT = re.compile(r"^[^\S\n]*%%[^\n]*", re.MULTILINE)
_TAG = re.compile(r"(?<!<)</?(?P<name>[a-zA-Z][\w-]*)(?P<rest>[^<>\n]*)>")
_EMPHASIS = frozenset({"b", "strong", "i", "em", "u", "s", "small", "big", "span", "font", "center", "code"})
"""Elements without which a text is the same. The library would show their tags."""
_VALUES = re.compile(r"""(?:\s+[\w-]+\s*=\s*(?:"[^"]*"|'[^']*'|[\w#-]+))*\s*/?""")
_ICON = re.compile(r"\bfa[a-z]?:fa-[\w-]+")
_FORMULA = re.compile(r"\$\$[^$\n]+\$\$")
_SIGN = re.compile(r"#(?!\w+;)")


def shown(text: str, kind: str) -> str:
    """Return ``text`` without the tags that only emphasise words."""
    if kind in _AS_TEXT:
        return text
    return _TAG.sub(lambda tag: "" if _emphasises(tag) else tag[0], text)


def first(text: str, kind: str) -> tuple[str, int] | None:
    """Return (the reason, the line from 1) of the first part that would be lost; None if there is none."""
    bare = _COMMENT.sub("", text)
    found = min(_all(bare, kind), key=lambda gap: gap[0], default=None)
    return (found[1], bare.count("\n", 0, found[0]) + 1) if found else None


def _all(text: str, kind: str) -> Iterator[tuple[int, str]]:
    """Yield (index, reason) of each part that would be lost."""
    for icon in _ICON.finditer(text):
        yield icon.start(), f"the icon '{icon[0]}' is not drawn; write a word"
    for formula in _FORMULA.finditer(text):
        yield formula.start(), "a formula is not drawn; write it as text"
    if kind == "sequenceDiagram":
        for sign in _SIGN.finditer(text):
            yield sign.start(), "'#' begins a comment here, so the words behind it are lost; write #35; for the sign"
    if kind not in _AS_TEXT:
        for tag in _TAG.finditer(text):
            if not _emphasises(tag) and tag["name"].lower() != "br":
                yield tag.start(), f"'{tag[0]}' is a tag, which is not drawn; write &lt; and &gt; for the signs"


def _emphasises(tag: re.Match[str]) -> bool:
    return tag["name"].lower() in _EMPHASIS and _VALUES.fullmatch(tag["rest"]) is not None
