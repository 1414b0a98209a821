"""The HTML of a package's fields, written as Markdown: tables of cases in ``tests/cases/adopt-html/``."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it.utils import read_fixture_file

from deckbuilder.adopt.draft import compose
from deckbuilder.adopt.packages.convert import Sides, converted
from deckbuilder.adopt.packages.left_out import NotCarriedError
from deckbuilder.adopt.packages.raw_html import words
from deckbuilder.cards.render import render
from deckbuilder.model.diagnostics import Span
from deckbuilder.model.records import Kind, Settings, Source
from deckbuilder.source.parse import parse
from tests.conftest import CASES

SETTINGS = Settings(id="x", name="X", span=Span(""))


def table(name: str) -> pytest.MarkDecorator:
    """Return a mark that runs a test on each case of ``NAME.txt``.

    A case has a title, the HTML of a field, and the expected text. Lines with a dot separate these.
    """
    rows = read_fixture_file(CASES / "adopt-html" / f"{name}.txt")
    cases = [pytest.param(html.removesuffix("\n"), text.removesuffix("\n"), id=title) for _, title, html, text in rows]
    return pytest.mark.parametrize(("html", "expected"), cases)


def nothing(_name: str) -> str:
    return ""


@table("markdown")
def test_html_becomes_markdown(html: str, expected: str) -> None:
    assert converted(Sides(Kind.BASIC, {"question": ["Q"], "answer": [html]}), nothing).answer == expected


@table("fences")
def test_highlighted_code_becomes_a_fence(html: str, expected: str) -> None:
    draft = converted(Sides(Kind.BASIC, {"question": [f"Q{html}"], "answer": ["A"]}), nothing)
    assert (draft.heading, draft.body) == ("Q", expected)


@table("clozes")
def test_clozes_stay_clozes(html: str, expected: str) -> None:
    draft = converted(Sides(Kind.CLOZE, {"question": [html]}), nothing)
    assert "\n\n".join(part for part in (draft.heading, draft.body) if part) == expected


@table("left-out")
def test_what_cannot_be_written_is_said(html: str, expected: str) -> None:
    with pytest.raises(NotCarriedError, match=re.escape(expected)):
        converted(Sides(Kind.CLOZE, {"question": [html]}), nothing)


PIECES = st.sampled_from(
    [
        *("<b>", "</b>", "<div>", "</div>", "<br>", "<ul><li>", "</li>", "</ul>", "<pre>", "</pre>", "<code>", "</code>"),
        *(
            "<table><tr><td>",
            "</td></tr></table>",
            "<span style='color:red'>",
            "</span>",
            "<a href='x'>",
            "</a>",
            "<img src='x'>",
        ),
        *("a", " ", "\n", "*", "_", "`", "$", "\\(", "\\)", "{{c1::", "::", "}}", "# ", "- ", "1. ", "> ", "|", "---", "[", "]("),
        *("&lt;", "&amp;", "~~", "[sound:x.mp3]", "中", "Source: "),
    ]
)


@pytest.mark.slow
@settings(deadline=None, max_examples=300)
@given(st.lists(PIECES, max_size=14).map("".join), st.sampled_from([Kind.BASIC, Kind.CLOZE]))
def test_no_field_is_read_otherwise(html: str, kind: Kind) -> None:
    """A field reads the same as Markdown, or an error gives the reason. Nothing is lost silently."""
    try:
        draft = converted(Sides(kind, {"question": ["Q " + html], "answer": [html]}), lambda _: "media/x.mp3")
    except NotCarriedError:
        return
    (question,) = parse(Source("", Path(), compose("", [draft]))).questions
    shown = render(question, SETTINGS)
    assert words(shown.fields[0]) == words("Q " + html)
    assert words(shown.fields[1]) == words(html)
