"""obsidian-spaced-repetition: ``?`` or ``??`` on a line between the sides, ``Q::A``, ``Q:::A``, ``==hidden==``, ``#flashcards/deck``.

The rules are those of its parser: https://github.com/st3v3nmw/obsidian-spaced-repetition/blob/1.15.4/src/parser.ts.
A card is a run of lines without an empty line, but code may have empty lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deckbuilder.adopt.lists.dialects.one_liners import is_property, pair
from deckbuilder.adopt.lists.foreign_clozes import curly, has, simple
from deckbuilder.adopt.lists.markdown_page import Found, Page, marks, protected, with_breaks
from deckbuilder.model.records import Kind

_TAG = re.compile(r"(?<!\S)#(?P<tag>flashcards?(?:/[^\s#]+)?)(?!\S)", re.IGNORECASE)
_OTHER_TAG = re.compile(r"\s*#(?P<tag>[^\W\d][\w/-]*)(?!\S)")
_SIDES = {"?": Kind.BASIC, "??": Kind.REVERSED}
_MARK = re.compile(r"\s*(?P<mark>\?\??)\s*$")
_SCHEDULE = re.compile(r"\s*(?:<!--SR:.*?-->|\^[\w-]+$)", re.DOTALL)
_SCHEDULED = re.compile(r"<!--SR:!(?:fsrs,)?\d+(?:-\d+-\d+)?,\d.*?-->\s*$")
_END = re.compile(r"\s*\+{3}\s*$")
"""The line that ends a card with empty lines. This line is in the tool's manual, but each vault may have another one."""
_CALLOUT = re.compile(r">\s*\[!sr\|card-metadata\].*$")


@dataclass(frozen=True, slots=True)
class _Run:
    """The lines ``start`` to ``end`` (exclusive), with the deck and the tags that are said above or at their beginning."""

    start: int
    end: int
    text: str
    deck: str
    tags: tuple[str, ...]


def find(page: Page) -> list[Found] | None:
    """Return the cards of ``page``; None if ``page`` has no tag, no schedule and no ``?`` of the tool."""
    lines = page.lines
    sides = [at for at, _ in marks(lines, _MARK) if at and lines[at - 1].strip()]
    tagged = any("flashcard" in tag for tag in page.front.get("tags", ())) or any(marks(lines, re.compile(rf".*?{_TAG.pattern}")))
    if not (sides or tagged or any(_SCHEDULED.search(line) for line in lines)):
        return None
    deck = next((_deck(tag) for tag in page.front.get("tags", ()) if _TAG.fullmatch(f"#{tag}")), "")
    runs = list(_runs(lines, sides, deck))
    hidden = _hiding(run.text for run in runs)
    return [card for run in runs for card in _cards(run, hidden)] or None


def _runs(lines: Sequence[str], sides: Sequence[int], deck: str) -> Iterator[_Run]:
    """Yield the runs of lines. ``deck`` is the deck of the first run. A run with ``?`` extends to the line ``+++``, if the file has such lines."""
    closed = protected(lines)
    ends = [at for at, _ in marks(lines, _END)]
    start = 0
    while start < len(lines):
        if not lines[start].strip():
            start += 1
            continue
        end = start
        while end < len(lines) and (lines[end].strip() or end in closed) and end not in ends:
            end += 1
        after = next((at for at in ends if at >= end), None)
        asked = any(start < at < end for at in sides)
        if asked and after is not None and not any(end < at < after for at in sides):
            end = after
        elif asked and _SCHEDULE.sub("", "\n".join(lines[start:end])).rstrip().endswith("?") and lines[end - 1].strip() in _SIDES:
            end = _below(lines, end, closed)
        deck, run = _tagged(lines, start, end, deck)
        yield run
        start = max(end, start + 1) if end not in ends else end + 1


def _below(lines: Sequence[str], end: int, closed: frozenset[int]) -> int:
    """Return the end of the run below an empty line, which is the answer to a question that has none."""
    start = next((at for at in range(end, len(lines)) if lines[at].strip()), end)
    below = next((at for at in range(start, len(lines)) if not lines[at].strip() and at not in closed), len(lines))
    return end if any(line.strip() in _SIDES for line in lines[start:below]) else below


def _tagged(lines: Sequence[str], start: int, end: int, deck: str) -> tuple[str, _Run]:
    """Return (the deck of the runs below, the run).

    A tag in a heading or on a line of its own is for all runs below. Another tag is for its run.
    """
    while start < end and (match := _TAG.search(lines[start])) and _stays(lines[start]):
        deck = _deck(match["tag"])
        if not lines[start].startswith(("# ", "##")):
            start += 1
        else:
            break
    text = "\n".join(lines[start:end])
    found = _TAG.search(text)
    own, tags = (_deck(found["tag"]) if found else deck), []
    text = _TAG.sub("", text)
    while match := _OTHER_TAG.match(text):
        tags.append(match["tag"])
        text = text[match.end() :]
    return deck, _Run(start, end, text, own, tuple(tags))


def _stays(line: str) -> bool:
    """Return whether the deck in ``line`` is for the lines below, too."""
    return line.startswith(("# ", "##")) or not _OTHER_TAG.sub("", line).strip()


def _deck(tag: str) -> str:
    return "::".join(tag.split("/")[1:])


def _hiding(texts: Iterator[str]) -> tuple[str, ...]:
    """Return the marks that hide text. ``==`` always does; ``**`` and ``{{`` do if a card with a schedule has no other mark."""
    found = {"=="}
    for text in texts:
        plain = _SCHEDULE.sub("", text)
        if _SCHEDULED.search(text) and "::" not in plain and not any(line.strip() in _SIDES for line in plain.split("\n")):
            found |= {mark for mark in ("**", "{{") if not has(simple(plain, ["=="])) and has(simple(plain, [mark]))}
    return tuple(sorted(found))


def _cards(run: _Run, hidden: Sequence[str]) -> Iterator[Found]:
    """Yield the cards of ``run``: each pair of its lines, else the one card with ``?``, ``??`` or a cloze."""
    text, start, end, deck, tags = run.text, run.start, run.end, run.deck, run.tags
    lines = text.split("\n")
    closed = protected(lines)
    middle = next((at for at, line in enumerate(lines) if at and at not in closed and line.strip() in _SIDES), None)
    if middle is not None:
        sides = ["\n".join(part) for part in (lines[:middle], lines[middle + 1 :])]
        front, back = (_SCHEDULE.sub("", _without_callout(side)).strip("\n") for side in sides)
        yield Found(start, end, front, with_breaks(back), _SIDES[lines[middle].strip()], tags, deck)
        return
    said = [(at, _SCHEDULE.sub("", line).rstrip()) for at, line in enumerate(lines) if at not in closed]
    pairs = [(at, found) for at, line in said if not is_property(line) and (found := pair(line))]
    for at, (front, back, kind) in pairs:
        yield Found(start + at, start + at + 1, front, back, kind, tags, deck)
    plain = _SCHEDULE.sub("", text)
    cloze = simple(curly(plain), hidden)
    if not pairs and has(cloze) and cloze != plain:
        yield Found(start, end, cloze, kind=Kind.CLOZE, tags=tags, deck=deck)


def _without_callout(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not _CALLOUT.match(line))
