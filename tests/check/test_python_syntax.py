"""Python code that the parser of CPython refuses has a warning, and code for readers has none."""

from __future__ import annotations

import ast
import sys
import threading
import warnings
from pathlib import Path

import pytest

from deckbuilder.model.diagnostics import Diagnostic
from tests.support import deck


def found(tmp_path: Path, code: str, info: str = "python", answer: str = "x") -> list[Diagnostic]:
    problems = deck(tmp_path, f"## Q {{#q}}\n\n```{info}\n{code}\n```\n\n---\n\n{answer}\n").diagnostics
    return [problem for problem in problems if problem.code == "python-syntax"]


@pytest.mark.parametrize(
    ("code", "line", "column"),
    [
        ('print "x"', 4, 1),
        ("x = 1\nif x = 1:\n    pass", 5, 4),
        ("def f()\n    return 1", 4, 8),
        ("def f():\nreturn 1", 5, 1),
        ("x = (1,\ny = 2", 4, 5),
        ("    x = 1\n    y = = 2", 5, 9),
        ("s = “a”", 4, 5),
        ("$ pip install flask", 4, 1),
        ("print('a')\nHello you", 5, 7),
        (">>> x = 1\n>>> if x = 1:\n...     pass", 5, 8),
        (">>>x = = 1", 4, 8),
        ("In [1]: x = = 1", 4, 13),
        ("1 / 0\nx = = 1\nTraceback (most recent call last):", 5, 5),
        ("<<<<<<<", 4, 1),
    ],
)
def test_code_that_does_not_parse_is_reported_at_its_place(tmp_path: Path, code: str, line: int, column: int) -> None:
    (problem,) = found(tmp_path, code)
    assert (problem.span.line, problem.span.column, problem.is_error) == (line, column, False)


@pytest.mark.parametrize(
    "code",
    [
        "await f()",
        "async with f() as x: ...",
        "return 1",
        "yield x",
        "def f(…): …",
        "def f(a, ...):\n    ...",
        "x = {1: 2, ...}",
        "routes = [\n    ...\n    Route('/')\n]\ndef f():\n    ...",
        "def f():\n    # the body\n\nf()",
        "class A:",
        "@app.route('/')",
        "except ValueError as error:\n    pass",
        "else:\n    pass",
        "    x = 1\n    y = 2",
        "x = 1\n  \n\ty = 2".replace("\t", ""),
        "%timeit f()",
        "!pip install flask",
        "files = !ls",
        "f?",
        ">>> 1\n1",
        ">>> def f():\n...     return 1\n...\n>>> f()\n1",
        ">>> x = '''a\n... b'''\nsome output; = =",
        "In [1]: 1\nOut[1]: 1 = 1",
        "text above\n>>> 1\n1",
        "1 / 0\nTraceback (most recent call last):\n  File '<stdin>', line 1\nZeroDivisionError: division by zero",
        "Traceback (most recent call last):\n  x y z\nKeyError: 'a'",
        "KeyError: 'a b' c",
        "class Errors:\n    ValueError: int = 1\n",
        "'\\d'",
        "1 is 1",
        "x = 1 # a b c",
        "",
        "9" * 5000,
        "(" * 90 + ")" * 90,
        "-" * 15_000 + "1",
        "x" + ".a" * 7_000,
    ],
)
def test_other_code_is_not(tmp_path: Path, code: str) -> None:
    assert found(tmp_path, code) == []


@pytest.mark.parametrize("info", ["text", "python2", "output", "", "python,ignore", "python skip"])
def test_code_that_is_no_python_to_test_is_not(tmp_path: Path, info: str) -> None:
    assert found(tmp_path, "x = = 1", info) == []


@pytest.mark.parametrize(
    "answer", ["```output\nSyntaxError: invalid syntax\n```", "An `IndentationError`.", "这是语法错误。", "It is a syntax error."]
)
def test_a_question_about_wrong_code_says_so(tmp_path: Path, answer: str) -> None:
    assert found(tmp_path, "x = = 1", answer=answer) == []
    assert len(found(tmp_path, "x = = 1", answer="It is wrong.")) == 1


@pytest.mark.parametrize("mark", ['<!-- skip: next "old" -->', "<!--- skip: next -->"])
def test_a_mark_of_the_tests_excepts_the_next_fence(tmp_path: Path, mark: str) -> None:
    text = f"## Q {{#q}}\n\n{mark}\n\n```python\nx = = 1\n```\n\n```python\ny = = 1\n```\n"
    lines = [problem.span.line for problem in deck(tmp_path, text).diagnostics if problem.code == "python-syntax"]
    assert lines == [10]


def test_marks_mean_the_same_as_for_the_command_that_runs_code(tmp_path: Path) -> None:
    """One reader of marks serves both: a range, a mark above text, and words after the language."""
    plain = "```python\nx = = 1\n```\n\n"
    text = f"## Q {{#q}}\n\n<!-- skip: start -->\n\n{plain}{plain}<!-- skip: end -->\n\n<!-- skip: next 'old' -->\n\nwords\n\n{plain}"
    text += "".join(plain.replace("python", f"python {word}") for word in ("compile-fail", "skip='why'", "ignore"))
    text += f"- <!-- skip: next -->\n\n> {plain[:-1]}".replace("\nx", "\n> x").replace("\n```\n", "\n> ```\n")
    assert [problem.span.line for problem in deck(tmp_path, text).diagnostics if problem.code == "python-syntax"] == []
    assert found(tmp_path, "x = = 1", "python exit=1")


def test_clozes_are_no_code(tmp_path: Path) -> None:
    text = "## Q {#q .cloze}\n\n```python cloze\nx = {{c1::{1: 2}}}\n```\n\n---\n\nx\n"
    assert not [problem for problem in deck(tmp_path, text).diagnostics if problem.code == "python-syntax"]


def test_the_message_names_the_python_that_parsed(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, "x = = 1")
    with pytest.raises(SyntaxError) as raised:
        ast.parse("x = = 1")
    assert f"Python {sys.version_info.major}.{sys.version_info.minor} does not parse this: {raised.value.msg};" in problem.message


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python knows the syntax")
@pytest.mark.parametrize("code", ["def f[T](x: T): ...", "class A[T]: ...", "type A = int", "f'{'a'}'", 'f"{x["a"]}"'])
def test_syntax_of_a_newer_python_is_no_mistake(tmp_path: Path, code: str) -> None:
    assert found(tmp_path, code) == []


def test_threads_leave_the_filters_of_warnings_as_they_were(tmp_path: Path) -> None:
    before = list(warnings.filters)
    threads = [threading.Thread(target=found, args=(tmp_path, "'\\d'")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert warnings.filters == before
