"""The wheel works outside the repository: its templates, style sheet and words ship with it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from deckbuilder.model.diagnostic_codes import CODES
from tests.support import ROOT, write

pytestmark = pytest.mark.slow


def test_the_wheel_builds_a_deck_outside_the_repository(tmp_path: Path) -> None:
    wheels, site, work = tmp_path / "wheels", tmp_path / "site", tmp_path / "work"
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(wheels), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = wheels.iterdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)  # pip does no more with a wheel of pure Python
    assert {path.parts[0] for path in (name.relative_to(site) for name in site.rglob("*.py"))} == {"deckbuilder"}
    assert (site / "deckbuilder" / "py.typed").is_file()
    assert (site / "deckbuilder" / "docs" / "library.md").is_file()
    assert {page.stem for page in (site / "deckbuilder" / "docs" / "diagnostics").iterdir()} == set(CODES)
    write(work / "deck", "## A {#a .reversed}\n\nx\n")
    surroundings = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import deckbuilder; print(deckbuilder.__file__); from deckbuilder.cli import main; main([*'new fresh'.split()], standalone_mode=False); main(['build', 'deck', 'fresh'])",
        ],
        cwd=work,
        env=surroundings,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines()[0] == str(site / "deckbuilder" / "__init__.py")
    assert sorted(path.name for path in (work / "dist").iterdir()) == ["deck.apkg", "fresh.apkg"]
