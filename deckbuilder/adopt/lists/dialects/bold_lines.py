"""Lists whose questions are bold lines (``**What is g?**``, ``**Q3. What is g?**``) or are in a ``<summary>``."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Sequence

from deckbuilder.adopt.lists import navigation
from deckbuilder.adopt.lists.answer import Folded, folds
from deckbuilder.adopt.lists.dialects.headings import of_parts
from deckbuilder.adopt.lists.dialects.paragraphs import bold
from deckbuilder.adopt.lists.markdown_page import Found, Page, asked, asks, blocks_of, joined, numbered


def find_bold(page: Page) -> list[Found] | None:
    """Return the paragraphs that begin with a bold question. Each answer ends at the next such paragraph or at a heading."""
    found: list[Found] = []
    open_: tuple[int, int, str, list[str]] | None = None
    for block in blocks_of(page.lines):
        start = bold(block.lines) if block.kind == "text" else None
        if open_ and (start or block.kind == "heading"):
            found.append(_bold(page, open_, block.start))
            open_ = None
        if start:
            open_ = (block.start, block.end, *start)
    if open_:
        found.append(_bold(page, open_, len(page.lines)))
    return found or None


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
