"""Lists whose questions are bold lines (``**What is g?**``, ``**Q3. What is g?**``) or are in a ``<summary>``."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Collection, Sequence

from deckbuilder.adopt.lists import navigation
from deckbuilder.adopt.lists.answer import Folded, folds
from deckbuilder.adopt.lists.dialects.headings import of_parts
from deckbuilder.adopt.lists.dialects.paragraphs import bold
from deckbuilder.adopt.lists.evidence import ASKING, is_about_list, is_part, strength
from deckbuilder.adopt.lists.markdown_page import Found, Page, asked, asks, blocks_of, joined, numbered
from deckbuilder.adopt.lists.readings import SERIES
from deckbuilder.markdown.block import Block


def find_bold(page: Page) -> list[Found] | None:
    """Return the paragraphs that begin with a bold question. Each answer ends at the next such paragraph or at a topic."""
    found: list[Found] = []
    open_: tuple[int, int, str, list[str]] | None = None
    asking = _asking(page)
    topics = _topics(page, asking.keys())
    for block in blocks_of(page.lines):
        start = asking.get(block.start)
        if open_ and (start or block.start in topics):
            found.append(_bold(page, open_, block.start))
            open_ = None
        if start:
            open_ = (block.start, block.end, *start)
    if open_:
        found.append(_bold(page, open_, len(page.lines)))
    return found or None


def _asking(page: Page) -> dict[int, tuple[str, list[str]]]:
    """Return (question, the lines after the question) for each paragraph that begins with a bold question, by its line.

    If most of these paragraphs are directly below a rule, each bold line below a rule is a question. The last one is often a footer.
    """
    seen = blocks_of(page.lines)
    texts = [block for block in seen if block.kind == "text"]
    found = {block.start: start for block in texts if (start := bold(block.lines))}
    ruled = {after.start for before, after in itertools.pairwise(seen) if before.kind == "rule"}
    if len(found) < SERIES or len(ruled & found.keys()) * 2 <= len(found):
        return found
    last = max(found)
    between = {at for at in ruled - found.keys() if at < last}
    alone = (block for block in texts if block.start in between and len(block.lines) == 1)
    named = {block.start: start for block in alone if (start := bold(block.lines, any_bold=True))}
    return found | {at: start for at, start in named.items() if not is_part(start[0])}


def _topics(page: Page, asking: Collection[int]) -> set[int]:
    """Return the lines of the headings that no answer contains.

    A heading such as "Example" is a part of an answer. So is a heading deeper than the last topic that asks nothing. It has
    text below, and no bold question in its section. Directly below a question, the section may have questions.
    ``asking`` are the lines of the questions.
    """
    seen = [block for block in blocks_of(page.lines) if block.kind not in ("rule", "comment")]
    holds = _holding(seen, asking)
    topics: set[int] = set()
    level = inner = 0  # the level of the last topic, and of the first heading of this answer
    before: Block | None = None
    for at, block in enumerate(seen):
        if block.start in asking:
            inner = 0
        if block.kind == "heading":
            alone = before is not None and before.start in asking and len(before.lines) == 1
            below = next((other for other in seen[at + 1 : at + 4] if other.kind != "heading"), None)
            said = below is not None and below.start not in asking
            own = is_part(block.text) or (said and _goes_on(block, level, inner, alone=alone, holds=block.start in holds))
            if own and not is_about_list(block.text):
                inner = inner or block.level
            else:
                topics.add(block.start)
                level, inner = block.level, 0
        before = block
    return topics


def _goes_on(heading: Block, topic: int, inner: int, *, alone: bool, holds: bool) -> bool:
    """Return whether ``heading`` is a part of an answer below a topic of level ``topic``.

    ``inner`` is the level of the first heading of the answer, or 0. ``alone`` means that only the question is above.
    ``holds`` means that the section of the heading has bold questions.
    """
    asks = strength(heading.text) > ASKING or (strength(heading.text) == ASKING and not alone)
    deeper = heading.level > topic and (alone or (not holds and (topic > 1 or 0 < inner <= heading.level)))
    return deeper and not asks


def _holding(seen: Sequence[Block], asking: Collection[int]) -> set[int]:
    """Return the lines of the headings whose sections have one of the lines ``asking``."""
    found: set[int] = set()
    path: list[Block] = []
    for block in seen:
        if block.kind == "heading":
            path = [other for other in path if other.level < block.level] + [block]
        elif block.start in asking:
            found.update(other.start for other in path)
    return found


def _bold(page: Page, opened: tuple[int, int, str, list[str]], end: int) -> Found:
    """Return the question that a bold text opens: (its first line, the line below its paragraph, the text, the lines after it).

    Behind a bold number, the whole paragraph is the question: ``**3) Words.** Count them.``
    """
    start, below, question, rest = opened
    after = page.lines[below:end]
    if (
        not asks(question)
        and numbered(page.lines[start].replace("*", "").replace("_", ""))
        and navigation.without("\n".join(after)).strip()
    ):
        more = joined(rest)
        question, rest = (question + ("" if more[:1] in ".,:;" or not question else " ") + more).strip(), []
    return of_parts(start, end, question, "\n".join([*rest, *after]))


def find_summaries(page: Page) -> list[Found] | None:
    """Return the questions in ``<details><summary>What is g?</summary> answer </details>``.

    A summary such as "Answer" is no question: its ``<details>`` is the answer below a heading.
    """
    text = "\n".join(page.lines)
    starts = list(itertools.accumulate((len(line) + 1 for line in page.lines), initial=0))
    return [_found(fold, starts) for fold in folds(text) if _question(fold)] or None


def _question(fold: Folded) -> str:
    return "" if fold.shows else asked(fold.summary)


def _found(fold: Folded, starts: Sequence[int]) -> Found:
    """Return the question of ``fold``. ``starts`` has the first character of each line of the page."""
    question = "\n\n".join(part for part in (_question(fold), fold.more) if part)
    return of_parts(bisect_right(starts, fold.start) - 1, bisect_right(starts, fold.end), question, fold.text)
