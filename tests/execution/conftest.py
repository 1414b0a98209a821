"""A deck of one file, and ``deckbuilder test`` on it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.conftest import lacking
from tests.support import write

TOML = 'id = "test-deck"\nname = "Test"\n'
Tried = Callable[..., "Trial"]


class Trial:
    """The deck in ``folder``, and the result of ``deckbuilder test``."""

    def __init__(self, folder: Path, result: Result) -> None:
        self.folder, self.result = folder, result

    @property
    def problems(self) -> list[tuple[int, str]]:
        """The line and code of each problem."""
        return [(problem["line"], problem["code"]) for problem in self.values]

    @property
    def values(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.result.stdout or "[]")
        return found

    @property
    def text(self) -> str:
        return (self.folder / "01.md").read_text(encoding="utf-8")


@pytest.fixture
def tried(tmp_path: Path, invoke: Callable[..., Result]) -> Tried:
    """Return a function that writes a deck and tests it: (text of the file, options, toml=…, files={…}) -> Trial."""

    def run(text: str, *options: str, toml: str = "", files: dict[str, str] | None = None) -> Trial:
        folder = tmp_path / "deck"
        write(folder, text, toml=TOML + toml)
        for name, content in (files or {}).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content, encoding="utf-8")
        return Trial(folder, invoke("test", "--trust", "--format", "json", *options, folder))

    return run


def program(name: str) -> str:
    """Return the path of a program. Skip the test if this machine does not have it; in CI, fail."""
    return shutil.which(name) or lacking(f"needs {name}")


def code(language: str, text: str, output: str | None = None, ident: str = "q") -> str:
    """Return a question with code, and perhaps its output."""
    shown = "" if output is None else f"\n```output\n{output}\n```\n"
    return f"## Question {ident}? {{#{ident}}}\n\n```{language}\n{text}\n```\n{shown}\nanswer\n\n"
