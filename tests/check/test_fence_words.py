"""The words after a fence's language: those of ``deckbuilder test``, of other tools, and misspelt ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from deckbuilder.model.diagnostics import Diagnostic
from tests.support import deck


def found(folder: Path, info: str) -> list[Diagnostic]:
    text = f"## What is this? {{#a}}\n\n```{info}\nx\n```\n\n---\n\nyes and more\n"
    return [problem for problem in deck(folder, text).diagnostics if problem.code == "fence-option"]


@pytest.mark.parametrize(
    ("info", "meant"),
    [
        ("rust compile-fial", "compile-fail"),
        ("rust compile_fial", "compile-fail"),
        ("rust,compile_fial", "compile-fail"),
        ("rust compile-fial=E0382", "compile-fail"),
        ("rust complie-fail", "compile-fail"),
        ("rust panic", "panics"),
        ("rust paincs", "panics"),
        ("rust should_panick", "should-panic"),
        ("rust norun", "no-run"),
        ("bash exti=2", "exit"),
        ("python ingore", "ignore"),
        ("rust editon=2024", "edition"),
        ('python skpi="why"', "skip"),
        ('python file="a.py" regoin="x"', "region"),
        ("python wrp", "wrap"),
        ('python hl_line="1"', "hl_lines"),
    ],
)
def test_a_misspelt_word_has_a_suggestion(tmp_path: Path, info: str, meant: str) -> None:
    (problem,) = found(tmp_path, info)
    assert problem.message.endswith(f"is no option; did you mean '{meant}'?")
    assert problem.mend
    assert problem.mend.new == meant


@pytest.mark.parametrize(
    "info",
    [
        "rust,should_panic,ignore-wasm32",
        "rust,ignore-x86_64,edition2018",
        "rust,noplayground,mdbook-runnable",
        "rust,does_not_compile,no_run",
        "rust,not_desired_behavior",
        "rust,standalone_crate,test_harness",
        "js live twoslash",
        'ts title="a.ts" tsconfig="x"',
        "{python .numberLines startFrom=1}",
        "{r, echo=FALSE, eval=TRUE, fig.width=7}",
        "python exit=1",
        "bash compile-fail=x skip",
    ],
)
def test_words_of_other_tools_are_no_mistake(tmp_path: Path, info: str) -> None:
    assert found(tmp_path, info) == []


def test_a_word_like_none_lists_the_words(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, "rust zzzzzzz")
    assert (
        "the options are cloze, hl_lines, linenums, scroll, wrap, and for code that runs compile-fail, edition" in problem.message
    )
    assert problem.mend is None
