"""Two forms in one file: heading questions and bold ones, or headings first and ``<details>`` below another heading."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from deckbuilder.adopt.lists.answer import LATER
from deckbuilder.adopt.lists.dialects import headings
from deckbuilder.adopt.lists.markdown_page import Found, Page, blocks_of
from deckbuilder.adopt.lists.readings import GUESSES, SERIES, Reading, has_answer, is_asking, weighed

_WITH = GUESSES | {"answer-marks", "tables"}
"""The forms that people mix."""
_TRIED = 6
"""The most other readings that are tried."""
_LEAST = 2
"""The least number of questions in the second form."""
_FIRST = re.compile(r"(?:\*\*|__)?\W{0,4}(?:Q|Question|问题?|第)?\s*1(?!\d)", re.IGNORECASE)
"""The line of the first question of a series."""
AND = " and "
"""Between the names of two forms."""


def mixed(page: Page, found: Sequence[Reading]) -> Reading | None:
    """Return the first of ``found`` with the questions of other readings that lie outside its questions; None if none do.

    A text is a topic if it asks nothing and holds questions of the other reading. These questions take its place.
    """
    if not found or found[0].name not in _WITH or found[0].certain:
        return None
    best = found[0]
    for other in found[1 : 1 + _TRIED]:
        if other.name in _WITH and other.name not in best.name.split(AND):
            best = _joined(page, best, other) or best
    return best if best is not found[0] else None


def _joined(page: Page, best: Reading, other: Reading) -> Reading | None:
    """Return ``best`` with questions of ``other``, if this explains more of the page."""
    wanted = [item for item in other.found if has_answer(item) and is_asking(item)]
    starts = [item.start for item in best.found]
    inside = [_owner(best.found, starts, item) for item in wanted]
    counts = Counter(at for at in inside if at >= 0 and not is_asking(best.found[at]))
    topics = {at for at, count in counts.items() if count >= _LEAST}
    ends = dict(_ends(page, best, zip(wanted, inside, strict=True)))
    added = [
        item for item, at in zip(wanted, inside, strict=True) if at < 0 or at in topics or item.start >= ends.get(at, item.end)
    ]
    begins = {block.start: block for block in blocks_of(page.lines)} if ends else {}
    kept = [
        headings.shortened(page, begins[item.start], ends[at]) if at in ends else item
        for at, item in enumerate(best.found)
        if at not in topics
    ]
    if len(added) < _LEAST or (len(added) < SERIES and not kept):
        return None
    whole = sorted([*kept, *_clear(added, kept)], key=lambda item: item.start)
    # No series that begins anew is a part of the answer above.
    reading = weighed(page, f"{best.name}{AND}{other.name}", whole, certain=bool(ends))
    return reading if reading.score > best.score else None


def _ends(page: Page, best: Reading, placed: Iterable[tuple[Found, int]]) -> Iterator[tuple[int, int]]:
    """Yield (place in ``best``, the line where the answer ends) for each question that another series of questions follows.

    The series begins at number 1. Each of its questions has a labelled answer below.
    """
    inside: dict[int, list[Found]] = {}
    for item, at in placed:
        if at >= 0 and is_asking(best.found[at]):
            inside.setdefault(at, []).append(item)
    for at, items in inside.items():
        first = next((item for item in items if _FIRST.match(page.lines[item.start])), None)
        series = [item for item in items if first is not None and item.start >= first.start]
        labels = [_has_label(page, item) for item in series]
        if best.name == "headings" and len(series) >= _LEAST and all(labels):
            yield at, series[0].start


def _has_label(page: Page, item: Found) -> bool:
    return any(LATER.match(line) for line in page.lines[item.start : item.end])


def _clear(added: Sequence[Found], kept: Sequence[Found]) -> list[Found]:
    """Return ``added`` without the lines that belong to ``kept``: a bold answer ends where a heading question begins."""
    starts = [item.start for item in kept]
    found = []
    for item in added:
        at = bisect_right(starts, item.start)
        found.append(item if at == len(starts) or starts[at] >= item.end else replace(item, end=starts[at]))
    return found


def _owner(found: Sequence[Found], starts: Sequence[int], item: Found) -> int:
    """Return the place of the question in ``found`` that contains the first line of ``item``, or -1."""
    at = bisect_right(starts, item.start) - 1
    return at if at >= 0 and item.start < found[at].end else -1
