"""The published spelling of HTML: other spellings of a card have its hash, other cards have another."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deckbuilder.markdown.highlight import CLASSES, highlight
from deckbuilder.publish.canonical_html import COLOURS, canonical

SAME = [
    ("<code>a</code>", '<code><span class="k">a</span></code>'),
    ("<pre><code>a = 1\n</code></pre>", '<pre><code><span class="n">a</span> = <span class="m">1</span>\n</code></pre>'),
    ('<pre><span class="hll">a</span></pre>', '<pre><span class="hll"><span class="gd">a</span></span></pre>'),
    ("say &quot;x&quot;", 'say "x"'),
    ("it&#39;s", "it's"),
    ("it&#x27;s", "it&apos;s"),
    ("a &amp; b", "a & b"),
    ("1 &lt; 2", "1 < 2"),
    ("a -&gt; b", "a -> b"),
    ("a&nbsp;b", "a\N{NO-BREAK SPACE}b"),
    ("&eacute;", "é"),
    ("<br>", "<BR />"),
    ('<img src="a.png" alt="x">', "<img alt='x' src=a.png />"),
    ('<a href="/?a=1&amp;b=2">x</a>', '<a href="/?a=1&#38;b=2">x</a>'),
    ('<input disabled="">', "<input disabled>"),
    ("<p>&unknown;</p>", "<p>&amp;unknown;</p>"),
]
OTHER = [
    ("<p>a</p>", '<p><span class="k">a</span></p>'),  # the author's own class
    ("<code>a</code>", '<code><span class="mine">a</span></code>'),
    ("<code>a</code>", '<code><span class="k" title="x">a</span></code>'),
    ("<code>a</code>", '<code><span style="color: red">a</span></code>'),
    ('<code>a</code> <span class="k">b</span>', "<code>a</code> b"),
    ("&lt;b>", "<b>"),
    ("&amp;lt;", "&lt;"),
    ("{{c1::a}}", "&#123;{c1::a}}"),
    ("[sound:a.mp3]", "&#91;sound:a.mp3]"),
    (r"\(a\)", "&#92;(a&#92;)"),
    ('<img src="a.png">', '<img src="b.png">'),
    ('<pre><span class="hll">a</span></pre>', "<pre>a</pre>"),
    ('<pre class="k">a</pre>', "<pre>a</pre>"),
    ("a  b", "a b"),
    ("<b>a</b>", "<i>a</i>"),
    ("&copy", "&amp;copy"),
    ('<pre><span class="k">a</pre><pre></span>b</pre>', '<pre><span class="k">a</pre><pre>b</pre>'),  # two pieces of code
]
UNREAD = [
    "<!-- <b> -->",
    "<script>a &gt; b</script>",
    '<b title="x',
    "a </",
    "<style>a{}</style>&quot;",
    "<svg><path/></svg>",
    "<?php?>",
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_spellings_of_a_card_are_one(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_two_cards_are_two(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize("text", UNREAD)
def test_text_that_a_parser_may_read_by_other_rules_stays(text: str) -> None:
    assert canonical(text) == text


def test_every_colour_is_known() -> None:
    assert set(CLASSES.values()) <= COLOURS


@pytest.mark.parametrize("language", ["python", "java", "rust", "html", "bash", "console", ""])
def test_colours_do_not_count(language: str) -> None:
    code = 'sealed interface I permits A {}\nif (a < 1 && "b") { $ ls -l; }\n'
    assert canonical(f"<pre><code>{highlight(code, language)}</code></pre>") == canonical(
        f"<pre><code>{highlight(code, 'text')}</code></pre>"
    )


PIECES = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<pre>",
            "</pre>",
            "<code>",
            "</code>",
            '<span class="k">',
            '<span class="x">',
            "</span>",
            "<br/>",
            "<BR>",
        ),
        *(
            "<img alt='a&b' src=x>",
            "a",
            " ",
            "\n",
            "&",
            "&amp;",
            "&lt;",
            "&quot;",
            '"',
            "<",
            ">",
            "&#39;",
            "&#123;",
            "{{c1::",
            "}}",
        ),
        *("&copy", "&copy;", "&x;", "é", "\N{NO-BREAK SPACE}", "<a href=/?a&copy=1>", "</a>", "< b", "1<2"),
    ]
)


class Events(HTMLParser):
    """The result of CPython's parser: tags with their attributes, and the text between them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[object] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, sorted((name, value or "") for name, value in dict(reversed(attrs)).items())))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # a browser ignores the slash

    def handle_endtag(self, tag: str) -> None:
        self.seen.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self.seen and isinstance(self.seen[-1], list):
            self.seen[-1][0] += data
        else:
            self.seen.append([data])


@given(st.lists(PIECES, max_size=12).map("".join))
def test_a_parser_reads_the_same_but_for_colours(text: str) -> None:
    if canonical(text) == text:
        return
    plain = text.replace('<span class="k">', '<span class="x">')  # no colour, so nothing is removed
    assert Events(canonical(plain)).seen == Events(plain).seen
    assert canonical(canonical(text)) == canonical(text)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_another_library_may_write_the_text_anew(text: str) -> None:
    kept = {"tags": {"p", "pre", "code", "span", "br", "img", "a"}, "attributes": {"*": {"class", "alt", "src", "href"}}}
    written = nh3.clean(text, **kept, link_rel=None)  # type: ignore[arg-type]
    assume(not re.search(r"<pre[^>]*>\n", written))  # HTML drops this line end each time that it is read
    assert canonical(nh3.clean(written, **kept, link_rel=None)) == canonical(written)  # type: ignore[arg-type]
    assert canonical(written.replace("&quot;", '"').replace("&gt;", ">")) == canonical(written)
