"""A release by 0.1.0, then two by this version with other libraries: unchanged notes keep the learner's edits.

Two virtual environments have the lowest and the newest libraries that decks are built with. The code of 0.1.0 comes from git.
Slow, so it runs only with ``--versions``, as in CI.
"""

from __future__ import annotations

import io
import itertools
import os
import shutil
import subprocess
import sys
import tarfile
import venv
from collections.abc import Callable
from pathlib import Path

import pytest
from anki.collection import Collection
from packaging.requirements import Requirement

from deckbuilder.package.read_package import unpack
from deckbuilder.source import lock_file
from tests.conftest import CASES, lacking
from tests.lowest import PROJECT, lowest
from tests.support import ROOT, TIME, built

pytestmark = [pytest.mark.slow, pytest.mark.versions]

FIRST = "4dbf6b9bdc54b8e877bdfcd0f50f6939b3203ec7"
"""A commit of version 0.1.0."""
LIBRARIES = ("lowest", "newest")
DAY = 86_400
MORE = r"""## Say "it's" & <b>go</b> -> 1 < 2? {#spelling}

A&nbsp;b, "c", it's <kbd title='x "y"'>K</kbd><br>

[a link](https://example.org/?a=1&b=2 "a 'title'") and `a < b && "c"`

| a | b |
|:-:|--:|
| 1 | `2` |

## What hides here? {{c1::`a == "b"`}} {#cloze .cloze}

```python
x = {{c2::"y"}}  # it's
```

## Which picture? {#picture}

![a "tree"](p.svg)

## Which sum? {#sum}

$a < b$ & $$\frac{1}{2} > 0$$
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">\n<rect width="9" height="9"/>\n</svg>\n'
Upgrade = Callable[[str, Path, str, int, Path], None]


def python(which: str, cache: Path) -> Path:
    """Return the Python of a virtual environment with the ``which`` libraries; the environment is made once."""
    folder = cache / which
    found = folder / "bin" / "python"
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        needed = PROJECT["dependencies"]
        wanted = [lowest(Requirement(line)) for line in needed] if which == "lowest" else needed
        subprocess.run([found, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted], check=True)
        (folder / "ready").touch()
    return found


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the code of 0.1.0."""
    done = subprocess.run(["git", "-C", ROOT, "archive", FIRST, "deckbuilder"], capture_output=True, check=False)
    if done.returncode:  # a shallow clone is no fault of the machine
        pytest.skip("this clone does not have the history of 0.1.0: git fetch --unshallow")
    folder = tmp_path_factory.mktemp("first")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def release(executable: Path, code: Path, deck: Path, now: int, output: Path, *options: str) -> str:
    """Release ``deck`` with this ``code``. Return the errors."""
    environment = os.environ | {
        "PYTHONPATH": str(code),
        "SOURCE_DATE_EPOCH": str(now),
        "DECKBUILDER_CACHE": str(output / "cache"),
    }
    command: list[str | Path] = [executable, "-m", "deckbuilder", "release", deck, *(options or ("-o", output))]
    # python -m also looks into the current folder
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=deck.parent)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr


def git(deck: Path, *arguments: str) -> None:
    names = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", deck, *names, *arguments], check=True, capture_output=True)


def edit(deck: Path, old: str, new: str) -> None:
    path = deck / "a.md"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def pythons(request: pytest.FixtureRequest) -> dict[str, Path]:
    """Return the Python of each set of libraries."""
    if sys.platform == "win32" or shutil.which("git") is None:
        lacking("needs git, and a virtual environment with bin/python")
    return {which: python(which, Path(request.config.cache.mkdir("libraries"))) for which in LIBRARIES}


def new_deck(folder: Path) -> Path:
    """Return a deck at ``folder`` that nobody has released."""
    deck = Path(shutil.copytree(CASES / "older-lock", folder))
    (deck / lock_file.FILE).unlink()
    return deck


class Learner:
    """A collection, and the notes that its owner edited."""

    def __init__(self, collection: Collection, imports: Callable[[Path | bytes], object]) -> None:
        self.collection, self.imports = collection, imports

    def edit(self, now: int) -> None:
        """Write into the last but one field of every note at the time ``now``."""
        rows = self.collection.db.all("select id, flds from notes")  # type: ignore[union-attr]
        for number, fields in rows:
            parts = fields.split("\x1f")
            parts[1] += " MINE"
            self.collection.db.execute("update notes set flds = ?, mod = ? where id = ?", "\x1f".join(parts), now, number)  # type: ignore[union-attr]

    def lost(self) -> set[str]:
        """Return the ids of the notes without the edit."""
        rows = self.collection.db.all("select flds from notes")  # type: ignore[union-attr]
        texts = {next(part for part in fields.split("\x1f")[::-1] if part): fields for (fields,) in rows}
        return {name for name, fields in texts.items() if " MINE" not in fields}


@pytest.mark.parametrize("proof", ["git", "package"])
@pytest.mark.parametrize(("before", "after"), list(itertools.product(LIBRARIES, LIBRARIES)))
def test_an_unchanged_note_keeps_the_edits_of_learners(
    before: str,
    after: str,
    proof: str,
    first: Path,
    collection: Collection,
    import_package: Callable[[Path | bytes], object],
    pythons: dict[str, Path],
    tmp_path: Path,
) -> None:
    deck, learner = new_deck(tmp_path / "deck"), Learner(collection, import_package)
    edit(deck, "## Q rust?", f"{MORE}\n## Q rust?")
    (deck / "p.svg").write_bytes(SVG.encode())
    release(pythons[before], first, deck, TIME, tmp_path / "1")
    import_package(tmp_path / "1" / "deck.apkg")
    learner.edit(TIME + DAY)
    if proof == "git":
        git(deck, "init")
        git(deck, "add", "--all")
        git(deck, "commit", "--message", "x")
    else:
        release(pythons[after], ROOT, deck, TIME + DAY, tmp_path, "--from", str(tmp_path / "1" / "deck.apkg"))
    (deck / "p.svg").write_bytes(SVG.replace("\n", "\r\n").encode())
    edit(deck, "fn main", "fn other")
    release(pythons[after], ROOT, deck, TIME + 2 * DAY, tmp_path / "2")
    import_package(tmp_path / "2" / "deck.apkg")
    assert learner.lost() == {"rust"}
    other = next(which for which in LIBRARIES if which != after)
    edit(deck, "record P(int x)", "record Q(int x)")
    (deck / "p.svg").write_bytes(SVG.encode())
    release(pythons[other], ROOT, deck, TIME + 3 * DAY, tmp_path / "3")
    import_package(tmp_path / "3" / "deck.apkg")
    assert learner.lost() == {"rust", "java"}
    mods = {note.mod for note in unpack(tmp_path / "3" / "deck.apkg").notes.values()}
    assert mods == {TIME, TIME + 2 * DAY, TIME + 3 * DAY}


@pytest.mark.parametrize("branch", ["main", "fix"])
def test_a_merge_with_a_branch_that_0_1_0_released(
    branch: str,
    first: Path,
    collection: Collection,
    import_package: Callable[[Path | bytes], object],
    pythons: dict[str, Path],
    tmp_path: Path,
) -> None:
    """This version releases one of two branches, 0.1.0 the other. Git merges their locks on ``branch``."""
    deck, learner = new_deck(tmp_path / "deck"), Learner(collection, import_package)
    release(pythons["lowest"], first, deck, TIME, tmp_path / "1")
    import_package(tmp_path / "1" / "deck.apkg")
    learner.edit(TIME + DAY)
    git(deck, "init", "--initial-branch", "main")
    git(deck, "add", "--all")
    git(deck, "commit", "--message", "first")
    git(deck, "branch", "fix")
    edit(deck, "func F[T any]", "func G[T any]")
    release(pythons["newest"], ROOT, deck, TIME + 2 * DAY, tmp_path / "2")
    git(deck, "commit", "--all", "--message", "by this version")
    git(deck, "checkout", "fix")
    edit(deck, "fn main", "fn other")
    release(pythons["lowest"], first, deck, TIME + 3 * DAY, tmp_path / "3")
    git(deck, "commit", "--all", "--message", "by 0.1.0")
    git(deck, "checkout", branch)
    with pytest.raises(subprocess.CalledProcessError):
        git(deck, "merge", "main" if branch == "fix" else "fix")
    git(deck, "commit", "--all", "--message", "merged")
    release(pythons["newest"], ROOT, deck, TIME + 4 * DAY, tmp_path / "4")
    for number in "234":
        import_package(tmp_path / number / "deck.apkg")
    assert learner.lost() == {"go", "rust"}


def test_the_libraries_draw_differently(tmp_path: Path, first: Path, pythons: dict[str, Path]) -> None:
    """Else the tests above show nothing."""
    locks = []
    for which in LIBRARIES:
        deck = new_deck(tmp_path / which)
        release(pythons[which], first, deck, TIME, tmp_path / "o")
        locks.append(lock_file.read("", (deck / lock_file.FILE).read_text(encoding="utf-8"))[0])
    old, new = locks
    assert old
    assert new
    assert len([key for key in old.notes if old.notes[key].hash != new.notes[key].hash]) >= 3


def test_0_1_0_refuses_the_new_format(tmp_path: Path, first: Path, request: pytest.FixtureRequest) -> None:
    deck = Path(shutil.copytree(CASES / "older-lock", tmp_path / "deck"))
    text = (deck / lock_file.FILE).read_text(encoding="utf-8")
    (deck / lock_file.FILE).write_text(text.replace('"format": 1', '"format": 2'), encoding="utf-8")
    executable = python("lowest", Path(request.config.cache.mkdir("libraries")))
    environment = os.environ | {"PYTHONPATH": str(first)}
    command: list[str | Path] = [executable, "-m", "deckbuilder", "release", deck]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 1
    assert "a newer deckbuilder" in done.stdout + done.stderr
    assert built(deck).good
