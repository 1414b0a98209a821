"""A new deck shows every kind and passes every check. The command names the next steps."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from anki.collection import Collection
from click.testing import Result

from deckbuilder.model.records import Kind
from tests.support import built, link
from tests.support import questions as questions_of

Invoke = Callable[..., Result]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_starter_shows_every_kind_and_passes_without_a_word(invoke: Invoke) -> None:
    assert invoke("new", "my deck").exit_code == 0
    result = built(Path("my deck"))
    assert result.diagnostics == ()
    questions = questions_of(result.deck)
    assert {question.kind for question in questions} == set(Kind)
    assert any(question.hint for question in questions)
    assert any(question.source.lines for question in questions)
    assert any("```output" in question.answer.lines for question in questions)
    assert all(question.pinned for question in questions)
    assert invoke("check", "my deck").stderr == "6 questions, no problems\n"


def starter_places(output: str) -> list[str]:
    return re.findall(r"^deck/(\S+:\d+:\d+): error: .*\[starter-text\]$", output, re.MULTILINE)


def test_a_release_refuses_each_word_of_the_starter_at_its_line(invoke: Invoke) -> None:
    invoke("new", "deck")
    for command in (("check", "--release", "--all"), ("release", "--all")):
        result = invoke(*command, "deck")
        assert result.exit_code == 1
        assert starter_places(result.stderr) == [
            *(f"01-questions.md:{line}:1" for line in (8, 14, 33, 37, 41, 50)),
            "deck.toml:4:1",
            "deck.toml:5:1",
        ]
    assert not Path("deck/deck.lock").exists()


def test_own_words_in_place_of_the_starter_are_released(invoke: Invoke) -> None:
    invoke("new", "deck")
    toml, text = Path("deck/deck.toml"), Path("deck/01-questions.md")
    toml.write_text(toml.read_text("utf-8").replace("What the deck is about", "Python").replace("starter", "x"), "utf-8")
    assert starter_places(invoke("check", "--release", "--all", "deck").stderr) != []
    text.write_text(re.sub(r"(?m)^(## .*) \{", r"\1 Really? {", text.read_text("utf-8")), "utf-8")
    assert invoke("release", "deck").exit_code == 0


def test_a_released_starter_is_no_longer_refused(invoke: Invoke) -> None:
    """Learners have its questions and its tag: another tag would change all notes."""
    invoke("new", "deck")
    toml, text = Path("deck/deck.toml"), Path("deck/01-questions.md")
    texts = toml.read_text("utf-8"), text.read_text("utf-8")
    toml.write_text(texts[0].replace("What the deck is about", "Python").replace("starter", "x"), "utf-8")
    text.write_text(re.sub(r"(?m)^(## .*) \{", r"\1 Really? {", texts[1]), "utf-8")
    assert invoke("release", "deck").exit_code == 0
    toml.write_text(texts[0], "utf-8")
    text.write_text(texts[1], "utf-8")
    assert starter_places(invoke("check", "--release", "--all", "deck").stderr) == ["deck.toml:4:1"]


def test_git_keeps_line_ends_and_ignores_packages(invoke: Invoke, folder: Path) -> None:
    invoke("new", "deck")
    git = ("git", "-C", str(folder / "deck"), "-c", "core.autocrlf=true")
    subprocess.run([*git, "init", "-q"], check=True)
    for name in ("dist/deck.apkg", "a.svg", "b.png"):
        path = folder / "deck" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"<svg/>\n")
    subprocess.run([*git, "add", "."], check=True)
    listed = subprocess.run([*git, "ls-files", "--eol"], check=True, capture_output=True, text=True).stdout
    attributes = {line.split("\t")[1]: line.split("attr/")[1].split("\t")[0].strip() for line in listed.splitlines()}
    assert "dist/deck.apkg" not in attributes
    assert attributes["01-questions.md"] == attributes["deck.toml"] == attributes["a.svg"] == "text eol=lf"
    assert attributes["b.png"] == "-text"


def test_its_code_prints_what_it_says(invoke: Invoke, capsys: pytest.CaptureFixture[str]) -> None:
    invoke("new", "deck")
    text = Path("deck/01-questions.md").read_text(encoding="utf-8")
    code, output = re.findall(r"```(?:python|output)\n(.*?)```", text, re.DOTALL)
    capsys.readouterr()
    exec(code, {})
    assert capsys.readouterr().out == output


def test_the_next_commands_work(invoke: Invoke, import_package: Callable[[Path], object], collection: Collection) -> None:
    result = invoke("new", "Flask Ü", "--name", 'C "and" \\ D'.replace('"', "'"), "--language", "zh-CN")
    steps = [shlex.split(line) for line in result.stdout.splitlines()]
    assert [step[:2] for step in steps] == [["deckbuilder", "preview"], ["deckbuilder", "build"]]
    assert invoke(*steps[1][1:]).exit_code == 0
    import_package(Path("dist/Flask Ü.apkg"))
    assert collection.card_count() == 8
    assert collection.decks.id_for_name("C 'and' \\ D")
    assert built(Path("Flask Ü")).deck.settings.language == "zh-CN"


def test_each_deck_has_an_id_of_its_own(invoke: Invoke) -> None:
    ids = set()
    for name in ("one", "two"):
        invoke("new", name, "--name", "Same")
        ids.add(built(Path(name)).deck.settings.id)
    assert len(ids) == 2
    assert all(re.fullmatch("same-[a-z]{6}", name) for name in ids)


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--name", 'a"b', "'name' must be text without control characters and quotation marks"),
        ("--name", "", "'name' must be text"),
        ("--name", "a\x7fb", "'name' must be text without control characters"),
        ("--name", "a\udcffb", "--name must be in the encoding of the terminal"),
        ("--language", "Chinese!", "'language' must be a language tag such as 'en' or 'zh-CN'"),
    ],
)
def test_bad_names_are_told_and_nothing_is_written(invoke: Invoke, folder: Path, option: str, value: str, message: str) -> None:
    result = invoke("new", "deck", option, value)
    assert result.exit_code == 2
    assert message in result.stderr
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", ["circle", "circle/deck"])
def test_links_in_a_circle_are_no_place_for_a_deck(invoke: Invoke, folder: Path, name: str) -> None:
    link(folder / "circle", folder / "circle")
    result = invoke("new", name)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert [path.name for path in folder.iterdir()] == ["circle"]


def test_new_in_the_folder_one_is_in(invoke: Invoke, folder: Path) -> None:
    assert invoke("new", ".").exit_code == 0
    assert {path.name for path in folder.iterdir()} == {"deck.toml", "01-questions.md", ".gitattributes", ".gitignore"}
    assert invoke("new", ".").exit_code == 1


OF_A_REPOSITORY = (
    ".gitignore",
    ".gitattributes",
    ".DS_Store",
    "README.md",
    "README.zh-CN.md",
    "readme",
    "LICENSE",
    "LICENSE.md",
    "License.txt",
    "COPYING",
    "Thumbs.db",
)


def test_new_in_a_new_repository_replaces_nothing(invoke: Invoke, folder: Path) -> None:
    for name in OF_A_REPOSITORY:
        (folder / name).write_text(f"## {name}?\n", encoding="utf-8")
    for name in (".git", ".github"):
        (folder / name).mkdir()
    assert invoke("new", ".").exit_code == 0
    assert {path.name for path in folder.iterdir()} == {*OF_A_REPOSITORY, ".git", ".github", "deck.toml", "01-questions.md"}
    assert all((folder / name).read_text(encoding="utf-8") == f"## {name}?\n" for name in OF_A_REPOSITORY)
    result = built(folder)
    assert (result.diagnostics, len(result.deck.entries)) == ((), 6)


@pytest.mark.parametrize("name", ["notes.md", "deck.lock", "copying.md", "pyproject.toml", "README"])
def test_new_in_a_folder_in_use_says_what_is_there(invoke: Invoke, folder: Path, name: str) -> None:
    (folder / name).mkdir() if name == "README" else (folder / name).write_text("mine", encoding="utf-8")
    result = invoke("new", ".")
    assert result.exit_code == 1
    assert (
        result.stderr
        == f"Error: nothing written: . already exists and is not an empty folder: it has '{name}'; name another folder\n"
    )
    assert [path.name for path in folder.iterdir()] == [name]


def test_the_three_steps_stand_above_the_commands(invoke: Invoke) -> None:
    told = invoke().output
    places = [
        told.index(text) for text in ("1. deckbuilder new", "2. deckbuilder preview", "3. deckbuilder build", "\nCommands:")
    ]
    assert places == sorted(places)
