"""A diagnostic has the severity of its code."""

from __future__ import annotations

import pickle

import pytest

from deckbuilder.check.run_rules import for_release
from deckbuilder.model.diagnostic_codes import CODES, Severity
from deckbuilder.model.diagnostics import Diagnostic, Mend, Span

PLACE = Span("01.md", 3, 1)


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("missing-answer", "01.md:3:1: error: do it [missing-answer]"),
        ("long-line", "01.md:3:1: warning: do it [long-line]"),
        ("missing-id", "01.md:3:1: note: do it [missing-id]"),
    ],
)
def test_the_registry_gives_the_severity(code: str, line: str) -> None:
    problem = Diagnostic(PLACE, code, "do it")
    assert problem.severity is CODES[code].severity
    assert str(problem) == line


def test_a_code_that_the_registry_lacks_is_a_bug() -> None:
    with pytest.raises(KeyError, match="no-such-code"):
        Diagnostic(PLACE, "no-such-code", "do it")


def test_a_release_makes_errors_of_what_would_hurt_learners() -> None:
    problems = [Diagnostic(PLACE, code, "do it") for code in CODES]
    stopped = {problem.code for problem in for_release(problems) if problem.severity is Severity.ERROR}
    assert stopped == {code.name for code in CODES.values() if code.stops_release}
    assert {"missing-id", "vanished-id", "missing-answer"} < stopped
    assert not {"long-line", "without-answer"} & stopped


def test_a_raised_severity_survives_a_pickle() -> None:
    problems = for_release([Diagnostic(PLACE, "vanished-id", "do it"), Diagnostic(PLACE, "long-line", "do it")])
    assert pickle.loads(pickle.dumps(problems)) == problems  # noqa: S301  our own
    assert [problem.severity for problem in problems] == [Severity.ERROR, Severity.WARNING]


def test_diagnostics_with_a_mend_sort_print_and_survive_a_pickle() -> None:
    bare = Diagnostic(PLACE, "bad-id", "a")
    mended = [Diagnostic(PLACE, "bad-id", "a", mend=Mend(3, column, "b", "c")) for column in (1, 2)]
    assert sorted([mended[1], mended[0], bare]) == sorted([bare, mended[1], mended[0]]) == [bare, *mended]
    assert len({bare, *mended, Diagnostic(PLACE, "bad-id", "a", mend=Mend(3, 1, "b", "c"))}) == 3
    assert str(mended[0]) == str(bare)
    assert pickle.loads(pickle.dumps(mended)) == mended  # noqa: S301  our own
    assert for_release(mended) == mended


def test_diagnostics_sort_by_their_place() -> None:
    later, earlier = Diagnostic(Span("01.md", 9), "bad-id", "a"), Diagnostic(Span("01.md", 2), "long-line", "b")
    assert sorted([later, earlier]) == [earlier, later]
