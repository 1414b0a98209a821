"""Odd code, odd outputs and odd settings: each has a message with the line, and no file gets text that no card can show."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import Result

from tests.execution.conftest import Trial, Tried, code, program

UPDATE = ("--update", "--yes")


def message(trial: Trial) -> str:
    """Return the message of the only problem."""
    (value,) = trial.values
    return str(value["message"])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("print('a\\x00b')", "it has the control character U+0000"),
        ("print('a\\x1b[31mred')", "it has the control character U+001B"),
        ("print('a\\rb')", "it has the control character U+000D"),
        ("print('a\\x85b')", "it has the control character U+0085"),
        ("print('```')", "a line of it is a fence"),
        ("print('x' * 30_000)", "it has 30,001 characters or more; print less"),
    ],
)
def test_an_output_that_no_card_can_show_is_not_written(tried: Tried, text: str, reason: str) -> None:
    before = code("python", text, "3")
    trial = tried(before, *UPDATE)
    assert trial.text == before
    assert message(trial).endswith(f"the card shows '3'; --update cannot write it, because {reason}")


def test_the_real_output_is_written_at_the_right_lines(tried: Tried) -> None:
    """U+2028 and a form feed are line ends for Python, but not in Markdown. A lone surrogate becomes an escape."""
    separators = code("python", "x = 'a\u2028b\x0c'\nprint(1)", "3")
    assert tried(separators, *UPDATE).text == separators.replace("\n3\n", "\n1\n")
    surrogate = code("python", "raise ValueError('\\udc80')", "3")
    assert tried(surrogate, *UPDATE).text == surrogate.replace("\n3\n", "\nValueError: \\udc80\n")
    nothing = code("python", "x = 1", "3")
    assert tried(nothing, *UPDATE).text == nothing.replace("\n3\n", "\n")
    assert "the code prints nothing here, the card shows '3'" in message(tried(nothing))


@pytest.mark.parametrize("prefix", ["  ", "> ", "\t"])
def test_the_output_in_a_list_or_quote_keeps_its_place(tried: Tried, prefix: str) -> None:
    block = "```python\nprint(1)\nprint(2)\n```\n\n```output\n{}\n```".format
    inside = {"  ": "- a\n\n", "> ": "", "\t": "-\ta\n\n"}[prefix]

    def text(output: str) -> str:
        return (
            f"## Q? {{#q}}\n\n{inside}"
            + "\n".join(f"{prefix}{line}".rstrip(" ") for line in block(output).split("\n"))
            + "\n\n---\n\na\n"
        )

    assert tried(text("3"), *UPDATE).text == text("1\n2")


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.close(1)",
        "import sys\nsys.stdout.close()",
        "import sys\nsys.stdout = None",
        "import sys\nsys.stderr = None",
    ],
)
def test_code_may_close_its_output(tried: Tried, text: str) -> None:
    assert tried(code("python", f"print(1)\nimport sys\nsys.stdout.flush()\n{text}", "1")).problems == []


def test_the_end_of_a_program_counts(tried: Tried) -> None:
    assert tried(code("python", "import atexit\natexit.register(print, 'bye')", "bye")).problems == []
    thread = "import threading, time\nthreading.Thread(target=lambda: (time.sleep(0.2), print('t'))).start()\nprint(1)"
    assert tried(code("python", thread, "1\nt")).problems == []
    assert tried(code("python", thread, "1")).problems == [(10, "output-differs")]


def test_a_syntax_error_has_no_line_of_the_file(tried: Tried) -> None:
    """The card would change with each line above."""
    assert tried(code("python", "print('hi'", "SyntaxError: '(' was never closed")).problems == []


def test_a_setup_that_fails_is_no_output_of_the_card(tried: Tried) -> None:
    before = code("python", "print(1)", "2")
    trial = tried(before, *UPDATE, toml='[test]\nsetup = "s.py"\n', files={"s.py": "x = 1\n1/0\n"})
    assert trial.text == before
    assert message(trial) == "line 2 of s.py, the setup of the deck, fails: ZeroDivisionError: division by zero; mend the setup"


def test_a_session_that_doctest_cannot_read(tried: Tried) -> None:
    trial = tried("## Q? {#q}\n\n```pycon\n>>>print(1)\n1\n```\n\n---\n\na\n")
    assert trial.problems == [(4, "code-fails")]
    assert message(trial).startswith("this session cannot be read: lacks blank after >>>")


def test_a_command_that_fails_at_a_prompt_is_not_the_end(tried: Tried) -> None:
    program("bash")
    text = "$ false\n$ echo $?\n1\n$ nosuch\nbash: nosuch: command not found\n$ echo $nothing$((1 + 1))\n2"
    assert tried(code("console", text), toml="[test.bash]\n").problems == []


def test_a_missing_program_proves_nothing(tried: Tried) -> None:
    """``exit=1`` and ``panics`` are about the code, not about a program that this machine does not have."""
    toml = '[test.run]\nbash = "no-such-program {file}"\n'
    for words in ("bash", "bash exit=1", "bash panics"):
        trial = tried(code(words, "grep x /dev/null"), toml=toml)
        assert message(trial) == "the code cannot be run: no program 'no-such-program' is installed"


def test_an_error_of_sqlite_is_an_error(tried: Tried) -> None:
    program("sqlite3")
    text = "select 1;\ninsert into nope values (1);\nselect 2;"
    assert tried(code("sql", text), toml="[test.sql]\n").problems == [(4, "code-fails")]
    shown = "1\n...no such table: nope"
    assert tried(code("sql exit=1", text, shown), toml="[test.sql]\n").problems == []


def test_other_names_of_languages_run(tried: Tried) -> None:
    program("bash")
    assert tried(code("shell", "echo 1", "2"), toml="[test.bash]\n").problems == [(8, "output-differs")]
    assert tried(code("py3", "print(1)", "2")).problems == [(8, "output-differs")]


@pytest.mark.parametrize(
    ("toml", "reason"),
    [
        ('[test.run]\nbash = "bash"\n', "gets no code; write {file} at the place of the file with the code"),
        ('[test.bash]\ncommand = "bash"\n', "gets no code; write {file}"),
        ('[test.run]\njs = "node {file}"\n', "has the name 'javascript' here, which also runs the blocks 'js'"),
        ('[test]\npython = "./link"\n', "'./link' is neither in the deck's folder nor above it"),
    ],
)
def test_settings_that_run_nothing(tried: Tried, toml: str, reason: str) -> None:
    result = tried(code("python", "print(1)", "1"), toml=toml).result
    assert result.exit_code == 1
    assert reason in result.stderr


def test_a_python_that_is_none(tried: Tried, tmp_path: Path) -> None:
    if os.name != "posix":
        pytest.skip("needs links")
    (tmp_path / "venv").symlink_to("nowhere")
    toml = '[test]\npython = "./venv"\n'
    text = code("python", "print(1)", "1")
    assert "'./venv' is a link to a file that does not exist; make the environment anew" in tried(text, toml=toml).result.stderr
    (tmp_path / "venv").unlink()
    (tmp_path / "venv").symlink_to(program("ls"))
    shown = tried(text, toml=toml).result.stderr
    assert "venv' does not run as Python: it ends with the exit status" in shown
    assert "import glob" not in shown


def test_a_text_that_is_in_no_question(tried: Tried) -> None:
    result: Result = tried(code("python", "print(1)", "1"), "-k", "zzz").result
    assert (result.exit_code, "no question with code has 'zzz' in its id or heading" in result.stderr) == (2, True)


def test_folders_with_blanks_and_han(tried: Tried, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place = tmp_path / "中 文"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setattr("tempfile.tempdir", None)
    for language, text in (("python", "print(1)"), ("bash", "echo 1"), ("sql", "select 1;")):
        program({"sql": "sqlite3"}.get(language, "bash"))
        assert tried(code(language, text, "1"), "--no-cache", toml="[test.bash]\n[test.sql]\n").problems == []


def test_a_command_before_and_after_each_program(tried: Tried, tmp_path: Path) -> None:
    """A database of its own for each program; here, a file."""
    program("bash")
    place = (tmp_path / "made").as_posix()
    toml = (
        f"[test.bash]\nprepare = \"bash -c 'echo fresh > {place}-{{name}}'\"\n"
        f'command = "bash {{file}} {place}-{{name}}"\ncleanup = "rm {place}-{{name}}"\n'
    )
    text = "cat $1; echo used >> $1"
    assert tried(code("bash", text, "fresh") + code("bash", text, "fresh", ident="r"), toml=toml).problems == []
    assert list(tmp_path.glob("made*")) == []
    trial = tried(code("bash", text, "fresh"), toml='[test.bash]\nprepare = "false"\n')
    assert message(trial) == "the code cannot be run: 'prepare' of deck.toml fails: no output"


def test_a_part_that_differs_in_each_run_may_be_on_the_card(tried: Tried) -> None:
    program("bash")
    toml = '[test.bash.replace]\n"in [0-9]+ ms" = "in N ms"\n'
    for shown in ("done in 7 ms", "done in N ms"):
        assert tried(code("bash", "echo done in $((RANDOM)) ms", shown), toml=toml).problems == []
    assert tried(code("bash", "echo done in 1 ms", "failed in 7 ms"), toml=toml).problems == [(8, "output-differs")]


def test_programs_in_the_folder_of_the_deck_or_of_the_code(tried: Tried) -> None:
    program("bash")
    own = '[test.bash]\ncommand = "bash {deck}/bin/run.sh {file}"\n'
    text = code("bash", "echo 1", "run\n1")
    assert tried(text, toml=own, files={"bin/run.sh": "echo run\nbash $1\n"}).problems == []
    built = '[test.bash]\nbuild = "cp /bin/echo {dir}/made"\ncommand = "./made run"\n'
    assert tried(code("bash", "echo 1", "run"), toml=built).problems == []


def test_a_session_from_a_file_is_wrong_in_its_file(tried: Tried) -> None:
    text = '## Q? {#q}\n\n```pycon file="s.txt"\n```\n\n---\n\na\n'
    trial = tried(text, *UPDATE, files={"s.txt": "# a session\n>>> 1 + 1\n2\n>>> 1 + 2\n4\n"})
    assert trial.text == text
    assert message(trial).startswith("the code prints '3' here, the card shows '4'; correct line 5 of ")


def test_a_fence_takes_a_region_or_lines(tried: Tried) -> None:
    text = '## Q? {#q}\n\n```python file="a.py" REST\n```\n\n---\n\na\n'
    both = tried(text.replace("REST", 'region="a" lines="1"'), files={"a.py": "x = 1\n"}).result.stderr
    assert "this fence has both 'region' and 'lines'; write one of them [included-code]" in both
    typo = tried(text.replace("REST", 'regoin="a"'), files={"a.py": "x = 1\n"}).result.stderr
    assert "'regoin' is unknown here; did you mean 'region'?" in typo
    far = tried(text.replace("REST", 'lines="2"'), files={"a.py": "x = 1\n"}).result.stderr
    assert 'lines="2" is no range of lines in' in far
    assert "which has 1; write" in far
