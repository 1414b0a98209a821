"""``Q::A`` and ``Q:::A`` (both ways) on one line, and paragraphs with ``==hidden==`` or ``{1:hidden}`` parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from deckbuilder.adopt.lists.foreign_clozes import has, highlights
from deckbuilder.adopt.lists.markdown_page import Found, Page, asks, blocks_of, masked
from deckbuilder.markdown.block import Block
from deckbuilder.markdown.block_parser import blocks
from deckbuilder.model.control_characters import MASKED
from deckbuilder.model.records import Kind

_SIDES = re.compile(
    r"""
    (?P<front>(?:(?!::|\{\{).)*?[^\s:])           # no other "::", and no cloze
    (?P<before>\s*)(?P<mark>:::?)(?!:)(?P<after>\s*)
    (?P<back>(?:(?!::).)*[^\s:])\s*$
    """,
    re.VERBOSE,
)
_ANCHOR = re.compile(r"\s*\^(?P<id>[\w-]+)\s*$")
_MARK = re.compile(r"(?P<blanks>\s*)(?:[-*+]|\d{1,9}[.)])\s+")
TAG = re.compile(r"(?<!\S)#(?P<tag>[^\W\d][\w/-]*)(?=\s|$)")


def find(page: Page) -> list[Found] | None:
    """Return each line and each paragraph that is a card; None if there is none."""
    return sorted([*pairs(page.lines), *clozes(page.lines)], key=lambda card: card.start) or None


def pairs(lines: tuple[str, ...]) -> Iterator[Found]:
    """Yield the lines with ``Q::A`` in running text and in list items.

    ``std::vector`` is a name. ``A::B`` is a name, too, if no other line is certainly a pair.
    """
    found = list(_pairs(lines))
    sure = any(certain for certain, _ in found)
    yield from (card for certain, card in found if certain or (sure and " " not in card.question))


def _pairs(lines: tuple[str, ...]) -> Iterator[tuple[bool, Found]]:
    """Yield (whether the line is certainly no name such as ``std::move``, card)."""
    for block in _texts(blocks_of(lines)):
        for at in range(block.start, block.end):
            line = lines[at]
            mark = _MARK.match(line)
            begin = mark.end() if mark else len(line) - len(line.lstrip())
            match = _SIDES.match(masked(line[begin:]))
            if not match:
                continue
            text = line[begin:]
            front, back = (text[slice(*match.span(name))] for name in ("front", "back"))
            anchor = _ANCHOR.search(back)
            back, id_ = (back[: anchor.start()], anchor["id"]) if anchor else (back, "")
            kind = Kind.REVERSED if match["mark"] == ":::" else Kind.BASIC
            certain = match["mark"] == ":::" or not _is_name(match)
            yield certain, Found(at, at + 1, front.removesuffix(" ?").strip(), back.strip(), kind, id=id_)


def _is_name(match: re.Match[str]) -> bool:
    """Return whether the colons only join two words, as in ``std::move``."""
    if match["before"] or match["after"] or asks(match["front"]) or match["front"].endswith(MASKED):
        return False
    return " " not in match["front"] or (match["front"][-1].isalnum() and " " not in match["back"])


def _texts(found: Sequence[Block]) -> Iterator[Block]:
    """Yield the paragraphs and lists, because only these hold one-liners."""
    return (block for block in found if block.kind in ("text", "list"))


def clozes(lines: tuple[str, ...]) -> Iterator[Found]:
    """Yield the paragraphs and list items with hidden parts."""
    for block in blocks_of(lines):
        if block.kind == "text":
            yield from _cloze(block.lines, block.start, block.end)
        elif block.kind == "list":
            ends = [item.start for item in block.items[1:]] + [block.end]
            for item, end in zip(block.items, ends, strict=True):
                yield from _cloze(item.lines, item.start, end)


def _cloze(own: Sequence[str], start: int, end: int) -> Iterator[Found]:
    text = "\n".join(own).strip("\n")
    anchor = _ANCHOR.search(text)
    text, id_ = (text[: anchor.start()], anchor["id"]) if anchor else (text, "")
    hidden = highlights(text)
    if has(hidden) and all(block.kind in ("text", "list", "fence") for block in blocks(own)):
        yield Found(start, end, hidden, kind=Kind.CLOZE, id=id_)
