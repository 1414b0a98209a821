"""flashcards-obsidian: ``## Q #card``, ```` ```flashcard ````, ``> [!CARD]``, and its one-liners and clozes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from deckbuilder.adopt.lists.dialects import one_liners
from deckbuilder.adopt.lists.dialects.headings import sections
from deckbuilder.adopt.lists.markdown_page import Found, Page, blocks_of, marks, protected
from deckbuilder.markdown.block import Block, language_of
from deckbuilder.model.records import Kind

_CARD = re.compile(r"(?<!\S)#card(?:[/-](?P<sort>reverse|reversed|reminder|spaced))?(?=\s|$)", re.IGNORECASE)
_ANCHOR = re.compile(r"\^(?P<id>[\w-]+)\s*$")
_CALLOUT = re.compile(r"\[!CARD\][+-]?\s*(?P<front>.*)$", re.IGNORECASE)
_KEY = re.compile(r"(?P<key>front|back|type|tags|deck)\s*:\s*", re.IGNORECASE)


def find(page: Page) -> list[Found] | None:
    """Return the cards of every form. A one-liner inside another card is no card."""
    found = [*_headings(page), *_paragraphs(page), *_blocks(page)]
    deck = "".join(page.front.get("cards-deck", ())[:1])
    if not found and not deck:
        return None
    taken = {line for card in found for line in range(card.start, card.end)}
    lines = tuple("" if at in taken else line for at, line in enumerate(page.lines))
    found += one_liners.find(Page(lines), known=True) or []
    return [replace(card, deck=card.deck or deck) for card in sorted(found, key=lambda card: card.start)] or None


def _headings(page: Page) -> Iterator[Found]:
    for section in sections(page.lines, lambda block: bool(_CARD.search(block.text))):
        yield _tagged(section.heading.start, section.end, section.heading.text, section.text)


def _paragraphs(page: Page) -> Iterator[Found]:
    """Yield the lines of text with ``Q #card``. The answer is all text that touches ``Q``, or the block below an empty line."""
    closed = protected(page.lines)
    for block, after in itertools.pairwise([*blocks_of(page.lines), None]):
        lines = block.lines if block and block.kind == "text" else ()
        at = next((at for at, line in enumerate(lines) if _CARD.search(line)), None)
        if block is None or at is None:
            continue
        end = start = block.start + at + 1
        while end < len(page.lines) and (page.lines[end].strip() or end in closed) and not _opens(page.lines, end):
            end += 1
        if end == start and after is not None and after.kind not in ("heading", "rule"):
            end = after.end
        yield _tagged(block.start, end, "\n".join(block.lines[: at + 1]), "\n".join(page.lines[start:end]))


def _opens(lines: Sequence[str], at: int) -> bool:
    """Return whether the line ``at`` is a heading or has ``#card``."""
    return bool(_CARD.search(lines[at]) or re.match(r"#{1,6}\s", lines[at])) and at not in protected(lines)


def _tagged(start: int, end: int, question: str, text: str) -> Found:
    """Return the card whose question has ``#card``, perhaps with other tags. The answer may end with an anchor."""
    match = _CARD.search(question)
    sort = (match["sort"] or "").lower() if match else ""
    question = _CARD.sub("", question)
    tags = tuple(tag["tag"] for tag in one_liners.TAG.finditer(question))
    lines = text.split("\n")
    anchors = marks(lines, _ANCHOR)
    for at, _ in anchors:
        lines[at] = ""
    kind = Kind.REVERSED if sort.startswith("reverse") else Kind.BASIC
    question = " ".join(one_liners.TAG.sub("", question).split())
    answer = "\n".join(lines).strip("\n")
    if sort == "reminder" and not answer:
        return Found(start, end, question, tags=tags, unfit="a reminder, which needs no answer")
    return Found(start, end, question, answer, kind, tags, id=anchors[-1][1]["id"] if anchors else "")


def _blocks(page: Page) -> Iterator[Found]:
    """Yield the cards in fences and in callouts."""
    for block in blocks_of(page.lines):
        if block.kind == "fence" and language_of(block) == "flashcard" and any(_is_front(line) for line in block.lines):
            yield _fence(block)
        elif block.kind == "quote" and (match := _CALLOUT.match(block.lines[0])):
            yield Found(block.start, block.end, match["front"], "\n".join(block.lines[1:]).strip("\n"))


def _is_front(line: str) -> bool:
    match = _KEY.match(line)
    return match is not None and match["key"].lower() == "front"


def _fence(block: Block) -> Found:
    """Return the card in a fence, which has ``front:``, ``back:``, ``type:``, ``tags:`` and ``deck:``."""
    values: dict[str, list[str]] = {}
    key = ""
    for line in block.lines:
        match = _KEY.match(line)
        # Only "front" and "back" may have several lines.
        key = match["key"].lower() if match else key if key in ("front", "back") else ""
        values.setdefault(key, []).append(line[match.end() :] if match else line)
    text = {name: "\n".join(lines).strip() for name, lines in values.items()}
    kind = Kind.REVERSED if text.get("type", "").startswith("reverse") else Kind.BASIC
    tags = tuple(text.get("tags", "").replace(",", " ").split())
    return Found(
        block.start,
        block.end,
        "\n\n".join(filter(None, (text.get("", ""), text.get("front", "")))),
        text.get("back", ""),
        kind,
        tags,
        text.get("deck", ""),
    )
