"""Lists in the Markdown sense: ``1. ### Q`` with the answer indented, ``- Q`` with a nested ``**Answer:**``, or questions alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from deckbuilder.adopt.lists.answer import LABEL
from deckbuilder.adopt.lists.dialects.headings import of_parts
from deckbuilder.adopt.lists.dialects.paragraphs import asking, bold
from deckbuilder.adopt.lists.markdown_page import Found, Page, asked, asks, blocks_of, joined
from deckbuilder.adopt.lists.navigation import is_contents
from deckbuilder.markdown.block import Block, Item
from deckbuilder.markdown.block_parser import blocks


@dataclass(frozen=True, slots=True)
class _Open:
    """A question whose answer may go on."""

    start: int
    end: int
    question: str
    text: str

    def found(self) -> Found:
        return of_parts(self.start, self.end, self.question, self.text)


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
                found.append(_Open(start, end, asked(first.text), "\n".join(item.lines[first.end :])))
                open_ = True
            elif open_:
                found[-1] = _longer(found[-1], end, page)
    return [item.found() for item in found] or None


def _longer(item: _Open, end: int, page: Page) -> _Open:
    """Return ``item`` with the lines up to ``end`` added."""
    return replace(item, end=end, text=f"{item.text}\n" + "\n".join(page.lines[item.end : end]))


def find_items(page: Page) -> list[Found] | None:
    """Return the list items that ask: ``- What is g?``.

    The answer is nested, has a label, or is below a single numbered item. A question may have no answer.
    """
    found: list[_Open] = []
    open_ = False
    for block in blocks_of(page.lines):
        if block.kind == "list" and not is_contents(block):
            new = list(_of_list(block, 0))
            found += new
            others = [item.text.strip() for item in new[:-1] if item.end > block.start]
            # The answer to "2. Q" was in the list. The answer to "3. Q" is below the list.
            open_ = block.level >= 0 and bool(new) and not new[-1].text.strip() and all(others)
        elif open_ and block.kind not in ("heading", "list"):
            found[-1] = _longer(found[-1], block.end, page)
        else:
            open_ = False
    return [item.found() for item in found] or None


def _of_list(block: Block, offset: int) -> Iterator[_Open]:
    """Yield the questions among the items of a list and of the lists nested in the list."""
    first = {item.start: next(iter(blocks(item.lines)), None) for item in block.items}
    texts = [joined(one.lines) for one in first.values() if one is not None and one.kind == "text"]
    mostly = sum(map(asks, texts)) * 2 > len(block.items)
    for item, start, below in _ends(block, offset):
        head = first[item.start]
        if head is None or head.kind != "text":
            continue
        rest = list(item.lines[head.end :])
        if _more_questions(rest):
            end, rest, nested = start + head.end, [], rest
        else:
            end, nested = below, []
        cut_ = bold(head.lines, any_bold=bool(rest)) or asking(head.lines)
        if cut_ is None and (mostly or _labelled(rest)):
            cut_ = asked(joined(head.lines)), []
        if cut_ and cut_[0]:
            yield _Open(start, end, cut_[0], "\n".join([*cut_[1], *rest]))
            yield from _nested(blocks(nested), start + head.end)
        else:
            yield from _nested(blocks(item.lines), start)


def _more_questions(lines: list[str]) -> bool:
    """Return whether the lines below a question are only a list of more questions."""
    found = list(blocks(lines))
    return len(found) == 1 and found[0].kind == "list" and all(_only_asks(item) for item in found[0].items)


def _only_asks(item: Item) -> bool:
    found = list(blocks(item.lines))
    return len(found) == 1 and found[0].kind == "text" and asks(joined(found[0].lines))


def _labelled(lines: list[str]) -> bool:
    first = next(iter(blocks(lines)), None)
    return first is not None and bool(LABEL.match(first.items[0].lines[0] if first.kind == "list" else lines[first.start]))


def _nested(found: Iterable[Block], offset: int) -> Iterator[_Open]:
    for block in found:
        if block.kind == "list":
            yield from _of_list(block, offset)
