"""Patterns for lines of Markdown by CommonMark 0.31 and GFM, and the indentation of lines.

A repetition is possessive (``*+``, ``++``) if the next part cannot begin like the repeated part. So no line makes a
pattern backtrack for long.
"""

from __future__ import annotations

import re

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
DEFINITION = re.compile(r" {0,3}\[(\^?[^\[\]\\]++)\]:[ \t]*(.*)$")
LINK_TARGET = re.compile(r"(?:<([^<>]*)>|([^\s<]\S*))(?:[ \t]+(?:\"([^\"]*)\"|'([^']*)'|\(([^()]*)\)))?[ \t]*$")
"""A link's target, with or without angle brackets, and its title in any of three kinds of quotation marks."""
DELIMITER_ROW = re.compile(r" {0,3}\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+$")
FOOTNOTE = r"\[\^([^\[\]\s]++)\]"
"""A reference to a footnote. A label has no ``[``, because a search from each ``[^`` would take quadratic time."""
MATH = re.compile(r" {0,3}\$\$")
COMMENT = re.compile(r" {0,3}<!--")
RAW_HTML = re.compile(r" {0,3}<(pre|script|style|textarea)(?=[\s>]|$)", re.IGNORECASE)
BLOCK_HTML = re.compile(
    r"""
    [ ]{0,3}</?
    (?:
        address|article|aside|audio|blockquote|body|center|col|colgroup|dd|details|dialog|dir|div|dl|dt
        |fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main
        |menu|nav|ol|optgroup|option|p|param|search|section|source|summary|table|tbody|td|tfoot|th|thead|title|tr
        |track|ul|video
    )
    (?=[\s>]|/>|$)
    """,
    re.IGNORECASE | re.VERBOSE,
)
LONE_TAG = re.compile(
    r"""
    [ ]{0,3}</?[a-z][a-z0-9-]*+                                              # the name
    (?:
        \s++[a-z_:][\w.:-]*+                                                 # the name of an attribute
        (?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?+                   # its value
    )*+
    \s*+/?>\s*$
    """,
    re.IGNORECASE | re.VERBOSE,
)
MAYBE_START = frozenset("#`~-*+_0123456789><|$=[:")
"""The first characters, after blanks, of lines that may begin another block than a paragraph or a table."""


def unindent(line: str, columns: int, start: int = 0) -> str:
    """Return ``line``, which begins in column ``start``, without up to ``columns`` columns of leading blanks.

    A tab reaches to the next multiple of 4. Blanks replace the rest of a tab that is cut in two.
    """
    if "\t" not in line[: len(line) - len(line.lstrip(" \t"))]:
        blanks = len(line) - len(line.lstrip(" "))
        return line[min(columns, blanks) :]
    rest = line.lstrip(" \t")
    taken = min(columns, width := indent(line, start))
    if taken == columns and (start + columns) % 4 == 0:
        cut = 0
        while indent(line[:cut], start) < columns:
            cut += 1
        return line[cut:]
    return " " * (width - taken) + rest


def indent(line: str, start: int = 0) -> int:
    """Return the columns of leading blanks of ``line``, which begins in column ``start``."""
    blanks = line[: len(line) - len(line.lstrip(" \t"))]
    return len((" " * start + blanks).expandtabs(4)) - start
