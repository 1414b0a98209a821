"""``Q::A`` and ``Q:::A`` (both ways) on one line, and paragraphs with ``==hidden==`` or ``{1:hidden}`` parts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from deckbuilder.adopt.lists import foreign_clozes
from deckbuilder.adopt.lists.markdown_page import BLANKS, Found, Page, asks, blocks_of, masked
from deckbuilder.markdown.block import Block
from deckbuilder.markdown.block_parser import blocks
from deckbuilder.model.control_characters import MASKED
from deckbuilder.model.records import Kind

_SIDES = re.compile(
    r"""
    (?P<front>(?:(?!::|\{\{).)*?[^\s:])           # no other "::", and no cloze
    (?P<before>\s*)(?P<mark>:::?)(?!:)(?P<after>\s*)
    (?P<back>[^\s:](?:.*\S)?)\s*$
    """,
    re.VERBOSE,
)
_ANCHOR = re.compile(rf"{BLANKS}\^(?P<id>[\w-]+)\s*$")
_MARK = re.compile(r"\A\s*(?:[-*+]|\d{1,9}[.)])\s+")
_NAMESPACE = re.compile(
    r"""
    (?:^|[\s`(])
    (?:std|boost|crate|self|super|core|alloc|tokio|absl|torch|cv|Eigen|chrono|ranges|static|parent)
    $
    """,
    re.VERBOSE,
)
"""The end of text before ``::`` that is a name in C++, Rust or PHP."""
_OPENING = re.compile(r"==c\d{1,3}$")
"""The beginning of a cloze such as ``==c1::text==``."""
_PROPERTY = re.compile(r"(?P<key>[a-z][\w.-]*)::(?: |$)")
"""``key:: value`` of Logseq and Dataview: https://docs.logseq.com/#/page/properties, https://blacksmithgu.github.io/obsidian-dataview."""
_OF_FILE = re.compile(r"\s*(?:TARGET[ _]DECK|FILE[ _]TAGS|cards-deck)\b")
_KEYS = frozenset(
    [
        "alias",
        "aliases",
        "author",
        "background-color",
        "cards-deck",
        "category",
        "collapsed",
        "created",
        "created-at",
        "date",
        "deadline",
        "deck",
        "dg-publish",
        "due",
        "icon",
        "id",
        "next",
        "parent",
        "prev",
        "priority",
        "project",
        "public",
        "rating",
        "related",
        "scheduled",
        "source",
        "status",
        "tag",
        "tags",
        "template",
        "title",
        "topic",
        "topics",
        "type",
        "up",
        "updated",
        "updated-at",
        "url",
    ]
)
"""The keys that people use for properties of a note."""
TAG = re.compile(r"(?<!\S)#(?P<tag>[^\W\d][\w/-]*)(?=\s|$)")


def find(page: Page, *, known: bool = False, braces: bool = False) -> list[Found] | None:
    """Return each line and each paragraph that is a card; None if there is none. ``known`` is as in ``pairs``, ``braces`` in ``clozes``."""
    return sorted([*pairs(page.lines, known=known), *clozes(page.lines, braces=braces)], key=lambda card: card.start) or None


def pairs(lines: tuple[str, ...], *, known: bool = False) -> Iterator[Found]:
    """Yield the lines with ``Q::A`` in running text and in list items.

    ``std::vector`` is a name. ``A::B`` is a name, too, if no other line is certainly a pair. ``Capital of France::Paris`` is a
    pair if most lines of text have ``::``. It is also a pair in a file that is ``known`` to be by a tool with pairs.
    """
    found = list(_pairs(lines))
    names = Counter(card.question for _, card in found if " " not in card.question)
    texts = sum(bool(line.strip()) for block in _texts(blocks_of(lines)) for line in lines[block.start : block.end])
    spaced = sum(" " in card.question or " " in card.answer for _, card in found)
    many = known or spaced * 2 > max(texts, 2)
    sure = many or any(certain for certain, _ in found)
    for certain, card in found:
        single = " " not in card.question
        if certain or (sure and single and names[card.question] == 1) or (many and not single):
            yield card


def _pairs(lines: tuple[str, ...]) -> Iterator[tuple[bool, Found]]:
    """Yield (whether the line is certainly no name such as ``std::move``, card). A property is no card."""
    numbers = [at for block in _texts(blocks_of(lines)) for at in range(block.start, block.end)]
    texts = {at: _MARK.sub("", lines[at], count=1).lstrip() for at in numbers}
    keys = Counter(match["key"] for text in texts.values() if (match := _PROPERTY.match(text)))
    for at, text in texts.items():
        sides, key = pair(text), _PROPERTY.match(text)
        if not sides or is_property(text) or (key and keys[key["key"]] > 1):
            continue
        front, back, kind = sides
        anchor = _ANCHOR.search(back)
        back, id_ = (back[: anchor.start()], anchor["id"]) if anchor else (back, "")
        yield kind is Kind.REVERSED or not _is_name(text), Found(at, at + 1, front, back.strip(), kind, id=id_)


def is_property(text: str) -> bool:
    """Return whether a line is a property with a usual key, such as ``priority:: high``, or names a deck: ``TARGET DECK: a::b``."""
    if _OF_FILE.match(text):
        return True
    key = _PROPERTY.match(_MARK.sub("", text, count=1).lstrip())
    return key is not None and (key["key"] in _KEYS or "." in key["key"])


def pair(text: str) -> tuple[str, str, Kind] | None:
    """Return (front, back, kind) of a line with ``Q::A`` or ``Q:::A``, without the mark of its list item; None for another."""
    text = _MARK.sub("", text, count=1).strip()
    match = _SIDES.match(masked(text))
    if not match:
        return None
    front, back = (text[slice(*match.span(name))] for name in ("front", "back"))
    if _NAMESPACE.search(front) or _OPENING.search(front):
        return None
    kind = Kind.REVERSED if match["mark"] == ":::" else Kind.BASIC
    return front.removesuffix(" ?").strip(), back.strip(), kind


def _is_name(text: str) -> bool:
    """Return whether the colons only join two words, as in ``std::move``."""
    match = _SIDES.match(masked(text))
    if match is None or match["before"] or match["after"] or asks(match["front"]) or match["front"].endswith(MASKED):
        return False
    return " " not in match["front"] or (match["front"][-1].isalnum() and " " not in match["back"])


def _texts(found: Sequence[Block]) -> Iterator[Block]:
    """Yield the paragraphs and lists, because only these hold one-liners."""
    return (block for block in found if block.kind in ("text", "list"))


def clozes(lines: tuple[str, ...], *, braces: bool = False) -> Iterator[Found]:
    """Yield the paragraphs and list items with hidden parts. With ``braces``, ``{hidden}`` needs no number."""
    hide = foreign_clozes.braces if braces else foreign_clozes.highlights
    for block in blocks_of(lines):
        if block.kind == "text":
            yield from _cloze(block.lines, block.start, block.end, hide)
        elif block.kind == "list":
            ends = [item.start for item in block.items[1:]] + [block.end]
            for item, end in zip(block.items, ends, strict=True):
                yield from _cloze(item.lines, item.start, end, hide)


def _cloze(own: Sequence[str], start: int, end: int, hide: Callable[[str], str]) -> Iterator[Found]:
    text = "\n".join(own).strip("\n")
    anchor = _ANCHOR.search(text)
    text, id_ = (text[: anchor.start()], anchor["id"]) if anchor else (text, "")
    hidden = hide(text)
    if foreign_clozes.has(hidden) and all(block.kind in ("text", "list", "fence") for block in blocks(own)):
        yield Found(start, end, hidden, kind=Kind.CLOZE, id=id_)
