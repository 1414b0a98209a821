"""ankcompiler: blocks between ``---`` lines, with ``:::`` between the sides, then ``[^uid]:``, ``[^tag]:``, ``[^type]:``."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from deckbuilder.adopt.lists.foreign_clozes import has
from deckbuilder.adopt.lists.markdown_page import Found, Page, marks
from deckbuilder.markdown.patterns import SEPARATOR
from deckbuilder.model.records import Kind

_SIDES = re.compile(r":::\s*$")
_ABOUT = re.compile(r"\[\^(?P<key>uid|tag|tags|type|pos)\]:\s*(?P<value>(?:.*\S)?)\s*$")
_KINDS = {"reversed": Kind.REVERSED, "type-in": Kind.TYPED, "cloze": Kind.CLOZE}


def find(page: Page) -> list[Found] | None:
    """Return the cards of ``page``; None if no line is ``:::``.

    A block between two rules is a card if the block has a ``:::`` or a cloze. ``[^uid]:`` and the like may follow the block.
    """
    lines = page.lines
    rules = [at for at, _ in marks(lines, SEPARATOR)]
    sides = [at for at, _ in marks(lines, _SIDES)]
    about = dict(marks(lines, _ABOUT))
    found: list[Found] = []
    for start, end in zip([-1, *rules], [*rules, len(lines)], strict=True):
        said = [at for at in range(start + 1, end) if at in about]
        if said and found and found[-1].end == start:
            found[-1] = _with(replace(found[-1], end=said[-1] + 1), [about[at] for at in said])
            continue
        text = "\n".join(lines[start + 1 : end]).strip("\n")
        first = bisect_right(sides, start)
        middle = sides[first] if first < len(sides) else end
        if middle < end:
            found.append(_card(lines, start + 1, middle, end))
        elif has(text) and start >= 0 and end < len(lines):
            found.append(Found(start + 1, end, text, kind=Kind.CLOZE))
    deck = "".join(page.front.get("deck", ())[:1])
    return [replace(item, deck=deck) for item in found] if sides and found else None


def _card(lines: Sequence[str], start: int, middle: int, end: int) -> Found:
    return Found(start, end, "\n".join(lines[start:middle]).strip("\n"), "\n".join(lines[middle + 1 : end]).strip("\n"))


def _with(card: Found, keys: Sequence[re.Match[str]]) -> Found:
    """Return ``card`` with the id, tags and kind that the lines below the card give."""
    for match in keys:
        key, value = match["key"], match["value"]
        if key == "uid":
            card = replace(card, id=value)
        elif key in ("tag", "tags"):
            card = replace(card, tags=(*card.tags, *value.replace(",", " ").split()))
        elif key == "type" and card.kind is not Kind.CLOZE:
            card = replace(card, kind=_KINDS.get(value, card.kind))
    return card
