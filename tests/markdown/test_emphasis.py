"""Emphasis by CommonMark's rules, compared with another parser on random texts."""

from __future__ import annotations

import re
from random import Random

import pytest
from markdown_it import MarkdownIt

from deckbuilder.markdown.to_html import inline

REFERENCE = MarkdownIt("commonmark").enable("strikethrough")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("f(*args, **kwargs)，*args", "f(*args, **kwargs)，*args"),
        ("def f(a, *args, b=1, **kw): pass; f(*x)", "def f(a, *args, b=1, **kw): pass; f(*x)"),
        ("2*3**2*4 == 72", "2<em>3**2</em>4 == 72"),
        ("snake_case_name _em_", "snake_case_name <em>em</em>"),
        ("***a** b*", "<em><strong>a</strong> b</em>"),
        ("~~a~~ ~b~ ~~~c~~~", "<del>a</del> ~b~ ~~~c~~~"),
        ("**注意：**这里", "<strong>注意：</strong>这里"),
    ],
)
def test_examples(text: str, html: str) -> None:
    assert inline(text, {}) == html


@pytest.mark.parametrize("seed", range(500))
def test_as_commonmark(seed: int) -> None:
    random = Random(seed)
    text = "a" + "".join(
        random.choice(["*", "**", "***", "_", "__", "~~", "a", "b c", " ", ".", "(", ")"]) for _ in range(random.randint(3, 14))
    )
    if re.search(r"~{3}", text):
        return  # GitHub and the reference differ on longer runs
    theirs = REFERENCE.renderInline(text.rstrip()).replace("<s>", "<del>").replace("</s>", "</del>")
    assert inline(text.rstrip(), {}) == theirs


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["*a ", "a* ", "**a *b ", "~~a ", "_a", "a**b", "*"])
def test_it_takes_linear_time(piece: str) -> None:
    """A quadratic algorithm would take minutes for this text; the assertion only says that no text is lost."""
    text = piece * 40_000
    assert re.sub(r"<[^<>]*>|[*_~]", "", inline(text, {})) == re.sub("[*_~]", "", text).rstrip()
