"""Cards between rules (``---``, ``___``), with ``?`` or ``???`` on a line below an empty line between the sides.

markdown-flashcards: https://github.com/StanislawSwierc/markdown-flashcards/blob/master/decks/Markdown%20Flashcards.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from deckbuilder.adopt.lists.markdown_page import Found, Page, blocks_of
from deckbuilder.markdown.block import Block

_SIDES = re.compile(r"\?{1,4}|[❓❔]\ufe0f?|:(?:grey_)?question:")
"""The text between the sides of a card."""
_LEAST = 2
"""The least number of cards. A lone ``?`` is chance."""


def find(page: Page) -> list[Found] | None:
    """Return the cards of ``page``; None if fewer than two texts between rules have a line such as ``?``.

    A title may be above the first card only. A text without such a line is no card.
    """
    found: list[Found] = []
    card: list[Block] = []
    for block in [*blocks_of(page.lines), None]:
        if block is not None and block.kind != "rule":
            card.append(block)
            continue
        found += _card(page, card, first=not found)
        card = []
    return found if len(found) >= _LEAST else None


def _card(page: Page, inside: Sequence[Block], *, first: bool) -> list[Found]:
    """Return the card with the blocks ``inside``, or ``[]``. The ``first`` card of a page may be below a title."""
    middle = next((at for at, block in enumerate(inside) if at and _is_side(block)), None)
    if middle is None:
        return []
    start, end = inside[middle].start + 1, inside[-1].end
    if start == end:
        return []
    begin = 0
    while first and begin + 1 < middle and inside[begin].kind == "heading" and inside[begin].level == 1:
        begin += 1
    front = "\n".join(page.lines[inside[begin].start : inside[middle - 1].end])
    back = "\n".join(page.lines[start:end]).strip("\n")
    return [Found(inside[begin].start, end, front, back)]


def _is_side(block: Block) -> bool:
    """Return whether a text begins with the mark between the sides. The answer may begin on the next line."""
    return block.kind == "text" and bool(_SIDES.fullmatch(block.lines[0].strip()))
