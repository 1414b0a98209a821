"""Code as HTML: no character is lost, and every colour is readable by day and by night."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckbuilder import assets
from deckbuilder.check.misspelt_languages import nearest_language
from deckbuilder.markdown.highlight import CLASSES, highlight, knows

CSS = re.sub(r"/\*.*?\*/", "", assets.text("card.css"), flags=re.DOTALL)
ON_PAGE = ["text", "quiet", "link", "note", "tip", "important", "warning", "caution"]
IN_CODE = ["text", "keyword", "string", "comment", "constant", "function", "name", "tag"]


def undo(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r")),
    st.sampled_from(["python", "html+jinja", "sql", "diff", "console", "text", "json", "nope"]),
)
def test_without_its_tags_it_is_the_code_again(code: str, language: str) -> None:
    assert undo(highlight(code, language)) == code


@pytest.mark.parametrize(
    ("language", "code"), [("sass", ".a\n  opacity: 0.8"), ("pug", "p"), ("slim", "a"), ("erb", "%"), ("sass", "8\n")]
)
def test_a_lexer_may_end_with_a_token_without_text(language: str, code: str) -> None:
    assert undo(highlight(code, language)) == code


def test_only_coloured_tokens_have_a_tag() -> None:
    assert highlight("x = print('a')  # b", "python") == (
        'x = <span class="m">print</span>(<span class="s">\'a\'</span>)  <span class="c"># b</span>'
    )


@pytest.mark.parametrize("language", ["python", "html+jinja", "console", "text"])
def test_code_is_no_html(language: str) -> None:
    code = "a < b && c > d  # <b>&amp;</b> <!-- {{ x }} -->\n"
    html = highlight(code, language)
    assert undo(html) == code
    assert not re.search(r"<(?!/?span\b)", html)


def test_languages() -> None:
    assert [knows(language) for language in ("python", "html+jinja", "", "text", "output", "pyhton")] == [True] * 5 + [False]
    assert nearest_language("pyhton") == "; did you mean 'python'?"
    assert nearest_language("qqqqqq") == ""


def variables(selector: str) -> dict[str, str]:
    (block,) = re.findall(rf"(?m)^{re.escape(selector)} \{{\s*(--text:.*?)\}}", CSS, re.DOTALL)
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))


def luminance(colour: str) -> float:
    """Return the relative luminance, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", [".card", ".card.nightMode"])
def test_every_colour_is_readable_on_every_background_it_stands_on(mode: str) -> None:
    found = variables(mode)
    pairs = [(name, page) for name in ON_PAGE for page in ("page", "chip")]
    pairs += [(name, ground) for name in IN_CODE for ground in ("block", "marked-line")]
    pairs += [(name, "mark") for name in ON_PAGE]
    pairs += [("link", "block"), ("link", "marked-line"), ("removed", "removed-line"), ("added", "added-line")]
    assert {pair: ratio for pair in pairs if (ratio := contrast(found[pair[0]], found[pair[1]])) < 4.5} == {}


def test_every_class_has_a_rule_and_every_rule_a_colour_of_the_palette() -> None:
    rules = dict(re.findall(r"\.highlight \.([a-z]+) \{ (.*?) \}", CSS))
    assert set(rules) == set(CLASSES.values())
    used = set(re.findall(r"var\(--([a-z-]+)\)", " ".join(rules.values())))
    assert used <= set(IN_CODE) | {"removed", "removed-line", "added", "added-line"}
    assert not re.search(r"#[0-9a-f]{3,6}", " ".join(rules.values()))


def test_no_selector_that_cannot_match_and_nothing_from_the_network() -> None:
    for_all = re.sub(r"@supports selector\(:has\(a\)\) \{.*\}", "", CSS)  # an older browser skips this line
    assert not re.search(r"\.nightMode \.card|prefers-color-scheme|url\(|@import|:has\(|:is\(|color-mix", for_all)


@pytest.mark.parametrize(
    ("code", "coloured"),
    [("x = 1;" + " " * 994, True), ("x = 1;" + " " * 995, False), ("x = 1;" + "\n" * 50, True), ("x = 1;\n" + " \n" * 51, False)],
)
def test_what_no_person_writes_has_no_colours(code: str, coloured: bool) -> None:
    html = highlight(code, "c")
    assert ("<span" in html) is coloured
    assert unescape(re.sub(r"<[^>]*>", "", html)) == code
