"""Patterns for lines of Markdown by CommonMark 0.31 and GFM, and the indentation of lines.

A repetition is possessive (``*+``, ``++``) if the next part cannot begin like the repeated part. So no line makes a
pattern backtrack for long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from deckbuilder.markdown.html_tags import BLOCKS, ELEMENTS, TAG
from deckbuilder.model.control_characters import CUT_TABS

INDENTED = re.compile(r" {4}| {0,3}\t")
HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?$")
RULE = re.compile(r" {0,3}(?:(?:-[ \t]*+){3,}+|(?:\*[ \t]*+){3,}+|(?:_[ \t]*+){3,}+)$")
SEPARATOR = re.compile(r" {0,3}-{3,}[ \t]*$")
"""A rule of hyphens only, which separates a question from its answer."""
UNDERLINE = re.compile(r" {0,3}=+[ \t]*$")
"""The line below the text of a heading of level 1."""
FENCE = re.compile(r"( {0,3})(`{3,}(?=[^`]*$)|~{3,})[ \t]*(.*)$")
QUOTE = re.compile(r" {0,3}>")
ITEM = re.compile(r"( {0,3})([-+*]|(\d{1,9})[.)])(?:([ \t]+)(.*)|[ \t]*)$")
LABEL = re.compile(r" {0,3}\[(?!\])")
FOOTNOTE_TEXT = re.compile(r" {0,3}\[(\^[^\[\]\s]++)\]:[ \t]*(.*)$")
DELIMITER_ROW = re.compile(r" {0,3}\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+$")
FOOTNOTE = r"\[\^([^\[\]\s]++)\]"
"""A reference to a footnote. A label has no ``[``, because a search from each ``[^`` would take quadratic time."""
MATH = re.compile(r" {0,3}\$\$")
COMMENT = re.compile(r" {0,3}<!--")
RAW_HTML = re.compile(r" {0,3}<(pre|script|style|textarea)(?=[\s>]|$)", re.IGNORECASE)
BLOCK_HTML = re.compile(rf" {{0,3}}</?(?:{'|'.join(sorted(BLOCKS))})(?=[\s>]|/>|$)", re.IGNORECASE)
LONE_TAG = re.compile(rf"[ ]{{0,3}}{TAG.pattern}\s*$", TAG.flags)
_BLANKS = " \t" + CUT_TABS
_CUT = re.compile(f"[{CUT_TABS}]")
_WIDTHS = {" ": 1} | {mark: width for width, mark in enumerate(CUT_TABS, 1)}
MAYBE_START = frozenset("#`~-*+_0123456789><|$=[:")
"""The first characters, after blanks, of lines that may begin another block than a paragraph or a table."""


def ends_fence(line: str, marks: str) -> bool:
    """Return whether ``line`` ends the fence whose first line has these ``marks``."""
    bare = line.strip(" \t")
    return len(bare) >= len(marks) and not bare.strip(marks[0]) and not INDENTED.match(line)


class Flat(list[str]):
    """Lines with blanks in the place of cut tabs, so that their structure can be read; ``exact`` are the lines as they are."""

    exact: Sequence[str]


def flat(lines: Sequence[str]) -> Sequence[str]:
    """Return ``lines`` to read their structure from."""
    if not _CUT.search("".join(lines)):
        return lines
    found = Flat(flat_line(line) for line in lines)
    found.exact = lines
    return found


def flat_line(line: str) -> str:
    """Return ``line`` with blanks in the place of cut tabs."""
    return _CUT.sub(lambda match: " " * _WIDTHS[match[0]], line)


def exact(lines: Sequence[str]) -> Sequence[str]:
    """Return the lines that ``flat`` was given."""
    return lines.exact if isinstance(lines, Flat) else lines


def with_tabs(lines: Iterable[str]) -> tuple[str, ...]:
    """Return ``lines`` with tabs in the place of cut ones: code as its author wrote it."""
    given = tuple(lines)
    return tuple(_CUT.sub("\t", line) for line in given) if _CUT.search("".join(given)) else given


def unindent(line: str, columns: int, start: int = 0) -> str:
    """Return ``line``, which begins in column ``start``, without up to ``columns`` columns of leading blanks.

    A tab reaches to the next multiple of 4. The rest of a tab that is cut in two becomes blanks. Tabs behind the cut keep
    their width. Each of them becomes a mark for its width, unless a tab in the new line has that width.
    """
    blanks = line[: len(line) - len(line.lstrip(_BLANKS))]
    if not blanks.strip(" "):
        return line[min(columns, len(blanks)) :]
    left, column, kept = columns, start, []
    for char in blanks:
        width = _WIDTHS.get(char) or 4 - column % 4
        column += width
        if left >= width:
            left -= width
        elif left:
            kept.append(" " * (width - left))
            left = 0
        else:
            kept.append(" " if char == " " else "\t" if width == 4 and (start + columns) % 4 == 0 else CUT_TABS[width - 1])
    return "".join(kept) + line[len(blanks) :]


def indent(line: str, start: int = 0) -> int:
    """Return the columns of leading blanks of ``line``, which begins in column ``start``."""
    column = start
    for char in line:
        if char not in _BLANKS:
            break
        column += _WIDTHS.get(char) or 4 - column % 4
    return column - start


def is_lone_tag(line: str) -> bool:
    """Return whether ``line`` is one tag of an element of HTML: a line ``<path>`` is text."""
    match = LONE_TAG.match(line)
    return match is not None and (match["open"] or match["close"]).lower() in ELEMENTS
