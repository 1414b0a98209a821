"""Markdown as on GitHub, in fields as Anki accepts them: each case with its HTML."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from deckbuilder import assets
from deckbuilder.cards import clozes as cloze_marks
from deckbuilder.markdown import to_html
from deckbuilder.model.anki_text import finish, one_line
from tests.conftest import CASES

WORDS = assets.words("en")


def field(text: str, *, clozes: bool = False) -> str:
    return finish((cloze_marks.html if clozes else to_html.html)(text, WORDS))


@pytest.mark.parametrize("case", sorted((CASES / "render").glob("*.md")), ids=lambda path: path.stem)
def test_rendering(case: Path, golden: Callable[[Path, str], None]) -> None:
    html = field(case.read_text(encoding="utf-8"))
    lines = re.sub(r"(?<=>)(?=<(?:p|[uo]l|li|h\d|pre|table|thead|tbody|tr|div|blockquote|hr|details)\b)", "\n", html)
    golden(case.with_suffix(".html"), lines + "\n")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("{{c1::a}} b", "<p>{{c1::a}} b</p>"),
        ("{{c1::a::hint}}", "<p>{{c1::a::hint}}</p>"),
        ("{{c2::**a** {{c10::b}}}}", "<p>{{c2::<strong>a</strong> {{c10::b}}}}</p>"),
        ("{{c1::`a[::2]`}}", "<p>{{c1::<code>a[&#58;&#58;2]</code>}}</p>"),
        ("{{c1::`{{ x }}`}}", "<p>{{c1::<code>{{ x &#125;&#125;</code>}}</p>"),
        ("{{c1::{'a': {'b': 1}}}}", "<p>{{c1::{'a'&#58; {'b'&#58; 1&#125;&#125;}}</p>"),
        ("{{c1::$x^{y^{z}}$}}", r"<p>{{c1::\(x^{y^{z} }\)}}</p>"),
        (r"$e = {{c1::x::h}}$ {{c2::b::i}}", r"<p>\(e = {{c1::x::h}}\) {{c2::b::i}}</p>"),
        (r"$$\frac{{{c1::a}}}{b} {{c2::\frac{a}{b}}}$$", r"<p>\[\frac{{{c1::a}}}{b} {{c2::\frac{a}{b} }}\]</p>"),
        ("$$\na\n= {{c1::b}}\n$$", r"<p>\[a = {{c1::b}}\]</p>"),
        ("```math\n\\sqrt{{c1::b}}\n```", r"<p>\[\sqrt{{{c1::b}}}\]</p>"),
        (r"{{c1::a $b::c$::d}} $e {{c2::f$ g}}", r"<p>{{c1::a \(b: :c\)::d}} \(e &#123;{c2::f\) g}}</p>"),
        (r"$\{{c1::a}}$ $a$ }}", r"<p>\(\&#123;{c1::a}}\) \(a\) }}</p>"),
        ("`{{c1::a}}` {{c2::b}}", "<p><code>&#123;{c1::a}}</code> {{c2::b}}</p>"),
        ("a::b }} {{c1::c}}", "<p>a::b }} {{c1::c}}</p>"),
        ("- {{c1::a}}\n- b", "<ul><li>{{c1::a}}</li><li>b</li></ul>"),
        ("{{c1::\n\n- a\n- b\n\n}}", "{{c1::<ul><li>a</li><li>b</li></ul>}}"),
        (r"\{{c1::a}}", "<p>&#123;{c1::a}}</p>"),
    ],
)
def test_clozes(text: str, html: str) -> None:
    assert field(text, clozes=True) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ('[a](b "c") d', '<p><a href="b" title="c">a</a> d</p>'),
        ("[a](b(c)d) e", '<p><a href="b(c)d">a</a> e</p>'),
        ("[a](<b c> 'd')", '<p><a href="b c" title="d">a</a></p>'),
        ("[a](b c)", "<p>[a](b c)</p>"),
        (
            "![a|200](b.png) ![|20x10](b.png)",
            '<p><img alt="a" src="b.png" width="200"> <img alt="" src="b.png" style="max-height:10px" width="20"></p>',
        ),
        ("![a|50%](b.png)", '<p><img alt="a" src="b.png" width="50%"></p>'),
        ("![a|500%](b.png)", '<p><img alt="a|500%" src="b.png"></p>'),
        (
            "![a](b.png){width=50%}c ![a][b]{height=9}\n\n[b]: b.png",
            '<p><img alt="a" src="b.png" width="50%">c <img alt="a" src="b.png" style="height:9px"></p>',
        ),
        (
            "![a|0](b.png) ![a|b](b.png) ![a | 3](b.png)",
            '<p><img alt="a|0" src="b.png"> <img alt="a|b" src="b.png"> <img alt="a | 3" src="b.png"></p>',
        ),
        (r"![a\|20](b.png) ![`a|20`](b.png)", '<p><img alt="a|20" src="b.png"> <img alt="a|20" src="b.png"></p>'),
        (
            "![a](b.png) {width=2} ![a](b.png){width=x} ![](b.png){c}",
            '<p><img alt="a" src="b.png"> {width=2} <img alt="a" src="b.png">{width=x} <img alt="" src="b.png">{c}</p>',
        ),
        (
            "![[a b.png|t|20]] `![[a.png]]` ![[a]] ![[a.md#b]] ![[a.png#b|9x9]]",
            '<p><img alt="t" src="[[a b.png]]" width="20"> <code>![[a.png]]</code> ![[a]] ![[a.md#b]] <img alt="9x9" src="[[a.png]]"></p>',
        ),
        ("![[a.png]]{width=20}x", '<p><img alt="" src="[[a.png]]" width="20">x</p>'),
        ("[![[a.png]]](https://b.c)", '<p><a href="https://b.c"><img alt="" src="[[a.png]]"></a></p>'),
        (
            "| a |\n|---|\n| ![b\\|20](c.png) ![[d.png\\|30]] |",
            '<div class="tablewrap"><table><thead><tr><th>a</th></tr></thead><tbody><tr><td><img alt="b" src="c.png" width="20"> <img alt="" src="[[d.png]]" width="30"></td></tr></tbody></table></div>',
        ),
        ("![a](b c.png) ![](d (1).png 'e')", '<p><img alt="a" src="b c.png"> <img alt="" src="d (1).png" title="e"></p>'),
        ("[[a](b)](c)", '<p>[<a href="b">a</a>](c)</p>'),
        ("[a [b](c)", '<p>[a <a href="c">b</a></p>'),
        ("[`](x)`](b)", '<p><a href="b"><code>](x)</code></a></p>'),
        ('![a](b "c', '<p>![a](b "c</p>'),
        ("[a](b 'c) d", "<p>[a](b 'c) d</p>"),
        ('[](a"t"::](<b>](w))e', '<p>[](a"t"::](<b>](w))e</p>'),
        ("[a\n\nb](c)", "<p>[a</p><p>b](c)</p>"),
        ("`a``b` ``c`d``", "<p><code>a``b</code> <code>c`d</code></p>"),
        (r"\`a \\`b`", r"<p>`a \<code>b</code></p>"),
        (
            "https://a.b/c&amp;. (https://d.e/f_(g))",
            '<p><a href="https://a.b/c">https://a.b/c</a>&amp;. (<a href="https://d.e/f_(g)">https://d.e/f_(g)</a>)</p>',
        ),
        ("[a]\n\n[a]: b", '<p><a href="b">a</a></p>'),
        (
            "[x][A] [A][] [a] [y][z]\n\n[a]: b 'c'",
            '<p><a href="b" title="c">x</a> <a href="b" title="c">A</a> <a href="b" title="c">a</a> [y][z]</p>',
        ),
        ("![x][a] ![a]\n\n[a]: b.png", '<p><img alt="x" src="b.png"> <img alt="a" src="b.png"></p>'),
        ("[a https://b.c d](e)", '<p><a href="e">a https://b.c d</a></p>'),
    ],
)
def test_links(text: str, html: str) -> None:
    assert field(text) == html


@pytest.mark.parametrize("target", ["x" * 5000, "data:image/png;base64," + "A" * 5000])
def test_a_plain_target_may_be_long(target: str) -> None:
    assert field(f"![a]({target})") == f'<p><img alt="a" src="{target}"></p>'


def test_a_label_has_a_limit() -> None:
    assert "<a " in field(f"[x][{'a' * 999}]\n\n[{'a' * 999}]: b")
    assert "<a " not in field(f"[x][{'a' * 1000}]\n\n[{'a' * 1000}]: b")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<!-- a --> shown", "shown"),
        ("<div>\n<!-- secret -->\nt\n</div>", "<div>t </div>"),
        ("a <!-- secret\nsecret --> b", "<p>a  b</p>"),
        ("a <!-- secret --> b <!-- c", "<p>a  b &lt;!-- c</p>"),
        ("<div>\n<!-- secret --><!-- b\n</div>", "<div><!-- b </div>"),
        ("- *a\n\n  b*", "<ul><li><p>*a</p><p>b*</p></li></ul>"),
        ("- *a\n  - b*", "<ul><li>*a<ul><li>b*</li></ul></li></ul>"),
    ],
)
def test_comments_and_the_ends_of_paragraphs(text: str, html: str) -> None:
    assert field(text) == html


def test_one_note_never_sees_the_footnotes_and_links_of_another() -> None:
    assert "href" in field("[a]\n\n[a]: https://example.org\n\nx[^1]\n\n[^1]: y")
    assert field("x[^One]\n\n[^one]: y") == field("x[^1]\n\n[^1]: y")
    assert field("[a] x[^1]") == "<p>[a] x[^1]</p>"


def test_the_label_of_a_footnote_holds_no_bracket() -> None:
    assert field("x[^a[b]\n\n[^a[b]: y") == "<p>x[^a[b]</p><p>[^a[b]: y</p>"
    assert field("x[^[^1]\n\n[^1]: y").startswith("<p>x[^<sup>1</sup></p>")


@pytest.mark.parametrize(
    ("html", "line"),
    [
        ("<p>a\nb</p>\n<p>c</p>", "<p>a b</p><p>c</p>"),
        ("<p>中文\n换行</p>", "<p>中文换行</p>"),
        ("<p>中文\nlatin</p>", "<p>中文 latin</p>"),
        ("<p>かな\nカナ</p>", "<p>かなカナ</p>"),
        ("<p>中文，\n换行。\n「引用」</p>", "<p>中文，换行。「引用」</p>"),
        ("<p>한국어\n낱말</p>", "<p>한국어 낱말</p>"),
        ("<p>한국어\nlatin\n낱말</p>", "<p>한국어 latin 낱말</p>"),
        ("<p>漢字\n한글，\n한글</p>", "<p>漢字 한글， 한글</p>"),
        ("<p>ᄒ\nᄒ\n㈎\n㈎\nㄱ\nㄱ</p>", "<p>ᄒ ᄒ ㈎ ㈎ ㄱ ㄱ</p>"),
        ("<p>ไทย\nคำ</p>", "<p>ไทย คำ</p>"),
        ("<p>😀\n😀\n中\n☕\n中</p>", "<p>😀 😀 中 ☕ 中</p>"),
        ("<p><b>a</b>\n<i>b</i></p>", "<p><b>a</b> <i>b</i></p>"),
        ("<pre>a\n\nb</pre>\n<ul>\n<li>c</li>\n</ul>", "<pre>a\n\nb</pre><ul><li>c</li></ul>"),
        ("a<br>\nb", "a<br>b"),
    ],
)
def test_one_line(html: str, line: str) -> None:
    assert one_line(html) == line


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("| a | b |", ["a", "b"]),
        ("a | b", ["a", "b"]),
        (r"| `a \| b` | c |", ["<code>a | b</code>", "c"]),
        # A backslash before a pipe escapes the pipe, even if another backslash is before it: so says cmark-gfm.
        (r"| C:\\| c |", ["C:| c", ""]),
        (r"| `C:\\` | c |", [r"<code>C:\\</code>", "c"]),
        (r"| a | b\\|", ["a", "b|"]),
    ],
)
def test_cells(row: str, cells: list[str]) -> None:
    assert re.findall("<t[dh]>(.*?)</t[dh]>", field(f"| x | y |\n|---|---|\n{row}"))[2:] == cells
