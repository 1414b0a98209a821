"""Lines of Markdown -> the blocks they form, as GitHub reads them (CommonMark 0.31 and GFM).

Both ``parse``, which cuts a file into questions, and ``markup``, which renders the pieces, take
their blocks from here: so they cannot disagree on what is a fence, a heading or a list.
One deliberate difference to GitHub: a line ``---`` is always a rule, never the underline of a heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from deckbuilder import syntax
from deckbuilder.syntax import indent, unindent

BlockKind = Literal["code", "comment", "definition", "fence", "heading", "html", "list", "math", "quote", "rule", "table", "text"]

_FAR = 400
"""Columns; more than any container takes away."""

MAX_DEPTH = 60
"""How deep quotes and lists are followed; nobody reads deeper ones, and every level costs stack."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list: its ``lines`` without marker and indentation, ``first`` of them on line ``start``."""

    start: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines ``start`` to ``end`` (exclusive; from 0) of the text it was cut from."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    """Of a heading (1 to 6); of a list its first number, -1 for bullets."""
    text: str = ""
    """The text of a heading, the info string of a fence, the label of a definition."""
    lines: tuple[str, ...] = ()
    """Its content without what marks it: of a quote without ``>``, of a fence without the fences."""
    items: tuple[Item, ...] = ()
    loose: bool = False
    """Of a list: whether a blank line parts two of its items."""
    closed: bool = True
    """Of a fence, a comment or ``<pre>``: whether its end was found."""


def blocks(lines: Sequence[str]) -> Iterator[Block]:
    """The top-level blocks of ``lines``, in order; every line that is not blank is in exactly one of them."""
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
            continue
        block = _starting(lines, at) or _text(lines, at)
        yield block
        at = block.end


def _starting(lines: Sequence[str], at: int) -> Block | None:
    """The block that begins on line ``at``; ``None`` if that is running text."""
    line = lines[at]
    if syntax.INDENTED.match(line):
        return _code(lines, at)
    if line.lstrip()[0] not in syntax.MAYBE_START:
        return _table(lines, at) if "|" in line else None
    if match := syntax.HEADING.match(line):
        return Block("heading", at, at + 1, level=len(match[1]), text=_without_closing_hashes((match[2] or "").strip()))
    if syntax.RULE.match(line):
        return Block("rule", at, at + 1)
    if match := syntax.FENCE.match(line):
        return _fence(lines, at, match)
    if syntax.QUOTE.match(line):
        return _quote(lines, at)
    if match := syntax.ITEM.match(line):
        return _list(lines, at, match)
    if syntax.COMMENT.match(line):
        return _comment(lines, at)
    if match := syntax.RAW_HTML.match(line):
        return _raw_html(lines, at, match[1])
    if syntax.BLOCK_HTML.match(line) or syntax.LONE_TAG.match(line):
        return _html(lines, at)
    if syntax.MATH.match(line) and (math := _math(lines, at)) is not None:
        return math
    if (match := syntax.DEFINITION.match(line)) and (match[1].startswith("^") or syntax.LINK_TARGET.match(match[2])):
        return _definition(lines, at, match)
    return _table(lines, at)


def _without_closing_hashes(text: str) -> str:
    """``"a"`` for ``"a ##"``; ``"a#"`` stays."""
    bare = text.rstrip("#")
    return text if bare and not bare[-1].isspace() else bare.rstrip()


def _interrupts(lines: Sequence[str], at: int) -> bool:
    """Whether line ``at`` begins a block that may end a paragraph without a blank line between."""
    line = lines[at]
    if syntax.INDENTED.match(line) or line.lstrip()[0] not in syntax.MAYBE_START:
        return False
    if match := syntax.ITEM.match(line):
        # "1986. A great year" or a line that is just "-" goes on with a paragraph
        return bool(syntax.RULE.match(line)) or (bool(match[5]) and match[3] in (None, "1"))
    if any(
        begin.match(line)
        for begin in (syntax.HEADING, syntax.RULE, syntax.FENCE, syntax.QUOTE, syntax.COMMENT, syntax.RAW_HTML, syntax.BLOCK_HTML)
    ):
        return True
    return bool(syntax.MATH.match(line)) and _math(lines, at) is not None


def _text(lines: Sequence[str], at: int) -> Block:
    """A paragraph: it runs to a blank line, or to a block that may interrupt it."""
    end = at + 1
    while end < len(lines) and lines[end].strip():
        if syntax.UNDERLINE.match(lines[end]):
            text = " ".join(line.strip() for line in lines[at:end])
            return Block("heading", at, end + 1, level=1, text=text)
        if _interrupts(lines, end) or _table(lines, end) is not None:
            break
        end += 1
    return Block("text", at, end, lines=tuple(lines[at:end]))


def _code(lines: Sequence[str], at: int) -> Block:
    """Indented code: four columns and more, blank lines between."""
    end = last = at
    while end < len(lines) and (not lines[end].strip() or syntax.INDENTED.match(lines[end])):
        end += 1
        if lines[end - 1].strip():
            last = end
    return Block("code", at, last, lines=tuple(unindent(line, 4) for line in lines[at:last]))


def _fence(lines: Sequence[str], at: int, opening: re.Match[str]) -> Block:
    indent, marks = len(opening[1]), opening[2]
    closing = re.compile(rf" {{0,3}}{marks[0]}{{{len(marks)},}}[ \t]*$")
    end = at + 1
    while end < len(lines) and not closing.match(lines[end]):
        end += 1
    content = tuple(unindent(line, indent) if indent else line for line in lines[at + 1 : end])
    closed = end < len(lines)
    return Block("fence", at, end + closed, text=opening[3].strip(), lines=content, closed=closed)


def _comment(lines: Sequence[str], at: int) -> Block:
    end = at
    while end < len(lines) and "-->" not in lines[end]:
        end += 1
    closed = end < len(lines)
    # text behind the comment is shown, as it is on GitHub
    kind: BlockKind = "html" if closed and lines[end].partition("-->")[2].strip() else "comment"
    return Block(kind, at, end + closed, lines=tuple(lines[at : end + closed]), closed=closed)


def _raw_html(lines: Sequence[str], at: int, tag: str) -> Block:
    """``<pre>`` and the like: to the line with its end tag."""
    closing = re.compile(rf"</{tag}>", re.IGNORECASE)
    end = at
    while end < len(lines) and not closing.search(lines[end]):
        end += 1
    closed = end < len(lines)
    return Block("html", at, end + closed, lines=tuple(lines[at : end + closed]), closed=closed)


def _html(lines: Sequence[str], at: int) -> Block:
    """Tags: to a blank line, after which Markdown is Markdown again."""
    end = at + 1
    while end < len(lines) and lines[end].strip():
        end += 1
    return Block("html", at, end, lines=tuple(lines[at:end]))


def _math(lines: Sequence[str], at: int) -> Block | None:
    """``$$ … $$``, alone on its lines, no blank line within."""
    first = lines[at].strip()[2:]
    end, text = at, first
    while not text.rstrip().endswith("$$"):
        end += 1
        if end >= len(lines) or not lines[end].strip():
            return None
        text = lines[end]
    content = "\n".join([first, *lines[at + 1 : end + 1]]).rstrip().removesuffix("$$").strip()
    if not content or "$$" in content:
        return None
    return Block("math", at, end + 1, lines=tuple(content.split("\n")))


def _table(lines: Sequence[str], at: int) -> Block | None:
    """A GFM table, header row on line ``at``: it runs to a blank line or to another block."""
    if at + 1 >= len(lines) or "|" not in lines[at] or not syntax.DELIMITER_ROW.match(lines[at + 1]):
        return None
    if "|" not in lines[at + 1] or _cells(lines[at]) != _cells(lines[at + 1]):
        return None
    end = at + 2
    while end < len(lines) and lines[end].strip() and not _interrupts(lines, end):
        end += 1
    return Block("table", at, end, lines=tuple(line.strip() for line in lines[at:end]))


def _cells(row: str) -> int:
    row = re.sub(r"\\.", "", row).strip()
    return row.removeprefix("|").removesuffix("|").count("|") + 1


def _definition(lines: Sequence[str], at: int, match: re.Match[str]) -> Block:
    """``[label]: target``, one line; or ``[^label]: text`` with its further lines, after a blank one indented."""
    end, content = at + 1, [match[2]]
    if match[1].startswith("^"):
        while end < len(lines):
            line = lines[end]
            if line.strip() and (syntax.INDENTED.match(line) or (lines[end - 1].strip() and _continues(lines, end))):
                content += [""] * (end - at - len(content))
                content.append(unindent(line, 4))
            elif line.strip():
                break
            end += 1
        end = at + len(content)
    return Block("definition", at, end, text=match[1], lines=tuple(content))


def _continues(lines: Sequence[str], at: int) -> bool:
    """Whether line ``at`` goes on with the paragraph of the line before it."""
    return not _interrupts(lines, at) and not syntax.DEFINITION.match(lines[at])


class _Container:
    """Lines of a quote or list item as they are gathered; knows whether the last one is running text.

    It judges by the line and a few flags instead of parsing what it has: that would take
    exponential time where containers nest.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._in_text = False
        self._fence = ""
        self._comment = False
        self._other = False  # in a table or HTML, which end at a blank line

    def add(self, line: str) -> None:
        """A line that bears the container's mark or indentation."""
        self.lines.append(line)
        bare = _bare(line)
        before, self._in_text = self._in_text, False
        if self._fence:
            if re.fullmatch(rf" {{0,3}}{self._fence[0]}{{{len(self._fence)},}}[ \t]*", bare):
                self._fence = ""
        elif self._comment or syntax.COMMENT.match(bare):
            self._comment = "-->" not in bare
        elif match := syntax.FENCE.match(bare):
            self._fence = match[2]
        else:
            self._other = bool(bare.strip()) and (self._other or _begins_other(bare, in_text=before))
            none = self._other or any(other.match(bare) for other in (syntax.HEADING, syntax.RULE))
            code = syntax.INDENTED.match(bare) and not before
            self._in_text = bool(bare.strip()) and not none and not code

    def add_lazily(self, line: str) -> None:
        """A line without mark or indentation that goes on with the paragraph before."""
        text = line.lstrip()
        # far indented, so that no container further in can take it for the start of a block
        self.lines.append(text if text[0] not in syntax.MAYBE_START else " " * _FAR + text)

    def takes(self, lines: Sequence[str], at: int) -> bool:
        """Whether the unmarked line ``at`` continues a paragraph in here (CommonMark's lazy continuation)."""
        starts_item = syntax.ITEM.match(lines[at]) and not syntax.INDENTED.match(lines[at])
        return self._in_text and not starts_item and not _interrupts(lines, at)


def _begins_other(line: str, *, in_text: bool) -> bool:
    """Whether a table's second row or HTML begins on ``line``."""
    if syntax.BLOCK_HTML.match(line) or syntax.RAW_HTML.match(line):
        return True
    return ("|" in line and bool(syntax.DELIMITER_ROW.match(line))) or (not in_text and bool(syntax.LONE_TAG.match(line)))


def _bare(line: str) -> str:
    """``line`` without the marks of quotes and list items it begins with."""
    while True:
        if match := syntax.QUOTE.match(line):
            line = unindent(line[match.end() :], 1, match.end())
        elif (match := syntax.ITEM.match(line)) and not syntax.RULE.match(line):
            line = match[5] or ""
        else:
            return line


def _quote(lines: Sequence[str], at: int) -> Block:
    inner = _Container()
    end = at
    while end < len(lines):
        line = lines[end]
        if match := syntax.QUOTE.match(line):
            inner.add(unindent(line[match.end() :], 1, match.end()))
        elif line.strip() and inner.takes(lines, end):
            inner.add_lazily(line)
        else:
            break
        end += 1
    return Block("quote", at, end, lines=tuple(inner.lines))


def _list(lines: Sequence[str], at: int, match: re.Match[str]) -> Block:
    """Items of one kind of marker; content of an item is indented to where its text begins."""
    kind, number = match[2][-1], int(match[3]) if match[3] else -1
    items: list[Item] = []
    end, spread = at, False
    while end < len(lines):
        found = None if syntax.RULE.match(lines[end]) else syntax.ITEM.match(lines[end])
        if found is None or found[2][-1] != kind:
            break
        start = end
        end, item = _item(lines, end, found)
        items.append(Item(start, item))
        after = end
        while after < len(lines) and not lines[after].strip():
            after += 1
        following = syntax.ITEM.match(lines[after]) if after < len(lines) else None
        if following is None or following[2][-1] != kind or syntax.RULE.match(lines[after]):
            break
        spread = spread or after > end
        end = after
    return Block("list", at, end, level=number, items=tuple(items), loose=spread)


def _item(lines: Sequence[str], at: int, match: re.Match[str]) -> tuple[int, tuple[str, ...]]:
    """(line after the item, the item's lines without marker and indentation)."""
    begin = len(match[1]) + len(match[2])
    blanks = indent(match[4], begin) if match[5] else 1
    blanks = blanks if blanks <= 4 else 1  # more is indented code
    offset = begin + blanks
    inner = _Container()
    inner.add(unindent(match[4] + match[5], blanks, begin) if match[5] else "")
    end, last = at + 1, at + 1
    while end < len(lines):
        line = lines[end]
        if not line.strip():
            if end == at + 1 and not match[5]:
                break
            inner.add("")
        elif indent(line) >= offset:
            inner.add(unindent(line, offset))
            last = end + 1
        elif inner.takes(lines, end):
            inner.add_lazily(line)
            last = end + 1
        else:
            break
        end += 1
    return last, tuple(inner.lines[: last - at])


def leaves(lines: Sequence[str], offset: int = 0, depth: int = 0) -> Iterator[tuple[int, Block]]:
    """Every block that is no list, quote or footnote, at any depth, with the line its ``start`` is counted from."""
    for block in blocks(lines):
        if depth >= MAX_DEPTH:
            yield offset, block
        elif block.kind == "list":
            for item in block.items:
                yield from leaves(item.lines, offset + item.start, depth + 1)
        elif block.kind == "quote" or (block.kind == "definition" and block.text.startswith("^")):
            yield from leaves(block.lines, offset + block.start, depth + 1)
        else:
            yield offset, block
