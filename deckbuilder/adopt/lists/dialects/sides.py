"""Headings that only name the sides of a card: ``# Front`` and ``# Back``, ``### Question 3`` and ``### Answer``, ``#### 题目：Q``."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from deckbuilder.adopt.lists.dialects import fielded
from deckbuilder.adopt.lists.foreign_clozes import curly, has
from deckbuilder.adopt.lists.markdown_page import Found, Page, blocks_of, comments, unnumbered
from deckbuilder.markdown.block import Block
from deckbuilder.model.records import Kind

_END = r"""
    \s*+\#?+\s*+\d{0,4}+\s*+[*_]{0,2}+\s*+    # a number, the end of bold text
    (?:[:：.]\s*+[*_]{0,2}+\s*+(?P<rest>.*)|$)
"""
_FRONT = re.compile(
    r"""
    [*_]{0,2}
    (?i:front(?:side)?|question|q|text|prompt|problem|term|frage|vorderseite|问题|問題|题目|題目|题干|正面)
    """
    + _END,
    re.VERBOSE,
)
_BACK = re.compile(
    r"""
    [*_]{0,2}
    (?i:
        back(?:side)?|(?:the[ ])?(?:correct[ ]|sample[ ]|model[ ])?answers?|a|solution|extra|back[ ]extra|definition
        |antwort|lösung|rückseite|参考答案|參考答案|答案|解答|回答|题解|背面|反面
    )
    """
    + _END,
    re.VERBOSE,
)
_SOURCE = re.compile(r"[*_]{0,2} (?i:出题人|出題人|作者|来源|來源|author|asked[ ]by|source)" + _END, re.VERBOSE)
_CLOSING = re.compile(r"<!--\s*(?:/\s*\w+|end\b[^<>]*|card)\s*-->", re.IGNORECASE)
"""A comment that ends a card or begins the next one."""


@dataclass(frozen=True, slots=True)
class _Head:
    """A heading that names a side."""

    block: Block
    side: str
    """``front``, ``back`` or ``source``."""
    rest: str
    """The text behind the name."""


def find(page: Page) -> list[Found] | None:
    """Return the cards of ``page``; None unless most headings that name a front have a heading for the back below."""
    heads = list(_heads(page)) if fielded.find(page) is None else []
    fronts = [head for head in heads if head.side == "front"]
    backs = [head for head in heads if head.side == "back"]
    if not fronts:
        return _nameless(page, heads) if len(backs) == 1 else None
    ends = [head.block.start for head in fronts[1:]] + [len(page.lines)]
    closing = [at for at, _ in comments(page.lines, _CLOSING)]
    found = []
    for group, until in zip(_groups(heads), ends, strict=True):
        end = _end(page, group[0], until, strictly=len(fronts) == 1)
        at = next(iter(closing[bisect_right(closing, group[0].block.start) :]), end)
        found.append(_card(page, group, min(end, at)))
    whole = [one for one in found if one is not None]
    if len(fronts) == 1:
        name = "".join(page.front.get("id", ())[:1])
        whole = [replace(one, id=name, question=one.question or unnumbered(page.name)) for one in whole]
    return whole if len(whole) * 2 > len(fronts) and not _is_beside(page, fronts, whole) else None


def _is_beside(page: Page, fronts: Sequence[_Head], cards: Sequence[Found]) -> bool:
    """Return whether more headings than ``cards`` are higher than all ``fronts``, and have text but no side below.

    Such a page is a list, and some of its answers have the parts "Question" and "Answer".
    """
    level = min(head.block.level for head in fronts)
    inside = {line for one in cards for line in range(one.start, one.end)}
    others = sum(
        block.kind == "heading"
        and block.level < level
        and block.start not in inside
        and not _is_side(block)
        and below.kind not in ("heading", "comment", "rule")
        for block, below in itertools.pairwise(blocks_of(page.lines))
    )
    return others > len(cards)


def _groups(heads: Sequence[_Head]) -> list[list[_Head]]:
    """Return each front with the headings of sides up to the next front."""
    found: list[list[_Head]] = []
    for head in heads:
        if head.side == "front":
            found.append([head])
        elif found:
            found[-1].append(head)
    return found


def _heads(page: Page) -> Iterator[_Head]:
    for block in blocks_of(page.lines):
        if block.kind == "heading":
            for side, pattern in (("front", _FRONT), ("back", _BACK), ("source", _SOURCE)):
                if match := pattern.fullmatch(block.text.strip()):
                    yield _Head(block, side, match["rest"] or "")
                    break


def _end(page: Page, front: _Head, end: int, *, strictly: bool) -> int:
    """Return the line that ends the card of ``front``: a heading of its level or a higher one, or ``end``.

    With ``strictly``, only a higher heading ends it: the headings of one card in a file may all have one level.
    """
    lowest = front.block.level - strictly
    found = blocks_of(page.lines)
    first = bisect_right(found, front.block.start, key=lambda block: block.start)
    inside = itertools.takewhile(lambda block: block.start < end, itertools.islice(found, first, None))
    others = (block for block in inside if block.kind == "heading" and block.level <= lowest)
    return next((block.start for block in others if not _is_side(block)), end)


def _is_side(block: Block) -> bool:
    return any(pattern.fullmatch(block.text.strip()) for pattern in (_FRONT, _BACK, _SOURCE))


def _card(page: Page, heads: Sequence[_Head], end: int) -> Found | None:
    """Return the card of ``heads`` up to the line ``end``; None without a back, unless the front is a cloze."""
    front, own = heads[0], [head for head in heads[1:] if head.block.start < end]
    back = next((head for head in own if head.side == "back"), None)
    sources = [head for head in own if head.side == "source" and (back is None or head.block.start < back.block.start)]
    stop = min([head.block.start for head in [*sources, *([back] if back else [])]], default=end)
    question = _text(front.rest, page.lines[front.block.end : stop])
    if back is None:
        cloze = curly(question)
        return Found(front.block.start, end, cloze, "", Kind.CLOZE) if has(cloze) else None
    answer = _text(back.rest, page.lines[back.block.end : end])
    said = "\n\n".join(f"Source: {head.rest}" for head in sources[:1] if head.rest)
    return Found(front.block.start, end, question, "\n\n".join(part for part in (answer, said) if part))


def _nameless(page: Page, heads: Sequence[_Head]) -> list[Found] | None:
    """Return the card of a file that names only its back. The front is the text above, or the name of the file."""
    back = next(head for head in heads if head.side == "back")
    above = [block for block in blocks_of(page.lines) if block.start < back.block.start]
    if any(block.kind == "heading" and block is not back.block for block in above) or not page.name:
        return None
    question = _text("", page.lines[: back.block.start]) or unnumbered(page.name)
    return [
        Found(
            above[0].start if above else back.block.start,
            len(page.lines),
            question,
            _text(back.rest, page.lines[back.block.end :]),
        )
    ]


def _text(rest: str, lines: Sequence[str]) -> str:
    below = "\n".join(lines).strip("\n")
    return "\n\n".join(part for part in (rest, below if below.strip() else "") if part)
