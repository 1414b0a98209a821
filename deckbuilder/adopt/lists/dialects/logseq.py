"""Logseq: list items with ``#card`` and the answer nested, ``{{cloze hidden}}``, and logseq-anki-sync's ``{{c1 hidden}}`` and ``:->``.

The marks are those of https://github.com/debanjandhar12/logseq-anki-sync/tree/0dff5363f4f43267cc5ed417168823a0278355f8/src/notes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from deckbuilder.adopt.lists.foreign_clozes import has
from deckbuilder.adopt.lists.markdown_page import BLANKS, Found, Page, masked, replaced
from deckbuilder.markdown.patterns import unindent
from deckbuilder.model.records import Kind

SAYS = r"\s*(?:[-*+]\s+)?[a-z][\w.-]*:: "
"""A property of a page or block."""
_BULLET = re.compile(r"(?P<indent>[ \t]*)[-*+]\s+(?=\S)")
_FENCE = re.compile(r"`{3,}(?=[^`]*$)|~{3,}")
_CARD = re.compile(rf"{BLANKS}(?<!\S)(?:#(?:flash)?card|#?\[\[(?:flash)?card\]\])(?!\S)", re.IGNORECASE)
_GROUP = re.compile(r"(?<!\S)(?:#card-group|#?\[\[card-group\]\])(?!\S)", re.IGNORECASE)
"""The mark of a block whose children are cards."""
_TAG = re.compile(rf"{BLANKS}(?<!\S)#(?:\[\[(?P<long>[^\[\]]+)\]\]|(?P<tag>[^\W\d][\w/-]*))(?!\S)")
_CLOZE = re.compile(
    r"""
    \{\{c(?:loze)?(?P<number>(?<=cloze)\d{0,1}|\d{1,3})\s+
    (?P<text>(?:(?!\}\}|\n\n|\\\\|\{\{c(?:loze)?\d*\s).)+)
    (?:\\\\(?P<hint>(?:(?!\}\}|\n\n).)+))?                         # two backslashes before the hint
    \}\}
    """,
    re.DOTALL | re.VERBOSE,
)
_ARROW = re.compile(r"(?P<front>\S[^\n]*?)(?<!\s)\s++:(?P<left><?)-(?P<right>>?)\s+(?P<back>\S.*)$", re.DOTALL)
_PROPERTY = re.compile(r"\s*(?P<key>[a-z][\w.-]*)::(?: (?P<value>.*)|\s*)$")
_TITLE = re.compile(r"(?P<key>[a-z][\w.-]*):: ?(?P<value>(?:.*\S)?)\s*$")
_DIRECTIONS = {"reversed": "<-", "bidirectional": "<->", "forward": "->", "incremental": "->", "hide-all-test-one": "->"}
"""The tags of logseq-anki-sync that are no tags of the question."""
_DEEPEST = 4
"""The most cards around each other. Each one repeats the text of those inside."""


@dataclass(frozen=True, slots=True)
class _Bullet:
    """A block of Logseq: lines ``start`` to ``own`` without its children, up to ``end`` with them (both exclusive)."""

    start: int
    own: int
    end: int
    text: str


def find(page: Page) -> list[Found] | None:
    """Return the cards in an outline; None if no block is a card. A block inside a card is a card only with its own ``#card``."""
    found: list[Found] = []
    group = 0
    ends: list[int] = []  # where the cards around a block end
    for bullet in _bullets(page.lines):
        ends = [end for end in ends if bullet.start < end]
        if _GROUP.search(masked(bullet.text)):
            group = bullet.end
        elif (not ends or (len(ends) < _DEEPEST and _CARD.search(masked(bullet.text)))) and (
            card := _card(page.lines, bullet, said=bullet.start < group)
        ):
            found.append(card)
            ends.append(card.end)
    said = properties(page.lines)
    deck, tags = said.get("deck", ""), tuple(_names(said.get("tags", "")))
    return [replace(card, deck=card.deck or deck.replace("/", "::"), tags=(*tags, *card.tags)) for card in found] or None


def properties(lines: Sequence[str]) -> dict[str, str]:
    """Return the properties of a page, ``key:: value`` above its first block."""
    found: dict[str, str] = {}
    for line in lines:
        match = _TITLE.match(line)
        if match is None and line.strip():
            break
        if match:
            found[match["key"]] = match["value"]
    return found


def _names(text: str) -> Iterator[str]:
    """Yield the tags in the value of ``tags::``, such as ``#[[a b]], c``."""
    for part in re.findall(r"\[\[[^\[\]]+\]\]|[^,]+", text):
        if name := part.strip().lstrip("#").strip("[] "):
            yield name.replace(" ", "-")


def _bullets(lines: Sequence[str]) -> list[_Bullet]:
    starts = list(_starts(lines))
    if not starts:
        return []
    ends, open_ = [len(lines)] * len(starts), list[int]()
    for number, (at, indent, _) in enumerate(starts):
        while open_ and starts[open_[-1]][1] >= indent:
            ends[open_.pop()] = at
        open_.append(number)
    nexts = [at for at, _, _ in starts[1:]] + [len(lines)]
    return [
        _Bullet(at, own, end, "\n".join(_own(lines[at:own], text)))
        for (at, _, text), own, end in zip(starts, nexts, ends, strict=True)
    ]


def _starts(lines: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Yield (line, columns before the bullet, characters before the text) of each block. A line of a fence is no block."""
    fence = ""
    for at, line in enumerate(lines):
        match = None if fence else _BULLET.match(line)
        text = line[match.end() :] if match else line.strip()
        if match:
            yield at, len(match["indent"].expandtabs(4)), match.end()
        if fence:
            fence = "" if text.startswith(fence) else fence
        elif opened := _FENCE.match(text):
            fence = opened[0]


def _own(lines: Sequence[str], text: int) -> Iterator[str]:
    """Yield the text of a block without its bullet, its indentation and its properties. ``text`` is where the text begins."""
    yield lines[0][text:]
    yield from (unindent(line, len(lines[0][:text].expandtabs(4))) for line in lines[1:] if not _PROPERTY.match(line))


def _card(lines: Sequence[str], bullet: _Bullet, *, said: bool) -> Found | None:
    """Return the card of ``bullet``, or None. ``said`` means that the block above makes it a card; else ``#card`` must."""
    text = replaced(_CLOZE, bullet.text, _cloze).strip()
    said = said or bool(_CARD.search(masked(text)))
    plain = _CARD.sub("", text) if said else text
    names = [(match["long"] or match["tag"]).replace(" ", "-") for match in _TAG.finditer(masked(plain))] if said else []
    tags = tuple(name for name in names if name.lower() not in _DIRECTIONS)
    front = _TAG.sub("", plain).strip() if said else text
    if has(front) and (said or text != bullet.text.strip()):
        return Found(bullet.start, bullet.own, front, kind=Kind.CLOZE, tags=tags)
    if match := _ARROW.fullmatch(masked(front)):
        sides = [front[slice(*match.span(name))].strip() for name in ("front", "back")]
        kind = Kind.REVERSED if match["left"] and match["right"] else Kind.BASIC
        question, answer = reversed(sides) if match["left"] and not match["right"] else sides
        return Found(bullet.start, bullet.own, question, answer, kind, tags) if match["left"] or match["right"] else None
    if not said:
        return None
    own = {match["key"]: match["value"] or "" for line in lines[bullet.start : bullet.own] if (match := _PROPERTY.match(line))}
    ways = [_DIRECTIONS[name.lower()] for name in names if name.lower() in _DIRECTIONS]
    way = own.get("direction", "").strip() or next(iter(ways), "->")
    answer, kind = _shown(_children(lines[bullet.own : bullet.end])), Kind.REVERSED if way == "<->" else Kind.BASIC
    question, answer = (answer, front) if way == "<-" and answer else (front, answer)
    return Found(bullet.start, bullet.end, question, answer, kind, tags, own.get("deck", "").strip().replace("/", "::"))


def _cloze(group: Callable[[str], str]) -> str:
    number, hint = group("number") or "1", group("hint").strip()
    return f"{{{{c{number}::{group('text').strip()}{'::' + hint if hint else ''}}}}}"


def _shown(text: str) -> str:
    """Return ``text`` without the marks of clozes and cards, which have no meaning in an answer."""
    return replaced(_CLOZE, replaced(_CARD, text, lambda _: ""), lambda group: group("text").strip())


def _children(lines: Sequence[str]) -> str:
    """Return the nested blocks as a list, or the only one as text."""
    kept = [line for line in lines if not _PROPERTY.match(line)]
    first = _BULLET.match(kept[0]) if kept else None
    if first is None:
        return "\n".join(kept).strip("\n")
    inner = [line.removeprefix(first["indent"]) for line in kept]
    if sum(bool(re.match(r"[-*+]\s", line)) for line in inner) > 1:
        return "\n".join(inner).strip("\n")
    width = first.end() - len(first["indent"])
    return "\n".join([inner[0][width:], *(unindent(line, width) for line in inner[1:])]).strip("\n")
