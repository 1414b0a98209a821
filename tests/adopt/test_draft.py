"""A draft that is written reads back as the same question."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deckbuilder.adopt.draft import Draft, compose
from deckbuilder.model.records import Kind, Source
from deckbuilder.source.parse import parse

LINE = st.sampled_from(
    [
        "text",
        "Source: me",
        "来源：我",
        "---",
        "***",
        "# One",
        "## Two",
        "### Three",
        "Under",
        "===",
        "- item",
        "```",
        "~~~",
        "",
        "    code",
        "> q",
        "| a |",
    ]
)
TEXT = st.lists(LINE, max_size=8).map("\n".join)


def read(text: str) -> list[tuple[str, str, str]]:
    parsed = parse(Source("a.md", Path(), text))
    return [(question.id, question.kind.value, question.hint) for question in parsed.questions]


@settings(deadline=None)  # on a busy machine, one text may take half a second
@given(st.lists(st.tuples(TEXT, TEXT, st.sampled_from(list(Kind))), min_size=1, max_size=3))
def test_every_question_is_one_question_again(drafts: list[tuple[str, str, Kind]]) -> None:
    texts = [(closed(body), closed(answer), kind) for body, answer, kind in drafts]
    found = compose("T", (Draft(f"q{at}", "What?", body, answer, kind) for at, (body, answer, kind) in enumerate(texts)))
    assert read(found) == [(f"q{at}", kind.value, "") for at, (_, _, kind) in enumerate(texts)]
    for question in parse(Source("a.md", Path(), found)).questions:
        assert question.source.lines == ()
        assert len(question.separators) <= 1


def closed(text: str) -> str:
    """Return ``text`` without a fence that would swallow all text below."""
    return text.replace("```", "x").replace("~~~", "y")


@pytest.mark.parametrize(
    ("heading", "expected"),
    [("What {#x}", "What \\{#x}"), ("a {b} c", "a {b} c"), ("C ##", "C \\##"), ("a\nb", "a b"), ("", "")],
)
def test_headings_keep_their_text(heading: str, expected: str) -> None:
    (question,) = parse(Source("a.md", Path(), compose("", [Draft("q", heading, "body", "answer")]))).questions
    assert (question.id, question.heading.lines) == ("q", (expected,))


def test_all_of_it() -> None:
    draft = Draft("q", "What?", "body", "## answer\n\n---", Kind.TYPED, ("a", "b::c"), 'a "hint" {x}', "[s](u)")
    text = compose("Title", [draft], tags=["all"], subdeck="Sub::Deck")
    assert text == (
        '---\ntags: ["all"]\ndeck: "Sub::Deck"\n---\n\n# Title\n\n'
        '## What? {#q .typed tags="a b::c" hint="a ”hint” (x)"}\n\nbody\n\n---\n\n### answer\n\n***\n\nSource: [s](u)\n'
    )
