"""Lines of Markdown -> the blocks they form, as GitHub reads them (CommonMark 0.31 and GFM).

``source.parse`` cuts a file into questions, and ``to_html`` renders the pieces. Both use these blocks,
so both see the same fences, headings and lists.
One deliberate difference from GitHub: a line ``---`` is always a rule, never the underline of a heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from deckbuilder.markdown import leaf_blocks, patterns
from deckbuilder.markdown.block import Block, Item
from deckbuilder.markdown.patterns import indent, unindent
from deckbuilder.model.control_characters import LAZY

MAX_DEPTH = 60
"""The depth to which quotes and lists are parsed. Nobody reads deeper ones, and every level takes room on Python's stack."""


def blocks(lines: Sequence[str]) -> Iterator[Block]:
    """Yield the top-level blocks of ``lines``, in order. Every line that is not blank is in exactly one block.

    The blocks of a tuple are cached, because rendering and several rules parse the same passages and list items.
    """
    return iter((_short if len(lines) <= _FEW else _long)(lines)) if isinstance(lines, tuple) else _blocks(lines)


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    lines, at = patterns.flat(lines), 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
            continue
        block = _starting(lines, at) or _text(lines, at)
        yield _without_marks(block)
        at = block.end


def _without_marks(block: Block) -> Block:
    """Return ``block`` without ``LAZY``. A quote or a definition keeps ``LAZY``: its lines are parsed as blocks again."""
    if block.kind in ("quote", "definition") or LAZY not in "".join(block.lines):
        return block
    return block._replace(lines=tuple(line.removeprefix(LAZY) for line in block.lines))


def as_written(text: str) -> str:
    """Return ``text``, lines of an item or a quote, for a file: without ``LAZY``, and with tabs in the place of cut ones."""
    return "\n".join(patterns.with_tabs(text.replace(LAZY, "").split("\n")))


def _starting(lines: Sequence[str], at: int) -> Block | None:
    """Return the block that begins on line ``at``, or ``None`` for running text."""
    line = lines[at]
    if patterns.INDENTED.match(line):
        return leaf_blocks.code(lines, at)
    char = line.lstrip()[0]
    if char not in patterns.MAYBE_START:
        return leaf_blocks.table(lines, at) if "|" in line else None
    if char == "#" and (match := patterns.HEADING.match(line)):
        return Block("heading", at, at + 1, level=len(match[1]), text=_without_closing_hashes((match[2] or "").strip()))
    if char in "-*_" and patterns.RULE.match(line):
        return Block("rule", at, at + 1)
    if char in "`~" and (match := patterns.FENCE.match(line)):
        return leaf_blocks.fence(lines, at, match)
    if char == ">" and patterns.QUOTE.match(line):
        return _quote(lines, at)
    if char in "-+*0123456789" and (match := patterns.ITEM.match(line)):
        return _list(lines, at, match)
    if char == "<":
        return _html(lines, at, line)
    if char == "$" and patterns.MATH.match(line) and (math := leaf_blocks.math(lines, at)) is not None:
        return math
    if char == "[" and patterns.LABEL.match(line) and (definition := leaf_blocks.definition(lines, at)):
        return definition
    return leaf_blocks.table(lines, at)


def _html(lines: Sequence[str], at: int, line: str) -> Block | None:
    if patterns.COMMENT.match(line):
        return leaf_blocks.comment(lines, at)
    if match := patterns.RAW_HTML.match(line):
        return leaf_blocks.raw_html(lines, at, match[1])
    if patterns.BLOCK_HTML.match(line) or patterns.is_lone_tag(line):
        return leaf_blocks.html(lines, at)
    return leaf_blocks.table(lines, at)


def _without_closing_hashes(text: str) -> str:
    """Return ``"a"`` for ``"a ##"``; keep ``"a#"``."""
    bare = text.rstrip("#")
    return text if bare and not bare[-1].isspace() else bare.rstrip()


def _text(lines: Sequence[str], at: int) -> Block:
    """Return the paragraph from line ``at`` to a blank line or to a block that may interrupt a paragraph."""
    end = at + 1
    while end < len(lines) and lines[end].strip():
        if patterns.UNDERLINE.match(lines[end]):
            text = " ".join(line.strip() for line in lines[at:end])
            return Block("heading", at, end + 1, level=1, text=text)
        if leaf_blocks.interrupts(lines, end) or leaf_blocks.table(lines, end) is not None:
            break
        end += 1
    return Block("text", at, end, lines=tuple(lines[at:end]))


class _Container:
    """The lines of a quote or list item while they are collected; knows whether the last line is running text.

    A line and a few flags decide this, because parsing the lines again takes exponential time in nested containers.
    The decision is made only when it is needed.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._judged = 0  # the number of lines judged
        self._in_text = False
        self._fence = ""
        self._comment = False
        self._other = False  # in a table or in HTML, which both end at a blank line

    def add(self, line: str) -> None:
        """Add a line that has the container's mark or indentation."""
        self.lines.append(line)

    def _judge(self, line: str) -> None:
        """Update the flags for ``line``, the next line of the container."""
        bare = _bare(patterns.flat_line(line))
        before, self._in_text = self._in_text, False
        if self._fence:
            self._fence = "" if patterns.ends_fence(bare, self._fence) else self._fence
        elif self._comment or patterns.COMMENT.match(bare):
            self._comment = "-->" not in bare
        elif match := patterns.FENCE.match(bare):
            self._fence = match[2]
        else:
            self._other = bool(bare.strip()) and (self._other or _begins_other(bare, in_text=before))
            none = self._other or any(other.match(bare) for other in (patterns.HEADING, patterns.RULE))
            code = patterns.INDENTED.match(bare) and not before
            self._in_text = bool(bare.strip()) and not none and not code

    def add_lazily(self, line: str) -> None:
        """Add a line without mark or indentation that continues the paragraph before it."""
        text = line.lstrip()
        self.lines.append(text if text[0] not in patterns.MAYBE_START else LAZY + text)
        self._judged += 1  # the line is running text

    def takes(self, lines: Sequence[str], at: int) -> bool:
        """Return whether the unmarked line ``at`` continues the last paragraph (CommonMark's lazy continuation)."""
        for line in self.lines[self._judged :]:
            self._judge(line)
        self._judged = len(self.lines)
        starts_item = patterns.ITEM.match(lines[at]) and not patterns.INDENTED.match(lines[at])
        return self._in_text and not starts_item and not leaf_blocks.interrupts(lines, at)


def _begins_other(line: str, *, in_text: bool) -> bool:
    """Return whether ``line`` is a table's second row or begins HTML."""
    if patterns.BLOCK_HTML.match(line) or patterns.RAW_HTML.match(line):
        return True
    return ("|" in line and bool(patterns.DELIMITER_ROW.match(line))) or (not in_text and patterns.is_lone_tag(line))


def _bare(line: str) -> str:
    """Return ``line`` without the marks of quotes and list items at its beginning."""
    for _ in range(MAX_DEPTH):
        if match := patterns.QUOTE.match(line):
            line = patterns.flat_line(unindent(line[match.end() :], 1, match.end()))
        elif (match := patterns.ITEM.match(line)) and not patterns.RULE.match(line):
            line = match[5] or ""
        else:
            break
    return line


def _quote(lines: Sequence[str], at: int) -> Block:
    inner, given = _Container(), patterns.exact(lines)
    end = at
    while end < len(lines):
        line = lines[end]
        if match := patterns.QUOTE.match(line):
            inner.add(unindent(given[end].partition(">")[2], 1, match.end()))
        elif line.strip() and inner.takes(lines, end):
            inner.add_lazily(line)
        else:
            break
        end += 1
    return Block("quote", at, end, lines=tuple(inner.lines))


def _list(lines: Sequence[str], at: int, match: re.Match[str]) -> Block:
    """Return the list of items with one kind of marker. An item's content is indented to the column of its text."""
    kind, number = match[2][-1], int(match[3]) if match[3] else -1
    items: list[Item] = []
    end, spread = at, False
    while end < len(lines) and (found := _item_of(lines[end], kind)):
        start = end
        end, item = _item(lines, end, found)
        items.append(Item(start, item))
        after = end
        while after < len(lines) and not lines[after].strip():
            after += 1
        if after == len(lines) or not _item_of(lines[after], kind):
            break
        spread = spread or after > end
        end = after
    return Block("list", at, end, level=number, items=tuple(items), loose=spread)


def _item_of(line: str, kind: str) -> re.Match[str] | None:
    """Return the item with a marker of this ``kind`` that ``line`` begins."""
    found = patterns.ITEM.match(line)
    return found if found and found[2][-1] == kind and not patterns.RULE.match(line) else None


def _item(lines: Sequence[str], at: int, match: re.Match[str]) -> tuple[int, tuple[str, ...]]:
    """Return (line after the item, the item's lines without marker and indentation)."""
    begin = len(match[1]) + len(match[2])
    blanks = indent(match[4], begin) if match[5] else 1
    blanks = blanks if blanks <= 4 else 1  # more is indented code
    offset = begin + blanks
    end, last = at + 1, at + 1
    given = patterns.exact(lines)
    first = unindent(match[4] + match[5], blanks, begin) if match[5] else ""
    if end < len(lines) and _begins_sibling(lines[end], offset):
        return end, (first,)  # fast, and most items have one line
    inner = _Container()
    inner.add(first)
    while end < len(lines):
        line = lines[end]
        if not line.strip():
            if end == at + 1 and not match[5]:
                break
            inner.add(unindent(given[end], offset))
        elif indent(line) >= offset:
            inner.add(unindent(given[end], offset))
            last = end + 1
        elif inner.takes(lines, end):
            inner.add_lazily(line)
            last = end + 1
        else:
            break
        end += 1
    return last, tuple(inner.lines[: last - at])


def _begins_sibling(line: str, offset: int) -> bool:
    """Return whether ``line`` is an item outside the item whose text begins in column ``offset``."""
    return indent(line) < min(offset, 4) and patterns.ITEM.match(line) is not None


def leaves(lines: Sequence[str]) -> Iterator[tuple[int, Block]]:
    """Yield (index, block) of every block at any depth that is no list, quote or footnote.

    ``start`` and ``end`` of the block count from this index: the block begins on line ``index + block.start`` of the text.
    """
    return iter(_leaves(tuple(lines)))


@lru_cache(maxsize=16)
def _leaves(lines: tuple[str, ...]) -> tuple[tuple[int, Block], ...]:
    return tuple(leaves_of(blocks(lines)))


def forget() -> None:
    """Remove all that is cached, before a measurement."""
    for cached in (_short, _long, _leaves):
        cached.cache_clear()


def leaves_of(found: Iterable[Block], offset: int = 0, depth: int = 0) -> Iterator[tuple[int, Block]]:
    """Yield the ``leaves`` of blocks that are parsed already. At ``MAX_DEPTH``, a list or quote is yielded whole."""
    for block in found:
        if depth >= MAX_DEPTH:
            yield offset, block
        elif block.kind == "list":
            for item in block.items:
                yield from leaves_of(blocks(item.lines), offset + item.start, depth + 1)
        elif block.kind == "quote" or (block.kind == "definition" and block.text.startswith("^")):
            yield from leaves_of(blocks(block.lines), offset + block.start, depth + 1)
        else:
            yield offset, block


_FEW = 1_000
"""The most lines of a short passage. A file has dozens of short passages; long ones take much memory, so few are cached."""
_short, _long = (lru_cache(maxsize=size)(lambda lines: tuple(_blocks(lines))) for size in (1_024, 16))
