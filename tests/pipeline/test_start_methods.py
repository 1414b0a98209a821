"""The package is the same for every way to start processes, and their number stays below the system's limit."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deckbuilder.model.records import Source
from deckbuilder.pipeline import parallel
from tests.bench import corpus
from tests.support import ROOT, TIME

START = "import multiprocessing, sys\nif __name__ == '__main__':\n    multiprocessing.set_start_method(sys.argv.pop(1))\n    from deckbuilder.cli import main\n    main()\n"


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("start")
    corpus.write(folder / "deck", 200)
    assert len(list((folder / "deck").rglob("*.md"))) > 1, "one file is never built by two processes"
    (folder / "start.py").write_text(START, encoding="utf-8")
    build(folder, [sys.executable, "-m", "deckbuilder"], "one", jobs=1)
    return folder


def build(folder: Path, command: list[str], output: str, jobs: int) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": str(TIME)}
    arguments = ["build", "deck", "--no-cache", "-q", "-j", str(jobs), "-o", output]
    done = subprocess.run([*command, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize("method", ["spawn", "forkserver", "fork"])
def test_every_way_to_start_processes_gives_the_same_package(method: str, deck: Path) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"the system has no {method}")
    build(deck, [sys.executable, "start.py", method], method, jobs=2)
    assert (deck / method / "deck.apkg").read_bytes() == (deck / "one" / "deck.apkg").read_bytes()


def test_windows_waits_for_61_processes_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    sources = [Source(f"{number}.md", Path(), "x" * parallel.WORTH) for number in range(100)]
    monkeypatch.setattr(parallel, "_cores", lambda: 96)
    assert (parallel._processes(sources, 64), parallel._processes(sources, 0)) == (64, 96)
    monkeypatch.setattr(sys, "platform", "win32")
    assert (parallel._processes(sources, 64), parallel._processes(sources, 0)) == (61, 61)
    assert parallel._processes(sources[:3], 64) == 3
    assert parallel._processes(sources, 2) == 2
