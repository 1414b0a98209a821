"""Text that is nearly a cloze has a diagnostic, and the mend makes it a cloze."""

from __future__ import annotations

from pathlib import Path

import pytest

from deckbuilder.model.diagnostics import Diagnostic
from tests.support import deck


def found(tmp_path: Path, text: str) -> list[Diagnostic]:
    problems = deck(tmp_path, f"## {text} {{#a .cloze}}\n").diagnostics
    return [problem for problem in problems if problem.code in ("broken-cloze", "missing-cloze")]


@pytest.mark.parametrize(
    ("near", "right"),
    [
        ("{{c2:b}}", "{{c2::b}}"),
        ("{c4::d}", "{{c4::d}}"),
        ("{c4:d}", "{{c4::d}}"),
        ("{{c4::d}", ""),
        ("{{C1::x}}", "{{c1::x}}"),
        ("{{c1 ::x}}", "{{c1::x}}"),
        ("{{ c1::x }}", "{{c1::x}}"),
        ("{{c 1::x}}", "{{c1::x}}"),
        ("{{c1: :x}}", "{{c1::x}}"),
        ("{{c1:x::hint}}", "{{c1::x::hint}}"),
        ("{{1::x}}", "{{c1::x}}"),
        ("{{cl::x}}", "{{c1::x}}"),
        ("{{c1;;x}}", "{{c1::x}}"),
        ("{{cloze2::x}}", "{{c2::x}}"),
        ("[[c1::x]]", "{{c1::x}}"),
        ("｛｛c1：：x｝｝", "{{c1::x}}"),
        ("｛｛c1：：x：：提示｝｝", "{{c1::x::提示}}"),
        ("{{c１::x}}", "{{c1::x}}"),
        ("{{\N{CYRILLIC SMALL LETTER ES}1::x}}", "{{c1::x}}"),
        ("{{c3}}", ""),
        ("{{c::x}}", ""),
        ("{{c1:: }}", ""),
        ("{{::x}}", ""),
        ("{{c1,2::x}}", ""),
        ("{{c2:a {{c3::b}} }}", ""),
        ("$x^{{c2:3}}$", ""),
    ],
)
def test_each_near_miss_is_an_error_at_its_column(tmp_path: Path, near: str, right: str) -> None:
    before = "A {{c9::good}} one and "
    (problem,) = found(tmp_path, f"{before}{near} end")
    assert (problem.code, problem.is_error) == ("broken-cloze", True)
    assert problem.span.column - 4 == len(before) + max(0, near.find("{{c2:3"))
    assert bool(problem.mend) == bool(right)
    if problem.mend:
        mended = f"## {before}{near} end".replace(problem.mend.old, problem.mend.new)
        assert mended == f"## {before}{right} end"
        assert not found(tmp_path, mended.removeprefix("## "))


@pytest.mark.parametrize(
    "text",
    [
        "{{ config }}",
        "{{c}}",
        "{{ c1 }}",
        "{{c1.name}}",
        "`{{c2:b}}`",
        "\\{{c2:b}}",
        "$\\frac{c1:x}{2}$",
        '{"c1": 2}',
        "==x==",
        "[c](d)",
    ],
)
def test_other_text_is_no_near_miss(tmp_path: Path, text: str) -> None:
    assert not found(tmp_path, f"A {{{{c9::good}}}} one and {text} end")


def test_a_marked_word_is_a_near_miss_only_in_a_question_without_a_cloze(tmp_path: Path) -> None:
    missing, near = found(tmp_path, "The ==x== end")
    assert (missing.code, near.code) == ("missing-cloze", "broken-cloze")
    assert near.mend
    assert near.mend.new == "{{c1::x}}"
