"""The first line of an alert: ``[!TIP]`` as on GitHub, and ``[!tip]- Title`` with the kinds of Obsidian.

https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#alerts
and https://help.obsidian.md/callouts. GitHub shows an alert with a title, or of another kind, as a quote.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_KINDS = {
    "note": "note abstract summary tldr info todo example quote cite",
    "tip": "tip hint success check done",
    "important": "important question help faq",
    "warning": "warning attention",
    "caution": "caution danger error failure fail missing bug",
}
"""The kinds by their looks, which are GitHub's five kinds."""
LOOKS = {kind: look for look, kinds in _KINDS.items() for kind in kinds.split()}
"""The look of each kind."""
_FIRST = re.compile(r"\s*\[!([a-z]+)\]([+-]?)(?:[ \t]+(.*))?\s*$", re.IGNORECASE)


class Alert(NamedTuple):
    """An alert; ``title`` is Markdown, ``""`` for the name of the kind. ``fold`` is ``-`` if it is folded, ``+`` if it can be."""

    kind: str
    fold: str
    title: str


def read(line: str) -> Alert | None:
    """Return the alert that ``line``, the first line of a quote, begins."""
    match = _FIRST.match(line)
    if match is None or match[1].lower() not in LOOKS:
        return None
    return Alert(match[1].lower(), match[2], (match[3] or "").strip())
