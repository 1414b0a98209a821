"""obsidian-spaced-repetition: ``?`` or ``??`` on a line between the sides, ``Q::A``, ``Q:::A``, ``==hidden==``, ``#flashcards/deck``.

The rules are those of its parser: https://github.com/st3v3nmw/obsidian-spaced-repetition/blob/1.15.4/src/parser.ts.
A card is a run of lines without an empty line, but code may have empty lines. The settings of a vault may have other marks.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from deckbuilder.adopt.lists.dialects.one_liners import is_property, pair
from deckbuilder.adopt.lists.foreign_clozes import clozes, curly, has, simple
from deckbuilder.adopt.lists.markdown_page import BLANKS, Found, Page, asks, marks, masked, protected, with_breaks
from deckbuilder.adopt.lists.vault_marks import USUAL, Separators
from deckbuilder.model.records import Kind

_TAG = re.compile(r"(?<!\S)#(?P<tag>flashcards?(?:/[^\s#]+)?)(?!\S)", re.IGNORECASE)
_OTHER_TAG = re.compile(r"\s*#(?P<tag>[^\W\d][\w/-]*)(?!\S)")
_SCHEDULE = re.compile(rf"{BLANKS}(?:<!--SR:(?:(?!-->|<!--).)*+-->|\^[\w-]+$)", re.DOTALL)
_SCHEDULED = re.compile(r"<!--SR:!(?:fsrs,)?\d+(?:-\d+-\d+)?,\d(?:(?!-->|<!--).)*+-->\s*$")
_DATE = re.compile(r"(?<=[:\d-])!(?:fsrs,)?\d")
"""The beginning of a date in a schedule. A card has a date for each text that it hides."""
_RULE = re.compile(r"\s*(?:[*_-]\s*){3,}")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+(?!\[[ xX]\])(?=\S)")
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
    """Return the cards of ``page``; None if ``page`` has no tag, no schedule and no ``?`` of the tool.

    Another vault may have other marks than ``?``: ``page.separators``.
    """
    lines, said = page.lines, page.separators
    closed = protected(lines)
    own = (said.side, said.sides)
    sides = [at for at, line in enumerate(lines) if line.strip() in own and at and at not in closed and lines[at - 1].strip()]
    tagged = any("flashcard" in tag for tag in page.front.get("tags", ())) or any(marks(lines, re.compile(rf".*?{_TAG.pattern}")))
    if not (sides or tagged or any(_SCHEDULED.search(line) for line in lines)):
        return None
    deck = next((_deck(tag) for tag in page.front.get("tags", ()) if _TAG.fullmatch(f"#{tag}")), "")
    runs = [card for run in _runs(lines, sides, said, deck) for card in _separate(run, said)]
    hidden = _hiding((run.text for run in runs), said)
    return [card for run in runs for card in _cards(run, hidden, said)] or None


def _runs(lines: Sequence[str], sides: Sequence[int], said: Separators, deck: str) -> Iterator[_Run]:
    """Yield the runs of lines. ``deck`` is the deck of the first run.

    A run with ``?`` extends to the line ``+++``, if the file has such lines.
    """
    closed = protected(lines)
    ends = [at for at, line in enumerate(lines) if line.strip() == said.end and at not in closed] if said.end else []
    stops = set(ends)
    start = 0
    while start < len(lines):
        if not lines[start].strip():
            start += 1
            continue
        end = start
        while end < len(lines) and (lines[end].strip() or end in closed) and end not in stops:
            end += 1
        following = bisect_left(ends, end)
        after = ends[following] if following < len(ends) else None
        asked = _between(sides, start, end)
        if asked and after is not None and not _between(sides, end, after):
            end = after
        elif (
            asked
            and _is_side(lines[end - 1], said)
            and _SCHEDULE.sub("", "\n".join(lines[start:end])).rstrip().endswith(lines[end - 1].strip())
        ):
            end = _below(lines, end, closed, said)
        deck, run = _tagged(lines, start, end, deck)
        yield run
        start = max(end, start + 1) if end not in stops else end + 1


def _between(numbers: Sequence[int], start: int, end: int) -> bool:
    """Return whether one of the sorted ``numbers`` is between ``start`` and ``end`` (both exclusive)."""
    at = bisect_right(numbers, start)
    return at < len(numbers) and numbers[at] < end


def _is_side(line: str, said: Separators) -> bool:
    return bool(line.strip()) and line.strip() in (said.side, said.sides)


def _below(lines: Sequence[str], end: int, closed: frozenset[int], said: Separators) -> int:
    """Return the end of the run below an empty line, which is the answer to a question that has none."""
    start = next((at for at in range(end, len(lines)) if lines[at].strip()), end)
    below = next((at for at in range(start, len(lines)) if not lines[at].strip() and at not in closed), len(lines))
    return end if any(_is_side(line, said) for line in lines[start:below]) else below


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
    text, at = _TAG.sub("", text), 0
    while match := _OTHER_TAG.match(text, at):
        tags.append(match["tag"])
        at = match.end()
    return deck, _Run(start, end, text[at:], own, tuple(tags))


def _stays(line: str) -> bool:
    """Return whether the deck in ``line`` is for the lines below, too."""
    return line.startswith(("# ", "##")) or not _OTHER_TAG.sub("", line).strip()


def _deck(tag: str) -> str:
    return "::".join(tag.split("/")[1:])


def _hiding(texts: Iterator[str], said: Separators) -> tuple[str, ...]:
    """Return the marks that hide text: those of the settings, and each mark that cards with a schedule prove.

    Such a card has a date for each text that it hides. With ``==`` in a card, other marks are bold text as a rule.
    """
    found = set(said.hides)
    bold: set[str] = set()
    for text in texts:
        plain = _SCHEDULE.sub("", text)
        if _SCHEDULED.search(text) and said.pair not in plain and not any(_is_side(line, said) for line in plain.split("\n")):
            dates = len(_DATE.findall(text))
            counts = {mark: count for mark in ("==", "**", "{{") if (count := clozes(simple(plain, [mark])))}
            if "==" in counts:
                found.add("==")
                bold |= counts.keys() - {"=="} if dates == counts["=="] else set()
            else:
                found |= {mark for mark, count in counts.items() if dates in (count, sum(counts.values()))}
    return tuple(sorted(found - (bold - set(said.hides))))


def _cards(run: _Run, hidden: Sequence[str], said: Separators) -> Iterator[Found]:
    """Yield the cards of ``run``: each pair of its lines, else the one card with ``?``, ``??`` or a cloze."""
    text, start, end, deck, tags = run.text, run.start, run.end, run.deck, run.tags
    lines = text.split("\n")
    closed = protected(lines)
    middle = next((at for at, line in enumerate(lines) if at and at not in closed and _is_side(line, said)), None)
    if middle is not None:
        sides = ["\n".join(part) for part in (lines[:middle], lines[middle + 1 :])]
        front, back = (_SCHEDULE.sub("", _without_callout(side)).strip("\n") for side in sides)
        kind = Kind.REVERSED if lines[middle].strip() == said.sides else Kind.BASIC
        yield Found(start, end, _front(front), with_breaks(back), kind, tags, deck)
        return
    shown = [(at, _SCHEDULE.sub("", line).rstrip()) for at, line in enumerate(lines) if at not in closed]
    pairs = [(at, found) for at, line in shown if not is_property(line) and (found := _pair(line, said))]
    for at, (front, back, kind) in pairs:
        yield Found(start + at, start + at + 1, front, back, kind, tags, deck)
    plain = _SCHEDULE.sub("", text)
    cloze = simple(curly(plain), hidden)
    if not pairs and has(cloze) and cloze != plain:
        yield Found(start, end, cloze, kind=Kind.CLOZE, tags=tags, deck=deck)


def _separate(run: _Run, said: Separators) -> Iterator[_Run]:
    """Yield the cards of a run that lacks empty lines between them. The tool makes one card of such a run.

    A line that asks, directly above another mark of the sides, begins a card.
    """
    lines = run.text.split("\n")
    closed = protected(lines)
    middles = [at for at, line in enumerate(lines) if at and at not in closed and _is_side(line, said)]
    begins = [at - 1 for before, at in itertools.pairwise(middles) if at > before + 2 and asks(lines[at - 1])]
    for begin, end in itertools.pairwise([0, *begins, len(lines)]):
        last = run.end if end == len(lines) else run.start + end
        yield replace(run, start=run.start + begin, end=last, text="\n".join(lines[begin:end]))


def _front(text: str) -> str:
    """Return a front without a rule on top, and without the mark of its only list item."""
    lines = text.split("\n")
    while len(lines) > 1 and _RULE.fullmatch(lines[0]):
        lines = lines[1:]
    match = _ITEM.match(lines[0]) if len(lines) == 1 else None
    return lines[0][match.end() :] if match else "\n".join(lines)


def _pair(line: str, said: Separators) -> tuple[str, str, Kind] | None:
    """Return (front, back, kind) of a line with both sides, or None."""
    if (said.pair, said.both) == (USUAL.pair, USUAL.both):
        return pair(line)
    shape = masked(line)
    for mark in sorted(filter(None, (said.pair, said.both)), key=len, reverse=True):
        front, found, back = shape.partition(mark)
        if found and front.strip() and back.strip():
            text = line[: len(front)], line[len(front) + len(mark) :]
            return text[0].strip().lstrip("-*+ "), text[1].strip(), Kind.REVERSED if mark == said.both else Kind.BASIC
    return None


def _without_callout(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not _CALLOUT.match(line))
