"""Lists in the Markdown sense: ``1. ### Q`` with the answer indented, ``- Q`` with a nested ``**Answer:**``, or questions alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from textwrap import dedent

from deckbuilder.adopt.lists.answer import LABEL
from deckbuilder.adopt.lists.dialects.headings import of_parts
from deckbuilder.adopt.lists.dialects.paragraphs import asking, bold
from deckbuilder.adopt.lists.evidence import ASKING, strength
from deckbuilder.adopt.lists.markdown_page import Found, Page, asked, asks, blocks_of, joined
from deckbuilder.adopt.lists.navigation import is_contents
from deckbuilder.adopt.lists.readings import SERIES
from deckbuilder.markdown.block import Block, Item
from deckbuilder.markdown.block_parser import MAX_DEPTH, blocks

_ROMAN = re.compile(r"\s*(?:[ivxIVX]{1,5}|[a-zA-Z])[.)]\s+")
"""The number of a part of a question, which Markdown takes for text."""
_QUESTION = re.compile(
    r"\s*(?:(\*\*|__)(?:Question|Q|问)\s*\d*(?:\1\s*[:：]|[:：]\s*\1)|(?:Question|Q|问)\s*+\d*\s*[:：])\s*", re.IGNORECASE
)


_BESIDE = re.compile(rf"{LABEL.pattern}|\s*A\)")
"""The label of an answer in the item below its question."""
_SECOND = re.compile(r"\s*(?:\*\*|__)?B\s*[.):：]")
"""The second of several options. Then ``A)`` is the first one."""


@dataclass(slots=True)
class _Open:
    """A question whose answer may go on."""

    start: int
    end: int
    question: str
    texts: list[str]
    """The pieces of the answer."""

    def found(self) -> Found:
        return of_parts(self.start, self.end, self.question, dedent("\n".join(self.texts)))

    def extend(self, end: int, page: Page) -> None:
        """Add the lines of ``page`` up to ``end`` to the answer."""
        self.texts += page.lines[self.end : end]
        self.end = end


def _ends(block: Block, offset: int = 0) -> Iterator[tuple[Item, int, int]]:
    """Yield (item, number of its first line, number of the line after it). ``offset`` is added to both numbers."""
    following = [item.start for item in block.items[1:]] + [block.end]
    for item, end in zip(block.items, following, strict=True):
        yield item, offset + item.start, offset + end


def find_headings(page: Page) -> list[Found] | None:
    """Return the headings in list items: ``1. ### Q``.

    The answer often goes on below the list. The answer ends at the next such item, or at a heading outside the list.
    """
    found: list[_Open] = []
    open_ = False
    for block in blocks_of(page.lines):
        if block.kind == "heading":
            open_ = False
            continue
        parts = _ends(block) if block.kind == "list" else [(None, block.start, block.end)]
        for item, start, end in parts:
            first = next(iter(blocks(item.lines)), None) if item else None
            if item and first is not None and first.kind == "heading":
                found.append(_Open(start, end, asked(first.text), list(item.lines[first.end :])))
                open_ = True
            elif open_:
                found[-1].extend(end, page)
    return [item.found() for item in found] or None


def find_items(page: Page) -> list[Found] | None:
    """Return the list items that ask: ``- What is g?``.

    The answer is nested, has a label, or is below a single numbered item. A question may have no answer.
    """
    labels = any(LABEL.match(line.lstrip(" -*+").removeprefix("\t")) for line in page.lines)
    found: list[_Open] = []
    open_ = False
    for block in blocks_of(page.lines):
        if block.kind == "list" and not is_contents(block):
            new = list(_of_list(block, 0, 0, bolds=not labels))
            found += new
            others = ["".join(item.texts).strip() for item in new[:-1]]
            # The answer to "2. Q" was in the list. The answer to "3. Q" is below the list.
            open_ = block.level >= 0 and bool(new) and not "".join(new[-1].texts).strip() and all(others)
        elif open_ and block.kind not in ("heading", "list"):
            found[-1].extend(block.end, page)
        else:
            open_ = False
    return [item.found() for item in found] or None


def _of_list(block: Block, offset: int, depth: int, *, bolds: bool) -> Iterator[_Open]:
    """Yield the questions among the items of a list and of the lists nested in the list. ``depth`` is the number of lists around.

    An item that asks nothing above items that ask is a topic. With ``bolds``, a bold item with a text below is a question.
    """
    first = {item.start: next(iter(blocks(item.lines)), None) for item in block.items}
    texts = [joined(one.lines) for one in first.values() if one is not None and one.kind == "text"]
    mostly = sum(map(asks, texts)) * 2 > len(block.items)
    alike = sum(one is not None and one.kind == "text" and _is_bold(one.lines) for one in first.values()) * 2 > len(block.items)
    beside = _beside(block)
    ends = {item.start: end for item, _, end in _ends(block, offset)}
    for item, start, last in _ends(block, offset):
        below = last
        head = first[item.start]
        if head is None or head.kind != "text" or LABEL.match(head.lines[0]):
            continue
        rest = item.lines[head.end :]
        if not rest and len(head.lines) == 1 and item.start in beside:
            rest, below = beside[item.start].lines, ends[beside[item.start].start]
        inner = _inner(rest, depth + 1)
        label = _QUESTION.match(head.lines[0])
        cut_ = (joined([head.lines[0][label.end() :], *head.lines[1:]]), []) if label else asking(head.lines)
        if _more_questions(rest) or inner >= SERIES or (inner and cut_ is None):
            end, rest, nested = start + head.end, (), rest
        else:
            end, nested = below, ()
        cut_ = cut_ if label else bold(head.lines, any_bold=(bolds and bool(rest)) or (alike and len(head.lines) > 1)) or cut_
        if cut_ is None and (mostly or _labelled(rest)) and not nested:
            cut_ = asked(joined(head.lines)), []
        if cut_ and cut_[0]:
            yield _Open(start, end, cut_[0], [*cut_[1], *rest])
        if nested:
            yield from _nested(nested, start + head.end, depth + 1, bolds=bolds)
        elif not cut_ or not cut_[0]:
            yield from _nested(item.lines, start, depth + 1, bolds=bolds)


def _beside(block: Block) -> dict[int, Item]:
    """Return the items that begin with the label of an answer, by the line of the item above: ``- Q?``, then ``- A: text``."""
    first = [next((line for line in item.lines if line.strip()), "") for item in block.items]
    if any(map(_SECOND.match, first)):
        return {}
    pairs = zip(block.items, block.items[1:], first[1:], strict=False)
    return {item.start: after for item, after, line in pairs if _BESIDE.match(line)}


def _is_bold(lines: Sequence[str]) -> bool:
    """Return whether an item begins with a bold text that asks or sets an exercise."""
    found = bold(lines, any_bold=True)
    return found is not None and strength(found[0]) >= ASKING


@lru_cache(maxsize=1024)
def _inner(lines: tuple[str, ...], depth: int) -> int:
    """Return the number of questions in the lists of an item, and in the paragraphs numbered "i." or "a)".

    ``depth`` is the number of lists around ``lines``.
    """
    if depth > MAX_DEPTH:
        return 0
    found = 0
    for block in blocks(lines):
        found += block.kind == "text" and _ROMAN.match(block.lines[0]) is not None and asks(joined(block.lines))
        for item in block.items:
            head = next(iter(blocks(item.lines)), None)
            if head is not None:
                found += head.kind == "text" and asks(joined(head.lines))
                found += _inner(item.lines[head.end :], depth + 1)
    return found


def _more_questions(lines: Sequence[str]) -> bool:
    """Return whether the lines below a question are only a list of more questions."""
    found = list(blocks(lines))
    return len(found) == 1 and found[0].kind == "list" and all(_only_asks(item) for item in found[0].items)


def _only_asks(item: Item) -> bool:
    found = list(blocks(item.lines))
    return len(found) == 1 and found[0].kind == "text" and asks(joined(found[0].lines))


def _labelled(lines: Sequence[str]) -> bool:
    first = next(iter(blocks(lines)), None)
    return first is not None and bool(LABEL.match(first.items[0].lines[0] if first.kind == "list" else lines[first.start]))


def _nested(lines: Sequence[str], offset: int, depth: int, *, bolds: bool) -> Iterator[_Open]:
    """Yield the questions in nested lists, and in paragraphs with a number that Markdown does not know."""
    if depth > MAX_DEPTH:
        return
    open_: _Open | None = None
    end = 0
    for block in blocks(lines):
        roman = _ROMAN.match(block.lines[0]) if block.kind == "text" else None
        if roman and asks(joined(block.lines)):
            if open_:
                yield open_
            question = asked(joined([block.lines[0][roman.end() :], *block.lines[1:]]))
            open_ = _Open(offset + block.start, offset + block.end, question, [])
        elif open_:
            open_.texts += lines[end : block.end]
            open_.end = offset + block.end
        elif block.kind == "list":
            yield from _of_list(block, offset, depth, bolds=bolds)
        end = block.end
    if open_:
        yield open_
