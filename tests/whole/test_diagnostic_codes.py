"""The registry of diagnostics has exactly the codes in the syntax of all modules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from deckbuilder.model.diagnostic_codes import CODES
from tests.support import ROOT

MODULES = sorted((ROOT / "deckbuilder").rglob("*.py"))
ARGUMENT = {"Diagnostic": 1, "Mismatch": 0, "MediaProblem": 0}
"""The index of the argument of each record that is the code."""
READ_BACK = {"last_build.py", "run_deck.py"}
"""Modules that store diagnostics of other modules and read these diagnostics again."""


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def called(node: ast.AST) -> str:
    """Return the name of the function or method that ``node`` calls."""
    function = node.func if isinstance(node, ast.Call) else None
    return function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""


def values(name: str, module: ast.Module) -> Iterator[ast.expr]:
    """Yield each value that a module gives to ``name`` in assignments, loops, calls, or keys of a dictionary."""
    for node in ast.walk(module):
        if isinstance(node, ast.Assign):
            yield from bound(name, node.targets[0], node.value, module)
        elif isinstance(node, ast.For) and isinstance(node.iter, ast.Tuple):
            for item in node.iter.elts:
                yield from bound(name, node.target, item, module)
        elif isinstance(node, ast.Subscript) and ast.unparse(node.slice) == name:
            if isinstance(node.value, ast.Name):
                for found in values(node.value.id, module):
                    yield from (key for key in getattr(found, "keys", []) if key)
        elif isinstance(node, ast.FunctionDef) and name in (names := [item.arg for item in node.args.args]):
            at = names.index(name)
            yield from node.args.defaults[at - len(names) :][:1] if len(names) - at <= len(node.args.defaults) else []
            at -= names[0] == "self"
            calls = [call for call in ast.walk(module) if isinstance(call, ast.Call) and called(call) == node.name]
            yield from (call.args[at] for call in calls if len(call.args) > at)


def bound(name: str, target: ast.expr, value: ast.expr, module: ast.Module) -> Iterator[ast.expr]:
    if isinstance(target, ast.Name) and target.id == name:
        yield value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for part, there in zip(target.elts, value.elts, strict=True):
            yield from bound(name, part, there, module)


def codes(node: ast.expr, module: ast.Module, seen: frozenset[str] = frozenset()) -> set[str]:
    """Return the strings that an expression can be; an empty set if the module does not say."""
    if isinstance(node, ast.Name | ast.Attribute):
        name = ast.unparse(node)
        if name in seen:
            return set()
        return {code for value in values(name, module) for code in codes(value, module, seen | {name})}
    if isinstance(node, ast.IfExp):
        return codes(node.body, module, seen) | codes(node.orelse, module, seen)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


@cache
def raised(path: Path) -> list[tuple[str, set[str]]]:
    """Return (place, codes) of each diagnostic that the module at ``path`` makes."""
    calls = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call) and called(node) in ARGUMENT]
    return [(f"{path.name}:{node.lineno}", codes(node.args[ARGUMENT[called(node)]], tree(path))) for node in calls]


def compared(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (place, string) of each string that the module at ``path`` compares the code of a diagnostic with."""
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Compare) or not isinstance(node.left, ast.Attribute) or node.left.attr != "code":
            continue
        owner = node.left.value
        if "settings" in (getattr(owner, "id", ""), getattr(owner, "attr", "")):  # a setting of the deck has this name, too
            continue
        for other in node.comparators:
            parts = values(other.id, tree(path)) if isinstance(other, ast.Name) else [other]
            constants = (item for part in parts for item in ast.walk(part) if isinstance(item, ast.Constant))
            yield from ((f"{path.name}:{node.lineno}", item.value) for item in constants if isinstance(item.value, str))


def test_every_code_that_is_raised_is_in_the_registry() -> None:
    found = [(place, names) for path in MODULES if path.name not in READ_BACK for place, names in raised(path)]
    assert [place for place, names in found if not names] == [], "write the code into the call of Diagnostic"
    assert [(place, name) for place, names in found for name in names if name not in CODES] == []


def test_every_code_of_the_registry_is_raised() -> None:
    found = {name for path in MODULES for _, names in raised(path) for name in names}
    assert sorted(CODES.keys() - found) == []


def test_every_code_that_is_compared_is_in_the_registry() -> None:
    found = [pair for path in MODULES for pair in compared(path)]
    assert [(place, name) for place, name in found if name not in CODES] == []
    assert {"no-questions", "unreadable", "duplicate-id"} <= {name for _, name in found}


def test_the_registry_is_written_for_people() -> None:
    for code in CODES.values():
        assert len(code.summary) <= 72
        assert not code.summary.endswith(".")
