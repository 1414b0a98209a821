"""Safe HTML of the author stays, other HTML is removed, and each removal is reported."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deckbuilder import assets
from deckbuilder.cards import clozes as cloze_marks
from deckbuilder.cards.note_types import note_types
from deckbuilder.markdown import to_html
from deckbuilder.model.anki_text import finish
from deckbuilder.model.diagnostics import Diagnostic, Severity
from deckbuilder.model.records import Settings
from deckbuilder.safety import browser_tags, sanitise
from deckbuilder.safety.safe_list import ELEMENTS, EVERYWHERE, is_local
from deckbuilder.source.settings import read
from tests.support import CONTENT, PNG, TORTURE, built, deck, note, text_of

SAME = [
    "plain text",
    '<p style="color: red">x</p>',
    '<p style="text-align:right; font-size: 80%">x</p>',
    "<p>one<p>two",
    "<ul><li>a<li>b</ul>",
    '<details open class="note"><summary>s</summary><kbd>Ctrl</kbd></details>',
    "<ruby>漢<rt>hàn</ruby>",
    '<a href="https://example.org/?a=1&amp;b=2" title="t">x</a> <a href="mailto:a@example.org">m</a> <a href="b.md#c">r</a>',
    "<table border=1><tr><td colspan='2'>x</table>",
    '<img src="data:image/png;base64,iVBORw0KGgo=" alt="x">',
    '<img alt="\x12x^2\x13" src="a b.png">',
    "\x0e1\x0f<b>x</b>\x10<i>hint</i>\x11",
    '<font color="red">x</font><br/><hr>',
]

GONE = [
    ("x<div title=y", "x", "<div title=y"),
    ('<b title="a>b <i>" id=x>y</b>', '<b title="a&gt;b &lt;i&gt;">y</b>', "id="),
    ("<b id=x>y</b>", "<b>y</b>", "id="),
    ('<pre class="mathjax_process">y</pre>', "<pre>y</pre>", 'class="mathjax_process"'),
    ('<div class="note tex2jax_process">y</div>', '<div class="note">y</div>', 'class="tex2jax_process"'),
    ('<div class="fold">y</div>', "<div>y</div>", 'class="fold"'),
    ('<p style="color:red;position:fixed">y</p>', '<p style="color:red">y</p>', "position:fixed"),
    ('<p style="margin:-9px">y</p>', "<p>y</p>", "margin:-9px"),
    ("<marquee>y</marquee>", "y", "<marquee>"),
    ("y</div>z", "yz", "</div>"),
    ("<td>y</td>", "y", "<td>"),
    ("<script>y</script>z", "z", "<script>"),
    ("<b onclick=x>y</b>", "<b>y</b>", "onclick="),
    ('<a href="javascript:x">y</a>', "<a>y</a>", "javascript:"),
    ('<a href="java\nscript:x">y</a>', "<a>y</a>", "javascript:"),
    ('<p style="background:url(x)">y</p>', "<p>y</p>", "url("),
    ('<p style="color:red;background:src(x)">y</p>', '<p style="color:red">y</p>', "background:src(x)"),
    ("<p style='background:element(#x)'>y</p>", "<p>y</p>", "background:element(#x)"),
    ("<p title=\x1c>y</p>", "<p>y</p>", "a cloze in 'title'"),  # a separator in Python, a value in HTML
    ("<svg></svg>z", "z", "<svg>"),
    ("<x-y>z</x-y>", "z", "<x-y>"),
    ("<body onload=x>y", "y", "<body>"),
    ("<img srcset=x src=y>", '<img src="y">', "srcset="),
    ('<b title="\x0e1\x0fx">y</b>', "<b>y</b>", "a cloze in 'title'"),
    ("\x12\\href{x}{y}\x13", "∖href{x}{y}", "\\href"),
    ("&#92;(\\class{x}{y}&#92;)", "∖(∖class{x}{y}∖)", "\\class"),
]


@pytest.mark.parametrize("html", SAME)
def test_what_is_safe_stays_byte_for_byte(html: str) -> None:
    assert sanitise.clean(html) == (html, ())


@pytest.mark.parametrize(("html", "left", "what"), GONE)
def test_what_is_not_goes_and_is_named(html: str, left: str, what: str) -> None:
    cleaned, removed = sanitise.clean(html)
    assert cleaned == left
    assert [item.what for item in removed] == [what]


LEADS = "obsidian://open?a=b zotero://select/1 vscode://file/x things:///add mailto:a@b.c tel:+1 ftp://x magnet:?x web+x:1 ssh://x doi:1"
"""Addresses that lead where their author says."""
STAYS = (
    "javascript:x JaVaScRiPt:x java&#9;script:x java&Tab;script:x java&NewLine;script:x &#1;javascript:x javascript&colon;x "
    "javascript&#58;x vbscript:x livescript:x data:text/html,x blob:x filesystem:x file:///x FILE:/x files:x about:blank content://x "
    "view-source:x chrome://x x-extension://y intent://x android-app://x anki://x signal:answer_ease4 playsound:q:0 typeentertext:x "
    "feed:javascript:x obsidian:javascript:x web+x:vbscript:x x:x:data:x ms-msdt:x search-ms:x smb://x c:/x C:x jar:x itms-services://x"
)
"""Addresses that would run or load something, or give orders to a client."""


@pytest.mark.parametrize("address", LEADS.split())
def test_a_link_leads_where_its_author_says(address: str) -> None:
    html = f'<a href="{address}">x</a><td>y'  # the cell makes nh3 rewrite the text
    assert sanitise.clean(html)[0] == f'<a href="{address}">x</a>y'
    assert sanitise.clean(f'<img src="{address}">')[1]


@pytest.mark.parametrize("address", ["//a.org/x.png", "/x.png", "\\\\a.org\\x.png", " //a.org/x.png", "/\\a.org/x.png"])
def test_no_picture_comes_from_a_host_or_a_root(address: str) -> None:
    assert not is_local(address)
    assert is_local("x.png")


@pytest.mark.parametrize("address", STAYS.split())
@pytest.mark.parametrize("rest", ["", "<td>y"])
def test_no_link_runs_loads_or_gives_orders(address: str, rest: str) -> None:
    cleaned, removed = sanitise.clean(f'<a href="{address}">x</a><a href=obsidian:x>z</a>{rest}')
    assert cleaned.startswith("<a>x</a>")
    assert removed[0].active


def test_an_element_that_is_never_closed_ends_with_its_text() -> None:
    assert sanitise.clean("<div><b>x") == ("<div><b>x</b></div>", ())


def test_elements_deeper_than_a_browser_keeps_them_are_shown_as_text() -> None:
    def nested(depth: int) -> str:
        return "<section>" * depth + "x" + "</section>" * depth

    deepest = nested(browser_tags.MAX_DEPTH)
    assert sanitise.clean(deepest) == (deepest, ())
    html, removed = sanitise.clean(nested(browser_tags.MAX_DEPTH + 1))
    assert "<" not in html
    assert [item.what for item in removed] == ["<section>"]
    apart = "<section>x</section>" * (browser_tags.MAX_DEPTH + 1)
    assert sanitise.clean(apart) == (apart, ())
    assert sanitise.clean("<section></b>" * (browser_tags.MAX_DEPTH + 1))[1][0].what == "<section>"


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("<b>a&#31;b</b>", "<b>ab</b>"),
        ("<b>a&#x1F;b</b><script>x</script>", "<b>ab</b>"),
        ("<td>x&#0031y", "xy"),
        ("<b title='&#31;'>a&#9;&#10;b</b>", "<b title=''>a&#9;&#10;b</b>"),
    ],
)
def test_no_character_reference_ends_a_field(html: str, left: str) -> None:
    """U+001F is between the fields of a note in Anki's database. A parser turns a reference into the character."""
    assert sanitise.clean(html)[0] == left


def test_commands_to_anki_cannot_be_written_as_character_references(tmp_path: Path) -> None:
    assert (
        note(tmp_path, "## Q <i id=x>&#14;1&#x0f;a&#0017;</i> {{c1::b}} {#q .cloze}\n").fields[0]
        == "<p>Q <i>1a</i> {{c1::b}}</p>"
    )


class _Walk(HTMLParser):
    """Collects every start tag with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))


TAGS = (
    "b",
    "div",
    "p",
    "a",
    "img",
    "td",
    "table",
    "script",
    "style",
    "svg",
    "iframe",
    "nobr",
    "title",
    "textarea",
    "x-y",
    "template",
)
ATTRIBUTES = ("title", "href", "src", "onclick", "style", "id", "srcset", "class", "=")
VALUES = (
    "x",
    "javascript:alert(1)",
    "https://e.test",
    "color:red",
    "a:url(x)",
    "src=q",
    "&#14;",
    "\u0338",
    "{{c1::",
    "}}",
    ">",
    "<b ",
)
PIECES = st.one_of(
    st.builds(
        lambda tag, attributes, end: f"<{tag}{''.join(attributes)}{end}",
        st.sampled_from(TAGS),
        st.lists(
            st.builds(
                lambda gap, name, quote, value: f"{gap}{name}={quote}{value}{quote}",
                st.sampled_from([" ", "/", "\n", ""]),
                st.sampled_from(ATTRIBUTES),
                st.sampled_from(['"', "'", "", "`"]),
                st.sampled_from(VALUES),
            ),
            max_size=3,
        ),
        st.sampled_from([">", "/>", " >", "", ">\u0338"]),
    ),
    st.sampled_from([f"</{tag}>" for tag in TAGS]),
    st.sampled_from(
        [
            "word",
            " ",
            "\n\n",
            "<",
            ">",
            "&lt;",
            "<!--",
            "-->",
            "<!",
            "{{c1::",
            "::",
            "}}",
            "**",
            "`",
            "$",
            "\\(",
            "\\href",
            '"',
            "'",
            "\u0338",
            "[x](",
            ")",
        ]
    ),
)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join), st.booleans())
def test_nothing_but_what_is_on_the_list_is_packed(text: str, clozes: bool) -> None:
    html, removed = sanitise.clean((cloze_marks.html if clozes else to_html.html)(text, assets.words("en")))
    for shown in (html, finish(html), re.sub(r"\{\{c\d+::|::|\}\}", "", finish(html))):
        walk = _Walk()
        walk.feed(shown)
        walk.close()
        for tag, attributes in walk.tags:
            assert tag in ELEMENTS
            for name, value in attributes:
                assert name in ELEMENTS[tag] | EVERYWHERE
                assert name not in ("href", "src") or not re.match(r"\s*(javascript|data):", value or "")
                assert name != "style" or "url(" not in (value or "")
    again, more = sanitise.clean(html)
    assert again == html
    assert not [item for item in more if item.active and item.what[0] != "\\"]
    if not removed:
        written = text_of((cloze_marks.html if clozes else to_html.html)(text, assets.words("en")))
        assert normalize("NFC", text_of(html)) == normalize("NFC", written)


def test_a_deck_may_allow_more_but_no_script(tmp_path: Path) -> None:
    toml = 'id = "test-deck"\nname = "Test"\nhtml = ["iframe src width", "b id", "button"]\n'
    text = '## Q {#q}\n\n<iframe src="https://example.org" width=9></iframe> <b id="x">b</b> <button>c</button>\n'
    found = deck(tmp_path, text, toml=toml)
    assert found.diagnostics == ()
    assert found.deck.entries[0].note.fields[1] == (
        '<iframe src="https://example.org" width=9></iframe> <b id="x">b</b> <button>c</button>'
    )
    found = deck(tmp_path, text.replace("https:", "javascript:").replace("<button", "<button onclick=x"), toml=toml)
    assert [(problem.code, problem.span.column) for problem in found.diagnostics] == [("active-html", 14), ("active-html", 82)]


@pytest.mark.parametrize(
    "entry", ["script", "svg", "b onclick", "iframe srcdoc", "form action", "img srcset", "style", "meta http-equiv"]
)
def test_what_runs_cannot_be_allowed(entry: str, tmp_path: Path) -> None:
    _, problems = read("deck.toml", f'id = "a"\nname = "b"\nhtml = ["{entry}"]\n', tmp_path)
    assert [(problem.code, problem.span.line) for problem in problems] == [("bad-deck-toml", 3)]


@pytest.mark.parametrize("value", ['"b"', "[1]", '["<b>"]', '["B"]', '[""]', '["b  id"]', '["b id=x"]'])
def test_nonsense_is_not_taken_for_html(value: str, tmp_path: Path) -> None:
    _, problems = read("deck.toml", f'id = "a"\nname = "b"\nhtml = {value}\n', tmp_path)
    assert [(problem.code, problem.span.line) for problem in problems] == [("bad-deck-toml", 3)]


def test_each_of_many_is_found_where_it_stands(tmp_path: Path) -> None:
    text = """\
## Q {#q}

`<script>` and

```html
<script>
```

- <script>1</script>
  <script>2</script>
<p
  title="x"
  onClick="y">z</p>

Source: <b ONCLICK=1>x</b>
"""
    places = [(problem.span.line, problem.span.column) for problem in deck(tmp_path, text).diagnostics]
    assert places == [(9, 3), (10, 3), (13, 3), (15, 12)]


def test_a_warning_says_how_to_allow_it(tmp_path: Path) -> None:
    (problem,) = deck(tmp_path, "## Q {#q}\n\n<meter min=0 class=x>2</meter>\n").diagnostics
    assert problem.severity is Severity.WARNING
    assert 'html = ["meter min"]' in problem.message


def test_an_address_in_a_title_is_no_address(tmp_path: Path) -> None:
    """Without the escape, Anki takes ``src=…`` in any attribute for the picture's, and the attribute ends too early."""
    (tmp_path / "y.png").write_bytes(PNG)
    found = deck(tmp_path, "## Q {#q}\n\n![src=x onerror=alert(1) ](y.png)\n")
    assert found.deck.entries[0].note.media == ("y.png",)
    assert 'alt="src&#61;x onerror=alert(1) "' in found.deck.entries[0].note.fields[1]


def test_a_tag_ends_where_it_seems_to_after_anki_has_composed_its_characters(tmp_path: Path) -> None:
    field = note(tmp_path, "## Q {#q}\n\n**\u0338 onclick=alert(1) x**\n").fields[1]
    assert field == "<p><strong>&#824; onclick=alert(1) x</strong></p>"


@pytest.mark.parametrize(
    "tag",
    [
        "<b\u0338>",
        "<b\u0338 onclick=alert(1)>",
        "<img\u0338 src=x onerror=alert(1)>",
        "<\u0338img src=x onerror=alert(1)>",
        "<img \u0338src=x onerror=alert(1)>",
        "</b\u0338>",
    ],
)
def test_a_tag_with_a_combining_stroke_is_text_before_and_after_anki_has_composed_its_characters(
    tag: str, tmp_path: Path
) -> None:
    field = note(tmp_path, f"## Q {{#q}}\n\nA {tag} z\n").fields[1]
    assert field == f"<p>A {tag.replace('<', '&lt;').replace('>', '&gt;')} z</p>"
    stored = normalize("NFC", field)
    assert re.findall("<[^>]*>", stored) == ["<p>", "</p>"]
    assert sanitise.clean(stored) == (stored, ())
    assert text_of(stored) == f"A {tag} z"


def test_other_composed_characters_stay_composed(tmp_path: Path) -> None:
    assert note(tmp_path, "## Q {#q}\n\na =\u0338 b\n").fields[1] == "<p>a ≠ b</p>"


SETTINGS = {
    "checked_with": "<script>alert(1)</script>\"{{Question}}{{/Question}}'",
    "language": 'en"><script>',
    "name": "<script>{{Question}}</script>",
}


@pytest.mark.parametrize("key", SETTINGS)
def test_no_setting_breaks_out_of_a_template(key: str, tmp_path: Path) -> None:
    values = {"id": "a", "name": "b"} | {key: SETTINGS[key]}
    toml = "".join(f"{name} = '''{value}'''\n" for name, value in values.items())
    found, _ = read("deck.toml", toml, tmp_path)
    before = note_types(Settings(id="a", name="b", span=found.span, checked_with="x"))
    for kind, plain in zip(note_types(found), before, strict=True):
        for side, other in zip(kind.style[1:], plain.style[1:], strict=True):
            assert "<script" not in side
            assert set(re.findall(r"\{\{.*?\}\}", side)) <= set(re.findall(r"\{\{.*?\}\}", other))


def test_the_description_is_clean_even_if_nobody_looks_at_the_errors(tmp_path: Path) -> None:
    from deckbuilder.cards.description import description  # noqa: PLC0415

    toml = 'id = "test-deck"\nname = "Test"\n\ndescription = "A <script>alert(1)</script>*x*<b id=y>z</b> ![x](https://e.test/x.png)"\n'
    found = deck(tmp_path, "## Q {#q}\n\na\n", toml=toml)
    assert description(found.deck.settings)[0] == '<p>A <em>x</em><b>z</b> <img alt="x" src=""></p>'
    assert [(problem.span.line, problem.code) for problem in found.diagnostics] == [
        (4, "active-html"),
        (4, "active-html"),
        (4, "removed-html"),
    ]


@pytest.mark.parametrize(
    "path", [TORTURE, *sorted(path.parent for path in CONTENT.glob("*/deck.toml"))], ids=lambda path: path.name
)
@pytest.mark.slow
def test_our_own_decks_are_as_they_were(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cleaned = [card.note for card in built(path).deck.entries]
    monkeypatch.setattr(sanitise, "clean", lambda html, *_entries, **_options: (html, ()))
    assert [card.note for card in built(path).deck.entries] == cleaned


def problems(folder: Path, css: str) -> list[Diagnostic]:
    folder.mkdir()
    (folder / "style.css").write_text(css, encoding="utf-8")
    return [problem for problem in deck(folder, "## Q {#q}\n\na\n").diagnostics if problem.severity is Severity.ERROR]


@pytest.mark.parametrize(
    "css",
    [
        "@import url(x)",
        "@IMPORT 'x'",
        "@\\69mport 'x'",
        ".a{b:url(http://x)}",
        ".a{b:url( //x)}",
        ".a{b:\\75\\72\\6c(//x)}",
        '.a{content:"/*"} .b{b:url(//x)} .c{content:"*/"}',
        ".a{b:url(/*)} .b{b:url(//x)} .c{b:url(*/)}",
        ".a{b:image-set('https://x' 1x)}",
        "@font-face{src:url('ftp://x')}",
        "</style><script>",
        "/*</STYLE>*/",
        ".a{behavior:url(x)}",
    ],
)
def test_a_style_sheet_loads_nothing_and_ends_nowhere(css: str, tmp_path: Path) -> None:
    assert [problem.code for problem in problems(tmp_path / "deck", css)] == ["active-style"] * len(
        problems(tmp_path / "again", css)
    )
    assert problems(tmp_path / "third", css)


def test_a_style_sheet_may_speak_of_addresses(tmp_path: Path) -> None:
    css = '/* https://example.org */ .a{b:url("data:font/woff2;base64,AA")} .b::before{content:"a: b \\2192"}'
    assert problems(tmp_path / "deck", css) == []


def test_the_time_it_takes_grows_with_the_text() -> None:
    """No regular expression backtracks: ten times the text takes about ten times the time, not a hundred."""
    import time  # noqa: PLC0415

    def seconds(count: int) -> float:
        begin = time.perf_counter()
        for piece in (
            "<b ",
            "<b a=",
            '<b a="',
            "<",
            "</",
            "<!--",
            "\x12\\(",
            "<b style='a:",
            "\x0e1\x0f<b>",
            "&#1",
            "<a\x0e",
            "\\bbox[",
        ):
            sanitise.clean(piece * count)
        return time.perf_counter() - begin

    seconds(100)
    assert seconds(10_000) < 40 * max(seconds(1_000), 0.01)


@pytest.mark.parametrize("name", ["id", "data-x", "_x", "x_y", "x.y", "x:y", ":x", "é", "onclick", "style"])
@pytest.mark.parametrize("tag", ["b", "meter", "h1", "my-note", "annotation-xml", "x:y", "button", "script"])
def test_deck_toml_takes_the_advice_of_each_message(tag: str, name: str, tmp_path: Path) -> None:
    for item in sanitise.clean(f'<p><{tag} {name}="1">x</{tag}></p>')[1]:
        if item.way:
            _, problems = read("deck.toml", f'id = "a"\nname = "b"\nhtml = ["{item.way}"]\n', tmp_path)
            assert not problems, item.way


def test_classes_of_the_authors_style_stay_but_none_of_ankis(tmp_path: Path) -> None:
    (tmp_path / "style.css").write_text(
        ".mine, .mathjax_process, .card.nightMode, .hint, .answer { color: red }\n", encoding="utf-8"
    )
    text = '## Q {#q}\n\n<pre class="mine mathjax_process nightMode hint answer other">\\(\\href{javascript:x}{y}\\)</pre>\n'
    found = deck(tmp_path, text)
    assert found.deck.entries[0].note.fields[1].startswith('<pre class="mine" ')
    assert [problem.code for problem in found.diagnostics] == ["removed-html"] * 5
