"""md2anki: ``## Q (uuid)``, ``---`` between the sides, decks in ``# Deck (id)``, tags in ```{=:tag:=}```."""

from __future__ import annotations

import itertools
import re
from collections import deque
from collections.abc import Iterable, Sequence

from deckbuilder.adopt.lists.dialects.headings import Section, sections
from deckbuilder.adopt.lists.foreign_clozes import has
from deckbuilder.adopt.lists.markdown_page import BLANKS, Found, Page, blocks_of, marks
from deckbuilder.markdown.block import Block
from deckbuilder.markdown.patterns import SEPARATOR
from deckbuilder.model.records import Kind

_ID = re.compile(BLANKS + r"\((?P<id>\d{6,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)$", re.IGNORECASE)
_UUID = re.compile(r"\([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\)$", re.IGNORECASE)
_SUBDECK = re.compile(r"Subdeck:\s*")
_TAG = re.compile(r"(?:(?<![ \t])[ \t]++)?`\{=:(?P<tag>[^`]*?):=\}`")
_TYPE = re.compile(r"(?:(?<![ \t])[ \t]++)?`\{=<md2anki_type_(?P<type>\w+)>=\}`")


def find(page: Page) -> list[Found] | None:
    """Return the headings with an id as questions. Headings of level 1, and headings with ``Subdeck:``, are decks."""
    headings = [block for block in blocks_of(page.lines) if block.kind == "heading"]
    if not any(_UUID.search(block.text) for block in headings):
        return None
    decks = [block for block in headings if block.level == 1 or _SUBDECK.match(block.text)]
    of_decks = {block.start for block in decks}
    starts = {block.start for block in headings if block.start not in of_decks and _ID.search(block.text)}
    following = {block.start: after for block, after in itertools.pairwise(blocks_of(page.lines))}
    pending, path, tags = deque(decks), list[Block](), dict[str, None]()
    found = []
    for section in sections(page.lines, lambda block: block.start in starts):
        while pending and pending[0].start < section.heading.start:
            deck = pending.popleft()
            path = [*(other for other in path if other.level < deck.level), deck]
            tags |= dict.fromkeys(_tags(following.get(deck.start)))
        found.append(_note(section, _name(path), tags))
    return found or None


def _name(path: Sequence[Block]) -> str:
    """Return the full name of the deck whose headings are ``path``, the outermost first."""
    return "::".join(_ID.sub("", _SUBDECK.sub("", block.text)).strip() for block in path)


def _tags(block: Block | None) -> list[str]:
    """Return the tags in ``block``, if it is the paragraph directly below a heading."""
    return [match["tag"] for match in _TAG.finditer("\n".join(block.lines))] if block and block.kind == "text" else []


def _note(section: Section, deck: str, tags: Iterable[str]) -> Found:
    """Return the question of ``section``. Lines that have only tags and types of md2anki are removed."""
    heading = section.heading.text
    lines = section.text.split("\n")
    said = [at for at, _ in marks(lines, re.compile(rf"(?:{_TAG.pattern}|{_TYPE.pattern})+\s*$"))]
    own = [match["tag"] for at in said for match in _TAG.finditer(lines[at])]
    types = [match["type"] for at in said for match in _TYPE.finditer(lines[at])]
    for at in said:
        lines[at] = ""
    rule = next((at for at, _ in marks(lines, SEPARATOR)), None)
    body, answer = ("\n".join(lines[:rule]), "\n".join(lines[rule + 1 :])) if rule is not None else ("", "\n".join(lines))
    match = _ID.search(heading)
    question = f"{_ID.sub('', heading)}\n\n{body}".strip()
    kind = Kind.TYPED if any("type" in type_ for type_ in types) else Kind.BASIC
    if any("cloze" in type_ for type_ in types) and has(f"{question}\n\n{answer}"):
        kind = Kind.CLOZE
        if not has(question):
            question, answer = f"{question}\n\n{answer.strip()}", ""
    id_ = match["id"] if match else ""
    return Found(section.heading.start, section.end, question, answer.strip("\n"), kind, (*tags, *own), deck, id_)
