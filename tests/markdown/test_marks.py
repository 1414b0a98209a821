"""``==marked==`` text, and the ``==`` of prose: each line without a mark is from a real question list."""

from __future__ import annotations

import re

import markdown
import pytest

from deckbuilder.cards import clozes as cloze_marks
from deckbuilder.markdown import to_html
from deckbuilder.markdown.extension import GitHub
from deckbuilder.model.anki_text import finish


def marked(text: str, *, clozes: bool = False) -> list[str]:
    """Return the HTML of each marked text."""
    return re.findall("<mark>(.*?)</mark>", finish((cloze_marks.html if clozes else to_html.html)(text, {})))


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("==one== and ==two words==", ["one", "two words"]),
        ('(==a==), "==b==": ==c==!', ["a", "b", "c"]),
        ("作答时间==之前==的记录，==未完成==。", ["之前", "未完成"]),
        ("==重点，很重要！==", ["重点，很重要！"]),
        ("==**bold** `c`== **==a==**", ["<strong>bold</strong> <code>c</code>", "a"]),
        ("==[a](https://x.y)== ==$x$==", ['<a href="https://x.y">a</a>', r"\(x\)"]),
        ("==a\nb==", ["a b"]),
        ("| ==a== |\n|---|\n| ==b== |", ["a", "b"]),
        ("- ==a==\n\n> ==b==\n\n### ==c==", ["a", "b", "c"]),
    ],
)
def test_marked_text(text: str, marks: list[str]) -> None:
    assert marked(text) == marks


@pytest.mark.parametrize(
    "text",
    [
        "a==b and c==d",
        "x == y, and y == z",
        "if a==b, not c== d",
        '如何让(a==1 && a==2 && a==3)的值为true，把"=="换成"==="后还能为true吗？',
        "js中=、==、===三个的区别是什么",
        "is是对比地址,==是对比值，==是",
        "24.is和==有什么区别？用==比较",
        "相等运算符(==)与.Equals()，(==)",
        "'==' और '===' के बीच '==' अंतर",
        "len(z) ==> 3 and len(y) ==> 4",
        "obj=='a' && obj=='b' && obj=='c'",
        "`==a==` $==a==$ \\==a==",
        "==a===",
        "===a===",
        "== a ==",
        "====",
        "==a\n\nb==",
    ],
)
def test_other_equal_signs_are_text(text: str) -> None:
    assert marked(text) == []
    shown = finish(to_html.html(text, {}))
    assert shown.count("=") == text.count("=")


def test_a_mark_and_a_cloze() -> None:
    assert marked("==a== {{c1::==b==}} =={{c2::c}}==", clozes=True) == ["a", "b", "{{c2::c}}"]


def test_commonmark_alone_has_no_marks() -> None:
    read = markdown.Markdown(extensions=[GitHub(commonmark=True)])
    assert read.convert("==a==") == "<p>==a==</p>"
