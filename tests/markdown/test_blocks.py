"""The blocks of a text, as on GitHub, compared with another CommonMark parser on random texts."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from deckbuilder.markdown.block import Block
from deckbuilder.markdown.block_parser import blocks, leaves
from deckbuilder.markdown.patterns import unindent

REFERENCE = MarkdownIt("commonmark").enable("table")


def kinds(text: str) -> list[str]:
    return [block.kind for block in blocks(text.split("\n"))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# a\n#b\n####### c\n   ## d\n    ## e", ["heading", "text", "heading", "code"]),
        ("a\n---\nb", ["text", "rule", "text"]),
        ("a\n===\nb", ["heading", "text"]),
        ("```\n## a\n---\n```\n## b", ["fence", "heading"]),
        ("~~~~\n```\n~~~\n~~~~\nx", ["fence", "text"]),
        ("``` a`b\nx", ["text"]),
        ("- a\n\n  ```\n  ## b\n  ```\n## c", ["list", "heading"]),
        ("> ```\n> ## a\n> ```\n## b", ["quote", "heading"]),
        ("1. a\n\n## b", ["list", "heading"]),
        ("a\n2. b", ["text"]),
        ("a\n1. b", ["text", "list"]),
        ("a\n- b", ["text", "list"]),
        ("a\n-", ["text"]),
        ("- a\n* b\n1. c\n1) d", ["list", "list", "list", "list"]),
        ("* * *\n- - -\n- a", ["rule", "rule", "list"]),
        ("<!-- a\n\n## b -->\n## c", ["comment", "heading"]),
        ("<pre>\n\n## a\n</pre>\n## b", ["html", "heading"]),
        ("<details>\n\n## a\n\n</details>", ["html", "heading", "html"]),
        ("a\n<div>\nb", ["text", "html"]),
        ("a\n<b>\nc", ["text"]),
        ("$$\na\n$$\nb", ["math", "text"]),
        ("$$5 and $$6", ["text"]),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n- c", ["table", "list"]),
        ("a | b\n---\nc", ["text", "rule", "text"]),
        ("| a \\\\| b |\n|---|\n| 1 |", ["table"]),
        ("| a \\\\| b |\n|---|---|\n| 1 | 2 |", ["text"]),
        ("[a]: b\n[^c]: d\n    e\n\nf", ["definition", "definition", "text"]),
        ("[a]: b c", ["text"]),
        ("\t## a\n\n \t## b", ["code"]),
    ],
)
def test_kinds(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


def test_positions_of_what_is_nested() -> None:
    lines = ["a", "", "- b", "", "  > c", "  > ```x", "  > d", "  > ```", ""]
    found = [(offset + block.start, block.kind, block.lines) for offset, block in leaves(lines)]
    assert found == [(0, "text", ("a",)), (2, "text", ("b",)), (4, "text", ("c",)), (5, "fence", ("d",))]


def test_tabs_reach_to_the_next_multiple_of_four() -> None:
    assert [unindent("\tx", 4), unindent("\tx", 2), unindent("  x", 4), unindent(" \tx", 2)] == ["x", "  x", "x", "  x"]


LINES = st.sampled_from(
    """
a|b c|# d|## e {#f}|---|***|- - -|===|```|```python|~~~|````|- g|-|* h|+ i|1. j|2. k|10) l|> m|>|> - n|> ```|- ```|- > o|<!-- p|-->|
<!-- q -->|<div>|</div>|<pre>|</pre>|<b>|$$|| r | s ||:-|-:|| t ||[u]: v|\tw|\u3000x|*y*|`z`|&amp;|\\|#|##|中文。
""".strip()
    .replace("\n", "")
    .split("|")
)
INDENTS = st.sampled_from(["", "", "", " ", "  ", "   ", "    ", "     ", "      ", "        ", "\t"])
TEXTS = st.lists(st.builds(str.__add__, INDENTS, LINES) | st.just(""), max_size=14).map("\n".join)


def theirs(text: str) -> set[tuple[str, int]]:
    """Return (kind, first line) of every ATX heading and piece of code, at any depth."""
    found = set()
    for token in REFERENCE.parse(text):
        if token.map and (token.type == "fence" or (token.type == "heading_open" and token.markup.startswith("#"))):
            found.add((token.type.removesuffix("_open"), token.map[0]))
        elif token.type == "code_block" and token.map:
            found.add(("code", token.map[0]))
    return found


def ours(text: str) -> set[tuple[str, int]]:
    lines = text.split("\n")
    return {
        (block.kind, offset + block.start)
        for offset, block in leaves(lines)
        if block.kind in ("fence", "code") or (block.kind == "heading" and "#" in lines[offset + block.start])
    }


def document(random: Random, depth: int = 0) -> list[str]:
    """Return a text as people write texts: containers in containers, indented to the text of their first line."""
    lines: list[str] = []
    for _ in range(random.randint(1, 4)):
        kind = random.choice(
            ["text", "text", "fence", "heading", "bullets", "numbers", "quote", "code", "html", "comment", "table"]
        )
        if kind in ("bullets", "numbers", "quote") and depth > 3:
            kind = "text"
        if kind == "text":
            lines += ["some text", "- 1 on a line"[2:], "more *text*"][: random.randint(1, 3)]
        elif kind == "fence":
            fence = random.choice(["```", "~~~", "````"])
            inner = random.sample(["# no heading", "---", "- no item", "", "    deep", "> no quote", "``", "| a |"], 3)
            lines += [f"{fence}python", *inner, fence]
        elif kind == "heading":
            lines.append("#" * random.randint(1, 6) + " heading")
        elif kind in ("bullets", "numbers"):
            marker = random.choice(["- ", "* ", "+  ", "-   "]) if kind == "bullets" else random.choice(["1. ", "1) ", "12.  "])
            for _ in range(random.randint(1, 3)):
                first, *rest = document(random, depth + 1)
                blank = " " * len(marker)
                lines += [marker + first, *(blank + line if line else "" for line in rest)]
                lines += [""] * random.randint(0, 1)
        elif kind == "quote":
            lines += [("> " + line).rstrip() for line in document(random, depth + 1)]
        elif kind == "code":
            lines += ["", "    indented", "", "    # code"]
        elif kind == "html":
            lines += ["<div>", "# in html", "</div>"]
        elif kind == "comment":
            lines += ["<!-- a comment", "", "# in it", "-->"]
        elif kind == "table":
            lines += ["", "| a | b |", "|---|---|", "| 1 | 2 |", ""]  # parsers end a table differently
        lines += [""] * random.randint(0, 2)
    return lines if lines[0] and not lines[0].startswith(" ") else ["first", *lines]


@pytest.mark.parametrize("seed", range(600))
def test_headings_and_code_are_where_commonmark_sees_them(seed: int) -> None:
    text = "\n".join(document(Random(seed)))
    assert ours(text) == theirs(text), text


@pytest.mark.slow
@settings(max_examples=1000, deadline=None)
@given(TEXTS)
def test_every_line_is_in_exactly_one_block(text: str) -> None:
    lines = text.split("\n")
    seen = 0
    for block in blocks(lines):
        assert not any(line.strip() for line in lines[seen : block.start])
        assert seen <= block.start < block.end <= len(lines)
        seen = block.end
    assert not any(line.strip() for line in lines[seen:])


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(TEXTS)
def test_a_piece_has_the_blocks_it_had_in_the_whole(text: str) -> None:
    """``source.parse`` cuts a file at headings, and ``to_html`` reads a piece alone."""
    lines = text.split("\n")
    found = list(blocks(lines))
    for at, block in enumerate(found):
        if block.kind == "heading":
            assert [_shape(later) for later in blocks(lines[block.end :])] == [
                _shape(later, block.end) for later in found[at + 1 :]
            ]


def _shape(block: Block, shift: int = 0) -> tuple[object, ...]:
    return block.kind, block.start - shift, block.end - shift, block.lines, block.level
