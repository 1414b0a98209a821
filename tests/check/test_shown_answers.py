"""A question that shows its answer, or has two answers, is a warning at the place that shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import deck


def found(tmp_path: Path, text: str, *codes: str) -> list[str]:
    """Return ``line: message`` of each problem with one of ``codes``."""
    problems = deck(tmp_path, text).diagnostics
    return [f"{problem.span.line}: {problem.message}" for problem in problems if problem.code in codes]


TYPED = "## {} {{#a .typed}}\n\n{}\n"
CLOZE = "## {} {{#a .cloze}}\n\n{}\n\n---\n\nx\n"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("git status or git log: git status shows changes. Which?", "git status"),
        ("The capital of France is Paris. Where is it?", "paris"),
        ("In Paris, where is the tower?", "paris"),
        ("法国的首都巴黎在哪？", "巴黎"),
        ("Write **HTTP** _server_ here", "HTTP server"),
        ("Use `app.route()`. Which decorator?", "app.route()"),
    ],
)
def test_an_answer_to_type_that_the_question_shows_is_a_warning(question: str, answer: str, tmp_path: Path) -> None:
    assert found(tmp_path, TYPED.format(question, answer), "shown-answer")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Is 2 + 2 four or five?", "four"),
        ("Can tuple, list and str change, or only one?", "tuple"),
        ("Which of list and tuple can change, the list here?", "list here"),
        ("Which keyword in `yield x` yields?", "yield"),
        ("What does 200 + 204 - 204 give?", "200"),
        ("What is the plural of aircraft?", "aircraft"),
        ("How do you say 'house'?", "house"),
        ("What is the opposite of mutable?", "immutable"),
    ],
)
def test_a_question_that_offers_or_quotes_its_answer_is_good(question: str, answer: str, tmp_path: Path) -> None:
    assert not found(tmp_path, TYPED.format(question, answer), "shown-answer")


@pytest.mark.parametrize(
    ("heading", "body", "line"),
    [
        ("{{c1::Flask}} is small", "A Flask app", 3),
        ("{{c1::Flask}} is small", "In Flask, an app", 3),
        ("An app", "{{c1::flask app::a flask app}} x", 3),
        ("{{c1::The outer {{c2::inner}} text}} x", "the outer inner text", 3),
        ("{{c1::蓝图}}很好", "蓝图有视图", 3),
    ],
)
def test_a_text_that_a_cloze_hides_and_the_card_shows_is_a_warning(heading: str, body: str, line: int, tmp_path: Path) -> None:
    messages = found(tmp_path, CLOZE.format(heading, body), "shown-answer")
    assert messages
    assert all(message.startswith(f"{line}: the card that hides '") for message in messages)


@pytest.mark.parametrize(
    ("heading", "body"),
    [
        ("{{c1::Flask}} is small", "{{c1::Flask}} has views"),
        ("{{c1::Flask}} is small", "```python\nfrom flask import Flask\n```"),
        ("{{c1::It}} is small", "It is"),
        ("Of list, tuple and str: the {{c1::tuple}} is", "immutable"),
        ("Both tuple hash and list hash: {{c1::tuple hash}}", "x"),
        ("$a{{c1::lpha}}$ is a formula", "lpha $lpha$"),
    ],
)
def test_a_hidden_text_is_hidden(heading: str, body: str, tmp_path: Path) -> None:
    assert not found(tmp_path, CLOZE.format(heading, body), "shown-answer")


@pytest.mark.parametrize(
    ("below", "advice"),
    [
        ("The {{c1::word}}", "write a line '---' below line 3, with a blank line above it"),
        ("The {{c1::word}}\nand more", "write a line '---' below line 4, with a blank line above it"),
        ("x\n\n- a {{c1::word}}\n\n  b\n\nc", "write a line '---' below line 7, with a blank line above it"),
        ("x\n\n---\n\nThe {{c1::word}}\n\n$$\n{{c2::x}}\n$$", "move the '---' below line 11"),
        ("| a |\n|---|\n| {{c1::word}} |", "write a line '---' below line 5, with a blank line above it"),
    ],
)
def test_clozes_only_below_the_text_are_one_error_that_says_where_the_separator_belongs(
    below: str, advice: str, tmp_path: Path
) -> None:
    (message,) = found(tmp_path, f"## It {{#a .cloze}}\n\n{below}\n", "missing-cloze", "stray-cloze")
    assert message.endswith(advice)
    assert message.split(":")[0] == str(next(at for at, line in enumerate(below.split("\n"), 3) if "{{c1" in line))
