"""inka: a section between ``---`` lines with ``Deck:`` and ``Tags:``, then ``1. Q`` with the answer in a quote ``> A``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from deckbuilder.adopt.lists.foreign_clozes import curly, has
from deckbuilder.adopt.lists.markdown_page import Found, Page, marks
from deckbuilder.markdown.block_parser import blocks
from deckbuilder.markdown.patterns import SEPARATOR, unindent
from deckbuilder.model.records import Kind

_DECK = re.compile(r"Deck:\s*+(?P<value>.*\S)")
_TAGS = re.compile(r"Tags:\s*(?P<value>.*)")
_ID = re.compile(r"<!--\s*ID:\s*(?P<value>\d+)\s*-->\s*$")
_QUESTION = re.compile(r"(\d{1,5})\.\s+(?P<text>.*)$")


def find(page: Page) -> list[Found] | None:
    """Return the questions of every section; None if there is none. Text outside sections is no question."""
    rules = [at for at, _ in marks(page.lines, SEPARATOR)]
    found: list[Found] = []
    at = 0
    while at + 1 < len(rules):
        start, end = rules[at], rules[at + 1]
        if any(_DECK.match(line) or _QUESTION.match(line) or _ID.match(line) for line in _first(page.lines[start + 1 : end])):
            new = list(_section(page.lines, start + 1, end))
            found += new
            at += bool(new)
        at += 1
    return found or None


def _first(lines: Sequence[str]) -> list[str]:
    return [line for line in lines if line.strip()][:1]


def _section(lines: Sequence[str], start: int, end: int) -> Iterator[Found]:
    """Yield the questions of a section, which has the lines from ``start`` to ``end``."""
    own = lines[start:end]
    deck = next((match["value"] for _, match in marks(own, _DECK)), "")
    tags = tuple(word for _, match in marks(own, _TAGS) for word in match["value"].split())
    ids = {at: match["value"] for at, line in enumerate(own) if (match := _ID.match(line))}
    questions = marks(own, _QUESTION)
    for (at, match), following in zip(questions, [*(at for at, _ in questions), len(own)][1:], strict=True):
        until = max((line for line in range(at, following) if own[line].strip() and line not in ids), default=at) + 1
        parts = list(blocks(own[at:until]))
        quote = next((block for block in parts if block.kind == "quote"), None)
        below = at + quote.start if quote else until
        front = "\n".join([match["text"], *(unindent(line, match.start("text")) for line in own[at + 1 : below])]).strip()
        back = "\n".join([*quote.lines, *own[at + quote.end : until]]) if quote else ""
        begin = at - 1 if at - 1 in ids else at
        clozed = curly(front)
        cloze = not back.strip() and has(clozed)
        yield Found(
            start + begin,
            start + until,
            clozed if cloze else front,
            back,
            Kind.CLOZE if cloze else Kind.BASIC,
            tags,
            deck,
            ids.get(at - 1, ""),
        )
