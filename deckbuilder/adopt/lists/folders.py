"""The files of a folder together show two things: a file is one question, or the headings of a file ask nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from deckbuilder.adopt.lists.dialects import whole_files
from deckbuilder.adopt.lists.doubts import asks_nothing, words
from deckbuilder.adopt.lists.evidence import ASKING, strength
from deckbuilder.adopt.lists.markdown_page import Find, Page, numbered
from deckbuilder.adopt.lists.readings import (
    OFTEN,
    SERIES,
    Reading,
    has_answer,
    has_label,
    has_number,
    is_asking,
    is_silent,
    weighed,
)

_SURE = 2 * SERIES
"""Questions that ask in other files: so many are evidence for a folder of lists."""
_LONG = 40
"""The words of a text below a heading that is more than an answer to a term."""

_LABELLED = frozenset({"labels", "table"})
"""Forms with marks, which a README has only on purpose."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """The reading that was chosen for ``page``, and each doubt about the reading as (line from 0, sentence)."""

    page: Page
    reading: Reading
    doubts: tuple[tuple[int, str], ...] = ()
    aside: str = ""
    """The reason why the headings of a file are no questions, and the way to take them; ``""`` for all other files."""


def cards(reading: Reading) -> int:
    """Return the number of questions of ``reading`` that ask and have an answer."""
    return sum(has_answer(item) and is_asking(item) for item in reading.found)


def whole(pages: Sequence[Page], best: Sequence[Reading]) -> dict[int, Reading]:
    """Return the readings of the files that are one question each, by the place of the file in ``pages``.

    One file alone is no evidence. So most files have one question on top, or names that ask, or names with numbers.
    """
    found: dict[int, Reading] = {}
    small = [reading.answered <= 1 for reading in best]
    asking = [strength(whole_files.name_of(page)) >= ASKING if whole_files.name_of(page) else False for page in pages]
    below = [whole_files.is_below_label(page) for page in pages]
    titled = [whole_files.is_labelled(page) for page in pages]
    on_top = [
        one or title or _is_top(page, reading) for one, title, page, reading in zip(below, titled, pages, best, strict=True)
    ]
    tops = _most(on_top)
    named = _most(asking) and _most([top or not cards(reading) for top, reading in zip(on_top, best, strict=True)])
    by_number = _most([whole_files.is_numbered(page) for page in pages]) and _most(small)
    for at, (page, reading) in enumerate(zip(pages, best, strict=True)):
        if reading.certain and reading.answered:
            continue
        taken = (named and cards(reading) < (_SURE if asking[at] else SERIES)) or (by_number and not cards(reading))
        other = _reading(page, "file-name", whole_files.find_named) if taken and (named or not tops) else None
        first = below[at] or (tops and (not on_top[at] or titled[at]))
        if other is None and first and cards(reading) < _SURE:
            other = _reading(page, "first-line", whole_files.find_first)
        if other is not None:
            found[at] = other
    return found


def _most(flags: Sequence[bool]) -> bool:
    return sum(flags) >= OFTEN and sum(flags) * 2 > len(flags)


def _is_top(page: Page, reading: Reading) -> bool:
    """Return whether the only question of a page begins its text, and asks or has a number."""
    if len(reading.found) != 1:
        return False
    item = reading.found[0]
    alone = not any(text.strip() for text in page.lines[: item.start])
    return alone and (is_asking(item) or numbered(page.lines[item.start].lstrip("# ")))


def _reading(page: Page, name: str, find: Find) -> Reading | None:
    found = find(page)
    return replace(weighed(page, name, found), certain=True) if found else None


def together(known: Sequence[Recognised]) -> list[Recognised]:
    """Return ``known`` without the questions of files that ask nothing, if the questions of the other files ask.

    Labels such as ``Q3:`` and ``<details>`` ask, too, if the lists have more questions than the other files. For a README beside
    the lists, numbers in front of their questions suffice.
    """
    alone = _most([len(one.reading.found) == 1 for one in known])
    reasons = ["" if alone and _is_one(one) else _reason(one) for one in known]
    others = [one for one, reason in zip(known, reasons, strict=True) if not reason]
    total = sum(one.reading.answered for one in others)
    asking, marked, numbers = (sum(_asked(one, marks) for one in others) for marks in ("", "labels", "numbers"))
    surely, most, perhaps = (count >= _SURE and count * 3 >= total * 2 for count in (asking, marked, numbers))
    aside = sum(one.reading.answered for one, reason in zip(known, reasons, strict=True) if reason)
    surely |= most and aside <= total
    return [
        _aside(one, reason) if reason and (surely or (perhaps and whole_files.is_place(one.page))) else one
        for one, reason in zip(known, reasons, strict=True)
    ]


def _asked(one: Recognised, marks: str) -> int:
    """Return the number of questions in a file that ask. ``labels`` or ``numbers`` are ``marks`` that make any text a question."""
    if one.reading.certain or (marks and one.reading.name == "summaries"):
        return one.reading.answered
    has_mark = {"labels": has_label, "numbers": has_number}.get(marks, lambda _page, _line: False)
    return sum(has_answer(item) and (is_asking(item) or has_mark(one.page, item.start)) for item in one.reading.found)


def articles(known: Sequence[Recognised]) -> list[Recognised]:
    """Return ``known`` with a doubt about each file that reads like an article, if most files of the folder do.

    Its headings ask nothing, and the texts below are long. A short text below a term is an answer.
    """
    read = [one for one in known if one.reading.answered]
    silent = [one for one in read if is_silent(one.page, one.reading)]
    sizes = [words(item.answer) for one in silent for item in one.reading.found if has_answer(item)]
    if len(silent) * 2 <= len(read) or median(sizes) < _LONG:
        return list(known)
    return [
        replace(one, doubts=one.doubts or tuple(asks_nothing(one.page, one.reading))) if one in silent else one for one in known
    ]


def _is_one(one: Recognised) -> bool:
    """Return whether a file is one question, which begins the file."""
    found = one.reading.found
    first = next((at for at, line in enumerate(one.page.lines) if line.strip()), 0)
    return len(found) == 1 and found[0].start <= first and not whole_files.is_place(one.page)


def _reason(one: Recognised) -> str:
    """Return the reason why a file beside lists is none: it asks nothing, or it is a README that asks little."""
    if is_silent(one.page, one.reading):
        return "ask nothing, unlike those of the other files"
    little = not one.reading.certain and one.reading.name not in _LABELLED and _asked(one, "labels") < _SURE
    return "are not many, and are beside the lists" if little and one.reading.answered and whole_files.is_place(one.page) else ""


def _aside(one: Recognised, reason: str) -> Recognised:
    level = f":{one.reading.level}" if one.reading.level else ""
    seen = f"its {one.reading.form} ({one.reading.answered:,}) {reason}"
    return Recognised(
        one.page, Reading("", ()), aside=f"{seen}; to take them, adopt this file with --as {one.reading.name}{level}"
    )
