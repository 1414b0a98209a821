"""The benchmark runs. People judge its numbers, on a quiet machine."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.bench import corpus, growth
from tests.bench.growth import Cost
from tests.support import ROOT

pytestmark = pytest.mark.slow


@pytest.mark.skipif(sys.platform == "win32", reason="the benchmark waits for processes as Unix does")
def test_it_measures_everything() -> None:
    command = [sys.executable, "-m", "tests.bench", "--sizes", "30", "--rounds", "1", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)["ratios"]
    assert all(value > 0 for value in found["start"].values())
    assert len(found["start"]) == 2
    assert len(found["30"]) == 10
    assert all(value > 0 for value in found["30"].values())


def test_a_larger_corpus_begins_like_a_smaller_one() -> None:
    assert list(corpus.questions(12))[:5] == list(corpus.questions(5))


@pytest.mark.skipif(sys.platform == "win32", reason="the benchmark waits for processes as Unix does")
def test_the_growth_of_every_command_is_measured() -> None:
    command = [sys.executable, "-m", "tests.bench.growth", "--sizes", "5"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) == 2 + 15


@pytest.mark.parametrize(
    ("command", "code", "said", "refused"),
    [
        ("adopt", 0, "reading", False),
        ("adopt", 1, "Error: nothing written: too much", True),
        ("adopt", 1, "nothing written", True),
        ("check", 1, "a.md:1:1: error: x [y]", False),
        ("check", 1, "reading\nError: cannot read a.md", True),
        ("diff", 1, "Traceback (most recent call last):", True),
        ("diff", 2, "", True),
    ],
)
def test_a_refusal_is_no_time(command: str, code: int, said: str, refused: bool) -> None:
    assert growth.refused(command, code, said) == refused


def test_growth_that_is_too_much_is_found() -> None:
    costs = {size: {"good": Cost(size / 100, 1), "bad": Cost(size**2 / 1e5, 1)} for size in (100, 1000)}
    assert list(growth.too_much(costs, lambda _: None)) == ["bad"]
    assert list(growth.table(costs))[2:] == ["| good | 10.0 | 10.0 | 1.0 |", "| bad | 1.0 | 100.0 | 1.0 |"]
