"""(a part of a question in its Markdown, its text before and after a change) -> the change of the Markdown, not yet proven."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from deckbuilder.adopt.packages import markdown_escapes
from deckbuilder.learners.seen_html import MARK, PARAGRAPH
from deckbuilder.learners.source_parts import Piece, SourcePart
from deckbuilder.learners.word_merge import Change, changes, pairs

Splice = tuple[int, int, str]
"""(begin, end, the new text for the characters between)."""
_FENCE = re.compile(r"[\s>]*(`{3,}|~{3,})")


class Way(NamedTuple):
    """A way to write a change."""

    left: bool
    """True if an insertion clings to the word before it, False for the word behind it."""
    write: Callable[[str], str]
    """Returns the Markdown of an inserted text."""


def _as_it_is(text: str) -> str:
    return text


def _escaped(text: str) -> str:
    return markdown_escapes.escaped(text)


def _escaped_at_start(text: str) -> str:
    return markdown_escapes.escaped_at_start(markdown_escapes.escaped(text))


WAYS = tuple(Way(left, write) for write in (_as_it_is, _escaped, _escaped_at_start) for left in (True, False))


def candidates(part: SourcePart, old: Sequence[str], new: Sequence[str], *, markdown: bool) -> Iterator[list[Splice]]:
    """Yield the splices that may make ``new`` of ``old``, the likely ones first.

    Both are words of Markdown, or else the words and marks of ``seen_html``: then a change of a mark has no candidate.
    """
    if not any(not piece.kept for piece in part.pieces):
        if part.empty and not old:
            text = "".join(new)
            at, before, after = part.empty
            for write in (_as_it_is, _escaped, _escaped_at_start) if not markdown else (_as_it_is,):
                yield [(at, at, f"{before}{write(text)}{after}")]
        return
    if not new and part.whole != (0, 0):
        yield [(*part.whole, "")]
        return
    edits = changes(old, new)
    if not markdown and any(
        item.startswith(MARK) for one in edits for item in (*old[one.begin : one.end], *new[one.first : one.last])
    ):
        return
    places = pairs([_key(item) for item in old], [_key(piece.text, kept=piece.kept) for piece in part.pieces])
    seen = []
    for way in WAYS[:2] if markdown else WAYS:
        found = _placed(part, edits, new, places, way)
        if found is not None and found not in seen:
            seen.append(found)
            yield found


def by_block(part: SourcePart, text: str, old: Sequence[str], new: Sequence[str]) -> list[Splice] | None:
    """Return the splices that replace whole blocks of Markdown; None if a block has no place.

    ``text`` is the Markdown of the section; ``old`` and ``new`` are words of Markdown.
    """
    before, after = _blocks(old), _blocks(new)
    places = pairs([_key(item) for item in old], [_key(piece.text, kept=piece.kept) for piece in part.pieces])
    found: list[Splice] = []
    for change in changes(["".join(old[a:b]).strip() for a, b in before], ["".join(new[a:b]).strip() for a, b in after]):
        block = "\n\n".join("".join(new[a:b]).strip("\n") for a, b in after[change.first : change.last])
        inside = [places[at] for a, b in before[change.begin : change.end] for at in range(a, b) if at in places]
        above = [places[at] for a, b in before[: change.begin] for at in range(a, b) if at in places]
        below = [places[at] for a, b in before[change.end :] for at in range(a, b) if at in places]
        near = _Near(above[-1] if above else -1, inside, below[0] if below else -1)
        splice = None if change.begin < change.end and not inside else _of_block(part, text, near, block)
        if splice is None:
            return None
        found += splice
    return found


class _Near(NamedTuple):
    """The pieces of the Markdown beside a changed block, by their indexes."""

    above: int
    """The last piece of the block above; -1 for none."""
    inside: Sequence[int]
    below: int
    """The first piece of the block below; -1 for none."""


def _of_block(part: SourcePart, text: str, near: _Near, block: str) -> list[Splice] | None:
    """Return the splice that writes ``block`` in place of whole lines, or between two blocks."""
    if near.inside:
        first, last = part.pieces[near.inside[0]], part.pieces[near.inside[-1]]
        return None if near.inside[0] < part.heading else [(_line(text, first.begin), _line_end(text, last.end), block)]
    if near.above >= part.heading:
        end = _line_end(text, part.pieces[near.above].end)
        return [(end, end, f"\n\n{block}")]
    if part.below and part.heading:
        return [(part.below.at, part.below.at, f"{part.below.before}{block}{part.below.after}")]
    if near.below < part.heading:
        return None
    begin = _line(text, part.pieces[near.below].begin)
    return [(begin, begin, f"{block}\n\n")]


def _line(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _blocks(items: Sequence[str]) -> list[tuple[int, int]]:
    """Return (begin, end) of each block among the words of a Markdown text. Empty lines part blocks, but not in a fence."""
    found, begin, fence, line = [], 0, "", ""
    for at, item in enumerate(items):
        if "\n" in item:
            opened = _FENCE.match(line)
            if opened and not fence:
                fence = opened[1]
            elif fence and line.strip(" >") == fence:
                fence = ""
            if item.count("\n") > 1 and not fence:
                if at > begin:
                    found.append((begin, at))
                begin = at + 1
            line = item.rpartition("\n")[2]
        else:
            line += item
    return [*found, (begin, len(items))] if begin < len(items) else found


def _key(item: str, *, kept: bool = False) -> str:
    """Return the text by which a piece of Markdown and a word on the card are compared."""
    if kept:
        return f"{MARK}kept"
    if item.isspace():
        return "\n\n" if item.count("\n") > 1 else " "
    return "\n\n" if item == PARAGRAPH else item


def _placed(
    part: SourcePart, edits: Sequence[Change], new: Sequence[str], places: dict[int, int], way: Way
) -> list[Splice] | None:
    found: list[Splice] = []
    for edit in edits:
        text = "".join(new[edit.first : edit.last])
        text = text if edit.begin < edit.end and text.isspace() else way.write(text)
        splices = _one(part, edit, text, places, left=way.left)
        if splices is None or (found and splices and splices[0][0] < found[-1][1]):
            return None
        found += splices
    return found


def _one(part: SourcePart, edit: Change, text: str, places: dict[int, int], *, left: bool) -> list[Splice] | None:
    """Return the splices for one change, None if its place is not known."""
    pieces = part.pieces
    before, behind = places.get(edit.begin - 1), places.get(edit.end)
    inside = [places[at] for at in range(edit.begin, edit.end) if at in places]
    if edit.begin < edit.end:
        first = inside[0] if edit.begin in places or (inside and before is None) else None if before is None else before + 1
        last = inside[-1] if edit.end - 1 in places or (inside and behind is None) else None if behind is None else behind - 1
        if first is None or last is None or first > last + 1:
            return None
        return _replaced(part, pieces[first : last + 1], first, text)
    if (left and before is not None) or behind is None:
        if before is None:
            return None
        return _inserted(part, before + 1, pieces[before].end, text)
    return _inserted(part, behind, pieces[behind].begin, text)


def _inserted(part: SourcePart, index: int, at: int, text: str) -> list[Splice] | None:
    """Return the splice that writes ``text`` at ``at``, before the piece ``index``. A heading is one line."""
    text = _on_one_line(text) if index <= part.heading else text
    if index > part.heading or (index == part.heading and "\n" not in text) or (index < part.heading and "\n" not in text):
        return [(at, at, text)]
    if index == part.heading and part.heading and part.below and text.startswith("\n\n"):
        return [(part.below.at, part.below.at, f"{part.below.before}{text.strip()}{part.below.after}")]
    return None if part.heading else [(at, at, text)]


def _on_one_line(text: str) -> str:
    """Return ``text`` with HTML for each line break of Markdown: a heading can have only HTML."""
    return text.replace("\\\n", "<br>")


def _replaced(part: SourcePart, pieces: Sequence[Piece], first: int, text: str) -> list[Splice] | None:
    """Return the splices that put ``text`` in place of ``pieces``, the first of which has the index ``first``. Comments stay."""
    if not pieces:
        at = part.pieces[first].begin if first < len(part.pieces) else part.pieces[-1].end
        return [(at, at, text)]
    text = _on_one_line(text) if first < part.heading else text
    if "\n" in text and first < part.heading:
        return None
    if first < part.heading < first + len(pieces):
        return None  # a change across the heading and the text below it
    if not any(piece.kept for piece in pieces):
        return [(pieces[0].begin, pieces[-1].end, text)]
    found: list[Splice] = [(pieces[0].begin, pieces[0].begin, text)] if text else []
    return [*found, *((piece.begin, piece.end, "") for piece in pieces if not piece.kept and not piece.text.isspace())]
