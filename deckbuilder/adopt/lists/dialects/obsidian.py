"""flashcards-obsidian: ``## Q #card``, ```` ```flashcard ````, ``> [!CARD]``, and its one-liners and clozes.

``Q #flashcard`` is the Neuracache style of Obsidian_to_Anki:
https://github.com/ObsidianToAnki/Obsidian_to_Anki/blob/3.6.0/tests/defaults/test_vault_suites/neuracache_sync/neuracache_sync.md.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from deckbuilder.adopt.lists.dialects import one_liners, start_end
from deckbuilder.adopt.lists.dialects.headings import sections
from deckbuilder.adopt.lists.markdown_page import Found, Page, blocks_of, marks, protected, with_breaks
from deckbuilder.markdown.block import Block, language_of
from deckbuilder.model.records import Kind

_CARD = re.compile(
    r"""
    (?<!\S)\#
    (?:
        card(?:[/-](?P<sort>reverse|reversed|reminder|spaced))?(?=\s|$)
        |(?<=\s\#)flashcard(?=\s*(?:\#|$))                               # at the end of a question, never alone
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ANCHOR = re.compile(r"\^(?P<id>[\w-]+)\s*$")
_CALLOUT = re.compile(r"\[!CARD\][+-]?\s*(?P<front>.*)$", re.IGNORECASE)
_HEADING = re.compile(r"#{1,6}\s")
_BULLET = re.compile(r"\s*[-*+]\s")
"""A list item with ``#card`` is a card of Logseq."""
_ID = re.compile(r"\s*(?:<!--\s*ID:\s*\d+\s*-->|\^\d{13})\s*$", re.IGNORECASE)
_KEY = re.compile(r"(?P<key>front|back|type|tags|deck)\s*:\s*", re.IGNORECASE)


def find(page: Page) -> list[Found] | None:
    """Return the cards of every form. A one-liner inside another card is no card."""
    found = [*_headings(page), *_paragraphs(page), *_blocks(page)]
    own = "".join(page.front.get("cards-deck", ())[:1])
    if not found and not own:
        return None
    taken = {line for card in found for line in range(card.start, card.end)}
    lines = tuple("" if at in taken else line for at, line in enumerate(page.lines))
    found += one_liners.find(Page(lines), known=True, braces=bool(own)) or []
    deck, tags = own or start_end.deck(page.lines, page.note_marks), start_end.file_tags(page.lines, page.note_marks)
    cards = (replace(card, deck=card.deck or deck, tags=(*tags, *card.tags)) for card in found)
    return sorted(cards, key=lambda card: card.start) or None


def _headings(page: Page) -> Iterator[Found]:
    for section in sections(page.lines, lambda block: bool(_CARD.search(block.text))):
        yield _tagged(section.heading.start, section.end, section.heading.text, section.text)


def _paragraphs(page: Page) -> Iterator[Found]:
    """Yield the lines of text with ``Q #card``. A question has all lines that touch it.

    The answer is all text that touches ``Q``. Else it is the block below an empty line, with all text that touches this block.
    """
    lines, closed, above = page.lines, protected(page.lines), 0
    following = {block.start: block for block in blocks_of(lines)}
    ends = {block.start: block.end for block in following.values()}
    for at, line in enumerate(lines):
        if at < above or at in closed or not _CARD.search(line) or _HEADING.match(line) or _BULLET.match(line):
            continue
        start = at
        while (
            start > above and lines[start - 1].strip() and not (_HEADING.match(lines[start - 1]) or _ID.match(lines[start - 1]))
        ):
            start -= 1
        if start == at > above and not _CARD.sub("", line).strip() and _HEADING.match(lines[at - 1]):
            start -= 1
        begin = at + 1
        while begin < len(lines) and not lines[begin].strip():
            begin += 1
        block = following.get(begin)
        other = begin > at + 1 and (block is None or block.kind in ("heading", "rule", "comment") or _asks(lines, begin))
        end = at + 1 if other else _run(lines, begin, closed)
        above = end if other or begin == at + 1 else max(end, ends[begin])
        yield _tagged(start, above, "\n".join(lines[start : at + 1]), "\n".join(lines[at + 1 : above]))


def _run(lines: Sequence[str], start: int, closed: frozenset[int]) -> int:
    """Return the end of the lines from ``start`` on that no empty line, heading or other question parts. Code may have empty lines."""
    end = start
    while end < len(lines) and (end in closed or (lines[end].strip() and not _opens(lines[end]))):
        end += 1
    return end


def _asks(lines: Sequence[str], start: int) -> bool:
    """Return whether the text from the line ``start`` to the next empty line has ``#card``."""
    run = itertools.takewhile(lambda at: lines[at].strip(), range(start, len(lines)))
    return any(_CARD.search(lines[at]) for at in run)


def _opens(line: str) -> bool:
    """Return whether ``line``, which is outside code, is a heading or has ``#card``."""
    return bool(_CARD.search(line) or _HEADING.match(line))


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
    answer = with_breaks("\n".join(lines).strip("\n"))
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
