"""No name and no text gives orders to a terminal or a log, in any command and format.

click's runner keeps colours here, so that the output is what a terminal gets.
"""

from __future__ import annotations

import json
import re
import sqlite3
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import genanki
import pytest
from click.testing import CliRunner, Result

from deckbuilder.cli import COMMANDS, main
from deckbuilder.commands import common
from deckbuilder.model.control_characters import CONTROLS
from deckbuilder.model.diagnostics import printable, visible
from deckbuilder.preview.live import Live
from tests.support import TIME, write

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ORDERS = f"\x1b[7m\x1b[2J\x1b]8;;x\x07\x9b2J\x85\x7f\b\r\u2028\u2029{BIDI}"
"""CSI, OSC 8, BEL, their C1 forms, a backspace, a carriage return, ends of lines, and the orders that reverse text."""
LINE = "\n::error::\nsafe for learners\n"
"""Ends of lines with texts that look like an output of ours."""
EVIL = f"a{ORDERS}{LINE}z"
OURS = re.compile(r"\x1b\[(?:0|1|4|3[1-6])m")
"""Our own colours."""
COMMANDED = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029{BIDI}]")

Run = Callable[..., Result]

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no such names"),
    pytest.mark.filterwarnings("ignore:Field contained the following invalid HTML tags"),
]


def harmless(output: str) -> None:
    """Assert that ``output`` gives a terminal no orders but our colours, and that no stranger began a line."""
    assert not COMMANDED.search(OURS.sub("", output)), ascii(output)
    assert not re.search(r"^(?:::error::$|safe for learners)", output, re.MULTILINE), ascii(output)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command line as on a terminal with colours. Assert that the output is harmless, and that a command said it."""

    def run(*arguments: object, code: int | None = None) -> Result:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments], color=True)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert code is None or result.exit_code == code, ascii(result.output)
        harmless(result.output)
        return result

    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(TIME))
    return run


def package(path: Path, *, changed: bool = False) -> Path:
    """Write a package of a stranger whose every name and text is hostile."""
    kind = genanki.Model(
        1607392999,
        f"type{EVIL}",
        fields=[{"name": f"field{EVIL}"}, {"name": "Back"}],
        templates=[{"name": f"card{EVIL}", "qfmt": f"{{{{field{EVIL}}}}}", "afmt": "{{Back}}"}],
        css=f".card {{}} /* {EVIL} {changed} */",
    )
    deck = genanki.Deck(2059400999, f"deck{EVIL}")
    for number in range(3):
        fields = [f"question {number} {EVIL}", f"<b>{EVIL} {'new' if changed else 'old'}</b>{EVIL}"]
        deck.add_note(genanki.Note(kind, fields, tags=["tag\x1b[7m\u202e"], guid=f"{changed and number == 2}{number}\x1b[7m"))
    deck.add_note(genanki.Note(kind, ["same", f"x <i class='{changed}{EVIL}'>y</i>"], guid="html"))
    picture = path.parent / f"p{changed}\x1b[7m\u202e.png"
    picture.write_bytes(b"picture")
    built = genanki.Package(deck, media_files=[str(picture)])
    built.write_to_file(str(path), timestamp=TIME + changed)
    return path


def test_texts_and_names_of_packages(run: Run, tmp_path: Path) -> None:
    old, new = package(tmp_path / "old\x1b[7m.apkg"), package(tmp_path / "new.apkg", changed=True)
    with zipfile.ZipFile(new) as archive:
        archive.extract("collection.anki2", tmp_path)
    with closing(sqlite3.connect(tmp_path / "collection.anki2")) as collection:
        rows = collection.execute("SELECT flds FROM notes").fetchall()
    assert any("\x1b" in fields for (fields,) in rows), "genanki has cleaned the texts itself"
    said = run("diff", old, new, code=1).stdout
    assert "type" in said
    assert "media new: pTrue" in said
    assert "\u202e" in json.dumps(json.loads(run("diff", old, new, "--format", "json").stdout), ensure_ascii=False), (
        "JSON is lossless"
    )
    run("diff", new, tmp_path / EVIL.replace("/", ""))
    run("adopt", new, "-o", tmp_path / "adopted\x1b[7m\u202e")
    run("adopt", tmp_path / "none\x1b[7m.apkg", "-o", tmp_path / "x")
    (tmp_path / "no\x1b[7m.apkg").write_bytes(b"none")
    run("adopt", tmp_path / "no\x1b[7m.apkg", "-o", tmp_path / "x")
    run("diff", tmp_path / "no\x1b[7m.apkg", new)


def hostile(folder: Path) -> Path:
    """Write a deck with every mistake around hostile words, in a folder and in files with hostile names."""
    questions = f"""---
deck: "{ORDERS}"
oops{ORDERS}: x
---

## What {ORDERS} is it?{ORDERS} {{#a{ORDERS} tag="{ORDERS}"}}

![{ORDERS}](no{ORDERS}.png) [x](b{ORDERS}.md) $\\nope{ORDERS}$ <b class="{ORDERS}" onclick="{ORDERS}">

```pythn{ORDERS}
print({ORDERS}
```

## No answer {ORDERS}
"""
    root = folder / f"deck{EVIL}"
    write(root, questions, toml=f'id = "evil"\nname = "{BIDI} \u2028 \x85"\noops = "\x9b"\n')
    (root / f"more{EVIL}.md").write_text(questions, encoding="utf-8")
    (root / f"bad{ORDERS}.md").write_bytes(b"## \xff\n")
    (root / "style.css").write_text(f".nightMode .card {{ color: '{ORDERS}' }}", encoding="utf-8")
    return root


def test_texts_and_names_of_questions(run: Run, tmp_path: Path) -> None:
    root = hostile(tmp_path)
    assert run("check", root, "--all", code=1).stderr.count("�") > 10
    for more in (["--format", "json"], ["--format", "github"], ["--statistics"], ["--fix"], ["--release", "--all"], ["-q"]):
        run("check", root, *more)
    for command in ("build", "release", "ids"):
        run(command, root, code=1)
    run("adopt", *sorted(root.glob("*.md")), "-o", tmp_path / f"adopted{ORDERS}")
    run("check", root, "--fix", "--write")


def test_names_around_a_good_deck(run: Run, tmp_path: Path) -> None:
    root, output = tmp_path / f"good{EVIL}", tmp_path / f"out{EVIL}"
    write(
        root, f"## What is `g`? {BIDI} {{#g}}\n\nA {BIDI} namespace.\n\n## Unpinned {BIDI}\n\nx\n", toml='id = "g"\nname = "G"\n'
    )
    for arguments in (
        ["build", root, "-o", output],
        ["ids", root],
        ["release", root, "-o", output, "--check"],
        ["release", root, "-o", output, "--retire", EVIL],
        ["release", root, "-o", output],
        ["release", root, "-o", output, "--from", output / f"{root.name}.apkg"],
        ["release", root, "-o", output, "--notes", root / f"notes{EVIL}.md"],
        ["ids", root, "--write"],
        ["new", root],
        ["new", tmp_path / f"new{EVIL}"],
        ["preview", root, "--port", EVIL],
        ["adopt", root, "-o", root],
        ["adopt", root, "-o", tmp_path / f"again{EVIL}"],
        ["build", root / "01.md", "-o", root / "01.md"],
    ):
        run(*arguments)


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_arguments(command: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = [command] if command else []
    for arguments in ([f"--{EVIL}"], [EVIL, EVIL, EVIL], [EVIL], ["--format", EVIL], ["-o", EVIL, "--port", EVIL], [f"-{EVIL}"]):
        run(*before, *arguments)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EVIL.replace("\0", ""))
    if command in ("build", "release"):
        assert "SOURCE_DATE_EPOCH" in run(*before, code=2).output


def test_a_bug_of_ours(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "excepthook", sys.__excepthook__)
        CliRunner().invoke(main, ["--version"])
        error = ValueError(EVIL)
        sys.excepthook(type(error), error, None)
    said = capsys.readouterr().err
    assert "ValueError" in said
    assert not COMMANDED.search(said)

    def broken() -> None:
        raise ValueError(EVIL)

    live = Live(iter([None]), broken)  # type: ignore[arg-type]
    live.start()
    live.join()
    said = capsys.readouterr().err
    assert "ValueError" in said
    assert not COMMANDED.search(said)


def test_only_we_colour(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("click.utils.should_strip_ansi", lambda *_: False)
    common.echo(common.styled("\x1b[32mgood", fg="red"), "\x1b[31mevil", err=False)
    assert capsys.readouterr().out == "\x1b[31m�[32mgood\x1b[0m\n�[31mevil\n"


def test_marks_that_scripts_and_emoji_need_stay() -> None:
    kept = "שלום\u200f! سلام\u200c 👩\u200d💻 \u061c\u200e\t\nसंस्कृत é"
    assert visible(kept) == kept
    assert printable("a\u202eb") == "a�b"


def test_every_order_is_replaced() -> None:
    for code in range(0x110000):
        if COMMANDED.fullmatch(chr(code)):
            assert visible(chr(code)) == "�"
            assert code > 127 or code == 0x7F or CONTROLS.fullmatch(chr(code))
