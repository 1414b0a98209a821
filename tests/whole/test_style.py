"""House rules for readers of the code: functions fit on a screen, and long patterns are explained."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.support import ROOT

PATHS = sorted((ROOT / "deckbuilder").rglob("*.py"))
MOST_LINES = 40
LONGEST_PATTERN = 100


def long_functions(text: str) -> list[str]:
    functions = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return [node.name for node in functions if (node.end_lineno or 0) - node.lineno + 1 > MOST_LINES]


def long_patterns(text: str) -> list[str]:
    """Return the long patterns in calls of ``re`` functions that have no flag VERBOSE."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "re":
            parts = (part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant))
            pattern = "".join(part for part in parts if isinstance(part, str))
            if len(pattern) > LONGEST_PATTERN and not any("VERBOSE" in ast.unparse(other) for other in node.args[1:]):
                found.append(pattern)
    return found


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_function_fits_on_a_screen(path: Path) -> None:
    assert not long_functions(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_long_pattern_is_verbose(path: Path) -> None:
    assert not long_patterns(path.read_text(encoding="utf-8"))


def test_the_rules_find_what_they_look_for() -> None:
    assert long_functions("def f():\n" + "    x\n" * MOST_LINES) == ["f"]
    pattern = "a" * (LONGEST_PATTERN + 1)
    assert long_patterns(f"re.compile('{pattern}', re.IGNORECASE)") == [pattern]
    assert not long_patterns(f"re.compile('{pattern}', re.IGNORECASE | re.VERBOSE)")
