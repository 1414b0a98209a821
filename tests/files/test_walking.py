"""Folders are walked to any depth. A path that is too long for the system is a diagnostic."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from deckbuilder.files.walking import walk
from tests.support import link, write

Invoke = Callable[..., Result]
QUESTION = "## What is `g`? {#g}\n\nA namespace.\n"


@pytest.fixture(params=["a", "folder"])
def deep(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """Make a deck with 1,000 folders in each other, with short and with long names."""
    write(tmp_path / "deck", QUESTION)
    here = Path.cwd()
    os.chdir(tmp_path / "deck")
    try:
        for _ in range(1000):
            Path(request.param).mkdir()
            os.chdir(request.param)
        Path("02.md").write_text(QUESTION.replace("{#g}", "{#h}"), encoding="utf-8")
    finally:
        os.chdir(here)
    yield tmp_path / "deck"
    # before Python 3.12, rmtree calls itself for each level
    top = tmp_path / "deck" / request.param
    while top.exists():
        top.rename(tmp_path / "top")
        if (tmp_path / "top" / request.param).exists():
            (tmp_path / "top" / request.param).rename(top)
        shutil.rmtree(tmp_path / "top")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows makes no such folders")
def test_a_thousand_levels(deep: Path, invoke: Invoke) -> None:
    """The system has a limit for the length of a path, Python for the depth of calls."""
    (top,) = (path.name for path in deep.iterdir() if path.is_dir())
    long = False
    try:
        deep.joinpath(*[top] * 1000, "02.md").stat()
    except OSError:
        long = True
    assert long or sum(1 for _ in walk(deep)) == 1001
    result = invoke("check", deep)
    assert result.exit_code == (1 if long else 0)
    assert ("File name too long [unreadable]" in result.output) is long


def test_the_walk_is_in_order_and_enters_no_links(tmp_path: Path) -> None:
    for name in ("b/d", "a", "c", ".hidden/e"):
        (tmp_path / name).mkdir(parents=True)
    link(tmp_path / "a" / "link", tmp_path / "b")
    found = [Path(parent).relative_to(tmp_path).as_posix() for parent, _, _ in walk(tmp_path)]
    assert sorted(found) == [".", "a", "b", "b/d", "c"]
    assert found.index("b/d") == found.index("b") + 1


def test_the_caller_decides_which_folders_are_entered(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    found = []
    for parent, folders, _ in walk(tmp_path):
        found.append(parent)
        folders[:] = []
    assert found == [str(tmp_path)]
