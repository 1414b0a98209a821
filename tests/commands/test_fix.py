"""``check --fix`` shows the safe mends; with ``--write`` it applies them, and changes nothing else."""

from __future__ import annotations

import os
import random
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from deckbuilder.cli import main
from deckbuilder.commands import mending
from deckbuilder.library import check_decks
from deckbuilder.model.diagnostics import Diagnostic, Mend, Span
from tests.support import TORTURE, link, write

Invoke = Callable[..., Result]
WRONG = "## Q {#q .typd}\n\nyes\n\n```pyhton wrp\nx\n```\n"
RIGHT = "## Q {#q .typed}\n\nyes\n\n```python wrap\nx\n```\n"
QUESTIONS = [
    ('## @ {#a@ hnt="x"}\n\na\n', '## @ {#a@ hint="x"}\n\na\n'),
    ("## @ {#a@ .typd tag=x}\n\nyes\n", "## @ {#a@ .typed tags=x}\n\nyes\n"),
    ("## @ {#a_@}\n\na\n", "## @ {#a-@}\n\na\n"),
    ("## @ {#a@}\n\n- ```pyhton wrp\n  x\n  ```\n", "## @ {#a@}\n\n- ```python wrap\n  x\n  ```\n"),
    ("## @ {#a@}\n\n~~~python hl_line=1\nx\n~~~\n", "## @ {#a@}\n\n~~~python hl_lines=1\nx\n~~~\n"),
    ("## @ {#a@}\n\n![中](images\\a.png)\n", "## @ {#a@}\n\n![中](images/a.png)\n"),
    (
        "## @ {#a@}\n\n<!-- ignore: long-lin: é -->\n\n```\n" + 50 * "x" + "\n```\n",
        "## @ {#a@}\n\n<!-- ignore: long-line: é -->\n\n```\n" + 50 * "x" + "\n```\n",
    ),
    2 * ('## @ {#a@}\n\n```text\n{hnt="x"} ![](images\\a.png)\n```\n',),
    2 * ("## @ {#a@}\n\na\tb\x07c\n",),
]
"""Questions with mistakes, and what the mends must make of them; ``@`` is the number of the question."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def joined(texts: list[str], end: str, mark: str, front: str) -> bytes:
    body = "\n".join(text.replace("@", str(number)) for number, text in enumerate(texts))
    return (mark + (front + body).replace("\n", end)).encode()


@settings(max_examples=40, deadline=None)
@given(
    found=st.lists(st.sampled_from(QUESTIONS), min_size=1, max_size=6),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    mark=st.sampled_from(["", "\ufeff"]),
    wrong=st.booleans(),
)
def test_mistakes_are_mended_and_nothing_else_changes(
    found: list[tuple[str, str]], end: str, mark: str, wrong: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    deck = tmp_path_factory.mktemp("deck")
    (deck / "images").mkdir()
    shutil.copyfile(TORTURE / "tiny.png", deck / "images" / "a.png")
    toml = 'id = "fix"\nname = "Fix"\n# é\nlangage = "en"\n'
    (deck / "deck.toml").write_text(toml, encoding="utf-8")
    front = "---\ntag: a b\n---\n" if wrong else ""
    (deck / "01.md").write_bytes(joined([text for text, _ in found], end, mark, front))
    invoke = CliRunner().invoke
    result = invoke(main, ["check", str(deck), "--fix", "--write"])
    assert (deck / "01.md").read_bytes() == joined([text for _, text in found], end, mark, front.replace("tag", "tags"))
    assert (deck / "deck.toml").read_text(encoding="utf-8") == toml.replace("langage", "language")
    left = check_decks(deck).diagnostics
    assert {problem.code for problem in left} <= {"control-character"}
    assert (result.exit_code, "applied " in result.stderr) == (0, True), result.output
    again = invoke(main, ["check", str(deck), "--fix", "--write"])
    assert (again.stdout, "applied" in again.stderr) == ("", False)
    assert (deck / "01.md").read_bytes() == joined([text for _, text in found], end, mark, front.replace("tag", "tags"))
    shutil.rmtree(deck)


def test_a_diff_is_shown_first(invoke: Invoke, folder: Path) -> None:
    write(folder / "deck", WRONG + "\n## R {#r}\n")
    result = invoke("check", "deck", "--fix")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "--- deck/01.md",
        "+++ deck/01.md",
        "@@ -1,8 +1,8 @@",
        "-## Q {#q .typd}",
        "+## Q {#q .typed}",
        " ",
        " yes",
        " ",
        "-```pyhton wrp",
        "+```python wrap",
        " x",
        " ```",
        " ",
    ]
    assert result.stderr.splitlines() == [
        "deck/01.md:9:1: error: question has no answer; write it below the heading [missing-answer]",
        "1 error in 1 file",
        "3 mends in 1 file; --write applies them",
    ]
    assert (folder / "deck" / "01.md").read_text(encoding="utf-8").startswith(WRONG), "nothing is written yet"
    result = invoke("check", "deck", "--fix", "--write")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (1, "applied 3 mends in 1 file; 1 mistake is left")
    assert (folder / "deck" / "01.md").read_text(encoding="utf-8").startswith(RIGHT)
    (folder / "deck" / "01.md").write_text(WRONG, encoding="utf-8")
    result = invoke("check", "deck", "--fix", "--write")
    assert (result.exit_code, result.stderr) == (0, "1 question, no problems\napplied 3 mends in 1 file; no mistake is left\n")


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_the_diff_is_one_that_git_applies(invoke: Invoke, folder: Path) -> None:
    generator = random.Random(1)
    texts = [generator.choice(QUESTIONS[:5]) if generator.random() < 0.3 else QUESTIONS[7] for _ in range(60)]
    write(folder / "deck", joined([text for text, _ in texts], "\n", "", "").decode())
    diff = invoke("check", "deck", "--fix").stdout
    assert diff.count("@@ -") > 4
    subprocess.run(["git", "apply", "-p0", "-"], input=diff, text=True, check=True, cwd=folder)
    assert (folder / "deck" / "01.md").read_bytes() == joined([text for _, text in texts], "\n", "", "")


def test_usage(invoke: Invoke, folder: Path) -> None:
    write(folder / "deck", WRONG)
    for options in (["--write"], ["--fix", "--format", "json"], ["--fix", "--statistics"]):
        assert invoke("check", "deck", *options).exit_code == 2
    result = invoke("check", "deck", "--fix", "--quiet")
    assert (result.stdout, "mends" in result.stderr) == ("", False)


def test_check_and_build_name_the_option(invoke: Invoke, folder: Path) -> None:
    write(folder / "deck", WRONG)
    for command in ("check", "build"):
        assert "3 of these have safe mends; see: deckbuilder check --fix" in invoke(command, "deck").stderr
    write(folder / "deck", "## Q {#q}\n")
    assert "--fix" not in invoke("check", "deck").stderr


def test_only_files_of_the_decks_are_mended(folder: Path) -> None:
    write(folder / "deck", RIGHT)
    outside = folder / "outside.md"
    outside.write_text(WRONG, encoding="utf-8")
    problem = Diagnostic(Span("outside.md"), "bad-attribute", "x", mend=Mend(1, 10, ".typd", ".typed"))
    assert mending.changes([Path("deck")], [problem]) == []
    link(folder / "deck" / "02.md", outside)
    problem = problem._replace(span=Span("deck/02.md"))
    assert mending.changes([Path("deck")], [problem]) == [], "the link leads outside, so that no deck has the file"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_mode_and_link_stay(invoke: Invoke, folder: Path) -> None:
    write(folder / "deck", WRONG)
    (folder / "deck" / "01.md").chmod(0o640)
    (folder / "lone.md").symlink_to(folder / "real.md")
    (folder / "real.md").write_text(WRONG, encoding="utf-8")
    invoke("check", "deck", "lone.md", "--fix", "--write")
    assert stat.S_IMODE((folder / "deck" / "01.md").stat().st_mode) == 0o640
    assert (folder / "lone.md").is_symlink()
    assert (folder / "real.md").read_text(encoding="utf-8") == RIGHT
    assert sorted(path.name for path in (folder / "deck").iterdir()) == ["01.md", "deck.toml"]


def test_a_file_that_changes_meanwhile_is_not_overwritten(folder: Path) -> None:
    write(folder / "deck", WRONG)
    (change,) = mending.changes([Path("deck")], check_decks("deck").diagnostics)
    (folder / "deck" / "01.md").write_text(WRONG + "more\n", encoding="utf-8")
    with pytest.raises(click.ClickException, match="changed meanwhile"):
        change.write()
    assert (folder / "deck" / "01.md").read_text(encoding="utf-8") == WRONG + "more\n"


@pytest.mark.parametrize(
    ("text", "toml"),
    [
        ('## Q {#q hnt="x" hint="y"}\n\na\n', ""),
        ("## Q {#q .typd .cloze}\n\na {{c1::b}}\n", ""),
        ("---\ntag: a\ntags: b\n---\n## Q {#q}\n\na\n", ""),
        ("## Q {#a_b}\n\na\n\n## R {#a-b}\n\na\n", ""),
        ("## Q {#a_b}\n\na\n\n## R {#a.b}\n\na\n", ""),
        ("## Q {#q}\n\n```rsut\nx\n```\n", ""),
        ("## Q {#q}\n\na\n", 'langage = "en"\nlanguage = "de"\n'),
        ("## Q {#q}\n\n```\n![](images\\a.png)\n```\n\n![](images\\a.png)\n", ""),
    ],
)
def test_a_doubtful_mend_is_none(text: str, toml: str, folder: Path) -> None:
    write(folder / "deck", text, toml=f'id = "fix"\nname = "Fix"\n{toml}')
    found = check_decks("deck").diagnostics
    assert any(problem.is_error for problem in found)
    assert [problem.mend for problem in found if problem.mend] == []
