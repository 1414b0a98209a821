"""The text form of diagnostics: a label on each line, one line for many of a kind, right counts, the table."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from deckbuilder.commands import common, reporting
from deckbuilder.model.diagnostic_codes import CODES, Severity
from deckbuilder.model.diagnostics import Diagnostic, Span
from tests.support import write

Invoke = Callable[..., Result]
NAMES = ("missing-answer", "long-line", "missing-id", "unknown-language")
PROBLEMS = st.builds(
    lambda path, line, code: Diagnostic(Span(path, line), code, f"on line {line}"),
    st.sampled_from(["a.md", "b.md", "deck.toml"]),
    st.integers(1, 30),
    st.sampled_from(NAMES),
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def questions(count: int, begin: int = 0) -> str:
    return "\n".join(f"## {number}\n\nx\n" for number in range(begin, begin + count))


def reported(problems: list[Diagnostic], capsys: pytest.CaptureFixture[str], **options: bool) -> list[str]:
    reporting.report(problems, **options)
    return capsys.readouterr().err.splitlines()


@pytest.mark.parametrize("command", ["build", "check"])
def test_one_line_counts_what_goes_beyond_three(command: str, invoke: Invoke, folder: Path) -> None:
    write(folder / "deck", questions(9))
    (folder / "deck" / "02.md").write_text(questions(4, 9), encoding="utf-8")
    shown = invoke(command, "deck").stderr.splitlines()
    assert shown[3] == "deck/01.md: … and 6 more [missing-id]; '--all' shows each"
    assert [line.partition(":")[0] for line in shown[4:8]] == 4 * ["deck/02.md"], "a line for one would save nothing"
    assert shown[8] == "13 notes in 2 files"
    everything = invoke(command, "deck", "--all").stderr
    assert (everything.count("[missing-id]"), everything.count("…")) == (13, 0)


def test_other_formats_are_complete(invoke: Invoke, folder: Path) -> None:
    write(folder / "deck", questions(9))
    assert len(json.loads(invoke("check", "deck", "--format", "json").stdout)) == 9
    assert invoke("check", "deck", "--format", "github").stdout.count("::notice") == 9


def test_the_counts_are_of_files_with_mistakes_and_of_codes(invoke: Invoke, folder: Path) -> None:
    write(folder / "deck", "## A {#a}\n\n## B {#b}\n\n## C\n\nc\n")
    (folder / "deck" / "02.md").write_text("## D {#d}\n\nd\n", encoding="utf-8")
    result = invoke("check", "deck")
    assert result.stderr.splitlines()[-2:] == ["2 errors, 1 note in 1 file", "2 missing-answer, 1 missing-id"]


@given(st.lists(PROBLEMS, max_size=60), st.booleans())
def test_each_diagnostic_is_shown_or_counted(problems: list[Diagnostic], every: bool) -> None:
    lines = [click.unstyle(line.replace(common._COLOUR, "\x1b")) for line in reporting._lines(sorted(set(problems)), every=every)]
    shown = [line for line in lines if "…" not in line]
    more = [re.fullmatch(r"(\S+): … and (\d+) more \[([a-z-]+)\]; '--all' shows each", line) for line in lines if "…" in line]
    found = Counter((match[1], match[2]) for line in shown if (match := re.match(r"([^:]+):.*\[([a-z-]+)\]$", line)))
    assert all(count <= reporting.MOST + 1 for count in found.values()) or every
    for match in more:
        assert match is not None
        assert int(match[2]) > 1
        found[match[1], match[3]] += int(match[2])
    assert found == Counter((problem.span.path, problem.code) for problem in set(problems))
    paths = [line.partition(":")[0] for line in lines]
    assert paths == sorted(paths), "a count is below its file"
    assert all(re.match(r"[^:]+:\d+:1: (error|warning|note): ", line) for line in shown)


@given(st.lists(PROBLEMS, max_size=60))
def test_the_statistics_count_each_diagnostic_once(problems: list[Diagnostic]) -> None:
    kinds = reporting.statistics(set(problems))
    assert sum(kind.count for kind in kinds) == len(set(problems))
    assert all(kind.severity is CODES[kind.code].severity and kind.files <= min(3, kind.count) for kind in kinds)
    assert [kind.count for kind in kinds] == sorted((kind.count for kind in kinds), reverse=True)


@pytest.mark.parametrize("count", [1, 2, 22_000])
def test_the_summary_is_right_for_one_and_for_many(count: int, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "a.md").write_text("", encoding="utf-8")
    problems = [Diagnostic(Span("a.md", line + 1), "long-line", "wide") for line in range(count)]
    lines = reported(problems, capsys)
    assert lines[-1] == f"{count:,} warning{'s' if count > 1 else ''} in 1 file"
    assert len(lines) == (5 if count > 4 else count + 1)


def test_quiet_counts_errors_alone(capsys: pytest.CaptureFixture[str]) -> None:
    problems = [Diagnostic(Span("a.md", line), code, "x") for line, code in enumerate(NAMES, 1)]
    lines = reported(problems, capsys, quiet=True)
    assert [line.rpartition(" ")[2] for line in lines[:2]] == ["[missing-answer]", "[unknown-language]"]
    assert lines[2] == "2 errors"


def test_statistics_are_a_table_on_stdout_or_json(invoke: Invoke, folder: Path) -> None:
    write(folder / "deck", "## A {#a}\n\n## B\n\nb\n\n## C\n\nc\n")
    (folder / "deck" / "02.md").write_text("## D\n\nd\n", encoding="utf-8")
    result = invoke("check", "deck", "--statistics")
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.splitlines() == [
        "count  files  mends  severity  code",
        "    3      2      0  note      missing-id",
        "    1      1      0  error     missing-answer",
    ]
    found = json.loads(invoke("check", "deck", "--statistics", "--format", "json").stdout)
    assert found[0] == {"code": "missing-id", "severity": "note", "count": 3, "files": 2, "mends": 0}
    strict = json.loads(invoke("check", "deck", "--statistics", "--format", "json", "--release").stdout)
    assert {kind["severity"] for kind in strict} == {"error"}
    result = invoke("check", "deck", "--statistics", "--format", "github")
    assert (result.exit_code, "--statistics" in result.stderr) == (2, True)
    write(folder / "deck", "## A {#a}\n\na\n")
    (folder / "deck" / "02.md").unlink()
    assert invoke("check", "deck", "--statistics").output == "1 question, no problems\n"


def test_a_guard_counts_as_the_error_that_it_is_in_a_release() -> None:
    problem = Diagnostic(Span("a.md"), "missing-id", "x")
    assert reporting.statistics([problem, problem._replace(severity=Severity.ERROR)])[0].severity is Severity.ERROR
