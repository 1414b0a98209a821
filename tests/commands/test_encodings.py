"""Every command with streams that cannot encode every character, as on Windows: escapes, never a traceback.

The names are Chinese with an emoji: cp936 has bytes for all but the emoji, cp1252 and ASCII for neither.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path, PureWindowsPath

import pytest
from click.testing import Result

from deckbuilder.cli import COMMANDS
from deckbuilder.files import portable_names
from tests.running import Start
from tests.support import ROOT, TIME, write

pytestmark = pytest.mark.slow

Run = Callable[..., subprocess.CompletedProcess[bytes]]
ENCODINGS = ("cp936", "cp1252", "ascii")
TOML = 'id = "mianshi"\nname = "面试题 🎴"\nlanguage = "zh-CN"\n'
GOOD = "## 什么是 `g`？🎴 {#g}\n\n一个命名空间。\n"
BAD = GOOD + "\n## 为什么？🎴 {#w}\n"
DECK = "面试题🎴"


@pytest.fixture(params=ENCODINGS)
def encoding(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "good" / DECK, GOOD, toml=TOML)
    write(tmp_path / "bad" / DECK, BAD, toml=TOML)
    write(tmp_path / "unpinned" / DECK, GOOD.replace(" {#g}", ""), toml=TOML)
    questions = "\n".join(f"## 第{number}题是什么？🎴\n\n一个命名空间。\n" for number in range(3))
    (tmp_path / "问题🎴.md").write_text(f"# 面试题🎴\n\n{questions}", encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(folder: Path, encoding: str) -> Run:
    """Run the command in ``folder`` with streams of ``encoding``. The whole output must be in this encoding."""

    def run(*arguments: str, code: int = 0, streams: str = encoding) -> subprocess.CompletedProcess[bytes]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": streams, "SOURCE_DATE_EPOCH": str(TIME)}
        command = [sys.executable, "-m", "deckbuilder", *arguments]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
        assert b"Traceback" not in done.stderr, done.stderr.decode(errors="replace")
        assert done.returncode == code, done.stderr.decode(errors="replace")
        for said in (done.stdout, done.stderr):
            said.decode(streams)
        return done

    return run


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_help_is_ascii(command: str, invoke: Callable[..., Result]) -> None:
    """Legacy consoles have no arrows, and each lacks other characters, too."""
    result = invoke(*filter(None, [command]), "--help")
    assert result.exit_code == 0
    assert result.stdout.isascii()


@pytest.mark.slow
def test_help_and_mistakes_of_use(run: Run) -> None:
    for command in COMMANDS:
        assert b"Usage: " in run(command, "--help").stdout
    assert b"Three steps" in run("--help").stdout


@pytest.mark.slow
def test_what_click_says_has_escapes(run: Run, encoding: str) -> None:
    if encoding == "ascii":  # click writes UTF-8 then
        return
    assert b"\\U0001f3b4" in run("bau🎴", code=2).stderr
    assert b"\\U0001f3b4" in run("build", "--🎴", code=2).stderr
    assert b"\\U0001f3b4" in run("explain", "🎴", code=2).stderr
    assert b"\\U0001f3b4" in run("diff", "🎴.apkg", "🎴.apkg", code=2).stderr


@pytest.mark.slow
def test_explain(run: Run) -> None:
    assert b"misspelled-file" in run("explain").stdout
    assert b"# misspelled-file" in run("explain", "misspelled-file").stdout


@pytest.mark.slow
def test_build_and_release(run: Run, folder: Path) -> None:
    assert b"1 note" in run("build", f"good/{DECK}").stdout
    assert b"[missing-answer]" in run("build", f"bad/{DECK}", code=1).stderr
    released = run("release", "good")
    assert b"\\U0001f3b4" in released.stdout
    assert b"commit the lock" in released.stderr
    assert b"stays as it is" in run("release", "good").stderr
    run("release", "--check", "good")
    write(folder / "good" / DECK, GOOD.replace("一个", "两个"), toml=TOML)
    assert b"not released yet: changed g" in run("release", "--check", "good", code=1).stderr
    assert run("release", "good", "--notes", "说明🎴.md").stdout == b""
    assert "什么是 g？🎴" in (folder / "说明🎴.md").read_bytes().decode("utf-8")


@pytest.mark.slow
def test_check(run: Run) -> None:
    assert b"no problems" in run("check", "good").stderr
    assert b"\\U0001f3b4/01.md:5:1: " in run("check", "bad", code=1).stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", [DECK, "面试题"])  # cp936 can encode the second name, but the bytes are not UTF-8
def test_json_is_utf_8_as_its_standard_wants(name: str, run: Run, folder: Path) -> None:
    write(folder / "more" / name, BAD, toml=TOML)
    (problem,) = json.loads(run("check", "more", "--format", "json", code=1).stdout.decode("utf-8"))
    assert problem["path"] == f"more/{name}/01.md"
    assert run("check", "more", "--format", "json", code=1, streams="utf-8").stdout.decode("utf-8").count(name) == 1


@pytest.mark.slow
def test_github_reads_utf_8_whatever_the_pipe(folder: Path, encoding: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding}
    command = [sys.executable, "-m", "deckbuilder", "check", "bad", "--format", "github"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stdout.decode("utf-8").startswith(f"::error file=bad/{DECK}/01.md,line=5,")


@pytest.mark.slow
def test_diff_in_every_format(run: Run, folder: Path) -> None:
    run("build", f"good/{DECK}", "-o", "old")
    write(folder / "good" / DECK, GOOD.replace("一个", "🎴"), toml=TOML)
    run("build", f"good/{DECK}", "-o", "new")
    packages = (f"old/{DECK}.apkg", f"new/{DECK}.apkg")
    assert b"1 stuck" in run("diff", *packages, code=1).stdout
    found = json.loads(run("diff", *packages, "--format", "json", code=1).stdout.decode("utf-8"))
    assert "🎴" in json.dumps(found, ensure_ascii=False)


@pytest.mark.slow
def test_ids(run: Run) -> None:
    assert b"\\U0001f3b4" in run("ids", "unpinned").stdout
    assert b"1 question pinned" in run("ids", "--write", "unpinned").stderr


@pytest.mark.slow
def test_new_and_adopt(run: Run, folder: Path) -> None:
    assert b"\\U0001f3b4" in run("new", "新🎴", "--name", "新🎴").stdout
    assert b"6 notes" in run("build", "新🎴").stdout
    assert b"\\U0001f3b4" in run("adopt", "问题🎴.md", "-o", "收养🎴").stdout
    assert (folder / "收养🎴" / "deck.toml").exists()
    assert b"\\U0001f3b4" in run("adopt", "dist/新🎴.apkg", "-o", "包🎴").stdout


@pytest.mark.slow
def test_preview_and_watch_go_on(folder: Path, encoding: str, running: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    page = running(folder, "preview", f"good/{DECK}", "--no-open")
    page.says("^http://")
    page.says("Ctrl-C ends the preview")
    assert page.end() == 0
    watch = running(folder, "build", "--watch", f"bad/{DECK}")
    watch.says("missing-answer")
    watch.says("1 error in 1 file")
    assert watch.end() == 0


def test_paths_in_hints_are_quoted_as_the_shell_wants_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert portable_names.quoted(Path("decks/python")) == "decks/python"
    assert portable_names.quoted(Path("my decks")) == "'my decks'"
    with monkeypatch.context() as patch:
        patch.setattr("os.name", "nt")
        found = [portable_names.quoted(PureWindowsPath(path)) for path in (r"decks\python", r"C:\my decks\python", "面试题")]
    assert found == ["decks/python", '"C:/my decks/python"', "面试题"]


PATHS = re.compile(r"\{(target|deck|output|package|folder|path|old|root|one\.\w+|place\.root)\}[^\"]* [^\"]* ")


def test_messages_show_paths_with_slashes_on_windows_too() -> None:
    """A path has one spelling in all output of a command, as in diagnostics."""
    rooms = [path for room in ("commands", "publish") for path in (ROOT / "deckbuilder" / room).glob("*.py")]
    rooms += [ROOT / "deckbuilder" / "files" / "writing.py", ROOT / "deckbuilder" / "adopt" / "new_folder.py"]
    assert [f"{path.name}: {match[0]}" for path in rooms for match in PATHS.finditer(path.read_text(encoding="utf-8"))] == []
    assert PATHS.search('f"cannot write {path}: it is read-only"')
    assert portable_names.shown(PureWindowsPath(r"C:\decks\python")) == "C:/decks/python"
