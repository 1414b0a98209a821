"""Orders to ignore: they silence warnings and notes, never an error, and never more than the author names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

import deckbuilder
from deckbuilder.check.ignored import heard
from deckbuilder.model.diagnostic_codes import CODES
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.records import Ignore
from deckbuilder.source import ignore_orders
from tests.support import deck, write

Invoke = Callable[..., Result]
WIDE = "```python\n" + 50 * "x" + "\n```\n"
TOML = 'id = "test-deck"\nname = "Test"\n'
CODE_NAMES = ("long-line", "stray-cloze", "missing-answer")
PROBLEMS = st.lists(
    st.builds(
        lambda path, line, code: Diagnostic(Span(path, line), code, "x"),
        st.sampled_from(["a.md", "b.md"]),
        st.integers(1, 12),
        st.sampled_from(CODE_NAMES),
    )
)
RANGES = [(0, 0), (1, 3), (4, 4), (5, 9)]
ORDERS = st.lists(
    st.builds(
        lambda code, path, lines, line: Ignore(code, Span("o", line), path, *(lines if path else (0, 0))),
        st.sampled_from(CODE_NAMES[:2]),
        st.sampled_from(["a.md", "b.md", ""]),
        st.sampled_from(RANGES),
        st.integers(1, 3),
    )
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def codes(folder: Path, *texts: str, toml: str = TOML) -> list[str]:
    return [problem.code for problem in deck(folder, *texts, toml=toml).diagnostics]


def silences(order: Ignore, problem: Diagnostic) -> bool:
    here = order.path in ("", problem.span.path)
    return order.code == problem.code and here and (not order.last or order.first <= problem.span.line <= order.last)


@given(PROBLEMS, ORDERS)
def test_an_order_silences_exactly_its_code_at_its_place(problems: list[Diagnostic], orders: list[Ignore]) -> None:
    found = heard(problems, orders)
    assert found.kept == {one for one in problems if not any(silences(order, one) for order in orders)}
    assert found.ignored == len(set(problems)) - len(found.kept)
    assert set(found.useless) == {order for order in orders if not any(silences(order, one) for one in problems)}


def test_a_question_a_file_or_a_deck(tmp_path: Path) -> None:
    def question(name: str, order: str = "") -> str:
        return f"## {name} {{#{name}}}\n\n{order}\n\n{WIDE}\n"

    order = "<!-- ignore: long-line -->"
    two = question("a", order) + question("b")
    found = deck(tmp_path, two)
    assert [(problem.code, problem.span.line) for problem in found.diagnostics] == [("long-line", 14)]
    assert found.ignored == 1
    other = question("c")
    assert codes(tmp_path, f"# Part\n\n{order}\n\n{question('a')}{question('b')}", other) == ["long-line"]
    assert codes(tmp_path, question("a"), other, toml=f'{TOML}ignore = ["long-line"]\n') == []


@pytest.mark.parametrize("name", sorted(CODES))
def test_nobody_ignores_an_error_or_what_stops_a_release(name: str) -> None:
    code = CODES[name]
    found = ignore_orders.order(name, Span("deck.toml"))
    if code.stops_release:
        assert isinstance(found, Diagnostic)
        assert found.code == "bad-ignore"
        assert f"'{name}' cannot be ignored, because " in found.message
    elif not code.never_ignored:
        assert found == Ignore(name, Span("deck.toml"))


def test_an_ignored_guard_still_stops_a_release(invoke: Invoke, folder: Path) -> None:
    write(folder / "deck", "## A\n\n<!-- ignore: missing-id -->\n\na\n")
    for command in ("check", "release"):
        result = invoke(command, "deck")
        assert result.exit_code == 1
        assert "'missing-id' cannot be ignored, because it stops a release" in result.stderr


@pytest.mark.parametrize("order", ["ignore:long-line", "ignore：long-line", "ignore :long-line:why", "Ignore long-line"])
def test_an_order_needs_no_blank(order: str, invoke: Invoke, folder: Path) -> None:
    write(folder / "deck", f"## A {{#a}}\n\n<!-- {order} -->\n\n{WIDE}")
    assert invoke("check", "deck").stderr == "1 question, no problems; 1 ignored\n"


def test_the_counts_say_how_many_are_ignored(invoke: Invoke, folder: Path) -> None:
    write(folder / "deck", f"## A {{#a}}\n\n<!-- ignore: long-line -->\n\n{WIDE}")
    assert invoke("check", "deck").stderr == "1 question, no problems; 1 ignored\n"
    (folder / "deck" / "02.md").write_text(f"## B {{#b}}\n\n{WIDE}", encoding="utf-8")
    for _ in range(2):  # the second time from the record of the last build
        assert invoke("build", "deck").stderr.splitlines()[-1] == "1 warning in 1 file; 1 ignored"
    assert deckbuilder.check_decks("deck").ignored == 1


def test_a_change_of_an_order_is_seen_in_spite_of_the_cache(invoke: Invoke, folder: Path) -> None:
    def warned() -> list[bool]:
        return ["[long-line]" in invoke(command, "deck").stderr for command in ("check", "build", "build")]

    text = f"## A {{#a}}\n\n{WIDE}"
    write(folder / "deck", text)
    assert warned() == [True, True, True]
    write(folder / "deck", text, toml=f'{TOML}ignore = ["long-line"]\n')
    assert warned() == [False, False, False]
    write(folder / "deck", text)
    assert warned() == [True, True, True]
    write(folder / "deck", text.replace("```p", "<!-- ignore: long-line -->\n\n```p"))
    assert warned() == [False, False, False]


def test_a_rendered_question_hears_its_own_order() -> None:
    question = f"## A\n\n<!-- ignore: long-line, removed-cloze -->\n\n{WIDE}"
    assert deckbuilder.render_question(question).diagnostics == ()


def test_an_unknown_code_has_a_mend_only_if_one_code_is_near(tmp_path: Path) -> None:
    (problem,) = deck(tmp_path, "## A {#a}\n\n<!-- ignore: long-lin -->\n\na\n").diagnostics
    assert problem.mend == (3, 14, "long-lin", "long-line")
    assert problem.message == "unknown code 'long-lin'; did you mean 'long-line'?"
    (problem,) = deck(tmp_path, "## A {#a}\n\n<!-- ignore: because -->\n\na\n").diagnostics
    assert problem.mend is None
    assert "a reason follows a second colon" in problem.message
