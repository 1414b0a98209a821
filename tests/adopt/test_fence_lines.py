"""The text on the line of a fence: a language that cards do not know is replaced, code is kept."""

from __future__ import annotations

import pytest

from deckbuilder.adopt.lists.mend import languages


@pytest.mark.parametrize(
    ("written", "adopted"),
    [
        ("```val a = 1\nb\n```", "```text\nval a = 1\nb\n```"),
        ("``` import os\nb\n```", "``` text\nimport os\nb\n```"),
        ("```java.util.List a;\nb\n```", "```text\njava.util.List a;\nb\n```"),
        ("```print('a')\nb\n```", "```text\nprint('a')\nb\n```"),
        ("```a = {1: 2}\n```", "```text\na = {1: 2}\n```"),
        ("~~~val x=1\nb\n~~~", "~~~text\nval x=1\nb\n~~~"),
        ("> - ```f(a)\n>   b\n>   ```", "> - ```text\n>   f(a)\n>   b\n>   ```"),
        ("1. ```f(a)\n   b\n   ```", "1. ```text\n   f(a)\n   b\n   ```"),
    ],
)
def test_code_on_the_line_of_a_fence_becomes_a_line_of_code(written: str, adopted: str) -> None:
    assert languages(written) == adopted


@pytest.mark.parametrize(
    ("info", "adopted"),
    [
        ("mermaid", "text"),
        ('mermaid {1,2} title="x y"', "text"),
        ("{note}", "text"),
        ("xyz:a/b.py", "text"),
        ("xyz [a.vue]", "text"),
        ("js{1,3}", "js{1,3}"),
        ("python wrap", "python wrap"),
        ("x=1", "x=1"),
        ("val = 1", "text\nval = 1"),
    ],
)
def test_a_language_without_code_leaves_no_line(info: str, adopted: str) -> None:
    assert languages(f"```{info}\na\n```") == f"```{adopted}\na\n```"
