"""Headings that only name the sides of a card: ``# Front`` and ``# Back``, ``### Question 3`` and ``### Answer``, ``#### 题目：Q``."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from deckbuilder.adopt.lists.dialects import fielded
from deckbuilder.adopt.lists.evidence import ASKING, is_part, strength
from deckbuilder.adopt.lists.foreign_clozes import curly, has
from deckbuilder.adopt.lists.markdown_page import Found, Page, asked, blocks_of, comments, numbered, unnumbered
from deckbuilder.adopt.lists.readings import SERIES
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
_SERIES = 2
"""The least number of other questions on a page of cards that are no mistake."""
_SIDELESS = "it has no heading such as 'Answer', unlike the other questions"
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
        end = _end(page, group, until, alone=len(fronts) == 1)
        at = next(iter(closing[bisect_right(closing, group[0].block.start) :]), end)
        found.append(_card(page, group, min(end, at)))
    whole = [one for one in found if one is not None]
    if len(whole) * 2 <= len(fronts):
        return None
    if len(fronts) == 1:
        name = "".join(page.front.get("id", ())[:1])
        whole = [replace(one, id=name, question=one.question or unnumbered(page.name)) for one in whole]
    others = _others(page, fronts, whole)
    return None if _are_parts(page, fronts, others) else _with_others(page, whole, others)


def _asks(block: Block) -> bool:
    return strength(block.text) >= ASKING or numbered(block.text)


def _are_parts(page: Page, fronts: Sequence[_Head], others: Sequence[tuple[Block, int]]) -> bool:
    """Return whether the cards are parts of answers: headings like those around the cards are the questions."""
    around: Counter[int] = Counter()
    starts = {front.block.start for front in fronts}
    open_: list[Block] = []
    for block in blocks_of(page.lines):
        if block.kind == "heading":
            while open_ and open_[-1].level >= block.level:
                open_.pop()
            if block.start in starts:
                around[open_[-1].level if open_ else 0] += 1
            open_.append(block)
    level, count = around.most_common(1)[0]
    like = [block for block, _ in others if block.level == level]
    return sum(map(_asks, like)) >= count or len(like) >= max(SERIES, count)


def _with_others(page: Page, whole: Sequence[Found], others: Sequence[tuple[Block, int]]) -> list[Found]:
    """Return the cards ``whole``, and the headings of ``others`` that ask: as cards if they are many, or with a reason to skip."""
    asking = [(block, end) for block, end in others if _asks(block)]
    unfit = "" if len(asking) >= max(_SERIES, len(whole)) else _SIDELESS
    more = (
        Found(block.start, end, asked(block.text), _text("", page.lines[block.end : end]), unfit=unfit) for block, end in asking
    )
    return sorted([*whole, *more], key=lambda one: one.start)


def _others(page: Page, fronts: Sequence[_Head], whole: Sequence[Found]) -> list[tuple[Block, int]]:
    """Return (heading, end of its section) beside the cards ``whole``: headings that have a text, but no front and no back."""
    level = max(front.block.level for front in fronts)
    starts = [front.block.start for front in fronts]
    seen = [block for block in blocks_of(page.lines) if block.kind not in ("comment", "rule")]
    texts = {one.start for one, other in itertools.pairwise(seen) if other.kind != "heading"}
    begins = [one.start for one in whole]
    found = []
    for block, end in _sections([block for block in seen if block.kind == "heading" and block.level <= level], len(page.lines)):
        at = bisect_right(begins, block.start) - 1
        alone = bisect_right(starts, end - 1) == bisect_right(starts, block.start) and (at < 0 or block.start >= whole[at].end)
        if alone and block.start in texts and not _is_side(block) and not is_part(block.text):
            found.append((block, end))
    return found


def _sections(headings: Sequence[Block], last: int) -> list[tuple[Block, int]]:
    """Return each heading with the line of the next heading that is no deeper, else with the line ``last``."""
    ends: dict[int, int] = {}
    open_: list[Block] = []
    for block in headings:
        while open_ and open_[-1].level >= block.level:
            ends[open_.pop().start] = block.start
        open_.append(block)
    return [(block, ends.get(block.start, last)) for block in headings]


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


def _end(page: Page, heads: Sequence[_Head], end: int, *, alone: bool) -> int:
    """Return the line that ends the card of ``heads``: a heading of the level of its front or a higher one, or ``end``.

    ``alone`` means that the page has no other card. Then a heading of the same level ends the card only if it asks. No
    heading above the back ends the card.
    """
    front, last = heads[0], heads[-1] if alone else heads[0]
    found = blocks_of(page.lines)
    first = bisect_right(found, last.block.start, key=lambda block: block.start)
    inside = itertools.takewhile(lambda block: block.start < end, (found[at] for at in range(first, len(found))))
    others = (block for block in inside if block.kind == "heading" and block.level <= front.block.level)
    ending = (block for block in others if not alone or block.level < front.block.level or _asks(block))
    return next((block.start for block in ending if not _is_side(block)), end)


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
    below = (block for block in blocks_of(page.lines) if block.start > back.block.start and block.kind == "heading")
    end = next((block.start for block in below if block.level <= back.block.level and _asks(block)), len(page.lines))
    question = _text("", page.lines[: back.block.start]) or unnumbered(page.name)
    start = above[0].start if above else back.block.start
    card = Found(start, end, question, _text(back.rest, page.lines[back.block.end : end]))
    return _with_others(page, [card], _others(page, [back], [card]))


def _text(rest: str, lines: Sequence[str]) -> str:
    below = "\n".join(lines).strip("\n")
    return "\n\n".join(part for part in (rest, below if below.strip() else "") if part)
