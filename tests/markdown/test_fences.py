"""The options after a fence's language, and clozes in code."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckbuilder.cards import clozes
from deckbuilder.check import fence_words
from deckbuilder.markdown import fence_options
from deckbuilder.markdown.block import Block, language_of
from deckbuilder.markdown.block_parser import blocks
from deckbuilder.markdown.fence_options import Fence
from deckbuilder.markdown.highlight import highlight, knows
from deckbuilder.model.control_characters import CLOZE_CLOSE, CLOZE_OPEN
from tests.support import note


def fence(info: str, lines: int = 5) -> Block:
    (block,) = blocks([f"```{info}", *["x"] * lines, "```"])
    return block


def read(info: str, lines: int = 5) -> Fence:
    return fence_options.read(fence(f"python {info}", lines))


def problems(info: str) -> tuple[tuple[str, str], ...]:
    return fence_words.read(fence(f"python {info}"))[1]


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        ("", Fence()),
        ("wrap", Fence(wrap=True)),
        ("scroll", Fence(wrap=False)),
        ("cloze linenums", Fence(cloze=True, first=1)),
        ('linenums="0"', Fence(first=0)),
        ("hl_lines='1 3-4,5'", Fence(marked=frozenset({1, 3, 4, 5}))),
        ("hl_lines=2", Fence(marked=frozenset({2}))),
        ("{1,3-4}", Fence(marked=frozenset({1, 3, 4}))),
        ("showLineNumbers {2}", Fence(first=1, marked=frozenset({2}))),
        (":line-numbers=7", Fence(first=7)),
        ("{linenums=3 .wide}", Fence(first=3)),
        ('title="x" app.py src/app.py hidden', Fence()),
        ("[app.py]", Fence()),
    ],
)
def test_options(info: str, expected: Fence) -> None:
    assert read(info) == expected


@pytest.mark.parametrize("info", ['hl_lines="0"', 'hl_lines="4-2"', 'hl_lines="6"', 'hl_lines="a"', 'hl_lines="99999999999"'])
def test_lines_that_are_not_there_mark_nothing(info: str) -> None:
    found = read(info)
    assert found.marked == frozenset()
    assert [word for word, _ in problems(info)] == ["hl_lines"]


@pytest.mark.parametrize(
    "info", ["wrp", '"', "{9}", "{1", "{hl_line=2}", "hl_lines", "wrap=1", "x=y", "linenums=-1", "SELECT", 'hl_lines=[3, "6-8"]']
)
def test_what_is_no_option_is_told(info: str) -> None:
    assert len(problems(info)) == 1


@pytest.mark.parametrize(
    ("info", "language", "words"),
    [
        ('python title="x" app.py src/app.py hidden', "python", {'title="x"', "app.py", "src/app.py", "hidden"}),
        ("rust,compile_fail", "rust", {"compile_fail"}),
        ("rust, ignore,edition2018", "rust", {"ignore", "edition2018"}),
        ("python,wrap", "python", set()),
        ("python{1,3}", "python", set()),
        ("js {highlight}", "js", {"highlight"}),
        ("{.python .wide}", "python", {".wide"}),
        ("{ #a .python}", "python", set()),
        ("{python, echo=FALSE}", "python", {"echo=FALSE"}),
        ("{code-block} python", "python", set()),
        ("js:app.js", "js", {":app.js"}),
        ("python=", "python", {"="}),
        ("C++", "c++", set()),
        ("html+jinja", "html+jinja", set()),
        ('hl_lines="1"', "", set()),
        ("{1}", "", set()),
        ("jsonc", "jsonc", set()),
        ("ipython", "ipython", set()),
        ("py3", "py3", set()),
        ("shell-session", "shell-session", set()),
        ("go-html-template", "go-html-template", set()),
    ],
)
def test_the_language_is_read_as_by_other_tools(info: str, language: str, words: set[str]) -> None:
    block = fence(info)
    assert language_of(block) == language
    assert knows(language)
    assert fence_words.read(block) == (frozenset(words), ())


@pytest.mark.parametrize("info", ["pyhton", "text/x", "{note}", "{eval-rst}", 'val a = "b"', "<script>", "java8"])
def test_text_that_is_no_language_stays_unknown(info: str) -> None:
    assert not knows(language_of(fence(info)))


def test_a_language_that_pygments_lacks_has_the_colours_of_a_similar_one() -> None:
    for name, lexer in (("jsonc", "json"), ("kt", "kotlin"), ("ipython", "python"), ("vue-html", "html")):
        code = '{"a": "b"} // <b>x</b> import os'
        assert highlight(code, name) == highlight(code, lexer) != code


CODE = st.lists(st.sampled_from(["{{c1::", "{{c2::", "}}", "{", "}", "::", "x", "'", '"', "\n", " ", "<", "&"]), max_size=30).map(
    "".join
)


@given(CODE, st.sampled_from(["python", "html+jinja", "text"]), st.sets(st.integers(1, 6)), st.booleans())
def test_marked_and_numbered_code_is_the_code(code: str, language: str, marked: set[int], numbered: bool) -> None:
    html = highlight(code, language, marked=marked, numbered=numbered)
    assert unescape(re.sub(r"<[^>]*>", "", html)) == code
    if numbered:
        lines = html.split("\n")
        assert len(lines) == code.count("\n") + 1
        for number, line in enumerate(lines, 1):
            assert line.startswith('<span class="ln hll">' if number in marked else '<span class="ln">')
            assert line.count("<span") == line.count("</span>")


@given(CODE, st.sampled_from(["python", "html+jinja", "text"]))
def test_clozes_in_code_hide_it_whole(code: str, language: str) -> None:
    bare, marks = clozes.taken_out(code)
    html = highlight(bare, language, marks)
    assert unescape(re.sub(r"<[^>]*>|\x0e\d\x0f|\x11", "", html)) == bare
    depth = 0
    for tag in re.findall(rf"</?span|{CLOZE_OPEN}|{CLOZE_CLOSE}", html):
        depth += {"<span": 1, "</span": -1}.get(tag, 0)
        assert depth == 0 or tag not in (CLOZE_OPEN, CLOZE_CLOSE), "a cloze must not begin or end inside a tag"


@pytest.mark.parametrize(
    ("code", "hidden"),
    [
        ("x = {{c1::[]}}", "[]"),
        ("{{c1::{'a': {'b': 1}}}}", "{'a': {'b': 1}}"),
        ("{{ {{c1::url_for('x')}} }}", "url_for('x')"),
        ("{{c1::{{ user.name }} |safe}}", "{{ user.name }} |safe"),
        ("print('{{c1::{}}')", "{"),
        ("a{{c1::[::2]}}", "[::2]"),
        ("{{c1::std::x}}", "std::x"),
    ],
)
def test_where_a_cloze_in_code_ends(code: str, hidden: str) -> None:
    opening, closing = clozes.in_code(code)
    assert code[opening.at + len(opening.text) : closing.at] == hidden


def test_only_a_fence_that_says_so_has_clozes(tmp_path: Path) -> None:
    text = "## Q {#q .cloze}\n\n```python\na = {{c1::1}}\n```\n\n```python cloze\nb = {{c2::2}}\n```\n\n---\n\n```python cloze\nc = {{c3::3}}\n```\n"
    found = note(tmp_path, text)
    assert found.ords == (1,)
    assert "&#123;{c1::" in found.fields[0]
    assert "{{c2::" in found.fields[0]
    assert "&#123;{c3::" in found.fields[1]
