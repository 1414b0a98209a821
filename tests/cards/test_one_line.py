"""A heading, a hint, a source and a typed answer are one line of running text each."""

from __future__ import annotations

import pytest

from deckbuilder.pipeline.build_deck import build
from tests.whole.test_properties import load


def field(text: str, name: str) -> str:
    (card,) = build(load(text)).deck.entries
    shown: str = card.note.text(name)
    return shown


@pytest.mark.parametrize(
    ("heading", "shown"),
    [
        ("1. What does this print?", "1. What does this print?"),
        ("* in a signature", "* in a signature"),
        ("> in bash", "&gt; in bash"),
        ("``` or ~~~?", "``` or ~~~?"),
        ("[Symbol.iterator]: function", "[Symbol.iterator]: function"),
        ("What is std::vector<int> for?", "What is std::vector&lt;int&gt; for?"),
    ],
)
def test_headings_hints_and_sources(heading: str, shown: str) -> None:
    question = f'## {heading} {{#a hint="{heading}"}}\n\n1. Fork\n\n---\n\nYes.\n\nSource: {heading}\n'
    assert field(question, "question") == f"<p>{shown}</p><ol><li>Fork</li></ol>"
    assert field(question, "hint") == shown
    assert field(question, "source") == shown


@pytest.mark.parametrize(
    ("answer", "typed"),
    [
        ("__init__", "__init__"),
        ("cp <path> <dest>", "cp &lt;path&gt; &lt;dest&gt;"),
        ("`a*b*`", "a*b*"),
        ("``a`b`` and *c*", "a`b and *c*"),
        ("2 \\* 3 &lt; 7", "2 * 3 &lt; 7"),
        ("1. x", "1. x"),
        ("```sh\nls -l\n```", "ls -l"),
    ],
)
def test_typed_answers_are_as_written(answer: str, typed: str) -> None:
    assert field(f"## Q {{#a .typed}}\n\n{answer}\n\nMore.\n", "typed") == typed


def test_definitions_of_a_file_and_of_footnotes_are_resolved() -> None:
    text = "## Q {#a}\n\nText[^1] and [two\nwords].\n\n[^2]: Inner [docs].\n[^1]: Outer[^2].\n\n## R {#b}\n\nx\n\n[docs]:\n  u\n[Two words]: v\n"
    card = build(load(text)).deck.entries[0]
    assert card.note.text("answer") == (
        '<p>Text<sup>1</sup> and <a href="v">two words</a>.</p><ol class="footnotes"><li value="1">Outer<sup>2</sup>.</li>'
        '<li value="2">Inner <a href="u">docs</a>.</li></ol>'
    )
