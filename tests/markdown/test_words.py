"""Words, code, links, pictures, cells and items of a card, beside those of GitHub's own parser."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.markdown.words import comparable, ours, theirs

pytestmark = pytest.mark.slow

INLINES = (
    *(
        "word",
        "two words",
        "**bold**",
        "*em `code`*",
        "`a|b`",
        "~~gone~~",
        "[link](https://x.y/a_b)",
        "**[`c`](u)**",
        "<https://x.y>",
    ),
    *(
        "![alt text](a.png)",
        "[ref]",
        "note[^1]",
        "a_b_c",
        "2 * 3",
        "&copy; &lt;b&gt;",
        "\\*not\\*",
        "https://x.y/z,",
        "me@x.org",
        "www.x.y",
    ),
    *("==marked==", "==m `c`==", "a==b", "==", "==="),
    *("<b>raw</b>", "Vec<int>", "<path>", "a<b", "中文，字", "**重要**", "C:\\dir", "$5", "100%", "-", "1.", "#", "|"),
)
CODE = (
    "x = 1",
    "\tindented",
    "",
    "  two",
    "<b>",
    "# no heading",
    "| no | table |",
    "- no item",
    "`tick`",
    "    four",
    "~~~~ no",
    "***",
)
line = st.lists(st.sampled_from(INLINES), min_size=1, max_size=5).map(" ".join)
lines = st.lists(line.map(lambda text: f"w {text}"), min_size=1, max_size=3).map("\n".join)
scripts = st.lists(st.sampled_from(["中文", "，字", "かな", "한국어", "😀", "ไทย", "w"]), min_size=2, max_size=5).map("\n".join)
fence = st.lists(st.sampled_from(CODE), max_size=5).map(lambda code: "\n".join(["```text", *code, "```"]))
cell = st.sampled_from(["a", "`x`", "**b**", "", "a \\| b", "[l](u)", "中", "c d"])
row = st.lists(cell, min_size=1, max_size=4).map(lambda cells: f"| {' | '.join(cells)} |")
table = st.lists(row, max_size=3).map(lambda rows: "\n".join(["| h | i | j |", "|---|:-:|--:|", *rows]))
in_html = st.sampled_from(["word", "<b>raw</b>", "<path>", "</T>", "Vec<int>", '<Foo bar="x"/>', "2 < 3", "&lt;b&gt;", "中文"])
html = st.lists(in_html, min_size=1, max_size=4).map(lambda parts: f"<div>{' '.join(parts)}</div>")
heading = st.tuples(st.integers(2, 5), line).map(lambda found: f"{'#' * found[0]} {found[1]}")


def _indented(text: str, first: str, rest: str) -> str:
    begin, *others = text.split("\n")
    return "\n".join([first + begin, *(rest + other if other else "" for other in others)])


def _nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    item = st.tuples(st.sampled_from(["- ", "* ", "1. ", "- [x] "]), st.lists(inner, min_size=1, max_size=2))
    items = item.map(lambda found: _indented("\n\n".join(["w", *found[1]]), found[0], "   " if found[0][0] == "1" else "  "))
    quote = inner.map(lambda text: "\n".join(f"> {part}" for part in text.split("\n")))
    first = st.sampled_from(["[!NOTE]", "[!tip]", "[!TIP] A `title`", "[!question]- Why *so*?", "[!foo] text"])
    alert = st.tuples(first, quote).map(lambda found: f"> {found[0]}\n>\n{found[1]}")
    return st.one_of(items, quote, alert)


block = st.recursive(st.one_of(lines, scripts, fence, table, heading, html), _nested, max_leaves=5)
document = st.lists(block, min_size=1, max_size=5).map(
    lambda parts: "\n\n".join([*parts, "[ref]: https://r.e/f 'title'\n\n[^1]: The note.\n"])
)


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(document.map(comparable))
def test_generated_documents(text: str) -> None:
    assert ours(text) == theirs(text)


@pytest.mark.parametrize(
    ("text", "words", "code"),
    [
        ("Use git checkout <path> to discard it", "Use git checkout <path> to discard it", []),
        ("#include <stdio.h> and 《<Python核心编程>里》", "#include <stdio.h> and 《<Python核心编程>里》", []),
        ("Use <int:id> or Map<String, List<Integer>>", "Use <int:id> or Map<String, List<Integer>>", []),
        ("<div>a <int:id> b <stdio.h> c Map<String, List<T>></div>", "a <int:id> b <stdio.h> c Map<String, List<T>>", []),
        ("<div>if x<b: swap <?php echo 1; ?> </ div></div>", "if x<b: swap <?php echo 1; ?> </ div>", []),
        ('<p title="a <b> c">kill <PID></p>', "kill <PID>", []),
        ("<pre>\nList<T> x\n</pre>", "List<T> x", ["List<T> x"]),
        ("1. Make:\n\n\t```make\n\tall:\n\t\techo hi\n\t```", "Make: all: echo hi", ["all:\n\techo hi"]),
        ("한국어\n낱말,\n漢字\n漢字\nไทย\nไทย\n😀\n😀", "한국어 낱말, 漢字漢字 ไทย ไทย 😀 😀", []),
        ("- x\n\n  ```\n  a\n      \n  b\n  ```", "x a b", ["a\n    \nb"]),
        ("`[^1]` and kinds[^1]: all\n\n[^1]: See [d].\n\n[d]: u", "[^1] and kinds1: all See d.", []),
    ],
)
def test_what_strangers_wrote(text: str, words: str, code: list[str]) -> None:
    shown = ours(text)
    assert (" ".join(shown.words), shown.code) == (words, code)
