"""Foreign question lists become deck folders: golden folders in the style of each shape and dialect."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.conftest import CASES
from tests.support import built

Invoke = Callable[..., Result]
SHAPES = sorted(path for path in (CASES / "adopt").iterdir())


def adopted(invoke: Invoke, path: Path, target: Path) -> tuple[str, dict[str, str]]:
    """(what is told, the files of the new deck; pictures as their size)."""
    result = invoke("adopt", path, "-o", target)
    told = result.stderr.replace(f"{path}/", "")
    files = {file.relative_to(target).as_posix(): file for file in sorted(target.rglob("*")) if file.is_file()}
    return told, {name: shown(file) for name, file in files.items()}


def shown(path: Path) -> str:
    if path.suffix == ".png":
        return f"{path.stat().st_size} bytes\n"
    text = path.read_text(encoding="utf-8")
    return re.sub(r'(?m)^(id = ".*)[a-z]{6}"$', r'\1xxxxxx"', text) if path.name == "deck.toml" else text


@pytest.mark.parametrize("shape", SHAPES, ids=lambda path: path.name)
def test_golden_folder(shape: Path, invoke: Invoke, tmp_path: Path, golden: Callable[[Path, str], None]) -> None:
    told, files = adopted(invoke, shape / "in", tmp_path / "deck")
    (shape / "out").mkdir(exist_ok=True)
    golden(shape / "told.txt", told)
    for name, text in files.items():
        golden(shape / "out" / (name + ".txt" if name.endswith(".png") else name).replace("/", "-"), text)
    expected = {path.name.removesuffix(".txt") for path in (shape / "out").iterdir()}
    assert {name.replace("/", "-") for name in files} == expected
    if files:
        assert [problem for problem in built(tmp_path / "deck").diagnostics if problem.severity.name == "ERROR"] == []
