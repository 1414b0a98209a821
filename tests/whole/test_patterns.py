"""No regular expression of ours takes cubic or exponential time. ``regexploit`` judges, which others wrote.

A text of an author, or in a package, must not stop a command: thirty blanks can be enough for an exponential pattern.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

import deckbuilder

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # it imports modules of Python by their old names
    from regexploit.ast.sre import SreOpParser
    from regexploit.redos import find


class Reader(SreOpParser):  # type: ignore[misc]  # regexploit has no types
    """Reads the two operations that Python 3.11 added. They never go back, so their repetitions count as one."""

    def from_POSSESSIVE_REPEAT(self, data: Any) -> Any:  # noqa: N802  the name is the name of the operation
        """Return the repeated elements, once."""
        return self.sequence_or_singleton(data[2])

    def from_ATOMIC_GROUP(self, data: Any) -> Any:  # noqa: N802  as above
        """Return the elements of the group."""
        return self.sequence_or_singleton(data)


def findings(pattern: re.Pattern[str]) -> list[str]:
    """Return a text for each way in which ``pattern`` takes more than quadratic time."""
    return [one.example()[:60] for one in find(Reader().parse_sre(pattern.pattern, pattern.flags))]


@cache
def patterns() -> dict[str, re.Pattern[str]]:
    """Return the compiled patterns of all modules by their names. Some are in tables, or behind a method such as ``match``."""
    found: dict[tuple[str, int], tuple[str, re.Pattern[str]]] = {}
    for module in pkgutil.walk_packages(deckbuilder.__path__, "deckbuilder."):
        if not module.name.endswith("__main__"):
            for name, value in vars(importlib.import_module(module.name)).items():
                for pattern in _inside(value):
                    found.setdefault((pattern.pattern, pattern.flags), (f"{module.name}.{name}", pattern))
    return {f"{name} {number}": pattern for number, (name, pattern) in enumerate(found.values())}


def _inside(value: object) -> Iterator[re.Pattern[str]]:
    value = getattr(value, "__self__", value)
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _inside(one)


def test_no_pattern_takes_cubic_time() -> None:
    assert len(patterns()) > 500
    assert {name: wrong for name, pattern in patterns().items() if (wrong := findings(pattern))} == {}


@pytest.mark.parametrize("pattern", [r"(?:[\w-]+|\s+)+\}", r"\{\s*([^{}]*?)\s*\}", r"a*a*a*b"])
def test_a_pattern_that_takes_long_is_found(pattern: str) -> None:
    assert findings(re.compile(pattern))


@pytest.mark.parametrize("pattern", [r"(?:[\w-]++|\s++)++\}", r"\{\s*+([^{}\s]*+)\s*+\}", r"(?>a)+b", r"a*b"])
def test_a_pattern_that_never_goes_back_is_none(pattern: str) -> None:
    assert not findings(re.compile(pattern))
