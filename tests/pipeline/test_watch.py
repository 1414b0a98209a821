"""``build --watch`` as a separate process: it rebuilds after every way in which editors save files, and goes on."""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from deckbuilder.pipeline import watch
from deckbuilder.pipeline.watch import Changed, changes
from tests.running import PATIENCE, Start, rename_over
from tests.support import PNG, ROOT, write

pytestmark = pytest.mark.slow

GOOD = "## What is `g`? {#g}\n\nA namespace.\n"
OTHER = 'id = "other"\nname = "Other"\n'


@pytest.fixture
def start(running: Start) -> Start:
    """Runs ``deckbuilder build --watch`` with some arguments, in a folder."""
    return lambda folder, *arguments: running(folder, "build", "--watch", *arguments)


def test_it_builds_on_each_save_says_what_is_wrong_and_goes_on_until_ctrl_c(start: Start, tmp_path: Path) -> None:
    write(tmp_path / "content" / "deck", GOOD)
    file, package = tmp_path / "content" / "deck" / "01.md", tmp_path / "dist" / "deck.apkg"
    run = start(tmp_path)
    run.says(r"^\d\d:\d\d:\d\d dist/deck.apkg: 1 note, 1 card, \d kB, \d+\.\d s$")
    first = package.read_bytes()

    file.write_text(GOOD + "\n## Why? {#why}\n\nSo.\n", encoding="utf-8")
    run.says(r"^\d\d:\d\d:\d\d dist/deck.apkg: 2 notes, 2 cards")
    second = package.read_bytes()
    assert first != second

    file.write_text(GOOD + "\n## Why? {#why}\n", encoding="utf-8")
    run.says(r"^content/deck/01.md:5:1: error: question has no answer; .* \[missing-answer\]$")
    run.says("^1 error in 1 file$")
    run.says(r"^\d\d:\d\d:\d\d nothing written$")
    assert package.read_bytes() == second

    rename_over(file, GOOD + "\n## Why? {#why}\n\nThus.\n\n## Who? {#who}\n\nI.\n")
    run.says("dist/deck.apkg: 3 notes, 3 cards")
    assert run.end() == 0
    assert run.lines.empty()


def test_a_deck_that_has_not_changed_is_not_built_again(start: Start, tmp_path: Path) -> None:
    write(tmp_path / "content" / "one", GOOD)
    write(tmp_path / "content" / "two", GOOD + "\n![a](pictures/a.png)\n", toml=OTHER)
    picture = tmp_path / "content" / "two" / "pictures" / "a.png"
    picture.parent.mkdir()
    picture.write_bytes(PNG + b"1")
    (tmp_path / "content" / "one" / "out").mkdir()  # before the start: a new folder would rebuild all decks
    run = start(tmp_path, "content", "-o", "content/one/out")  # the output folder lies inside a watched folder
    run.says("one.apkg: 1 note")
    run.says("two.apkg: 1 note")
    picture.write_bytes(PNG + b"2")
    run.says("two.apkg: 1 note")
    (tmp_path / "content" / "one" / "notes.txt").write_text("x", encoding="utf-8")
    (tmp_path / "content" / "one" / ".hidden.md").write_text("## x\n", encoding="utf-8")
    rename_over(tmp_path / "content" / "one" / "01.md", GOOD + "\nMore.\n")
    run.says("one.apkg: 1 note")
    assert run.end() == 0
    assert run.lines.empty()


def test_folders_come_and_go(start: Start, tmp_path: Path) -> None:
    write(tmp_path / "content" / "one", GOOD)
    run = start(tmp_path)
    run.says("one.apkg: 1 note")
    write(tmp_path / "new", GOOD, toml=OTHER)
    (tmp_path / "new").rename(tmp_path / "content" / "new")
    run.says("new.apkg: 1 note")
    (tmp_path / "content" / "new" / "02.md").write_text("## More {#more}\n\nx\n", encoding="utf-8")
    run.says("new.apkg: 2 notes")
    # as git does when it changes the branch
    shutil.move(tmp_path / "content", tmp_path / "away")
    run.says(r"^content:1:1: error: no such file or folder \[no-deck\]$")
    run.says("^1 error$")
    run.says("nothing written$")
    (tmp_path / "away" / "one" / "02.md").write_text("## More {#more}\n\nx\n", encoding="utf-8")
    shutil.move(tmp_path / "away", tmp_path / "content")
    run.says("one.apkg: 2 notes")
    (tmp_path / "content" / "one" / "02.md").unlink()
    run.says("one.apkg: 1 note")
    assert run.end() == 0
    assert run.lines.empty()


@pytest.mark.parametrize("argument", ["deck/sub/02.md", "lone.md"])
def test_a_file_stands_for_its_deck_or_alone(argument: str, start: Start, tmp_path: Path) -> None:
    write(tmp_path / "deck", GOOD)
    (tmp_path / "deck" / "sub").mkdir()
    (tmp_path / "deck" / "sub" / "02.md").write_text("## x {#x}\n\ny\n", encoding="utf-8")
    (tmp_path / "lone.md").write_text(GOOD, encoding="utf-8")
    run = start(tmp_path, argument)
    if argument == "lone.md":
        run.says(r"\[unpinned-deck\]$")
        run.says("1 note in 1 file")
        run.says("lone.apkg: 1 note")
        (tmp_path / "other.txt").write_text("x", encoding="utf-8")
        time.sleep(0.5)
        assert run.lines.empty()
        rename_over(tmp_path / "lone.md", GOOD + "\n## x {#x}\n\ny\n")
        run.says(r"\[unpinned-deck\]$")
        run.says("1 note in 1 file")
        run.says("lone.apkg: 2 notes")
    else:
        run.says("deck.apkg: 2 notes")
        rename_over(tmp_path / "deck" / "01.md", GOOD + "\n## z {#z}\n\ny\n")
        run.says("deck.apkg: 3 notes")
    assert run.end() == 0


@pytest.fixture
def seen(tmp_path: Path) -> Iterator[queue.Queue[Changed]]:
    """The changes in a deck in ``tmp_path``, in the order of their reports."""
    write(tmp_path / "deck", GOOD)
    (tmp_path / "deck" / "sub").mkdir()
    found: queue.Queue[Changed] = queue.Queue()
    stop = threading.Event()

    def follow() -> None:
        for changed in changes([tmp_path / "deck"], stop):
            found.put(changed)

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    assert found.get(timeout=PATIENCE) is None
    yield found
    stop.set()
    thread.join(timeout=PATIENCE)
    assert not thread.is_alive()


def test_hidden_files_and_those_beside_the_deck_do_not_count(seen: queue.Queue[Changed], tmp_path: Path) -> None:
    (tmp_path / "deck" / ".hidden.md").write_text("x", encoding="utf-8")
    (tmp_path / "beside.md").write_text("x", encoding="utf-8")
    time.sleep(0.5)
    (tmp_path / "deck" / "sub" / "a.png").write_bytes(b"x")
    assert seen.get(timeout=PATIENCE) == frozenset({tmp_path / "deck" / "sub" / "a.png"})


def test_a_folder_that_is_replaced_by_another_of_its_name_is_watched(seen: queue.Queue[Changed], tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    time.sleep(0.5)  # the first look at the folder is over; the folder is away between two looks
    (tmp_path / "deck" / "sub").rename(tmp_path / "away")
    (tmp_path / "other").rename(tmp_path / "deck" / "sub")
    assert seen.get(timeout=PATIENCE) == frozenset({tmp_path / "deck" / "sub"})
    assert seen.get(timeout=PATIENCE) is None
    (tmp_path / "deck" / "sub" / "b.png").write_bytes(b"x")
    assert seen.get(timeout=PATIENCE) == frozenset({tmp_path / "deck" / "sub" / "b.png"})


def test_what_cannot_be_written_is_said_and_tried_again(start: Start, tmp_path: Path) -> None:
    write(tmp_path / "deck", GOOD)
    (tmp_path / "dist" / "deck.apkg").mkdir(parents=True)  # blocks the name of the package
    run = start(tmp_path, "deck")
    run.says(r"^\d\d:\d\d:\d\d cannot write dist/deck.apkg: ")
    (tmp_path / "dist" / "deck.apkg").rmdir()
    rename_over(tmp_path / "deck" / "01.md", GOOD + "\nMore.\n")
    run.says("deck.apkg: 1 note")
    assert run.end() == 0


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    write(tmp_path / "deck", GOOD)
    program = "import sys; sys.modules['watchfiles'] = None; from deckbuilder.cli import main; main(['build', 'deck', '--watch'])"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert '--watch needs more libraries; install them with: pip install "anki-deckbuilder[preview]"' in done.stderr
    assert not (tmp_path / "dist").exists()


def test_macos_says_a_change_by_the_name_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user may type ``MyDeck`` for ``mydeck``, or a composed ``é``: the system reports the stored name."""
    folders = [tmp_path / "MyDeck", tmp_path / "MyDeck" / "caf\u00e9"]
    roots = {tmp_path / "MyDeck": True}
    for stored, asked in (
        ("mydeck/01.md", "MyDeck/01.md"),
        ("mydeck", "MyDeck"),
        ("mydeck/cafe\u0301/Photo.png", "MyDeck/caf\u00e9/Photo.png"),
        ("mydeck/new/01.md", "MyDeck/new/01.md"),
    ):
        monkeypatch.setattr(watch, "_AS_STORED", True)
        assert watch._as_asked(tmp_path / stored, folders) == tmp_path / asked
        assert watch._counts(watch._as_asked(tmp_path / stored, folders), roots)
        monkeypatch.setattr(watch, "_AS_STORED", False)
        assert watch._as_asked(tmp_path / stored, folders) == tmp_path / stored
    monkeypatch.setattr(watch, "_AS_STORED", True)
    assert watch._as_asked(Path("/elsewhere/x.md"), folders) == Path("/elsewhere/x.md")


def test_a_change_of_another_spelling_is_handed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "MyDeck", GOOD)
    stored = str(tmp_path / "mydeck" / "01.md")
    batches = iter([set(), {(2, stored)}])
    monkeypatch.setattr("watchfiles.watch", lambda *_, **__: (batch for batch in batches))
    monkeypatch.setattr(watch, "_AS_STORED", True)
    found = changes([tmp_path / "MyDeck"])
    assert next(found) is None
    assert next(found) == frozenset({tmp_path / "MyDeck" / "01.md"})


@pytest.mark.skipif(sys.platform != "linux", reason="only the file systems of Linux keep all names unchanged")
@pytest.mark.parametrize("command", [("preview", "--no-open"), ("build", "--watch")])
def test_a_folder_whose_name_is_not_unicode_is_told_and_not_watched(
    command: tuple[str, ...], tmp_path: Path, invoke: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "a\udcff", GOOD)
    result = invoke(*command, "a\udcff")
    assert result.exit_code == 1
    assert "is not Unicode; rename it" in result.stderr
