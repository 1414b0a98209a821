"""Thirty cards with one mistake each: mistakes of authors who write from memory. ``check`` and ``test`` find each of them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from tests.conftest import CASES
from tests.execution.conftest import program

EXPECT = re.compile(r"<!-- expect: (.*) -->")


def test_every_wrong_card_is_found(tmp_path: Path, invoke: Callable[..., Result]) -> None:
    program("bash")
    folder = tmp_path / "deck"
    shutil.copytree(CASES / "wrong-cards", folder)
    checked = invoke("check", "--release", "--format", "json", folder)
    tested = invoke("test", "--trust", "--format", "json", folder)
    assert (checked.exit_code, tested.exit_code) == (1, 1)
    found = [(value["line"], value["code"]) for result in (checked, tested) for value in json.loads(result.stdout)]
    expected = {}
    lines = (folder / "01-cards.md").read_text(encoding="utf-8").split("\n")
    begins = [number for number, line in enumerate(lines, 1) if line.startswith("## ")]
    actual: dict[str, set[str]] = {}
    for begin, end in zip(begins, [*begins[1:], len(lines) + 1], strict=True):
        heading = lines[begin - 1]
        expected[heading] = set(" ".join(EXPECT.findall("\n".join(lines[begin - 1 : end - 1]))).split())
        actual[heading] = {code for line, code in found if begin <= line < end}
    assert actual == expected
    assert len(expected) - sum(not codes for codes in expected.values()) == 30
