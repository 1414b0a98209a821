"""The benchmark runs. People judge its numbers, on a quiet machine."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.bench import corpus
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
