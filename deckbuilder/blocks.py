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

BlockKind = Literal["code", "comment", "definition", "fence", "heading", "html", "list", "math", "quote", "rule", "table", "text"]

MAX_DEPTH = 60
"""How deep quotes and lists are followed; nobody reads deeper ones, and every level costs stack."""

_INDENTED = re.compile(r" {4}| {0,3}\t")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?$")
_CLOSING_HASHES = re.compile(r"(?:^|[ \t]+)#+[ \t]*$")
_RULE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
SEPARATOR = re.compile(r" {0,3}-{3,}[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}=+[ \t]*$")
_FENCE = re.compile(r"( {0,3})(`{3,}(?=[^`]*$)|~{3,})[ \t]*(.*)$")
_QUOTE = re.compile(r" {0,3}> ?")
_ITEM = re.compile(r"( {0,3})([-+*]|(\d{1,9})[.)])(?:([ \t]+)(.*)|[ \t]*)$")
_DEFINITION = re.compile(r" {0,3}\[(\^?[^\]\\]+)\]:[ \t]*(.*)$")
_LINK_TARGET = re.compile(r"(?:<[^<>]*>|[^\s<]\S*)(?:[ \t]+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?[ \t]*$")
_DELIMITER_ROW = re.compile(r" {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_MATH = re.compile(r" {0,3}\$\$")
_COMMENT = re.compile(r" {0,3}<!--")
_RAW_HTML = re.compile(r" {0,3}<(pre|script|style|textarea)(?=[\s>]|$)", re.IGNORECASE)
_BLOCK_HTML = re.compile(
    r" {0,3}</?(?:address|article|aside|audio|blockquote|body|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|"
    r"fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|"
    r"menu|nav|ol|optgroup|option|p|param|search|section|source|summary|table|tbody|td|tfoot|th|thead|title|tr|"
    r"track|ul|video)(?=[\s>]|/>|$)",
    re.IGNORECASE,
)
_LONE_TAG = re.compile(
    r" {0,3}</?[a-z][a-z0-9-]*+(?:\s++[a-z_:][\w.:-]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'=<>`]++))?+)*+\s*+/?>\s*$",
    re.IGNORECASE,
)
_MAYBE_START = frozenset("#`~-*+_0123456789><|$=[:")


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
    """Of a fence or a comment: whether its end was found."""


def unindent(line: str, columns: int) -> str:
    """``line`` without up to ``columns`` columns of leading blanks; a tab reaches to the next multiple of 4."""
    if line.startswith(" " * columns):
        return line[columns:]
    width = taken = 0
    for char in line:
        if width >= columns or char not in " \t":
            break
        width += 4 - width % 4 if char == "\t" else 1
        taken += 1
    return " " * (width - columns) + line[taken:]


def _indent(line: str) -> int:
    """Columns of leading blanks."""
    blanks = line[: len(line) - len(line.lstrip(" \t"))]
    return len(blanks.expandtabs(4)) if blanks else 0


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
    if _INDENTED.match(line):
        return _code(lines, at)
    if line.lstrip()[0] not in _MAYBE_START:
        return None
    if match := _HEADING.match(line):
        text = _CLOSING_HASHES.sub("", match[2] or "").strip()
        return Block("heading", at, at + 1, level=len(match[1]), text=text)
    if _RULE.match(line):
        return Block("rule", at, at + 1)
    if match := _FENCE.match(line):
        return _fence(lines, at, match)
    if _QUOTE.match(line):
        return _quote(lines, at)
    if match := _ITEM.match(line):
        return _list(lines, at, match)
    if _COMMENT.match(line):
        return _comment(lines, at)
    if match := _RAW_HTML.match(line):
        return _raw_html(lines, at, match[1])
    if _BLOCK_HTML.match(line) or _LONE_TAG.match(line):
        return _html(lines, at)
    if _MATH.match(line) and (math := _math(lines, at)) is not None:
        return math
    if (match := _DEFINITION.match(line)) and (match[1].startswith("^") or _LINK_TARGET.match(match[2])):
        return _definition(lines, at, match)
    return _table(lines, at)


def _interrupts(lines: Sequence[str], at: int) -> bool:
    """Whether line ``at`` begins a block that may end a paragraph without a blank line between."""
    line = lines[at]
    if _INDENTED.match(line) or line.lstrip()[0] not in _MAYBE_START:
        return False
    if match := _ITEM.match(line):
        # "1986. A great year" or a line that is just "-" goes on with a paragraph
        return bool(_RULE.match(line)) or (bool(match[5]) and match[3] in (None, "1"))
    if any(begin.match(line) for begin in (_HEADING, _RULE, _FENCE, _QUOTE, _COMMENT, _RAW_HTML, _BLOCK_HTML)):
        return True
    return bool(_MATH.match(line)) and _math(lines, at) is not None


def _text(lines: Sequence[str], at: int) -> Block:
    """A paragraph: it runs to a blank line, or to a block that may interrupt it."""
    end = at + 1
    while end < len(lines) and lines[end].strip():
        if _UNDERLINE.match(lines[end]):
            text = " ".join(line.strip() for line in lines[at:end])
            return Block("heading", at, end + 1, level=1, text=text)
        if _interrupts(lines, end) or _table(lines, end) is not None:
            break
        end += 1
    return Block("text", at, end, lines=tuple(lines[at:end]))


def _code(lines: Sequence[str], at: int) -> Block:
    """Indented code: four columns and more, blank lines between."""
    end = last = at
    while end < len(lines) and (not lines[end].strip() or _INDENTED.match(lines[end])):
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
    return Block("comment", at, end + closed, lines=tuple(lines[at : end + closed]), closed=closed)


def _raw_html(lines: Sequence[str], at: int, tag: str) -> Block:
    """``<pre>`` and the like: to the line with its end tag."""
    closing = re.compile(rf"</{tag}>", re.IGNORECASE)
    end = at
    while end < len(lines) and not closing.search(lines[end]):
        end += 1
    end = min(end + 1, len(lines))
    return Block("html", at, end, lines=tuple(lines[at:end]))


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
    if at + 1 >= len(lines) or "|" not in lines[at] or not _DELIMITER_ROW.match(lines[at + 1]):
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
            if line.strip() and (_INDENTED.match(line) or (lines[end - 1].strip() and _continues(lines, end))):
                content += [""] * (end - at - len(content))
                content.append(unindent(line, 4))
            elif line.strip():
                break
            end += 1
        end = at + len(content)
    return Block("definition", at, end, text=match[1], lines=tuple(content))


def _continues(lines: Sequence[str], at: int) -> bool:
    """Whether line ``at`` goes on with the paragraph of the line before it."""
    return not _interrupts(lines, at) and not _DEFINITION.match(lines[at])


class _Container:
    """Lines of a quote or list item as they are gathered; knows whether the last one is running text."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._fence = ""

    def add(self, line: str) -> None:
        self.lines.append(line)
        bare = re.sub(r"^(?:[ \t]*(?:[-+*]|\d{1,9}[.)]|>)[ \t]+)*[ \t]*", "", line)
        if self._fence:
            if bare.rstrip() and not bare.rstrip().strip(self._fence[0]) and len(bare.rstrip()) >= len(self._fence):
                self._fence = ""
        elif match := _FENCE.match(bare):
            self._fence = match[2]

    def takes(self, lines: Sequence[str], at: int) -> bool:
        """Whether the unmarked line ``at`` continues a paragraph in here (CommonMark's lazy continuation)."""
        if self._fence or not self.lines or not self.lines[-1].strip():
            return False
        last = self.lines[-1]
        if _INDENTED.match(last) or _HEADING.match(last) or _RULE.match(last) or last.lstrip().startswith(("```", "~~~")):
            return False
        return not _interrupts(lines, at)


def _quote(lines: Sequence[str], at: int) -> Block:
    inner = _Container()
    end = at
    while end < len(lines):
        line = lines[end]
        if match := _QUOTE.match(line):
            inner.add(line[match.end() :])
        elif line.strip() and inner.takes(lines, end):
            inner.add(line.lstrip())
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
        found = None if _RULE.match(lines[end]) else _ITEM.match(lines[end])
        if found is None or found[2][-1] != kind:
            break
        start = end
        end, item = _item(lines, end, found)
        items.append(Item(start, item))
        after = end
        while after < len(lines) and not lines[after].strip():
            after += 1
        following = _ITEM.match(lines[after]) if after < len(lines) else None
        if following is None or following[2][-1] != kind or _RULE.match(lines[after]):
            break
        spread = spread or after > end
        end = after
    return Block("list", at, end, level=number, items=tuple(items), loose=spread)


def _item(lines: Sequence[str], at: int, match: re.Match[str]) -> tuple[int, tuple[str, ...]]:
    """(line after the item, the item's lines without marker and indentation)."""
    blanks = _indent(match[4]) if match[4] and match[5] else 1
    offset = len(match[1]) + len(match[2]) + (blanks if blanks <= 4 else 1)
    inner = _Container()
    rest = (match[4] or "") + (match[5] or "")
    inner.add(unindent(rest, blanks if blanks <= 4 else 1) if match[5] else "")
    end, last = at + 1, at + 1
    while end < len(lines):
        line = lines[end]
        if not line.strip():
            if end == at + 1 and not match[5]:
                break
            inner.add("")
        elif _indent(line) >= offset:
            inner.add(unindent(line, offset))
            last = end + 1
        elif inner.takes(lines, end) and not _ITEM.match(line):
            inner.add(line.lstrip())
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
