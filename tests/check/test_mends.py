"""Each mend of a rule fits its file, and ends the mistake that it belongs to."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from deckbuilder.commands import mending
from deckbuilder.library import check_decks
from deckbuilder.model.diagnostics import Diagnostic
from tests.conftest import CASES

EXAMPLES = [path for path in sorted((CASES / "rules").glob("*/bad*")) + sorted((CASES / "bad").iterdir()) if path.name != "deck"]
MOST_RUNS = 5


def copied(example: Path, folder: Path) -> Path:
    """Copy an example to ``folder``; return the path to check."""
    if example.is_dir():
        shutil.copytree(example, folder / "deck", symlinks=True)
        return folder / "deck" / "deck" if (folder / "deck" / "deck").is_dir() else folder / "deck"
    shutil.copyfile(example, folder / "01.md")
    return folder / "01.md"


def mended(problems: tuple[Diagnostic, ...]) -> list[Diagnostic]:
    return [problem for problem in problems if problem.mend]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_mend_fits_and_ends_its_mistake(example: Path, tmp_path: Path) -> None:
    path = copied(example, tmp_path)
    before = check_decks(path).diagnostics
    for _ in range(MOST_RUNS):  # overlapping mends wait for the next run
        now = check_decks(path).diagnostics
        wanted = {(problem.span.path, problem.mend) for problem in mended(now)}
        if not wanted:
            break
        changes = mending.changes([path], now)
        assert changes, wanted
        for change in changes:
            change.write()
    assert not mended(now), "the mends never end"
    gone = Counter(problem.code for problem in before) - Counter(problem.code for problem in now)
    assert gone >= Counter(problem.code for problem in mended(before)) & gone
    if mended(before):
        assert {problem.code for problem in mended(before)} <= set(gone)


def test_many_codes_have_mends() -> None:
    codes = {problem.code for example in EXAMPLES for problem in mended(check_decks(example).diagnostics)}
    assert {"bad-attribute", "bad-id", "bad-ignore", "unknown-key", "unknown-language", "fence-option", "dead-style"} <= codes
