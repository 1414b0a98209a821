"""``deckbuilder explain``: a page for each code, and the list of all codes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import Result

from deckbuilder.commands.explain import GUIDES, PAGES
from deckbuilder.model.diagnostic_codes import CODES, Severity
from tests.support import ROOT, write

Invoke = Callable[..., Result]


def test_a_code_prints_its_page(invoke: Invoke) -> None:
    result = invoke("explain", "vanished-id")
    assert result.exit_code == 0
    assert result.stdout == (PAGES / "vanished-id.md").read_text(encoding="utf-8")
    assert result.stderr == ""


def test_a_guide_prints_itself(invoke: Invoke) -> None:
    for name in ("assistants", "format"):
        assert invoke("explain", name).stdout == (GUIDES / f"{name}.md").read_text(encoding="utf-8")
    assert "did you mean 'assistants'?" in invoke("explain", "assistant").stderr
    assert not {path.stem for path in GUIDES.glob("*.md")} & CODES.keys()
    assert "assistants" in invoke("explain").stdout.splitlines()[-1]


def test_a_code_can_be_copied_with_its_brackets(invoke: Invoke) -> None:
    assert invoke("explain", "[Missing-ID]").stdout.startswith("# missing-id\n")


def test_headings_are_bold_on_a_terminal_but_not_in_examples(invoke: Invoke) -> None:
    shown = invoke("explain", "no-questions", color=True).stdout
    assert click.style("# no-questions", bold=True) in shown
    assert click.style("## Meaning", bold=True) in shown
    assert "\n## What is WSGI? {#wsgi}\n" in shown
    assert click.unstyle(shown) == (PAGES / "no-questions.md").read_text(encoding="utf-8")


def test_without_a_code_all_are_listed_by_severity(invoke: Invoke) -> None:
    lines = invoke("explain").stdout.splitlines()
    listed = [line.split()[0] for line in lines if line.startswith("  ")]
    assert sorted(listed) == sorted(CODES)
    order = [CODES[name].severity for name in listed]
    assert order == sorted(order, reverse=True)
    errors = sum(code.severity is Severity.ERROR for code in CODES.values())
    assert lines[0] == f"{errors} errors"
    by_name = {line.split()[0]: line for line in lines if line.startswith("  ")}
    assert re.fullmatch(r"  vanished-id +stops a release  a question that learners have is gone", by_name["vanished-id"])
    assert re.fullmatch(r"  long-line +a line of code is wider than a phone", by_name["long-line"])


def test_an_unknown_code_is_a_usage_error(invoke: Invoke) -> None:
    result = invoke("explain", "mising-answer")
    assert result.exit_code == 2
    assert "unknown code 'mising-answer'; did you mean 'missing-answer'?" in result.stderr
    assert result.stdout == ""
    assert "'deckbuilder explain' lists all" in invoke("explain", "../../README").stderr


def test_help_shows_an_example(invoke: Invoke) -> None:
    assert "deckbuilder explain vanished-id" in invoke("explain", "--help").stdout
    assert "explain " in invoke("--help").stdout


def test_a_shell_completes_codes(tmp_path: Path) -> None:
    surroundings = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "_DECKBUILDER_COMPLETE": "bash_complete",
        "COMP_WORDS": "deckbuilder explain missing-m",
        "COMP_CWORD": "2",
    }
    program = "from deckbuilder.cli import main; main(prog_name='deckbuilder')"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["plain,missing-media"]


def test_it_imports_no_library_but_click() -> None:
    program = "import sys, deckbuilder.commands.explain; print(*sorted(name.split('.')[0] for name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True
    )
    assert not {"genanki", "markdown", "pygments", "yaml", "nh3", "watchfiles"} & set(done.stdout.split())


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="this system has no pseudo-terminals")
def test_on_a_terminal_the_closing_line_names_the_page_of_the_worst(tmp_path: Path) -> None:
    write(tmp_path, "## A {#a}\n\n```python\n" + "x = 1  # " + "y" * 40 + "\n```\n\n## B {#b .clozed}\n\nx\n")
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "deckbuilder", "check", "."]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    subprocess.run(command, cwd=tmp_path, env=surroundings, stdout=subprocess.PIPE, stderr=theirs, check=False)
    os.close(theirs)
    shown = os.read(ours, 4096).decode().splitlines()
    os.close(ours)
    assert shown[-4] == "1 error, 1 warning in 1 file"
    assert shown[-2] == "'deckbuilder explain bad-attribute' explains the mistake"
    piped = subprocess.run(command, cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=False)
    assert piped.stderr.splitlines()[-3:-1] == ["1 error, 1 warning in 1 file", "1 bad-attribute, 1 long-line"]
