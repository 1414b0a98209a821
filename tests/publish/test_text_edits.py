"""An edit of our HTML goes into the HTML of another tool, and nothing else of that HTML changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckbuilder.publish.text_edits import edited


@pytest.mark.parametrize(
    ("field", "before", "after", "expected"),
    [
        ("One lock.", "One lock.", "One big lock.", "One big lock."),
        ("One lock.", "One lock.", "Lock.", "Lock."),
        ("One lock", "One lock", "One lock now", "One lock now"),
        ("lock", "lock", "a lock", "a lock"),
        ("a b c", "a b c", "a c", "a c"),
        ("a b c", "a b c", "x b z", "x b z"),
        ("foobar", "foobar", "foo bar", "foo bar"),
        ("foo bar", "foo bar", "foobar", "foobar"),
        ("foo&nbsp;bar baz", "foo bar baz", "foo baz", "foo&nbsp;baz"),
        ('<div class="x">One <b>lock</b>.<br>Two</div>', "<p>One <b>lock</b>.</p><p>Two</p>",
         "<p>One <b>clock</b>.</p><p>Two</p>", '<div class="x">One <b>clock</b>.<br>Two</div>'),
        ('<font color="red">a</font>b c', "ab c", "ab d", '<font color="red">a</font>b d'),
        ('x <font color="red">a</font>b c', "x ab c", "x yz c", 'x <font color="red">yz</font> c'),
        ('<h2>Title<a class="anchor" href="#t">¶</a></h2>text<svg><path d="a>b"/></svg> end', "<h3>Title</h3><p>text end</p>",
         "<h3>Title</h3><p>text ends</p>", '<h2>Title<a class="anchor" href="#t">¶</a></h2>text<svg><path d="a>b"/></svg> ends'),
        ("¶ a ¶ b ¶ c ¶", "a b c", "a x c", "¶ a ¶ x ¶ c ¶"),
        ('<pre><span class="kw">def</span> f(x):\n\n\n  pass  \n</pre>',
         '<pre class="highlight"><code><span class="k">def</span> f(x):\n\n\n  pass  </code></pre>',
         '<pre class="highlight"><code><span class="k">def</span> g(x):\n\n\n  pass  </code></pre>',
         '<pre><span class="kw">def</span> g(x):\n\n\n  pass  \n</pre>'),
        ("a &lt; b &amp; c", "a &lt; b &amp; c", "a &lt;= b &amp; d", "a &lt;= b &amp; d"),
        ("中文 字", "中文 字", "中国文 字", "中国文 字"),
        ('<i class="1">guì</i><i class="2">xìng</i>', "guìxìng", "guìxìn", '<i class="1">guì</i><i class="2">xìn</i>'),
        ("<b>法</b><b>国</b><b>人</b>。", "法国人。", "法国的人。", "<b>法</b><b>国</b><b>的人</b>。"),
        ("(<b>foo</b>)", "(<b>foo</b>)", "(<b>xfoo</b>)", "(<b>xfoo</b>)"),
        ("<b>foo</b>, b", "<b>foo</b>, b", "<b>foobar</b>, b", "<b>foobar</b>, b"),
        ("x [sound:a.mp3] y", "x [sound:b.mp3] y", "x [sound:b.mp3] z", "x [sound:a.mp3] z"),
        (r"\(a+b\) is {{c1::one::hint}}", r"\(a+b\) is {{c1::one::hint}}", r"\(a-b\) is {{c1::two::hint}}",
         r"\(a-b\) is {{c1::two::hint}}"),
        ('<img src="a b.png"> See', '<p><img alt="" src="x.png"> See</p>', '<p><img alt="" src="x.png"> Look</p>',
         '<img src="a b.png"> Look'),
        ("x<!-- y --> z", "x z", "x zz", "x<!-- y --> zz"),
        ("<style>a{b:c}</style>one", "one", "two", "<style>a{b:c}</style>two"),
    ],
)  # fmt: skip
def test_text_is_replaced_in_place(field: str, before: str, after: str, expected: str) -> None:
    assert edited(field, before, before) == field
    assert edited(field, before, after) == expected


@pytest.mark.parametrize(
    ("field", "before", "after"),
    [
        ("One lock.", "One lock.", "One <b>lock</b>."),
        ("a b", "<p>a b</p>", "<p>a b</p><p>c</p>"),
        ("x", '<img alt="" src="a.png">x', '<img alt="" src="b.png">x'),
        ("<pre>a\n  b</pre>", "<pre><code>a\n  b</code></pre>", "<pre><code>a\n    b</code></pre>"),
        ("<pre>a = b</pre>", "<pre><code>a = b</code></pre>", "<pre><code>a  = b</code></pre>"),
        ("<pre>a\nb</pre>", "<pre><code>a\nb</code></pre>", "<pre><code>a\nb\nc</code></pre>"),
        ("a <b", "a b", "a c"),
        ("<svg>a", "a", "b"),
        ("other words", "one two", "one three"),
    ],
)
def test_other_edits_replace_the_whole_field(field: str, before: str, after: str) -> None:
    assert edited(field, before, after) is None


WORDS = st.lists(st.sampled_from(["one", "two", "three", "&amp;", "中文", "x"]), min_size=1, max_size=8)


@given(WORDS, WORDS)
def test_any_other_words_arrive(old: list[str], new: list[str]) -> None:
    field = "<i>".join(["", *(f"{word}</i> " for word in old)])
    assert " ".join(
        (edited(field, " ".join(old), " ".join(new)) or "").replace("<i>", "").replace("</i>", "").split()
    ) == " ".join(new)


def test_long_fields_take_linear_time() -> None:
    text = "word <b>other</b> " * 30_000
    assert edited(text, text, text.replace("word", "words")) == text.replace("word", "words")
    assert edited("<a '" * 200_000, "a", "b") is None
