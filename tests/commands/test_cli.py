"""The command line: its output, its files and its exit codes."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from deckbuilder.commands import common
from deckbuilder.files import writing
from deckbuilder.source.deck_folder import places
from tests.support import TIME, built, link, write

Invoke = Callable[..., Result]
OTHER = 'id = "other"\nname = "Other"\n'
GOOD = "## What is `g`? {#g}\n\nA namespace.\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(TIME))
    return tmp_path


def test_build_writes_a_package_for_each_deck(invoke: Invoke, folder: Path) -> None:
    write(folder / "content" / "one", GOOD)
    write(folder / "content" / "two", GOOD, toml=OTHER)
    result = invoke("build")
    assert result.exit_code == 0
    assert [line.split(":")[0] for line in result.stdout.splitlines()] == ["dist/one.apkg", "dist/two.apkg"]
    assert "1 note, 1 card" in result.stdout
    assert result.stderr == ""
    assert sorted(path.name for path in (folder / "dist").iterdir()) == ["one.apkg", "two.apkg"]


def test_build_writes_nothing_when_any_deck_has_an_error(invoke: Invoke, folder: Path) -> None:
    write(folder / "content" / "one", GOOD)
    write(folder / "content" / "two", "## What? {#w}\n", toml=OTHER)
    result = invoke("build")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == (
        "content/two/01.md:1:1: error: question has no answer; write it below the heading [missing-answer]\n1 error in 1 file\nnothing written\n"
    )
    assert not (folder / "dist").exists()


def test_a_lone_file_builds_and_says_what_its_identity_hangs_on(invoke: Invoke, folder: Path) -> None:
    (folder / "flask.md").write_text("# Flask\n\n## What is `g`?\n\nA namespace.\n", encoding="utf-8")
    result = invoke("build", "flask.md", "-o", "out")
    assert result.exit_code == 0
    assert (folder / "out" / "flask.apkg").exists()
    assert "no deck.toml, so the deck's identity depends on the name 'flask'" in result.stderr
    assert "add {#what-is-g} to the heading, or run 'deckbuilder ids --write'" in result.stderr


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        (
            "nowhere",
            "nowhere:1:1: error: no such file or folder; the current folder has these decks: collection, control, latin [no-deck]",
        ),
        ("empty", "empty:1:1: error: no deck here: a deck needs a deck.toml, or Markdown files with questions [no-deck]"),
        ("file.txt", "file.txt:1:1: error: not a Markdown file; its name must end in .md [no-deck]"),
        (
            "collection",
            "Anki treats a package called collection.apkg as a backup, which replaces the learner's whole collection; rename the folder",
        ),
        ("latin", "latin/01.md:3:4: error: not UTF-8: byte 0xe9; save the file as UTF-8 [not-utf8]"),
        (
            "control",
            "control/01.md:3:2: warning: control character U+0000 is removed, as Anki would remove it; delete it from the file [control-character]",
        ),
    ],
)
def test_what_cannot_be_read_is_said(invoke: Invoke, folder: Path, argument: str, message: str) -> None:
    (folder / "empty").mkdir()
    (folder / "file.txt").write_text("x", encoding="utf-8")
    write(folder / "collection", GOOD)
    write(folder / "latin")
    (folder / "latin" / "01.md").write_bytes("## Q {#q}\n\ncafé\n".encode("latin-1"))
    write(folder / "control", "## Q {#q}\n\na\x00b\n")
    result = invoke("check", argument)
    assert message in result.stderr
    assert result.exit_code == (0 if argument == "control" else 1)


def test_decks_that_would_overwrite_each_other(invoke: Invoke, folder: Path) -> None:
    write(folder / "a" / "deck", GOOD)
    write(folder / "b" / "deck", GOOD)
    for command in ("build", "check"):
        result = invoke(command, "a/deck", "b/deck")
        assert result.exit_code == 1
        assert [line.rpartition(" ")[2] for line in result.stderr.splitlines()[:3]] == [
            "[same-id]",
            "[same-name]",
            "[same-package]",
        ]


def test_decks_are_found_at_any_depth_and_none_inside_another(invoke: Invoke, folder: Path) -> None:
    write(folder / "all" / "x" / "one", GOOD)
    write(folder / "all" / "two", GOOD, toml=OTHER)
    (folder / "all" / "loose.md").write_text(GOOD, encoding="utf-8")
    result = invoke("build", "all")
    assert sorted(path.name for path in (folder / "dist").iterdir()) == ["one.apkg", "two.apkg"]
    assert "all/loose.md:1:1: warning: this file is beside deck folders, but in no deck" in result.stderr
    write(folder / "all" / "two" / "inner", GOOD)
    result = invoke("check", "all/two")
    assert "all/two/inner/deck.toml:1:1: error: this deck is inside another deck" in result.stderr


def test_a_part_of_a_deck_stands_for_the_whole(invoke: Invoke, folder: Path) -> None:
    """A file alone could give an unpinned question an id that another file of the deck has. Both would be one note."""
    write(folder / "deck", "## Why? {#why}\n\nx\n")
    (folder / "deck" / "part").mkdir()
    (folder / "deck" / "part" / "b.md").write_text("## Why?\n\ny\n", encoding="utf-8")
    whole = [card.note.guid for card in built(folder / "deck").deck.entries]
    for part in ("deck/part", "deck/part/b.md", "deck/01.md"):
        assert [card.note.guid for card in built(Path(part)).deck.entries] == whole
    result = invoke("build", "deck/part/b.md", "deck", "deck/01.md")
    assert [line.split(":")[0] for line in result.stdout.splitlines()] == ["dist/deck.apkg"]


def test_links_in_a_circle(invoke: Invoke, folder: Path) -> None:
    write(folder / "deck", "## Q {#q}\n\n![](a.png)\n")
    for one, other in (("a.png", "b.png"), ("b.png", "a.png"), ("a.md", "b.md"), ("b.md", "a.md")):
        link(folder / "deck" / one, Path(other))
    result = invoke("check", "deck")
    assert result.exit_code == 1
    assert result.stderr.count("[unreadable]") == 2
    assert "deck/01.md:3:5: error: file 'a.png' does not exist" in result.stderr


def test_what_is_beside_the_questions_is_left_alone(folder: Path) -> None:
    write(folder / "deck", GOOD)
    (folder / "deck" / ".git").mkdir()
    for name in ("README.md", "README.zh-CN.md", "CHANGELOG.md", "LICENSE.md", ".hidden.md", ".git/x.md", "notes.txt"):
        (folder / "deck" / name).write_text("## Not a question {#no}\n", encoding="utf-8")
    (folder / "deck" / "readme-questions.md").write_text("## A question {#yes}\n\nx\n", encoding="utf-8")
    assert [card.note.id for card in built(folder / "deck").deck.entries] == ["g", "yes"]


def test_sources_are_never_written_to(invoke: Invoke, folder: Path) -> None:
    write(folder / "deck", "## Unpinned\n\n```python\n" + "x" * 50 + "\n```\n")
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in (folder / "deck").rglob("*")}
    for arguments in (["build", "deck"], ["check", "deck"], ["check", "deck", "--release"], ["ids", "deck"]):
        invoke(*arguments)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in (folder / "deck").rglob("*")} == before


def test_no_color_is_honoured(invoke: Invoke, folder: Path) -> None:
    write(folder / "deck", "## What? {#w}\n")
    assert "\x1b[31m" in invoke("check", "deck", color=True).stderr
    assert "\x1b" not in invoke("check", "deck", color=True, env={"NO_COLOR": "1"}).stderr


@pytest.mark.parametrize("blink", [0, 10])
def test_the_progress_bar_passes_everything_on(blink: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(common, "BLINK", blink)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert list(common.progress("x", range(5), 5)) == [0, 1, 2, 3, 4]


def test_a_bad_source_among_good_ones_is_not_passed_over(invoke: Invoke, folder: Path) -> None:
    write(folder / "deck", GOOD)
    for command in ("build", "check", "ids", "release"):
        result = invoke(command, "deck", "nowhere")
        assert result.exit_code == 1
        assert "nowhere:1:1: error: no such file or folder; the current folder has these decks: deck [no-deck]" in result.stderr


@pytest.mark.parametrize("command", ["build", "check", "ids", "release"])
def test_a_command_without_an_argument_in_a_deck_names_the_argument(
    command: str, invoke: Invoke, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder / "deck", GOOD)
    (folder / "deck" / "pictures").mkdir()
    hint = "; the current folder belongs to a deck, and its name here is '.', as in: deckbuilder check ."
    for inside in ("deck", "deck/pictures"):
        monkeypatch.chdir(folder / inside)
        assert f"content:1:1: error: no such file or folder{hint} [no-deck]" in invoke(command).stderr
        assert places(Path("content"))[1][0].message.endswith(hint)
        assert not places(Path())[1]
        assert places(folder / "nowhere")[1][0].message == "no such file or folder"
    monkeypatch.chdir(folder)
    assert places(Path("content"))[1][0].message == "no such file or folder; the current folder has these decks: deck"
    for number in range(5):
        write(folder / f"a{number}", GOOD)
    assert places(Path("content"))[1][0].message.endswith("these decks: a0, a1, a2, a3, a4, …")
    (folder / "empty").mkdir()
    monkeypatch.chdir(folder / "empty")
    assert places(Path("content"))[1][0].message == "no such file or folder"


def test_line_ends_and_byte_order_marks_do_not_matter(folder: Path) -> None:
    write(folder / "plain", GOOD + "\n```\na\n```\n")
    write(folder / "windows")
    (folder / "windows" / "01.md").write_bytes(b"\xef\xbb\xbf" + (GOOD + "\n```\na\n```\n").replace("\n", "\r\n").encode())
    fields = [built(folder / name).deck.entries[0].note.fields for name in ("plain", "windows")]
    assert fields[0] == fields[1]


def test_check_formats(invoke: Invoke, folder: Path) -> None:
    write(folder / "deck", "## What? {#w}\n")
    result = invoke("check", "deck", "--format", "json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == [
        {
            "path": "deck/01.md",
            "line": 1,
            "column": 1,
            "severity": "error",
            "code": "missing-answer",
            "message": "question has no answer; write it below the heading",
            "mend": None,
        }
    ]
    result = invoke("check", "deck", "--format", "github")
    assert result.stdout == (
        "::error file=deck/01.md,line=1,col=1,title=missing-answer::question has no answer; write it below the heading\n"
    )
    write(folder / "deck", GOOD)
    assert invoke("check", "deck").stderr == "1 question, no problems\n"


def test_ids_are_shown_and_written(invoke: Invoke, folder: Path) -> None:
    text = "## What is `g`?\r\n\r\nA\r\n\r\n## Pinned {#p}\r\n\r\nB\r\n\r\n## {{c1::C}} {.cloze}\r\n\r\nD\r\n\r\n## Closed ##\r\n\r\nE\r\n"
    write(folder / "deck")
    path = folder / "deck" / "01.md"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    before = {card.note.guid for card in built(folder / "deck").deck.entries}
    result = invoke("ids", "deck")
    assert result.stdout.splitlines() == [
        "deck/01.md:1:1: {#what-is-g}  What is `g`?",
        "deck/01.md:9:1: {#c}  {{c1::C}}",
        "deck/01.md:13:1: {#closed}  Closed",
    ]
    assert path.read_bytes().decode("utf-8-sig") == text
    assert invoke("ids", "deck", "--write").exit_code == 0
    expected = (
        text.replace("`g`?", "`g`? {#what-is-g}").replace("{.cloze}", "{#c .cloze}").replace("Closed ##", "Closed {#closed} ##")
    )
    assert path.read_bytes() == b"\xef\xbb\xbf" + expected.encode()
    after = built(folder / "deck")
    assert {card.note.guid for card in after.deck.entries} == before
    assert all(card.question.pinned for card in after.deck.entries)
    assert invoke("ids", "deck").stdout == ""


def test_ids_in_awkward_headings(invoke: Invoke, folder: Path) -> None:
    text = 'Two\nlines\n===\n\nx\n\n# Jinja {.typed hint="use {{ url_for() }} or }"}\n\n308\n\nAttributes {.typed}\n====\n\n308\n'
    write(folder / "deck", text, toml='id = "a"\nname = "A"\nquestion_level = 1\n')
    before = [card.note for card in built(folder / "deck").deck.entries]
    assert invoke("ids", "deck", "deck/01.md", "--write").exit_code == 0
    after = built(folder / "deck").deck.entries
    assert [card.note for card in after] == before
    assert all(card.question.pinned for card in after)


def test_ids_of_one_file_are_unique_in_its_deck(invoke: Invoke, folder: Path) -> None:
    write(folder / "deck", "## Why? {#why}\n\nx\n", "## Why?\n\ny\n")
    invoke("ids", "deck/02.md", "--write")
    assert (folder / "deck" / "02.md").read_text(encoding="utf-8").startswith("## Why? {#why-2}")


def test_bad_times_and_unwritable_folders_are_the_users_to_mend(
    invoke: Invoke, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder / "deck", GOOD)
    (folder / "taken").write_text("a file", encoding="utf-8")
    result = invoke("build", "deck", "-o", "taken/below")
    assert result.exit_code == 1
    assert "cannot write taken/below/deck.apkg" in result.stderr
    for wrong in ("tomorrow", "0", "-1", "1.5", "9" * 5000):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", wrong)
        result = invoke("build", "deck")
        assert result.exit_code == 2
        assert f"SOURCE_DATE_EPOCH must be a time in seconds since 1970, not '{wrong}'" in result.stderr


def test_files_are_written_whole_or_not_at_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = folder / "new" / "file"
    writing.write_whole(target, b"one")
    target.chmod(0o640)

    def fail(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="No space"):
            writing.write_whole(target, b"two")
    assert [path.name for path in target.parent.iterdir()] == ["file"]
    assert target.read_bytes() == b"one"
    writing.write_whole(target, b"two")
    assert target.read_bytes() == b"two"
    assert sys.platform == "win32" or stat.S_IMODE(target.stat().st_mode) == 0o640
    link(folder / "link", target)
    writing.write_whole(folder / "link", b"three")
    assert (folder / "link").is_symlink()
    assert target.read_bytes() == b"three"


@pytest.mark.parametrize("arguments", [[], ["adopt"], ["build"], ["check"], ["ids"], ["new"], ["release"], ["diff"]])
def test_help_has_an_example(invoke: Invoke, arguments: list[str]) -> None:
    result = invoke(*arguments, "--help")
    assert result.exit_code == 0
    assert "deckbuilder" in result.stdout
    assert "\\b" not in result.stdout
    assert re.search(r"\n  Examples?:\n    deckbuilder ", result.stdout) or not arguments


def test_usage_errors_exit_with_2(invoke: Invoke) -> None:
    assert invoke("bild").exit_code == 2
    assert invoke("build", "--nope").exit_code == 2


def test_no_colour_and_no_progress_bar_in_a_pipe(folder: Path) -> None:
    write(folder / "deck", "## What? {#w}\n")
    done = subprocess.run([sys.executable, "-m", "deckbuilder", "build", "deck"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "\x1b" not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("option", [("-j", "2"), ("--no-cache",)])
def test_no_option_is_ignored_beside_watch(option: tuple[str, ...], invoke: Invoke, tmp_path: Path) -> None:
    write(tmp_path / "deck", "## A {#a}\n\nx\n")
    result = invoke("build", tmp_path / "deck", "--watch", *option)
    assert result.exit_code == 2
    assert "it goes without --jobs and --no-cache" in result.stderr
