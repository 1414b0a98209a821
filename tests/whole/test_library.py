"""``import deckbuilder``, for other programs. Its page in the docs runs, and passes a strict type checker."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import typing
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from click.testing import Result

import deckbuilder
from deckbuilder import library
from tests.support import CONTENT, ROOT, TIME, package, write

PAGE = (ROOT / "deckbuilder" / "docs" / "library.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
DECK = {"deck.toml": 'id = "test-deck"\nname = "Test"\n', "01.md": "## A {#a}\n\nx\n"}
Invoke = Callable[..., Result]


def test_the_page_runs_and_prints_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    printed = ""
    for language, text in BLOCKS:
        if language == "python":
            with redirect_stdout(StringIO()) as output:
                exec(text, names)
            printed = output.getvalue()
        else:
            assert printed == text
    assert sum(language == "output" for language, _ in BLOCKS) >= 4


@pytest.mark.slow
def test_the_page_passes_a_strict_type_checker(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text("\n".join(text for language, text in BLOCKS if language == "python"), encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "--follow-imports", "silent"]
    done = subprocess.run(
        [*command, str(program)],
        env={**os.environ, "MYPYPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_every_name_is_there_documented_and_in_the_page() -> None:
    for name in set(deckbuilder.__all__) - {"__version__"}:
        member = getattr(deckbuilder, name)
        assert member.__doc__, name
        assert name in PAGE or name in {"Change", "NoteChange", "Severity", "Span", "Diagnostic", "Package", "RenderedCard"}, name
    assert set(dir(deckbuilder)) == set(deckbuilder.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = deckbuilder.nothing
    assert typing.get_type_hints(library.build_decks)["return"] is deckbuilder.BuildResult


def test_no_room_has_the_name_of_a_function() -> None:
    rooms = {path.name.removesuffix(".py") for path in (ROOT / "deckbuilder").iterdir()}
    assert not rooms & set(deckbuilder.__all__)


def test_texts_build_the_same_bytes_as_a_folder(tmp_path: Path) -> None:
    (built,) = deckbuilder.build_texts(DECK, now=TIME).packages
    assert built.data == package(tmp_path / "deck", DECK["01.md"])
    write(tmp_path / "other", DECK["01.md"])
    assert deckbuilder.build_decks(tmp_path / "other", now=TIME).packages[0].data == built.data


def test_a_folder_of_values_may_hold_pictures_and_folders() -> None:
    files: dict[str, str | bytes] = {
        **DECK,
        "more/02.md": "## B {#b}\n\n![dot](../dot.svg)\n",
        "dot.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    }
    result = deckbuilder.build_texts(files, now=TIME)
    assert result.good, result.diagnostics
    assert result.packages[0].new == ("a", "b")
    del files["dot.svg"]
    (problem,) = deckbuilder.check_texts(files).diagnostics
    assert str(problem).startswith("more/02.md:3:8: ")
    assert problem.code == "missing-media"


@pytest.mark.parametrize("path", ["/a.md", "../a.md", "a/../../b.md", "", ".", "a\\b.md", "C:/a.md"])
def test_no_value_is_written_outside_its_folder(path: str) -> None:
    with pytest.raises(ValueError, match="is not a path inside the deck folder"):
        deckbuilder.check_texts({**DECK, path: "x"})


def test_with_an_error_there_is_no_package() -> None:
    result = deckbuilder.build_texts({**DECK, "02.md": "## B {#a}\n\ny\n"})
    assert not result.good
    assert result.packages == ()
    assert [problem.code for problem in result.diagnostics] == ["duplicate-id"]
    assert (result.files, result.questions) == (2, 2)


def test_a_release_is_stricter() -> None:
    files = {**DECK, "01.md": "## A\n\nx\n"}
    assert deckbuilder.check_texts(files).good
    assert not deckbuilder.check_texts(files, release=True).good


@pytest.mark.slow
def test_the_real_decks_are_checked_like_by_the_command(invoke: Invoke) -> None:
    found = deckbuilder.check_decks(CONTENT / "flask-en", CONTENT / "flask-zh", release=True)
    assert found.questions == sum(path.read_text(encoding="utf-8").count("\n## ") for path in CONTENT.glob("flask-*/[0-9]*.md"))
    assert found.good
    assert invoke("check", "--release", CONTENT).exit_code == 0


@pytest.mark.parametrize(
    ("text", "cards"),
    [
        ("## A {#a}\n\nx\n", 1),
        ("## A {#a .reversed}\n\nx\n", 2),
        ("## {{c1::A}} and {{c3::B}} {#a .cloze}\n", 2),
        ("## A {#a .typed}\n\nx\n", 1),
    ],
)
def test_a_question_of_each_kind_has_its_cards(text: str, cards: int) -> None:
    found = deckbuilder.render_question(text)
    assert found.id == found.fields["Id"] == "a"
    assert not found.diagnostics
    assert len(found.cards) == cards
    assert all(card.front != card.back and "A" in card.back for card in found.cards)


def test_a_question_without_an_id_gets_one_and_its_mistakes_are_named() -> None:
    found = deckbuilder.render_question("## What is it?\n", path="mine.md")
    assert found.id == found.fields["Id"] == "what-is-it"
    assert "missing-answer" in {problem.code for problem in found.diagnostics}
    assert {problem.span.path for problem in found.diagnostics} == {"mine.md"}


@pytest.mark.parametrize("text", ["", "no heading", "## A\n\nx\n\n## B\n\ny\n"])
def test_one_question_is_rendered_and_no_other_number(text: str) -> None:
    with pytest.raises(ValueError, match="questions, not one"):
        deckbuilder.render_question(text)


def test_packages_are_compared_as_paths_and_as_bytes(tmp_path: Path) -> None:
    old = deckbuilder.build_texts(DECK, now=TIME).packages[0].data
    new = deckbuilder.build_texts({**DECK, "01.md": "## A {#a}\n\ny\n"}, now=TIME + 9).packages[0].data
    (tmp_path / "old.apkg").write_bytes(old)
    assert deckbuilder.compare_packages(tmp_path / "old.apkg", new) == deckbuilder.compare_packages(old, new)
    assert len(deckbuilder.compare_packages(old, new).changed) == 1
    (tmp_path / "bad.apkg").write_bytes(b"no zip")
    with pytest.raises(deckbuilder.NotAPackageError) as caught:
        deckbuilder.compare_packages(old, tmp_path / "bad.apkg")
    assert caught.value.path == str(tmp_path / "bad.apkg")
    with pytest.raises(FileNotFoundError):
        deckbuilder.compare_packages(tmp_path / "none.apkg", new)


def test_nothing_is_written_but_what_the_caller_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "deck", DECK["01.md"])
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert deckbuilder.build_decks("deck").packages
    assert deckbuilder.check_decks("deck").good
    assert sorted(tmp_path.rglob("*")) == before


def test_threads_do_not_mix_their_texts() -> None:
    def ask(number: int) -> str:
        return f"## Question {number}? {{#q{number}}}\n\n" + "\n\n".join(f"Answer **{number}** `c{number}`" for _ in range(40))

    wanted = [deckbuilder.render_question(ask(number)).fields for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda number: deckbuilder.render_question(ask(number)).fields, [0, 1, 2, 3] * 40))
    assert found == wanted * 40


@pytest.mark.parametrize("folder", ["", ".", "..", "/elsewhere", "a/b", "C:x"])
def test_no_folder_outside_the_temporary_one_is_written(folder: str) -> None:
    with pytest.raises(ValueError, match="is not the name of a folder"):
        deckbuilder.check_texts(DECK, folder=folder)


def test_a_deck_above_the_temporary_folder_takes_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "## Foreign {#foreign}\n\nx\n")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    result = deckbuilder.build_texts({"01.md": DECK["01.md"]}, now=TIME)
    assert result.packages[0].new == ("a",)


def test_no_temporary_path_is_in_a_diagnostic() -> None:
    for files, folder in (({}, "deck"), (DECK, "collection"), ({"01.md": "no question"}, "deck")):
        for problem in deckbuilder.check_texts(files, folder=folder).diagnostics:
            assert tempfile.gettempdir() not in f"{problem.span.path} {problem.message}"


def test_a_language_is_checked_as_in_deck_toml() -> None:
    with pytest.raises(ValueError, match="language must be a language tag"):
        deckbuilder.render_question(DECK["01.md"], language='"><script>alert(1)</script>')


def test_a_text_is_read_as_a_file_would_be() -> None:
    plain = deckbuilder.render_question("## A {#a}\n\n```text\nx\n```\n").fields
    assert deckbuilder.render_question("\ufeff## A {#a}\r\n\r\n```text\r\n\x00x\r\n```\r\n").fields == plain
