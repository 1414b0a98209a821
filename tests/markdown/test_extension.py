"""The extension as others use it: with Python-Markdown, and beside other extensions."""

from __future__ import annotations

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown.extensions.wikilinks import WikiLinkExtension

from deckbuilder.markdown.extension import GitHub
from deckbuilder.markdown.to_html import html, inline
from deckbuilder.model.control_characters import CONTROLS, MATHS


def test_it_is_an_ordinary_extension() -> None:
    converter = markdown.Markdown(extensions=[GitHub({"tip": "Rat"})], output_format="html")
    text = "> [!TIP]\n> *a* `b`[^1]\n\n[^1]: c"
    expected = (
        '<div class="alert tip"><p class="alert-title">Rat</p><p><em>a</em> <code>b</code><sup>1</sup></p></div>'
        '<ol class="footnotes"><li value="1">c</li></ol>'
    )
    assert converter.convert(text) == expected
    assert converter.reset().convert(text) == expected


class Shouted:
    """The marks of a dialect: an exclamation mark in running text and in formulas, and a caret in code."""

    def mark(self, text: str) -> str:
        return text.replace("!", "¡")

    def mark_formula(self, tex: str) -> str:
        return tex.replace("!", "¿")

    def of_code(self, code: str) -> tuple[str, list[tuple[int, str]]]:
        at = code.index("^")
        return code.replace("^", ""), [(at, "<b></b>")]


def test_marks_of_another_dialect_are_replaced() -> None:
    converter = markdown.Markdown(extensions=[GitHub(marks=Shouted)], output_format="html")
    text = "a!\n\n$$\nb!\n$$\n\n```text cloze\nc^!\n```\n\n```text\nd^!\n```"
    assert converter.convert(text) == (
        f"<p>a¡</p><p>{MATHS['block'][0]}b¿{MATHS['block'][1]}</p><pre><code>c<b></b>!</code></pre>\n<pre><code>d^!</code></pre>"
    )


def test_patterns_of_other_extensions_see_the_text_that_is_left() -> None:
    converter = markdown.Markdown(extensions=[GitHub(), WikiLinkExtension()], output_format="html")
    assert converter.convert("*see [[Page]]* `[[no]]`") == (
        '<p><em>see <a class="wikilink" href="/Page/">Page</a></em> <code>[[no]]</code></p>'
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. What does this print?", "1. What does this print?"),
        ("* in a `signature`", "* in a <code>signature</code>"),
        ("> in bash", "&gt; in bash"),
        ("``` or ~~~?", "``` or ~~~?"),
        ("[Symbol.iterator]: function", "[Symbol.iterator]: function"),
        ("# no *heading*", "# no <em>heading</em>"),
        ("    print(1)", "print(1)"),
        ("| a |", "| a |"),
        ("---", "---"),
    ],
)
def test_one_line_is_running_text_whatever_it_begins_with(text: str, expected: str) -> None:
    assert inline(text, {}) == expected
    assert html(f"{text}\n\n1. Fork\n2. Push", {}, lead=1) == f"<p>{expected}</p><ol><li>Fork</li><li>Push</li></ol>"


@given(st.text(st.sampled_from("\x00\x01\x02\x03\x0b\x0c\x0e\x0f\x12\x13\x1c\x1e\x1f\x7fklzwxh:0amp \t\n->*`&#2;")))
def test_no_mark_can_be_forged_and_none_leaks(text: str) -> None:
    found = html(f"<b>raw</b> {text}\n\n- \t{text}", {})
    assert not CONTROLS.search(found)
    assert found.count("<b>raw</b>") == 1


@pytest.mark.parametrize("code", ["\tall:\n\t\techo", "a\n    \nb", "  \tx", "\t\t\tdeep", " \t mixed"])
@pytest.mark.parametrize("prefix", ["- ", "1. ", "> ", "- > ", "> - ", ">> ", "10. - "])
def test_code_is_the_authors_to_the_byte(code: str, prefix: str) -> None:
    rest = "".join(" " if char != ">" else ">" for char in prefix)
    lines = [f"{prefix}```text", *(rest + line for line in code.split("\n")), f"{rest}```"]
    assert f"<pre><code>{code}</code></pre>" in html("\n".join(lines), {})


@pytest.mark.parametrize(
    "text",
    [
        "[a]\n\n[a]:\n  u\n  'title'",
        "[a\nb]\n\n[A  b]: u",
        "[`a`] and [a\\*b]\n\n[`a`]: u\n[a\\*b]: v",
        "- [a]\n\n> [a]: <u v> (t)",
    ],
)
def test_definitions_are_found(text: str) -> None:
    found = html(text, {})
    assert "<a " in found
    assert "]:" not in found


def test_footnotes_are_numbered_by_use() -> None:
    assert html("x[^b] `[^c]` y[^a]\n\n[^a]: see [^c]\n\n[^b]: two\n\n[^c]: three", {}) == (
        "<p>x<sup>1</sup> <code>[^c]</code> y<sup>2</sup></p>"
        '<ol class="footnotes"><li value="1">two</li><li value="2">see <sup>3</sup></li><li value="3">three</li></ol>'
    )


@pytest.mark.parametrize("formula", [r"a\,b *c* d_e_f `g` <b> & h &lt; \\ i", r"\begin{x} a & b \\\\ [c](d) \end{x}"])
def test_maths_is_opaque(formula: str) -> None:
    shown = formula.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for source in (
        f"$${formula}$$",
        f"$$\n{formula}\n$$",
        f"```math\n{formula}\n```",
        f"a $${formula}$$ b",
        f"- x\n\n  $${formula}$$",
    ):
        opening, closing = MATHS["block"]
        assert f"{opening}{shown}{closing}" in html(source, {})
    inner = formula.replace("`", "")
    opening, closing = MATHS["inline"]
    assert f"{opening}{shown.replace('`', '')}{closing}" in html(f"a ${inner}$ b", {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("US $5-$6 and $7", "US $5-$6 and $7"),
        ("<foo\\_bar@x.org>", "&lt;foo_bar@x.org&gt;"),
        ("\\&lt; &nope; &#2; &copy;", "&amp;lt; &amp;nope;  &copy;"),
        ("p = &current;", "p = &amp;current;"),
        ("<T extends='*a*'> b", "&lt;T extends='*a*'&gt; b"),
        ("a <!-- *b* --> c", "a  c"),
    ],
)
def test_near_misses_are_text(text: str, expected: str) -> None:
    assert inline(text, {}) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$n$th 2$x$ a$`x`$ $HOME/$USER é$x$ $x$_y", "$n$th 2$x$ a$<code>x</code>$ $HOME/$USER é$x$ (x)_y"),
        ('是$x$的 ($x$), "$x$"-$x$-axis か$x$か', '是(x)的 ((x)), "(x)"-(x)-axis か(x)か'),
        ("$f(x),\ng(x)$的 $ a$ $b $ $$c$ $d$$", "(f(x),\ng(x))的 $ a$ $b $ $$c$ $d$$"),
        ("$a % b\n% c\n\\% d % e$", "(a \n\n\\% d % e)"),
        ("$`a` $x$ \\$x$ $\\$x$ `$x$` $x`$`$", "$<code>a</code> (x) $x$ (\\$x) <code>$x$</code> $x<code>$</code>$"),
    ],
)
def test_formulas_are_those_of_github(text: str, expected: str) -> None:
    """https://github.com/github/markup/issues/1742 has the letters and digits beside a dollar."""
    marks = str.maketrans(dict(zip(MATHS["inline"], "()", strict=True)))
    assert inline(text, {}).translate(marks) == expected
