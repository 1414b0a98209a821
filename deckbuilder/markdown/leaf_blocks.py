"""The blocks that hold no other blocks, each read from its first line; and the blocks that may end a paragraph."""

from __future__ import annotations

import re
from collections.abc import Sequence

from deckbuilder.markdown import links, patterns
from deckbuilder.markdown.block import Block, BlockKind
from deckbuilder.markdown.patterns import exact, unindent, with_tabs

_PIPE = re.compile(r"(?<!\\)\|")
LONGEST_DEFINITION = 20
"""Lines of a link's definition."""
MOST_MISSING = 100_000
"""The most cells that may be missing in the rows of a table. Each missing cell is added, so a short text could fill the memory.

GitHub's parser has such a limit, too (``MAX_AUTOCOMPLETED_CELLS``): 524,288.
"""


def code(lines: Sequence[str], at: int) -> Block:
    """Return the indented code from line ``at`` on: lines indented by four columns or more, and blank lines between."""
    end = last = at
    while end < len(lines) and (not lines[end].strip() or patterns.INDENTED.match(lines[end])):
        end += 1
        if lines[end - 1].strip():
            last = end
    return Block("code", at, last, lines=with_tabs(unindent(line, 4) for line in exact(lines)[at:last]))


def fence(lines: Sequence[str], at: int, opening: re.Match[str]) -> Block:
    """Return the fenced code block from line ``at`` to its closing fence or to the end of ``lines``."""
    indent, marks = len(opening[1]), opening[2]
    end = at + 1
    while end < len(lines) and not patterns.ends_fence(lines[end], marks):
        end += 1
    closed = end < len(lines)
    last = end if closed or lines[-1] else end - 1  # a text that ends with a newline has no further line
    content = with_tabs(unindent(line, indent) if indent else line for line in exact(lines)[at + 1 : last])
    return Block("fence", at, end + closed, text=opening[3].strip(), lines=content, closed=closed)


def comment(lines: Sequence[str], at: int) -> Block:
    """Return the HTML comment from line ``at`` to the line with ``-->`` or to the end of ``lines``."""
    end = at
    while end < len(lines) and "-->" not in lines[end]:
        end += 1
    closed = end < len(lines)
    # Text after the comment is shown, as on GitHub.
    kind: BlockKind = "html" if closed and lines[end].partition("-->")[2].strip() else "comment"
    return Block(kind, at, end + closed, lines=tuple(lines[at : end + closed]), closed=closed)


def raw_html(lines: Sequence[str], at: int, tag: str) -> Block:
    """Return ``<pre>`` or another raw element from line ``at`` to its end tag or to the end of ``lines``."""
    closing = re.compile(rf"</{tag}>", re.IGNORECASE)
    end = at
    while end < len(lines) and not closing.search(lines[end]):
        end += 1
    closed = end < len(lines)
    return Block("html", at, end + closed, lines=with_tabs(exact(lines)[at : end + closed]), closed=closed)


def html(lines: Sequence[str], at: int) -> Block:
    """Return the HTML from line ``at`` to a blank line; Markdown is Markdown again after a blank line."""
    end = at + 1
    while end < len(lines) and lines[end].strip():
        end += 1
    return Block("html", at, end, lines=with_tabs(exact(lines)[at:end]))


def math(lines: Sequence[str], at: int) -> Block | None:
    """Return ``$$ … $$`` alone on its lines from line ``at`` on, without a blank line, or ``None``."""
    first = lines[at].strip()[2:]
    end, text = at, first
    while "$$" not in text:
        end += 1
        if end >= len(lines) or not lines[end].strip():
            return None
        text = lines[end]
    if not text.rstrip().endswith("$$"):
        return None
    content = "\n".join([first, *lines[at + 1 : end + 1]]).rstrip().removesuffix("$$")
    if not content.strip() or "$$" in content:
        return None
    return Block("math", at, end + 1, lines=tuple(content.split("\n")))


def table(lines: Sequence[str], at: int) -> Block | None:
    """Return the GFM table with its header row on line ``at``, or ``None``. A blank line or another block ends a table."""
    if at + 1 >= len(lines) or "|" not in lines[at] or not patterns.DELIMITER_ROW.match(lines[at + 1]):
        return None
    columns = len(cells(lines[at]))
    if "|" not in lines[at + 1] or columns != len(cells(lines[at + 1])):
        return None
    end, missing = at + 2, 0
    while end < len(lines) and lines[end].strip() and not interrupts(lines, end):
        if (end - at) * columns > MOST_MISSING:
            missing += max(0, columns - len(cells(lines[end])))
        if missing > MOST_MISSING:
            break
        end += 1
    return Block("table", at, end, lines=tuple(line.strip() for line in lines[at:end]))


def cells(row: str) -> list[str]:
    """Return the cells of a table's row. As on GitHub, each pipe without a backslash before it ends a cell, even in code."""
    inner = row.strip().removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return [cell.strip().replace("\\|", "|") for cell in _PIPE.split(inner)]


def definition(lines: Sequence[str], at: int) -> Block | None:
    """Return ``[label]: target "title"``, or ``[^label]: text`` with its further lines. These are indented after a blank line."""
    if match := patterns.FOOTNOTE_TEXT.match(lines[at]):
        return _footnote(lines, at, match)
    end = at + 1
    while end < min(len(lines), at + LONGEST_DEFINITION) and lines[end].strip() and not interrupts(lines, end):
        end += 1
    found = links.definition("\n".join(lines[at:end]))
    if found is None:
        return None
    content = tuple(found.source.strip().split("\n"))
    count = found.label.count("\n") + found.source.count("\n") + 1
    return Block("definition", at, at + count, text=found.label, lines=content)


def _footnote(lines: Sequence[str], at: int, match: re.Match[str]) -> Block:
    end, content, given = at + 1, [match[2]], exact(lines)
    while end < len(lines):
        line = lines[end]
        if line.strip() and (patterns.INDENTED.match(line) or (lines[end - 1].strip() and _continues(lines, end))):
            content += [unindent(blank, 4) for blank in given[at + len(content) : end]]
            content.append(unindent(given[end], 4))
        elif line.strip():
            break
        end += 1
    return Block("definition", at, at + len(content), text=match[1], lines=tuple(content))


def _continues(lines: Sequence[str], at: int) -> bool:
    """Return whether line ``at`` continues the paragraph of the line before it."""
    return not interrupts(lines, at) and not patterns.FOOTNOTE_TEXT.match(lines[at])


def interrupts(lines: Sequence[str], at: int) -> bool:
    """Return whether line ``at`` begins a block that may end a paragraph without a blank line between."""
    line = lines[at]
    char = line.lstrip()[0]
    if char not in patterns.MAYBE_START or patterns.INDENTED.match(line):
        return False
    if char in "-+*0123456789" and (match := patterns.ITEM.match(line)):
        # "1986. A great year" and a line with only "-" continue a paragraph.
        return bool(patterns.RULE.match(line)) or (bool(match[5]) and match[3] in (None, "1"))
    if char == "<":
        return any(begin.match(line) for begin in (patterns.COMMENT, patterns.RAW_HTML, patterns.BLOCK_HTML))
    if char == "$":
        return bool(patterns.MATH.match(line)) and math(lines, at) is not None
    begin = _INTERRUPTS.get(char)
    return begin is not None and begin.match(line) is not None


_INTERRUPTS = {
    "#": patterns.HEADING,
    ">": patterns.QUOTE,
    **dict.fromkeys("-*_", patterns.RULE),
    **dict.fromkeys("`~", patterns.FENCE),
}
"""The pattern of the block that a first character may begin. ``interrupts`` itself handles ``<``, ``$`` and list markers."""
