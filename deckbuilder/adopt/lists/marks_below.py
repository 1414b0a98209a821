"""Marks that other tools write below a question: ``<!--ID: 1700000000000-->``, ``<!--SR:!2026-01-01,3,250-->``.

The ids are those of Obsidian_to_Anki, https://github.com/ObsidianToAnki/Obsidian_to_Anki/blob/3.6.0/src/note.ts, and of Anki for VS
Code. The schedules of obsidian-spaced-repetition belong to the author, so no deck has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from deckbuilder.adopt.lists.markdown_page import Found, Page
from deckbuilder.markdown.pieces import pieces
from deckbuilder.model.splice import splice

_MARK = re.compile(
    r"""
    \s*
    (?:
        <!--\s*(?:ID|notecardId|CARD[ -]ID):\s*(?P<id>\d+)\s*-->
        |ID:\s*(?P<bare>\d{13})                                    # without comment marks, by a setting
        |<!--SR:[^>]*-->
    )
    \s*$
    """,
    re.IGNORECASE | re.VERBOSE,
)


def taken(page: Page, found: Sequence[Found]) -> Iterator[Found]:
    """Yield the questions ``found``, each with the id directly below it, and without marks in its texts."""
    lines, nexts = page.lines, [*(item.start for item in found[1:]), len(page.lines)]
    for item, following in zip(found, nexts, strict=False):
        answer, ids = _cut(item.answer)
        question, others = _cut(item.question)
        end = item.end
        while end < following and (match := _MARK.match(lines[end])):
            ids += [match["id"] or match["bare"] or ""]
            end += 1
        name = next(filter(None, [item.id, *ids, *others]), "")
        yield replace(item, end=end, question=_without(question), answer=_without(answer), id=name)


def owned(page: Page, found: Sequence[Found]) -> bool:
    """Return whether most of the questions ``found`` have the id of a tool below: the tool's author means these questions."""
    return sum(_has_id(page.lines, item) for item in found) * 2 > len(found)


def _has_id(lines: Sequence[str], item: Found) -> bool:
    """Return whether the last line of ``item``, or the line below, has an id."""
    last = item.end - 1
    while last > item.start and not lines[last].strip():
        last -= 1
    matches = (_MARK.match(lines[at]) for at in (last, item.end) if at < len(lines))
    return any(match and (match["id"] or match["bare"]) for match in matches)


def _cut(text: str) -> tuple[str, list[str]]:
    """Return (``text`` without marks in its last lines, the ids in these marks)."""
    lines, ids = text.rstrip().split("\n"), []
    while len(lines) > 1 and (match := _MARK.match(lines[-1])):
        ids.append(match["id"] or match["bare"] or "")
        lines = "\n".join(lines[:-1]).rstrip().split("\n")
    return ("\n".join(lines) if ids else text), ids


def _without(text: str) -> str:
    """Return ``text`` without schedules outside code."""
    if "<!--SR:" not in text:
        return text
    spans = [(begin, end) for kind, begin, end in pieces(text) if kind == "comment" and text.startswith("<!--SR:", begin)]
    return splice(text, [(begin, end, "") for begin, end in spans])
