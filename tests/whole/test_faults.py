"""A fault at every file operation of every command that writes: the files are the old ones or the new ones.

The faults are full disks, read-only folders, kill -9, Ctrl-C, and two runs at once. The next run must repair everything.
"""

from __future__ import annotations

import os
import pickle
import re
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from deckbuilder.files import folder_lock
from deckbuilder.files.writing import prepared, write_whole
from deckbuilder.pipeline import build_deck
from tests.bench import corpus
from tests.faults import Plan, Run, contents
from tests.running import PATIENCE
from tests.support import ROOT, TIME, picture, write

pytestmark = pytest.mark.slow

resource = pytest.importorskip("resource", reason="the runs are forks, and Windows has no fork")

full_device = pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
Invoke = Callable[..., Result]
Files = dict[str, bytes]
DAY = 86_400
ONE = "## What is `g`? {#g}\n\nA namespace.\n\n## How long? {#long}\n\n![](a.png)\n"
TWO = "## Gone {#gone}\n\nx\n\n## The cookie is {{c1::signed}}. {#signed .cloze}\n"
OTHER = 'id = "other"\nname = "Other"\n'


def carried_out(folder: Path, plan: Plan) -> list[Run]:
    """Return the runs of a plan; the first run has no fault."""
    (folder / "plan").write_bytes(pickle.dumps(plan))
    command = [sys.executable, "-m", "tests.faults", str(folder / "plan"), str(folder / "result")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    runs: list[Run] = pickle.loads((folder / "result").read_bytes())  # noqa: S301  our own file
    assert runs[0].code == 0 or plan.kinds == ("together",), str(runs[0])
    return runs


def faulty(
    folder: Path, *arguments: str, kinds: tuple[str, ...] = ("raise", "raise again", "kill"), now: int = TIME + DAY
) -> list[Run]:
    """Return the runs of ``deckbuilder`` in ``root/work`` below ``folder``, with a fault at each operation."""
    runs = carried_out(folder, Plan(folder / "root", folder / "scratch", arguments, {"SOURCE_DATE_EPOCH": str(now)}, kinds))
    assert len(runs) > 30, "the faults are not where the operations are"
    return runs


@pytest.fixture
def work(tmp_path: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two decks that were changed after their release."""
    work = tmp_path / "root" / "work"
    write(work / "content" / "deck", ONE, TWO)
    write(work / "content" / "more", ONE.replace("![](a.png)", "x"), toml=OTHER)
    path = work / "content" / "deck" / "a.png"
    path.write_bytes(picture("one"))
    monkeypatch.chdir(work)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(TIME))
    assert invoke("release").exit_code == 0
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(TIME + DAY))
    path.write_bytes(picture("two"))
    for deck, text in (("deck", TWO.replace("## Gone {#gone}\n\nx\n\n", "")), ("more", "## New {#new}\n\ny\n")):
        (work / "content" / deck / "02.md").write_text(text, encoding="utf-8")
    return work


def left_behind(files: Iterable[str]) -> list[str]:
    return [name for name in files if "/.deckbuilder-" in f"/{name}"]


def nothing_half(runs: list[Run], old: Files, states: Callable[[Files, Files], list[Files]] | None = None) -> None:
    """Assert that each run ends in one of the ``states`` (by default the old or the new files).

    A run that fails must report one error, and the next run must reach the new files.
    """
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
    """Return the states of a release of two decks: for each deck, the lock is written before the package."""
    steps = ["content/deck/deck.lock", "dist/deck.apkg", "content/more/deck.lock", "dist/more.apkg"]
    return [old | {name: new[name] for name in steps[:count]} for count in range(5)]


def test_a_fault_at_every_operation_of_release(work: Path, tmp_path: Path) -> None:
    kinds = ("raise", "kill", "interrupt")
    old = contents(work)
    runs = faulty(tmp_path, "release", "--retire", "gone", kinds=kinds)
    nothing_half(runs, old, halfway)
    for run in runs[1:]:
        # A package that is released must be in the printed notes.
        assert "## New (1)" in run.output or run.kind == "kill" or run.files["dist/more.apkg"] == old["dist/more.apkg"], str(run)


def test_a_fault_at_every_operation_of_ids(tmp_path: Path) -> None:
    work = tmp_path / "root" / "work"
    write(work / "deck", "## One?\n\nx\n", "## Two?\n\ny\n")
    runs = faulty(tmp_path, "ids", "deck", "--write")
    nothing_half(runs, contents(work), lambda old, new: [old, old | {"deck/01.md": new["deck/01.md"]}, new])


@pytest.mark.parametrize("command", ["new", "adopt"])
@pytest.mark.parametrize("there", [False, True], ids=["a new folder", "an empty folder"])
def test_a_fault_at_every_operation_of_commands_that_make_a_deck(command: str, there: bool, tmp_path: Path) -> None:
    """An empty folder is not replaced, so a killed run may have written a part; the next run does not overwrite a part."""
    work = tmp_path / "root" / "work"
    work.mkdir(parents=True)
    (work / "list.md").write_text("# List\n\n## What is `g`?\n\nA namespace.\n", encoding="utf-8")
    if there:
        (work / "deck").mkdir()
    arguments = ("new", "deck") if command == "new" else ("adopt", "list.md", "-o", "deck")
    runs = faulty(tmp_path, *arguments)
    new = set(runs[0].files)
    for run in runs[1:]:
        files = {name for name in run.files if "/.deckbuilder-" not in f"/{name}"}
        part = there and run.kind == "kill" and "deck/deck.toml" not in files
        assert files in ({"list.md"}, new) or part, str(run)
        assert "Traceback" not in run.output, str(run)
        if run.kind != "kill":
            assert set(run.files) == files, str(run)
            assert (run.code == 0) == (files == new), str(run)
        if files == {"list.md"}:
            assert run.again == 0, str(run)
            assert new <= set(run.healed), str(run)


def test_killed_at_any_moment(work: Path, tmp_path: Path) -> None:
    for number, (command, states) in enumerate({("build",): None, ("release", "--retire", "gone"): halfway}.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        environment = {"SOURCE_DATE_EPOCH": str(TIME + DAY)}
        plan = Plan(tmp_path / "root", folder / "scratch", command, environment, ("whenever",), rounds=30, seconds=0.12)
        old = contents(work)
        first, *runs = carried_out(folder, plan)
        new, kinds = first.files, set()
        for run in runs:
            visible = {name: data for name, data in run.files.items() if name not in left_behind(run.files)}
            kinds.add(run.code)
            assert visible in (states(old, new) if states else [old, old | {"dist/deck.apkg": new["dist/deck.apkg"]}, new]), str(
                run
            )
            assert run.again == 0, str(run)
            assert {name: data for name, data in run.healed.items() if name not in left_behind(run.healed)} == new, str(run)
        assert -9 in kinds


@pytest.mark.usefixtures("work")
def test_two_at_once(tmp_path: Path) -> None:
    """Two builds both succeed. One of two releases succeeds, or both if the second release read the first one's lock."""
    for number, command in enumerate([("build",), ("release", "--retire", "gone")]):
        folder = tmp_path / str(number)
        folder.mkdir()
        environment = {"SOURCE_DATE_EPOCH": str(TIME + DAY)}
        plan = Plan(tmp_path / "root", folder / "scratch", command, environment, ("together",), rounds=30)
        runs = carried_out(folder, plan)
        for run in runs:
            assert run.files == run.healed == runs[0].files, str(run)
            assert run.again == 0, str(run)
            assert "Traceback" not in run.output, str(run)
            assert run.code == 0 or (command[0] == "release" and "; run release again" in run.output), str(run)
            assert len(re.findall("^dist/deck.apkg(?:: 3 notes| and | written; )", run.output, re.MULTILINE)) == 2 - run.code


@pytest.mark.parametrize("harm", ["another release", "a lock of git", "no lock", "a broken one"])
def test_a_release_goes_by_the_lock_it_writes_over(
    harm: str, work: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, package = Path("content/deck/deck.lock"), Path("dist/deck.apkg")
    before = package.read_bytes()
    text = lock.read_text(encoding="utf-8")
    changes = {
        "another release": lambda: invoke("release", "content/deck", "--retire", "gone"),
        "a lock of git": lambda: lock.write_text(text.replace(f'"mod": {TIME}', f'"mod": {TIME + 7}'), encoding="utf-8"),
        "no lock": lock.unlink,
        "a broken one": lambda: lock.write_text(text[:-100], encoding="utf-8"),
    }
    original = build_deck.pack
    meanwhile: dict[str, bytes] = {}

    def packed(*arguments: object) -> object:
        monkeypatch.setattr("deckbuilder.commands.release.pack", original)
        changes[harm]()  # type: ignore[no-untyped-call]
        meanwhile.update(contents(work))
        return original(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("deckbuilder.commands.release.pack", packed)
    result = invoke("release", "content/deck", "--retire", "gone")
    assert result.exit_code == 1
    assert "content/deck/deck.lock was changed meanwhile" in result.stderr
    assert contents(work) == meanwhile
    assert (package.read_bytes() == before) == (harm != "another release")


def test_a_release_waits_for_nobody(work: Path, invoke: Invoke) -> None:
    before = contents(work)
    with folder_lock.alone(Path("content/deck")):
        result = invoke("release", "--retire", "gone")
    assert result.exit_code == 1
    assert "another release of content/deck is being written; run release again when it is done" in result.stderr
    assert contents(work) == before
    assert invoke("release", "--retire", "gone").exit_code == 0


def test_a_build_does_not_write_over_a_release(work: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build has the same texts as the release with other times, so the next release would overwrite learners' edits."""
    original = build_deck.pack
    released: dict[str, bytes] = {}

    def packed(*arguments: object, **options: object) -> object:
        assert invoke("release", "content/deck", "--retire", "gone").exit_code == 0
        released.update(contents(work))
        return original(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("deckbuilder.pipeline.build_deck.pack", packed)
    result = invoke("build", "content/deck")
    assert result.exit_code == 1
    assert "content/deck/deck.lock was changed meanwhile; build again" in result.stderr
    assert contents(work) == released


@pytest.mark.usefixtures("work")
def test_between_lock_and_package_the_next_run_gives_the_package(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    old = Path("dist/deck.apkg").read_bytes()
    assert invoke("release", "content/deck", "--retire", "gone").exit_code == 0
    new = Path("dist/deck.apkg").read_bytes()
    for command in ("release", "build"):
        Path("dist/deck.apkg").write_bytes(old)
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(TIME + 9 * DAY))
        assert invoke(command, "content/deck").exit_code == 0
        assert Path("dist/deck.apkg").read_bytes() == new != old


def test_a_package_that_cannot_be_put_in_its_place(work: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows, a program that reads a file prevents its replacement."""
    replace = Path.replace

    def held(self: Path, target: Path) -> Path:
        if target.suffix == ".apkg":
            error = PermissionError(13, "Permission denied")
            error.winerror = 32  # type: ignore[attr-defined]
            raise error
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", held)
    before = contents(work)
    result = invoke("build", "content/deck")
    assert result.exit_code == 1
    assert result.stderr.endswith("Error: cannot write dist/deck.apkg: Permission denied; is it open in another program?\n")
    assert contents(work) == before
    result = invoke("release", "--retire", "gone")
    assert result.exit_code == 1
    assert result.stderr.endswith(
        "Error: cannot write dist/deck.apkg: Permission denied; is it open in another program?; content/deck/deck.lock already has the "
        "release: run 'deckbuilder build content/deck' to write the same package; also not released: content/more\n"
    )
    monkeypatch.setattr(Path, "replace", replace)
    assert invoke("build", "content/deck").exit_code == 0
    assert "(0 new, 0 changed, 3 untouched since the last release)" in invoke("build", "content/deck").stdout


def special(name: str) -> Callable[[Path], object]:
    return {"folder": lambda path: path.mkdir(), "pipe": os.mkfifo, "device": lambda path: path.symlink_to("/dev/full")}[name]


@full_device
@pytest.mark.parametrize("kind", ["folder", "pipe", "device"])
@pytest.mark.usefixtures("work")
def test_only_files_are_replaced(kind: str, invoke: Invoke) -> None:
    before = stat.S_IFMT(Path("/dev/full").stat().st_mode)
    Path("out").mkdir()
    special(kind)(Path("out/deck.apkg"))
    result = invoke("build", "content/deck", "-o", "out")
    assert result.exit_code == 1
    assert "cannot write out/deck.apkg: the path exists and is not a file" in result.stderr
    assert [path.name for path in Path("out").iterdir()] == ["deck.apkg"]
    assert stat.S_IFMT(Path("/dev/full").stat().st_mode) == before


@full_device
@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("/dev/full", "cannot write /dev/full/deck.apkg: a part of the path is not a folder"),
        ("circle", "cannot write circle/deck.apkg: Too many levels of symbolic links"),
        ("x" * 300, "/deck.apkg: File name too long"),
        ("/".join(["x" * 200] * 40), "/deck.apkg: File name too long"),
    ],
)
@pytest.mark.usefixtures("work")
def test_outputs_that_cannot_be(output: str, message: str, invoke: Invoke) -> None:
    Path("circle").symlink_to("circle")
    result = invoke("build", "content/deck", "-o", output)
    assert result.exit_code == 1
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_the_longest_name_a_file_can_have(tmp_path: Path) -> None:
    target = tmp_path / ("x" * 255)
    for data in (b"one", b"two"):
        write_whole(target, data)
        assert target.read_bytes() == data
    with pytest.raises(OSError, match="name too long"):
        write_whole(tmp_path / ("x" * 256), b"")
    assert list(tmp_path.iterdir()) == [target]


def test_what_killed_runs_left_goes_when_it_is_old(tmp_path: Path) -> None:
    target = tmp_path / "deck.apkg"
    with prepared(target, b"one"):
        (left,) = tmp_path.iterdir()
    old, young, other = left, left.with_name(left.name + "2"), tmp_path / ".deckbuilder-other"
    for path in (old, young, other):
        path.write_bytes(b"half")
    for path in (old, other):
        os.utime(path, (1, 1))
    write_whole(target, b"two")
    assert sorted(tmp_path.iterdir()) == sorted([target, young, other])


def test_what_killed_runs_left_is_no_deck(work: Path, invoke: Invoke) -> None:
    with prepared(Path("content/deck/01.md").absolute(), b"## Half"):
        assert len(left_behind(contents(work))) == 1
        assert "3 notes" in invoke("build", "content/deck").stdout
    left = work / "deck" / ".deckbuilder-abcdefgh" / "deck"
    left.mkdir(parents=True)
    (left / "deck.toml").write_text("half", encoding="utf-8")
    os.utime(left.parent, (1, 1))
    assert invoke("new", "deck").exit_code == 0
    assert not left.exists()
    assert invoke("build", "deck").exit_code == 0


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A mounted disk of 128 kB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "none", folder], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("only root can mount a disk; the test with a limit on the size of files tests the same errors")
    yield folder
    subprocess.run(["umount", folder], check=True)


def _command(*arguments: str, limit: int = 0, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run ``deckbuilder`` in a process of its own, which may write files of at most ``limit`` bytes, 0 for any size."""

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [sys.executable, "-m", "deckbuilder", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
        check=False,
        preexec_fn=limited if limit else None,
        **({"capture_output": True} | options),
    )


@pytest.mark.parametrize("command", [("build",), ("release", "--retire", "gone")], ids=["build", "release"])
def test_a_full_disk(command: tuple[str, ...], work: Path, small: Path) -> None:
    shutil.copytree(work, small / "work")
    (small / "filler").write_bytes(b"x" * (os.statvfs(small).f_bavail * os.statvfs(small).f_bsize - 4096))
    before = contents(small / "work")
    done = _command(*command, cwd=small / "work")
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    after = contents(small / "work")
    assert left_behind(after) == []
    assert after == before
    (small / "filler").unlink()
    assert _command(*command, cwd=small / "work").returncode == 0


@pytest.mark.parametrize("command", [("build",), ("release", "--retire", "gone")], ids=["build", "release"])
def test_no_file_may_be_so_large(command: tuple[str, ...], work: Path) -> None:
    before = contents(work)
    done = _command(*command, limit=2048)
    assert done.returncode == 1
    assert re.search(r"^Error: cannot write (dist|content)/\S+: File too large$", done.stderr, re.MULTILINE)
    assert contents(work) == before


@full_device
def test_release_notes_that_nobody_can_read(work: Path) -> None:
    before = contents(work)
    with Path("/dev/full").open("w") as full:
        done = _command("release", "--retire", "gone", capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode not in (0, 2)
    assert "cannot print: No space left on device; nothing released" in done.stderr
    assert "Traceback" not in done.stderr
    assert contents(work) == before
    reader, writer = os.pipe()
    os.close(reader)
    done = _command("release", "--retire", "gone", capture_output=False, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert done.returncode == 1
    assert "nothing released: the program that reads the release notes has ended" in done.stderr
    assert "Traceback" not in done.stderr
    assert contents(work) == before


@full_device
@pytest.mark.parametrize("command", ["build", "check", "ids", "release"])
@pytest.mark.parametrize("stream", ["stdout", "stderr", "both"])
@pytest.mark.parametrize("target", ["closed", "full"])
@pytest.mark.usefixtures("work")
def test_nobody_listens(command: str, stream: str, target: str) -> None:
    to = {"closed": "&-", "full": "/dev/full"}[target]
    where = {"stdout": f">{to}", "stderr": f"2>{to}", "both": f">{to} 2>{to}"}[stream]
    retire = "--retire gone" if command == "release" else ""
    done = subprocess.run(
        ["sh", "-c", f"{shlex.quote(sys.executable)} -m deckbuilder {command} {retire} {where}"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stdout + done.stderr
    assert "Exception" not in done.stdout + done.stderr
    assert done.returncode == 0 or target == "full"


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the system does not list the children of a process")
def test_no_process_outlives_a_killed_build(tmp_path: Path) -> None:
    corpus.write(tmp_path / "deck", 1000)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "deckbuilder", "build", "deck", "--no-cache", "-j", "2"]
    started = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    listed = Path(f"/proc/{started.pid}/task/{started.pid}/children")
    until = time.monotonic() + PATIENCE
    while len(children := listed.read_text().split()) < 2:
        assert time.monotonic() < until
        time.sleep(0.01)
    started.kill()
    started.wait()
    while any(_lives(child) for child in children):
        assert time.monotonic() < until, "the workers wait for work for ever"
        time.sleep(0.05)


def _lives(process: str) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_ids_are_not_written_into_a_file_that_was_saved_meanwhile(
    tmp_path: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "deck", "## One?\n\nx\n")
    file, saved = tmp_path / "deck" / "01.md", "A new first line.\n\n## One?\n\nx\n"
    original = build_deck.build

    def built(*arguments: object) -> object:
        file.write_text(saved, encoding="utf-8")
        return original(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("deckbuilder.commands.ids.build", built)
    result = invoke("ids", tmp_path / "deck", "--write")
    assert result.exit_code == 1
    assert "01.md was changed meanwhile; run 'deckbuilder ids' again" in result.stderr
    assert file.read_text(encoding="utf-8") == saved
