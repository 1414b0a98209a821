"""Headings of level 3 name the fields of an adopted note."""

from __future__ import annotations

import pytest

from deckbuilder.publish.field_headings import split


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a</p>", ["<p>a</p>", "", ""]),
        ("<p>a</p><h3>Example</h3><p>b</p>", ["<p>a</p>", "<p>b</p>", ""]),
        ("<h3>Example</h3><p>b</p><h3> a &amp; B </h3>c", ["", "<p>b</p>", "c"]),
        ("a<h3>A  &amp;  b</h3>c<h3>example</h3>d", ["a", "d", "c"]),
        ("a<h3>Example</h3>b<h3>Example</h3>c", ["a", "bc", ""]),
        ("a<h3>Other</h3>b", ["a<h3>Other</h3>b", "", ""]),
        ("a<h4>Example</h4>b", ["a<h4>Example</h4>b", "", ""]),
        ("<blockquote><h3>Example</h3></blockquote>b", ["<blockquote><h3>Example</h3></blockquote>b", "", ""]),
        ('<img alt="<h3>">a<br>b<h3><em>Exam</em>ple</h3>c', ['<img alt="<h3>">a<br>b', "c", ""]),
        ("a<h3>First</h3>b", ["ab", "", ""]),
    ],
)
def test_text_goes_to_the_field_that_its_heading_names(html: str, expected: list[str]) -> None:
    assert split(html, ["First", "Example", "A & B"]) == expected
