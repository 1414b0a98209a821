"""Several updates with the Anki libraries of five years. Slow, so it runs only with ``--versions``, as in CI."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path
from typing import Any

import pytest

from deckbuilder.pipeline.build_deck import build, pack
from deckbuilder.source import lock_file
from deckbuilder.source.deck_folder import load, places
from tests.conftest import lacking
from tests.support import write
from tests.whole.test_anki import FIRST

pytestmark = pytest.mark.slow

VERSIONS = ("2.1.35", "2.1.49", "2.1.54", "2.1.66", "23.10.1", "24.11", "25.02.7", "25.09.2", "newest")
STORY = Path(__file__).parent / "story.py"
NEEDS = "orjson requests distro decorator beautifulsoup4 markdown flask flask-cors waitress pysocks typing_extensions send2trash jsonschema"
DAY = 86_400
PAGE = STORY.parent.parent.parent / "deckbuilder" / "docs" / "updates.md"
RESULTS: dict[str, str] = {}
"""The results of this run by version: a tick or a cross."""
SECOND = FIRST.replace("A namespace.", "A better namespace.").replace("## How", "## Inserted {#inserted}\n\nx\n\n## How")
THIRD = SECOND.replace("One context.", "One application context.").replace("encrypted}}", "encrypted}} {{c3::at all}}")


def python(version: str, cache: Path) -> Path:
    """Return the Python of a virtual environment with this version of Anki; the environment is made once."""
    folder = cache / version
    found = folder / "bin" / "python"
    if (folder / "ready").exists():
        return found
    shutil.rmtree(folder, ignore_errors=True)
    if version == "2.1.35":  # the Rust part of this version runs only on Python 3.8
        base = python38()
        if base is None:
            lacking("Anki 2.1.35 needs Python 3.8, which is not installed")
        subprocess.run([base, "-m", "venv", str(folder)], check=True)
    else:
        venv.create(folder, with_pip=True)
    wanted = ["anki==2.1.35", "ankirspy==2.1.35"] if version == "2.1.35" else [f"anki=={version}"]
    more = ["protobuf==3.20.3", "stringcase"] if version in ("2.1.35", "2.1.49", "2.1.54") else ["protobuf"]
    pip = [str(found), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-deps", "--only-binary", ":all:", *wanted], check=True)
    subprocess.run([*pip, *more, *NEEDS.split()], check=True)
    (folder / "ready").touch()
    return found


def python38() -> str | None:
    """Return a Python 3.8 from the PATH or from pyenv, which may hide it; None if there is none."""
    shown = shutil.which("python3.8")
    found = [shown] if shown else []
    found += [str(path) for shim in found for path in Path(shim).parent.parent.glob("versions/3.8*/bin/python3.8")]
    return next(
        (path for path in found if subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0), None
    )


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], int]:
    """Make releases of ten, five and one day ago. Return their paths, and the time of the learner's edit after the first."""
    folder, now = tmp_path_factory.mktemp("releases"), int(time.time())
    packages = []
    for number, (text, days) in enumerate(((FIRST, 10), (SECOND, 5), (THIRD, 1))):
        write(folder / "deck", text)
        (place,), _ = places(folder / "deck")
        built = build(load(place))
        assert built.good
        packed = pack(built.deck, now - days * DAY)
        (folder / "deck" / lock_file.FILE).write_text(lock_file.text(packed.lock), encoding="utf-8")
        (folder / f"{number}.apkg").write_bytes(packed.data)
        packages.append(str(folder / f"{number}.apkg"))
    return packages, now - 7 * DAY


@pytest.mark.versions
@pytest.mark.parametrize("version", VERSIONS)
def test_three_releases(version: str, releases: tuple[list[str], int], tmp_path: Path, request: pytest.FixtureRequest) -> None:
    executable = Path(sys.executable) if version == "newest" else python(version, Path(request.config.cache.mkdir("anki")))
    packages, edited = releases
    RESULTS[version] = "✗"
    done = subprocess.run(
        [str(executable), str(STORY), str(tmp_path), str(edited), *packages], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    first, second, third = json.loads(done.stdout[done.stdout.index("[{") :])
    assert [len(state["notes"]) for state in (first, second, third)] == [3, 4, 4]
    assert [len(state["cards"]) for state in (first, second, third)] == [4, 5, 6]
    assert first["copies"] == second["copies"] == third["copies"] == []
    studied = {card[0]: [*card[:4], 2, 2, 40, 20, 2300, 5, 1] for card in first["cards"]}
    for state in (second, third):
        assert {card[0]: card for card in state["cards"] if card[0] in studied} == studied
    assert "A better namespace." in note(second, "g")
    assert "One context. MINE" in note(second, "lifetime")
    assert tags(second, "lifetime") == ["mine"]
    assert "One application context." in note(third, "lifetime")
    assert "c3::at all" in note(third, "signed")
    RESULTS[version] = "✓"


@pytest.mark.versions
def test_the_table_in_the_guide_is_that_of_this_run(request: pytest.FixtureRequest) -> None:
    assert list(RESULTS) == list(VERSIONS), "run the whole file"
    rows = (("Anki", *RESULTS), ("---",) * (len(RESULTS) + 1), ("updates arrive, edits and schedules stay", *RESULTS.values()))
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows).replace("| --- ", "|---").replace("--- |", "---|")
    page = PAGE.read_text(encoding="utf-8")
    found = re.search(r"(?m)^\| Anki \|.*\n.*\n.*$", page)
    assert found
    if request.config.getoption("--update-goldens"):
        PAGE.write_text(page.replace(found[0], table), encoding="utf-8")
    else:
        assert found[0] == table, "update it with: pytest --versions --update-goldens tests/versions"


def note(state: dict[str, Any], name: str) -> str:
    return str(next(fields for _, fields, _ in state["notes"] if f"\x1f{name}\x1f" in fields))


def tags(state: dict[str, Any], name: str) -> list[str]:
    return str(next(tags for _, fields, tags in state["notes"] if f"\x1f{name}\x1f" in fields)).split()
