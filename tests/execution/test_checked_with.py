"""``checked_with``: cards with code that is run show its value."""

from __future__ import annotations

import platform
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from anki.collection import Collection, ImportLogWithChanges
from click.testing import Result

from deckbuilder.execution import checked_with, interpreter
from deckbuilder.model.code_steps import Step
from deckbuilder.model.records import Settings
from deckbuilder.model.run_settings import Runner, RunSettings
from deckbuilder.source.tested_file import code_hash
from tests.support import built, deck, package, question, write

Invoke = Callable[..., Result]

TOML = 'id = "test-deck"\nname = "Test"\nchecked_with = "{}"\n'
FENCE = "```python\nprint(1)\n```\n"
HIDDEN = "<!-- invisible-code-block: python\nassert 1\n-->\n"
SKIP = '<!-- skip: next "needs a server" -->\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (FENCE, True),
        (HIDDEN, True),
        ("<!-- invisible-code: py\nassert 1\n-->\n", True),
        ("- a\n\n  ```python\n  print(1)\n  ```\n", True),
        ("> ```python3\n> print(1)\n> ```\n", True),
        ("words: ```python```\n", False),
        ("```text\n```python\n```\n", False),
        ("```output\npython\n```\n", False),
        ("<!-- python -->\n\npython\n", False),
        (SKIP + FENCE, False),
        (FENCE + "\n" + SKIP + FENCE, False),
    ],
)
def test_which_questions_have_code_that_is_run(tmp_path: Path, text: str, expected: bool) -> None:
    assert question(tmp_path, f"## Q {{#q}}\n\nanswer\n\n{text}").runs is expected


def test_the_back_of_such_a_card_says_with_what(
    tmp_path: Path, invoke: Invoke, collection: Collection, import_package: Callable[[bytes], ImportLogWithChanges.Log]
) -> None:
    text = (
        f"## Run {{#a .reversed}}\n\n{FENCE}\n## {{{{c1::Run}}}} {{#b .cloze}}\n\n{HIDDEN}\nmore\n\n## Not run {{#c}}\n\nwords\n"
    )
    write(tmp_path, text, toml=TOML.format("Flask {{1}} <3>"))
    assert invoke("test", "--trust", tmp_path).exit_code == 0
    import_package(package(tmp_path, text, toml=TOML.format("Flask {{1}} <3>")))
    says = "checked with Flask &#123;&#123;1}} &lt;3&gt;"
    for search, expected in (("Id:a", True), ("Id:b", True), ("Id:c", False)):
        for card_id in collection.find_cards(search):
            card = collection.get_card(card_id)
            assert (says in card.answer()) is expected
            assert "checked with" not in card.question()
    assert collection.card_count() == 4


def test_without_the_setting_no_card_says_so(
    tmp_path: Path, collection: Collection, import_package: Callable[[bytes], ImportLogWithChanges.Log]
) -> None:
    import_package(package(tmp_path, f"## Q {{#q}}\n\n{FENCE}"))
    (card_id,) = collection.find_cards("")
    assert 'class="checked"' not in collection.get_card(card_id).answer()


def test_cards_say_so_exactly_if_the_recorded_run_had_their_code(tmp_path: Path, invoke: Invoke) -> None:
    """``deck.tested`` decides, also for code that has changed since, and for hidden code."""
    toml = TOML.format("Python")
    text = "## A {#a}\n\n```python\nprint(1)\n```\n\n```output\n1\n```\n\n## B {#b}\n\n```python\nx = 1\n```\n\n" + HIDDEN

    def says(text: str, name: str) -> bool:
        entries = deck(tmp_path, text, toml=toml).deck.entries
        return next(bool(entry.note.by_name["Spare 1"]) for entry in entries if entry.note.id == name)

    field = deck(tmp_path, text, toml=toml).deck.entries[0].note
    assert field.with_text("code_ran", "x").by_name["Spare 1"] == "x"
    assert invoke("test", "--trust", tmp_path).exit_code == 0
    assert (says(text, "a"), says(text, "b")) == (True, True)
    assert (says(text.replace("assert 1", "assert 2"), "a"), says(text.replace("assert 1", "assert 2"), "b")) == (True, False)
    assert invoke("test", "--trust", tmp_path).exit_code == 0
    wrong = text.replace("\n1\n", "\n2\n")
    assert (says(wrong, "a"), says(wrong, "b")) == (False, False)
    assert invoke("test", "--trust", tmp_path).exit_code == 1
    assert (says(wrong, "a"), says(wrong, "b")) == (False, True)
    moved = "\n\n# More\n\n" + wrong
    assert says(moved, "b")
    stale = invoke("check", "--release", tmp_path)
    assert "no run has proven the code of 1 question (a)" in stale.stderr


def test_the_versions_are_found_by_the_run(tmp_path: Path, invoke: Invoke) -> None:
    text = f"## A {{#a}}\n\n{FENCE}\n```output\n1\n```\n"
    write(tmp_path, text, toml=TOML.format("Python {platform.python_version}, pip {pip.__version__}"))
    assert invoke("test", "--trust", tmp_path).exit_code == 0
    badge = built(tmp_path).deck.settings.badge
    assert badge == f"Python {platform.python_version()}, pip {version('pip')}"
    write(tmp_path, text, toml=TOML.format("x").replace('"x"', '{ command = "git --version" }'))
    assert invoke("test", "--trust", tmp_path).exit_code == 0
    assert built(tmp_path).deck.settings.badge.startswith("git version")
    write(tmp_path, text, toml=TOML.format("{no_such_module.x}"))
    result = invoke("test", "--trust", tmp_path)
    assert result.exit_code == 1
    assert "'checked_with': {no_such_module.x} fails: ModuleNotFoundError" in result.stderr


def test_a_command_has_variables_and_a_text_around(tmp_path: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", "secret")
    write(tmp_path, f"## A {{#a}}\n\n{FENCE}\n```output\n1\n```\n")
    (tmp_path / "deck.toml").write_text(
        'id = "test-deck"\nname = "Test"\n[checked_with]\ntext = "Rust {}, stable"\n'
        'command = "sh -c \'echo $N ${API_TOKEN-none}\'"\nenv = { N = "1.95" }\n'
    )
    assert built(tmp_path).deck.settings.badge == ""
    assert invoke("test", "--trust", tmp_path).exit_code == 0
    assert built(tmp_path).deck.settings.badge == "Rust 1.95 none, stable"


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("printf '\\033[1m1.2'", "prints the character U+001B, which no card can show; print plain text"),
        ("printf '1\\x7f'", "prints the character U+007F"),
        ("printf 'a\\xc2\\xadb'", "prints the character U+00AD"),
        ("true", "prints nothing"),
        ("sh -c 'echo no >&2; exit 3'", "fails: no"),
        ("sh -c 'exit 3'", "fails: it ends with the exit status 3"),
        ("no-such-program-x", "cannot be run: no program 'no-such-program-x' is installed"),
    ],
)
def test_a_version_that_no_card_can_show_has_a_reason(tmp_path: Path, invoke: Invoke, command: str, message: str) -> None:
    write(tmp_path, f"## A {{#a}}\n\n{FENCE}\n```output\n1\n```\n")
    (tmp_path / "deck.toml").write_text(
        f'id = "test-deck"\nname = "Test"\nchecked_with = {{ command = """{command}""" }}\n'.replace("\\", "\\\\")
    )
    result = invoke("test", "--trust", tmp_path)
    assert result.exit_code == 1
    assert f"'checked_with': '{command}' {message}" in result.stderr


def test_a_new_key_for_runners_changes_no_recorded_hash() -> None:
    """A later version has more keys. A deck that does not use them keeps its record, and its cards keep "checked with"."""
    step = Step("bash", 1, ("echo 1",))
    plain = RunSettings(runners=(("bash", Runner(("bash", "{file}"))),))
    assert code_hash([step], plain) == "7b07ba6b8bbd2f71"
    other = RunSettings(runners=(("bash", Runner(("bash", "{file}"), env=(("A", "1"),))),))
    assert code_hash([step], other) != code_hash([step], plain)


def test_a_module_is_imported_once_for_the_same_libraries(
    tmp_path: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    real = checked_with.found

    def counted(settings: Settings, python: str) -> str:
        calls.append(settings.checked_with)
        return real(settings, python)

    monkeypatch.setattr(checked_with, "found", counted)
    toml = TOML.format("click {click.__version__}")
    write(tmp_path, f"## Run {{#a}}\n\n{FENCE}", toml=toml)
    for _ in range(3):
        assert invoke("test", "--trust", tmp_path).exit_code == 0
    record = (tmp_path / "deck.tested").read_text(encoding="utf-8")
    assert f"click {version('click')}" in record
    assert len(calls) == 1
    assert invoke("test", "--trust", "--no-cache", tmp_path).exit_code == 0
    assert len(calls) == 2
    (tmp_path / "deck.tested").write_text(record.replace(version("click"), "0.1"), encoding="utf-8")
    assert invoke("test", "--trust", tmp_path).exit_code == 0  # nobody has seen this version
    assert (tmp_path / "deck.tested").read_text(encoding="utf-8") == record
    with monkeypatch.context() as patch:
        patch.setattr(interpreter, "versions", lambda _python: "other libraries")
        invoke("test", "--trust", tmp_path)
    assert len(calls) == 4
