"""Any bytes: the seeds and found cases, hypothesis, and a short run of the fuzzer; ``python -m tests.fuzz`` runs longer."""

from __future__ import annotations

import importlib
import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import lacking
from tests.fuzz import CASES, TARGETS, limits

pytestmark = pytest.mark.slow

SEEDS = [path for target in TARGETS for path in sorted((CASES / target).iterdir())]
RUNS = 300
"""Inputs for each target, in addition to its seeds."""


def check_of(target: str) -> Callable[..., None]:
    found: Callable[..., None] = importlib.import_module(f"tests.fuzz.{target}").check
    return found


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_seed_and_found_case_keeps_the_promises(path: Path) -> None:
    check_of(path.parent.name)(path.read_bytes(), whole=True)


def bytes_for(target: str) -> st.SearchStrategy[bytes]:
    """Return a strategy for any bytes, and for any bytes mixed with the target's seeds and their lines."""
    seeds = [path.read_bytes() for path in SEEDS if path.parent.name == target]
    pieces = [line + b"\n" for seed in seeds for line in seed.split(b"\n")] + seeds
    return st.binary(max_size=200) | st.lists(st.sampled_from(pieces) | st.binary(max_size=8), max_size=12).map(b"".join)


@pytest.mark.parametrize("target", TARGETS)
def test_any_bytes_keep_the_promises(target: str) -> None:
    @settings(max_examples=60, deadline=None, database=None)
    @given(bytes_for(target))
    def run(data: bytes) -> None:
        check_of(target)(data)

    run()


@pytest.mark.parametrize("target", TARGETS)
def test_what_the_fuzzer_finds_keeps_the_promises(target: str, tmp_path: Path) -> None:
    if importlib.util.find_spec("atheris") is None:
        lacking("the test needs atheris, which has wheels for Linux on x86_64 only")
    command = [sys.executable, "-m", "tests.fuzz", target, "--runs", str(RUNS), "--seed", "1", "--found", str(tmp_path)]
    result = subprocess.run(command, cwd=CASES.parents[2], capture_output=True, check=False, timeout=300)
    assert result.returncode == 0, result.stderr.decode(errors="replace")[-3000:]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", limits.SMALL)
def test_large_decks_arrive_whole(name: str) -> None:
    """Small sizes; the full sizes take minutes: ``python -m tests.fuzz limits``."""
    assert limits.check(limits.SMALL[name])
