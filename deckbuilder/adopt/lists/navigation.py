"""Navigation for readers on the web, which is useless on a card: contents, links to the top, badges, anchors."""

from __future__ import annotations

import re
from collections.abc import Sequence

from deckbuilder.adopt.lists.markdown_page import bare
from deckbuilder.markdown.block import Block
from deckbuilder.markdown.block_parser import blocks

_CONTENTS = re.compile(r"(?:table of )?contents?|toc|index|inhalt(?:sverzeichnis)?|目录|目錄|目次", re.IGNORECASE)
_TOC_MARK = re.compile(r"\s*(?:\[\[?_?toc_?\]\]?|\{:toc\}|<!--\s*/?toc.*-->)\s*", re.IGNORECASE)
_INNER_LINK = r"(?:\[[^\[\]]*\]\(\#[^)]*\)|<a\b(?:(?!\bhref)[^<>])*+\bhref\s*=\s*[\"']?\#[^<>]*>.*?</a>)"
_BACK = re.compile(
    rf"""
    (?:<(?:p|div|br|b|sup|sub|small)\b[^>]*>|[*_(>|\s-])*           # tags and marks around the link
    {_INNER_LINK}
    (?:</(?:p|div|b|sup|sub|small)>|<br\s*/?>|[*_)|\s-])*
    """,
    re.IGNORECASE | re.VERBOSE,
)
_UP = re.compile(
    r"\btop\b|\bback\b|\bup\b|contents|\btoc\b|\bindex\b|\bhome\b|[⬆↑↥⇧🔝🔼]|顶部|顶|目录|返回|回到|上へ", re.IGNORECASE
)
_BADGE = re.compile(
    r"""
    \s*
    (?:
        (?:
            \[?!\[[^\[\]]*\]\((?:(?!badge|shields\.io)[^)])*+[^)]+\)(?:\]\([^)]*\))?          # in Markdown, linked or not
            |<a\b[^>]*>\s*<img\b(?:(?!badge|shields\.io)[^>])*+[^>]+>\s*</a>                   # a linked one in HTML
            |<img\b(?:(?!badge|shields\.io)[^>])*+[^>]+>
            |</?(?:p|div|center)\b[^>]*>                                                      # the element around them
        )
        \s*
    )+
    """,
    re.IGNORECASE | re.VERBOSE,
)
_EMPTY_ANCHOR = re.compile(r"\s*(?:<a\b(?:(?!\b(?:name|id)\s*=)[^>])*+\b(?:name|id)\s*=[^>]*(?:/>|>\s*</a>)\s*)+", re.IGNORECASE)
_GAP = re.compile(r"\s*(?:<br\s*/?>\s*)+", re.IGNORECASE)
"""Breaks outside a paragraph."""
_LINK_LINE = re.compile(r"(?:\*\*|__|\[[ x]\]\s)*\[(?:[^\[\]]|\[[^\]]*\])*\]\(#[^)]*\)(?:\*\*|__)?[\s.,;|·–-]*(?:\(?\d+\)?)?")
_CELL_LINK = re.compile(r"\|(?:(?!\]\(#)[^|])*+\]\(#[^)|]*\)[^|]*(?=\||$)")

_DEEPEST = 10
"""The most lists in one another that are a table of contents. A page has six levels of headings."""


def is_contents(block: Block, depth: int = 0) -> bool:
    """Return whether ``block`` is a table of contents: links into the page, or a mark such as ``[TOC]``.

    ``depth`` is the number of lists around.
    """
    if block.kind == "list":
        return depth < _DEEPEST and all(_item_links(item.lines, depth + 1) for item in block.items)
    if block.kind == "table":
        rows = block.lines[2:]
        return sum(bool(_CELL_LINK.search(f"|{row.strip().strip('|')}")) for row in rows) * 2 > len(rows)
    return block.kind in ("text", "comment") and all(_TOC_MARK.fullmatch(line) for line in block.lines)


def _item_links(lines: Sequence[str], depth: int) -> bool:
    found = list(blocks(lines))
    return bool(found) and all(
        is_contents(block, depth) if block.kind == "list" else block.kind == "text" and bool(_LINK_LINE.fullmatch(_line(block)))
        for block in found
    )


def _line(block: Block) -> str:
    return " ".join(line.strip() for line in block.lines)


def names_contents(heading: str) -> bool:
    """Return whether a heading is the title of a table of contents."""
    return bool(_CONTENTS.fullmatch(re.sub(r"[^\w\s]", "", bare(heading)).strip()))


def without(text: str) -> str:
    """Return ``text`` without contents, links to the top, badges, empty anchors, and rules at its beginning or end."""
    lines = text.split("\n")
    kept: list[tuple[str, list[str]]] = []
    end = 0
    for block in blocks(lines):
        gap = lines[end : block.start]
        own = [] if is_contents(block) else _kept(block, lines)
        kept += [(block.kind, gap + own)] if own else [("", gap)]
        end = block.end
    kept.append(("", lines[end:]))
    for at in (0, -1):
        while kept and kept[at][0] in ("", "rule"):
            del kept[at]
    return "\n".join(line for _, piece in kept for line in piece).strip("\n")


def _kept(block: Block, lines: Sequence[str]) -> list[str]:
    """Return the lines of ``block`` without links to the top, badges and empty anchors."""
    own = list(lines[block.start : block.end])
    if block.kind == "html" and (_is_noise("".join(own)) or _GAP.fullmatch("".join(own))):
        return []
    if block.kind not in ("text", "html"):
        return own
    kept = [line for line in own if not _is_noise(line)]
    # An empty line instead of a removed line would split the paragraph.
    return kept if any(line.strip() for line in kept) else []


def _is_noise(line: str) -> bool:
    if not line.strip():
        return False
    back = _BACK.fullmatch(line) and _UP.search(line)
    return bool(back or (_BADGE.fullmatch(line) and "<" not in _IMAGES.sub("", line)) or _EMPTY_ANCHOR.fullmatch(line))


_IMAGES = re.compile(r"</?(?:a|img)\b[^>]*>", re.IGNORECASE)
