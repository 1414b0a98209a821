"""Lists whose questions are bold lines (``**What is g?**``, ``**Q3. What is g?**``) or are in a ``<summary>``."""

from __future__ import annotations

from deckbuilder.adopt.lists.answer import Folded, folds
from deckbuilder.adopt.lists.dialects.headings import of_parts
from deckbuilder.adopt.lists.dialects.paragraphs import bold
from deckbuilder.adopt.lists.markdown_page import Found, Page, asked, blocks_of


def find_bold(page: Page) -> list[Found] | None:
    """Return the paragraphs that begin with a bold question. Each answer ends at the next such paragraph or at a heading."""
    starts: list[tuple[int, str, list[str], int]] = []
    ends: list[int] = []
    for block in blocks_of(page.lines):
        start = bold(block.lines) if block.kind == "text" else None
        if start:
            starts.append((block.start, start[0], start[1], block.end))
        if start or block.kind == "heading":
            ends.append(block.start)
    ends.append(len(page.lines))
    found = []
    for start_line, question, rest, below in starts:
        end = next(end for end in ends if end > start_line)
        found.append(of_parts(start_line, end, question, "\n".join([*rest, *page.lines[below:end]])))
    return found or None


def find_summaries(page: Page) -> list[Found] | None:
    """Return the questions in ``<details><summary>What is g?</summary> answer </details>``.

    A summary such as "Answer" is no question: its ``<details>`` is the answer below a heading.
    """
    text = "\n".join(page.lines)
    return [_found(text, fold) for fold in folds(text) if _question(fold)] or None


def _question(fold: Folded) -> str:
    return "" if fold.shows else asked(fold.summary)


def _found(text: str, fold: Folded) -> Found:
    start = text.count("\n", 0, fold.start)
    return of_parts(start, text.count("\n", 0, fold.end) + 1, _question(fold), fold.text)
