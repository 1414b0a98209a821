"""A fault at every file operation of every command that writes: what was there is whole, or what shall be there is.

Full disks, folders that cannot be written to, kill -9 and Ctrl-C, two at once; and the next run makes all well.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from click.testing import Result

from tests.faults import Plan, Run, contents
from tests.running import ROOT
from tests.support import TIME, write

if sys.platform == "win32":
    pytest.skip("the runs are forks", allow_module_level=True)

Invoke = Callable[..., Result]
Files = dict[str, bytes]
DAY = 86_400
ONE = "## What is `g`? {#g}\n\nA namespace.\n\n## How long? {#long}\n\n![](a.png)\n"
TWO = "## Gone {#gone}\n\nx\n\n## The cookie is {{c1::signed}}. {#signed .cloze}\n"
OTHER = 'id = "other"\nname = "Other"\n'


def carried_out(folder: Path, plan: Plan) -> list[Run]:
    """The runs of a plan; the first is one without a fault."""
    (folder / "plan").write_bytes(pickle.dumps(plan))
    command = [sys.executable, "-m", "tests.faults", str(folder / "plan"), str(folder / "result")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    runs: list[Run] = pickle.loads((folder / "result").read_bytes())  # noqa: S301  our own
    assert runs[0].code == runs[0].again == 0, str(runs[0])
    return runs


def faulty(
    folder: Path, *arguments: str, kinds: tuple[str, ...] = ("raise", "raise again", "kill"), now: int = TIME + DAY
) -> list[Run]:
    """The runs of ``deckbuilder`` in ``folder/root/work``, with a fault at each operation."""
    runs = carried_out(folder, Plan(folder / "root", folder / "scratch", arguments, {"SOURCE_DATE_EPOCH": str(now)}, kinds))
    assert len(runs) > 30, "the faults are not where the operations are"
    return runs


@pytest.fixture
def work(tmp_path: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two decks, released and changed since."""
    work = tmp_path / "root" / "work"
    write(work / "content" / "deck", ONE, TWO)
    write(work / "content" / "more", ONE.replace("![](a.png)", "x"), toml=OTHER)
    picture = work / "content" / "deck" / "a.png"
    picture.write_bytes(b"one")
    monkeypatch.chdir(work)
    with monkeypatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", str(TIME))
        assert invoke("release").exit_code == 0
    picture.write_bytes(b"two")
    for deck, text in (("deck", TWO.replace("## Gone {#gone}\n\nx\n\n", "")), ("more", "## New {#new}\n\ny\n")):
        (work / "content" / deck / "02.md").write_text(text, encoding="utf-8")
    return work


def left_behind(files: Iterable[str]) -> list[str]:
    return [name for name in files if "/.deckbuilder-" in f"/{name}"]


def nothing_half(runs: list[Run], old: Files, states: Callable[[Files, Files], list[Files]] | None = None) -> None:
    """Each run has left the old files or the new ones, ``states`` if those are not all; says so; and is made good by the next."""
    new = runs[0].files
    assert new != old
    assert not left_behind(new)
    allowed = states(old, new) if states else [old, new]
    for run in runs[1:]:
        visible = {name: data for name, data in run.files.items() if name not in left_behind(run.files)}
        assert visible in allowed, str(run)
        assert "Traceback" not in run.output, str(run)
        if run.kind == "kill":
            assert run.code == -9, str(run)
        else:
            assert left_behind(run.files) == [], str(run)
            assert run.code in ((0, 1) if run.kind != "interrupt" else (1,)), str(run)
            assert run.code == 1 or visible == new, str(run)
            if run.code == 1:
                said = [line for line in run.output.splitlines() if line.startswith(("Error: ", "nothing ", "Aborted!"))]
                assert len(said) == 1 or run.output.endswith("nothing written\n"), str(run)
        assert run.again == 0, str(run)
        healed = {name: data for name, data in run.healed.items() if name not in left_behind(run.healed)}
        assert healed == new, str(run)


def test_a_fault_at_every_operation_of_build(work: Path, tmp_path: Path) -> None:
    nothing_half(faulty(tmp_path, "build", "content/deck"), contents(work))


def halfway(old: Files, new: Files) -> list[Files]:
    """What a release of two decks goes through: each deck's lock, then its package."""
    steps = ["content/deck/deck.lock", "dist/deck.apkg", "content/more/deck.lock", "dist/more.apkg"]
    return [old | {name: new[name] for name in steps[:count]} for count in range(5)]


def test_a_fault_at_every_operation_of_release(work: Path, tmp_path: Path) -> None:
    kinds = ("raise", "raise again", "kill", "interrupt")
    runs = faulty(tmp_path, "release", "--retire", "gone", kinds=kinds)
    old = contents(work)

    nothing_half(runs, old, halfway)
