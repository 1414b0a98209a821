"""Releases, in the real Anki: untouched notes stay, harmful releases stop, and release notes name the changes."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from unittest.mock import Mock

import pytest
from anki.collection import Collection, ExportAnkiPackageOptions, ImportLogWithChanges
from click.testing import Result

from deckbuilder import assets
from deckbuilder.check import published_texts
from deckbuilder.model.note import Note
from deckbuilder.model.note_schemas import CLOZE
from deckbuilder.publish.stamps import cloze_texts
from deckbuilder.source import lock_file
from tests.support import TIME, built, write
from tests.whole.test_anki import FIRST, fields, state, study

Invoke = Callable[..., Result]
Import = Callable[[bytes], ImportLogWithChanges.Log]
SAME = "So long a beginning that the lock keeps no more of the text than this, which is the same for all: one hundred characters."
TOML = 'id = "test-deck"\nname = "Test"\n'


@pytest.fixture
def release(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., bytes]:
    """Release a deck of these texts, each time on another day, and return the package."""
    monkeypatch.chdir(tmp_path)
    days = iter(range(0, 10**7, 86_400))

    def run(*texts: str, options: tuple[str, ...] = (), toml: str = TOML) -> bytes:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(TIME + next(days)))
        for old in (tmp_path / "deck").glob("*.md"):
            old.unlink()
        write(tmp_path / "deck", *texts, toml=toml)
        result = invoke("release", "deck", *options)
        assert result.exit_code == 0, result.output
        return (tmp_path / "dist" / "deck.apkg").read_bytes()

    return run


def edit(collection: Collection, question: str) -> None:
    """Add text and a tag to a note, as a learner does."""
    (note_id,) = collection.find_notes(f"Id:{question}")
    note = collection.get_note(note_id)
    note.fields[1] += " MINE"
    note.tags.append("mine")
    collection.update_note(note)


def set_back(collection: Collection) -> None:
    """Move the learner's edits to a time between the releases. Anki used the clock of this machine, years later."""
    collection.db.execute("update notes set mod = ? where mod > ?", TIME + 1000, TIME + 10**7)  # type: ignore[union-attr]


def import_one(release: Callable[..., bytes], import_package: Import, collection: Collection) -> dict[str, object]:
    """Import the first release, study its cards and edit one note. Return the state of the collection."""
    import_package(release(FIRST))
    study(collection)
    edit(collection, "lifetime")
    set_back(collection)
    return state(collection)


def story(name: str, *texts: str) -> object:
    return pytest.param(texts, id=name)


@pytest.mark.parametrize(
    "texts",
    [
        story("rebuild unchanged", FIRST),
        story("answer edited", FIRST.replace("A namespace.", "A better namespace.")),
        story("question typo", FIRST.replace("What is `g`?", "What's `g`?")),
        story("insert second", FIRST.replace("## How", "## Inserted {#inserted}\n\nx\n\n## How")),
        story("moved to another file", "## Other {#other}\n\nx\n", FIRST),
    ],
)
def test_untouched_notes_keep_what_the_learner_wrote(
    texts: tuple[str, ...], release: Callable[..., bytes], import_package: Import, collection: Collection
) -> None:
    before = import_one(release, import_package, collection)
    log = import_package(release(*texts))
    after = state(collection)
    assert {key: after[key] for key in before} == before
    assert len(log.conflicting) == 0
    assert len(log.updated) == (
        "namespace." not in texts[-1] or "A namespace." not in texts[-1] or "What is `g`?" not in texts[-1]
    )
    assert fields(collection, "lifetime")[1].endswith("MINE")
    (note_id,) = collection.find_notes("Id:lifetime")
    assert "mine" in collection.get_note(note_id).tags
    assert len(collection.find_notes("Id:g")) == 1


def test_code_checked_with_a_new_version_touches_no_note(
    release: Callable[..., bytes], import_package: Import, collection: Collection, invoke: Invoke, tmp_path: Path
) -> None:
    text = f"{FIRST}\n```python\nprint(1)\n```\n\n## Code {{#code}}\n\n```python\nprint(1)\n```\n"
    write(tmp_path / "deck", text)
    assert invoke("test", "--trust", "deck").exit_code == 0
    import_package(release(text, toml=f'{TOML}checked_with = "Flask 3.1.3"\n'))
    edit(collection, "code")
    set_back(collection)
    log = import_package(release(text, toml=f'{TOML}checked_with = "Flask 3.2.0"\n'))
    assert len(log.updated) == 0
    assert fields(collection, "code")[1].endswith("MINE")
    (card_id,) = collection.find_cards("Id:code")
    assert "checked with Flask 3.2.0" in collection.get_card(card_id).answer()


def test_a_removed_question_is_retired_on_purpose(
    release: Callable[..., bytes], import_package: Import, collection: Collection, invoke: Invoke, tmp_path: Path
) -> None:
    before = import_one(release, import_package, collection)
    rest = FIRST.replace("## What is `g`? {#g}\n\nA namespace.\n\n", "")
    write(tmp_path / "deck", rest)
    result = invoke("release", "deck")
    assert result.exit_code == 1
    assert "learners have the question 'g' (What is g?), but it is gone; restore it, or remove it on purpose" in result.stderr
    data = release(rest, options=("--retire", "g"))
    import_package(data)
    assert state(collection) == before
    notes = invoke("release", "deck").stdout
    assert "Nothing has changed." in notes
    write(tmp_path / "deck", FIRST.replace("What is `g`", "Who wrote Flask").replace("A namespace", "Armin Ronacher"))
    result = invoke("check", "deck")
    assert "id 'g' belongs to a retired question (What is g?); choose another" in result.stderr
    assert result.exit_code == 1


def test_a_question_that_was_retired_by_mistake_comes_back(
    release: Callable[..., bytes], import_package: Import, collection: Collection, tmp_path: Path
) -> None:
    """Learners keep the note, its schedule and their edits. A small change of the text arrives, too."""
    before = import_one(release, import_package, collection)
    rest = FIRST.replace("## What is `g`? {#g}\n\nA namespace.\n\n", "")
    import_package(release(rest, options=("--retire", "g")))
    import_package(release(FIRST))
    assert state(collection) == before
    assert '"retired"' not in (tmp_path / "deck" / "deck.lock").read_text(encoding="utf-8")
    release(rest, options=("--retire", "g"))
    release(rest, "---\ndeck: Sub\n---\n## What is `g`? {#g}\n\nA namespace.\n")
    (tmp_path / "deck" / "02.md").unlink()
    release(rest, options=("--retire", "g"))
    import_package(release(FIRST.replace("A namespace.", "A namespace!")))
    assert fields(collection, "g")[1] == "<p>A namespace!</p>"
    assert len(collection.find_notes("")) == 3


RETIRED = "## What is `g`? {#g}\n\nA namespace.\n\n"


def test_a_returned_question_is_named(release: Callable[..., bytes], invoke: Invoke, tmp_path: Path) -> None:
    """New learners get the note, so the release is no empty one."""
    release(FIRST)
    release(FIRST.replace(RETIRED, ""), options=("--retire", "g"))
    write(tmp_path / "deck", FIRST)
    result = invoke("release", "deck", "--check")
    assert result.exit_code == 1
    assert "not released yet: back g;" in result.stderr
    result = invoke("release", "deck")
    assert "## Back (1)\n\nThe deck has these notes again." in result.stdout
    assert "Nothing has changed." not in result.stdout
    assert invoke("release", "deck", "--check").exit_code == 0


def test_a_retired_question_comes_back_with_its_id_only(release: Callable[..., bytes], invoke: Invoke, tmp_path: Path) -> None:
    """Learners still have it, so they would get it a second time."""
    release(FIRST)
    rest = FIRST.replace(RETIRED, "")
    release(rest, options=("--retire", "g"))
    copy = RETIRED.replace("{#g}", "{#g-purpose}").replace("A namespace", "A name space")
    another = "## What is `session`? {#session}\n\nA namespace.\n"
    release(f"{rest}\n{another}")
    write(tmp_path / "deck", f"{rest}\n{another}\n{copy}")
    result = invoke("release", "deck")
    assert "learners have this question with the retired id 'g' (What is g?), and would get it a second time" in result.stderr
    assert result.stderr.count("[renamed-id]") == 1
    assert result.exit_code == 1
    release(f"{rest}\n{another}\n{copy}", options=("--retire", "g"))


def test_a_new_question_is_reported_once(release: Callable[..., bytes], invoke: Invoke, tmp_path: Path) -> None:
    """It may be a question that is gone, and one that was retired before. The way back leads to the one that is gone."""
    release("## What is an oak? {#a}\n\nA tree.\n\n## What is an oak?! {#b}\n\nA tree.\n")
    release("## What is an oak?! {#b}\n\nA tree.\n", options=("--retire", "a"))
    write(tmp_path / "deck", "## What is an oak?? {#c}\n\nA tree.\n")
    (line,) = [line for line in invoke("release", "deck").stderr.splitlines() if "[renamed-id]" in line]
    assert "with the id 'b'" in line


def test_each_text_is_cut_into_pieces_once_or_twice(
    release: Callable[..., bytes], invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cache of fixed size was too small for 30,000 questions with new ids: each search cut all texts that it found again."""
    questions = [f"## What is the use of part {number} of the whole? {{#q{number}}}\n\nIt holds.\n" for number in range(60)]
    release("\n".join(questions))
    write(tmp_path / "deck", "\n".join(text.replace("{#q", "{#new") for text in questions))
    cut = Mock(wraps=published_texts._pieces)
    monkeypatch.setattr(published_texts, "_pieces", cut)
    assert "60 errors in 1 file" in invoke("check", "deck").stderr
    assert 240 <= cut.call_count <= 300, "question and answer of 60 old and 60 new questions"


def test_a_release_says_which_files_it_wrote(release: Callable[..., bytes], invoke: Invoke) -> None:
    release(FIRST)
    assert invoke("release", "deck").stderr == "dist/deck.apkg written; deck/deck.lock stays as it is\n"


def test_a_renamed_id_is_found(release: Callable[..., bytes], invoke: Invoke, tmp_path: Path) -> None:
    release(FIRST)
    write(tmp_path / "deck", FIRST.replace("{#g}", "{#g-purpose}").replace("A namespace", "A name space"))
    result = invoke("release", "deck")
    assert "deck/01.md:3:18: error: learners have this question with the id 'g' (What is g?)" in result.stderr
    assert "change the id back, or if this is a new question: deckbuilder release --retire g [renamed-id]" in result.stderr
    assert invoke("check", "deck").exit_code == 1
    assert invoke("check", "deck", "--fix", "--write").exit_code == 0
    assert "{#g}" in (tmp_path / "deck" / "01.md").read_text(encoding="utf-8")
    assert "Nothing has changed" not in invoke("release", "deck").stdout


def test_an_id_that_moved_on_to_a_new_question_is_found(release: Callable[..., bytes], invoke: Invoke, tmp_path: Path) -> None:
    """The old question has a new id, so learners would get it anew. The new question would have its schedule."""
    oak = "## What is an oak, and where does it grow? {{#{}}}\n\nA *tree* of the beech family: in the woods of Europe.\n\n"
    elm = "## What is an elm, and where does it grow? {{#{}}}\n\nA tree of a family of its own: in the woods of Europe.\n\n"
    release(oak.format("tree"))
    write(tmp_path / "deck", elm.format("tree") + oak.format("oak").replace("beech", "great beech"))
    result = invoke("release", "deck")
    assert result.exit_code == 1
    assert "deck/01.md:1:45: error: the question that learners have as 'tree' is 'oak' at deck/01.md:5 now" in result.stderr
    write(tmp_path / "deck", elm.format("elm") + oak.format("tree").replace("beech", "great beech"))
    assert invoke("check", "--release", "deck").exit_code == 0
    write(tmp_path / "deck", oak.format("tree").replace("beech", "great beech") + elm.format("elm"))
    assert invoke("check", "--release", "deck").exit_code == 0
    write(tmp_path / "deck", elm.format("tree") + oak.format("oak"))
    assert invoke("release", "deck", "--reworded", "tree").exit_code == 0


def test_of_two_new_questions_the_nearer_one_is_the_renamed_one(
    release: Callable[..., bytes], invoke: Invoke, tmp_path: Path
) -> None:
    old, near, nearer = (f"## What is an oak{end}\n\nA large tree.\n" for end in ("? {#a}", " in art? {#b}", "?! {#c}"))
    release(old)
    for texts in ((near, nearer), (nearer, near)):
        write(tmp_path / "deck", *texts)
        (line,) = [line for line in invoke("release", "deck").stderr.splitlines() if "renamed-id" in line]
        assert line.startswith(f"deck/0{texts.index(nearer) + 1}.md:1:")


def test_a_small_change_beside_a_retired_question_is_released(release: Callable[..., bytes]) -> None:
    release("## What is an oak in a wood? {#a}\n\nA tree.\n\n## What is an oak in a park? {#b}\n\nA tree.\n")
    release("## What is an oak in a field? {#a}\n\nA tree.\n", options=("--retire", "b"))


def test_questions_move_to_another_subdeck_on_purpose(
    release: Callable[..., bytes], invoke: Invoke, import_package: Import, collection: Collection, tmp_path: Path
) -> None:
    before = import_one(release, import_package, collection)
    moved = f"---\ndeck: Sub\n---\n{FIRST}"
    write(tmp_path / "deck", moved)
    result = invoke("release", "deck")
    assert result.stderr.count("[moved-note]") == 1
    assert "learners have 'g' and 2 more questions of this file in the deck 'Test', and Anki never moves cards" in result.stderr
    import_package(release(moved, options=("--moved",)))
    assert state(collection) == before
    assert collection.decks.name(collection.get_card(collection.find_cards("Id:g")[0]).did) == "Test"
    release(moved)


def test_an_option_that_confirms_nothing_says_so(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    def said(*options: str) -> list[str]:
        result = invoke("release", "deck", *options)
        assert result.exit_code == 0, result.output
        return [line.partition(": ")[0] for line in result.stderr.splitlines() if line.startswith("--")]

    write(tmp_path / "deck", FIRST, SHORT)
    assert said("--first") == ["--first was not needed"]
    assert said("--first", "--moved", "--reworded", "G") == [
        f"{option} was not needed" for option in ("--first", "--moved", "--reworded G")
    ]
    assert said("--check", "--moved", "--first") == ["--moved was not needed"], "a check looks for no lost lock"
    write(tmp_path / "deck", f"---\ndeck: Sub\n---\n{FIRST}", LONG)
    assert said("--moved", "--reworded", "x", "--reworded", "g") == ["--reworded g was not needed"]
    write(tmp_path / "deck", f"---\ndeck: Sub\n---\n{FIRST}")
    (tmp_path / "deck" / "02.md").unlink()
    assert said("--retire", "X") == []
    assert said("--retire", "X") == ["--retire X was not needed"]
    (tmp_path / "deck" / "deck.lock").unlink()
    assert said("--first") == []


def test_a_new_question_like_a_deleted_one_is_released_on_purpose(release: Callable[..., bytes]) -> None:
    release(FIRST)
    release(FIRST.replace("{#g}", "{#g-purpose}"), options=("--retire", "G"))


SHORT = "## WSGI? {#x}\n\nA Python standard for servers.\n"
LONG = (
    "## What does the interface between a web server and an application look like, and who calls whom? {#x}\n\n"
    "The server calls `app(environ, start_response)`; the app returns an iterable of bytes.\n"
)


def test_an_honest_rewording_goes_through_on_purpose(
    release: Callable[..., bytes], invoke: Invoke, import_package: Import, collection: Collection, tmp_path: Path
) -> None:
    import_package(release(FIRST, SHORT))
    study(collection)
    before = state(collection)
    write(tmp_path / "deck", FIRST, LONG)
    result = invoke("release", "deck")
    assert "if you only reworded the question: deckbuilder release --reworded x [reused-id]" in result.stderr
    assert "has the id 'y'; correct the id [not-reworded]" in invoke("release", "deck", "--reworded", "y").stderr
    assert "correct the id; did you mean 'lifetime'?" in invoke("release", "deck", "--reworded", "lifetimes").stderr
    import_package(release(FIRST, LONG, options=("--reworded", "X")))
    assert fields(collection, "x")[0].startswith("<p>What does the interface")
    assert state(collection) == before
    release(FIRST, LONG)


def test_a_cloze_number_is_never_used_for_another(release: Callable[..., bytes], invoke: Invoke, tmp_path: Path) -> None:
    release(FIRST)
    release(FIRST.replace("{{c2::encrypted}}", "secret"))
    write(tmp_path / "deck", FIRST.replace("{{c2::encrypted}}", "{{c2::a database}}"))
    result = invoke("release", "deck")
    assert result.exit_code == 1
    assert (
        "c2 was another cloze (encrypted), so this cloze would get the old cloze's schedule; take a number that was never used"
        in result.stderr
    )
    release(FIRST)


def test_a_renamed_deck_is_not_released(release: Callable[..., bytes], invoke: Invoke, tmp_path: Path) -> None:
    release(FIRST)
    write(tmp_path / "deck", FIRST, toml='id = "test-deck"\nname = "Renamed"\n')
    result = invoke("release", "deck")
    assert result.exit_code == 1
    assert "learners have this deck under the name 'Test', not 'Renamed'; restore the old name" in result.stderr
    assert "warning: learners have this deck under the name" in invoke("build", "deck").stderr


def test_a_lock_of_another_deck_gives_nothing_away(release: Callable[..., bytes], invoke: Invoke, tmp_path: Path) -> None:
    release(FIRST)
    write(tmp_path / "deck", FIRST, toml='id = "copied"\nname = "Copied"\n')
    for command in ("build", "check", "release"):
        result = invoke(command, "deck")
        assert result.exit_code == 1
        assert "this lock belongs to the deck 'test-deck', not to 'copied'" in result.stderr


def test_release_notes_say_what_is_new_changed_and_retired(
    release: Callable[..., bytes], invoke: Invoke, tmp_path: Path, collection: Collection, import_package: Import
) -> None:
    import_package(release(FIRST))
    text = FIRST.replace("A namespace.", "A better namespace.") + "\n## New {#new}\n\nx\n"
    text = text.replace("## The cookie is {{c1::signed}}, not {{c2::encrypted}}. {#signed .cloze}\n\nMore.\n", "")
    write(tmp_path / "deck", text)
    result = invoke("release", "deck", "--retire", "signed")
    assert result.stdout.splitlines() == [
        "# Test, 2023-11-14 22:13 UTC",
        "",
        "Import the package over your deck, and tick nothing in the dialog. Your schedule, flags and decks stay as they are.",
        "",
        "## New (1)",
        "",
        "- New",
        "",
        "## Changed (1)",
        "",
        "The update replaces the text and tags of these notes. Your edits in all other notes stay.",
        "",
        "- What is g?: A namespace. → A better namespace.",
        "",
        "## Retired (1)",
        "",
        (
            "The deck no longer has these notes, but you keep them. To find these notes, search in the browser for "
            '`note:"Test · *" (Id:signed)`.'
        ),
        "",
        "- The cookie is signed, not encrypted.",
        "",
    ]
    assert len(collection.find_notes('note:"Test · *" (Id:signed)')) == 1


def test_release_notes_show_no_empty_answer(release: Callable[..., bytes], invoke: Invoke, tmp_path: Path) -> None:
    """The text of a typed answer, and of a picture, is in no field that the notes read."""
    release("## Which?? {#q}\n\nThe first one.\n")
    for kind, text in ((".typed", "one"), (".choice", "- [x] One\n- [ ] Two")):
        write(tmp_path / "deck", f"## Which? {{#q {kind}}}\n\n{text}\n")
        (line,) = [line for line in invoke("release", "deck").stdout.splitlines() if line.startswith("- ")]
        assert not line.endswith(("→ ", ": → ☑ One")), line
        assert line.startswith("- Which?")


def test_release_notes_are_in_the_language_of_the_deck(invoke: Invoke, tmp_path: Path) -> None:
    toml = 'id = "test-deck"\nname = "题库"\nlanguage = "zh-CN"\n'
    write(tmp_path / "deck", FIRST, toml=toml)
    assert "首次发布：" in invoke("release", tmp_path / "deck", "-o", tmp_path / "dist").stdout
    write(tmp_path / "deck", FIRST.replace("A namespace.", "A better namespace."), toml=toml)
    notes = invoke("release", tmp_path / "deck", "-o", tmp_path / "dist").stdout
    assert "## 有改动 (1)" in notes
    english = set(assets.words("en", "release-notes.toml").values())
    assert [line for line in notes.splitlines() if line in english] == []
    assert "没有改动。" in invoke("release", tmp_path / "deck", "-o", tmp_path / "dist").stdout


def test_the_lock_is_written_by_release_alone_and_moves_only_with_changes(
    release: Callable[..., bytes], invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = release(FIRST)
    lock = (tmp_path / "deck" / "deck.lock").read_bytes()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(TIME + 10**6))
    result = invoke("build", "deck", "-o", "built")
    assert "(0 new, 0 changed, 3 untouched since the last release)" in result.stdout
    assert (tmp_path / "built" / "deck.apkg").read_bytes() == data, "the same sources and lock, on another day"
    assert release(FIRST) == data
    assert (tmp_path / "deck" / "deck.lock").read_bytes() == lock
    assert invoke("release", "deck", "--check").exit_code == 0
    write(tmp_path / "deck", FIRST.replace("A namespace.", "Changed."))
    result = invoke("release", "deck", "--check")
    assert result.exit_code == 1
    assert "deck: not released yet: changed g; run: deckbuilder release deck" in result.stderr
    invoke("build", "deck")
    assert (tmp_path / "deck" / "deck.lock").read_bytes() == lock


def test_notes_go_into_a_file_in_utf_8_or_nothing_is_released(
    release: Callable[..., bytes], invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(FIRST)
    write(tmp_path / "deck", FIRST.replace("A namespace.", "一个命名空间。"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(TIME + 10))
    printed = invoke("release", "deck", "--check", "--notes", "notes.md")
    assert printed.exit_code == 2
    lock = (tmp_path / "deck" / "deck.lock").read_bytes()
    (tmp_path / "file").write_text("x", encoding="utf-8")
    result = invoke("release", "deck", "--notes", "file/notes.md")
    assert result.exit_code == 1
    assert "cannot write file/notes.md" in result.stderr
    assert "nothing released" in result.stderr
    assert (tmp_path / "deck" / "deck.lock").read_bytes() == lock
    result = invoke("release", "deck", "--notes", "new/notes.md")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert (tmp_path / "deck" / "deck.lock").read_bytes() != lock
    assert "- What is g?: A namespace. → 一个命名空间。\n".encode() in (tmp_path / "new" / "notes.md").read_bytes()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("deck/deck.lock", "would replace a file of the release"),
        ("deck/deck.toml", "would replace a file of the release"),
        ("deck/style.css", "would replace a file of the release"),
        ("deck/deck.adopted", "would replace a file of the release"),
        ("deck/deck.tested", "would replace a file of the release"),
        ("deck/01.md", "would replace a file of the release"),
        ("deck/../deck/01.md", "would replace a file of the release"),
        ("dist/deck.apkg", "would replace a file of the release"),
        ("deck/notes.md", "would read deck/notes.md as questions"),
        ("deck/docs/Release Notes.MD", "would read deck/docs/Release Notes.MD as questions"),
        ("deck/security.md", "would read deck/security.md as questions"),
    ],
)
def test_notes_replace_no_file_of_the_deck(
    name: str, message: str, release: Callable[..., bytes], invoke: Invoke, tmp_path: Path
) -> None:
    release("## A {#a}\n\nx\n")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    result = invoke("release", "deck", "--notes", name)
    assert result.exit_code == 2
    assert message in result.stderr
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_notes_may_lie_beside_the_questions_under_a_name_that_is_no_question(
    release: Callable[..., bytes], invoke: Invoke, tmp_path: Path
) -> None:
    release("## A {#a}\n\nx\n", toml=f'{TOML}exclude = ["docs/**"]\n')
    for name in ("deck/CHANGELOG.md", "deck/notes.txt", "deck/RELEASE_NOTES.md", "deck/docs/notes.md", "deck/.notes.md"):
        assert invoke("release", "deck", "--notes", name).exit_code == 0
        assert (tmp_path / name).is_file()


@pytest.mark.parametrize("name", ["deck/notes.md", "deck/01.md", "notes.md", "deck/CHANGELOG.md"])
def test_notes_are_not_redirected_into_a_question_file(name: str, release: Callable[..., bytes], tmp_path: Path) -> None:
    release("## A {#a}\n\nx\n")
    lock = (tmp_path / "deck" / "deck.lock").read_bytes()
    (tmp_path / "deck" / "01.md").write_text("## A {#a}\n\ny\n", encoding="utf-8")
    with (tmp_path / name).open("ab") as file:
        result = subprocess.run(
            [sys.executable, "-m", "deckbuilder", "release", "deck"],
            cwd=tmp_path,
            stdout=file,
            stderr=subprocess.PIPE,
            check=False,
        )
    stopped = name in ("deck/notes.md", "deck/01.md")
    assert result.returncode == (2 if stopped else 0)
    assert (f"would read {name} as questions" in result.stderr.decode()) is stopped
    assert ((tmp_path / "deck" / "deck.lock").read_bytes() == lock) is stopped


def test_notes_of_several_decks_are_what_would_be_printed(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "all" / "one", FIRST)
    write(tmp_path / "all" / "two", FIRST, toml='id = "two"\nname = "Two"\n')
    shutil.copytree(tmp_path / "all", tmp_path / "copy")
    assert invoke("release", "copy", "--notes", "notes.md").exit_code == 0
    assert (tmp_path / "notes.md").read_text(encoding="utf-8") == invoke("release", "all", "--first").stdout


def test_times_only_grow_even_if_the_clock_goes_back(
    release: Callable[..., bytes], invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(FIRST)
    write(tmp_path / "deck", FIRST.replace("A namespace.", "Changed."))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(TIME - 10**6))
    invoke("release", "deck")
    lock, _ = lock_file.read("", (tmp_path / "deck" / "deck.lock").read_text(encoding="utf-8"))
    assert lock is not None
    assert {note.id: note.mod for note in lock.notes.values()} == {"g": TIME + 1, "lifetime": TIME, "signed": TIME}
    assert {kind.mod for kind in lock.types.values()} == {TIME}


def test_an_adopted_guid_stays(release: Callable[..., bytes], tmp_path: Path) -> None:
    release(FIRST)
    path = tmp_path / "deck" / "deck.lock"
    guid = built(tmp_path / "deck").deck.entries[0].note.guid
    path.write_text(path.read_text(encoding="utf-8").replace(guid, "of another tool"), encoding="utf-8")
    assert built(tmp_path / "deck").deck.entries[0].note.guid == "of another tool"


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda lock: lock.replace('{"id": "g"', '<<<<<<< HEAD\n{"id": "g"'), "5:1: error: git left a merge conflict here"),
        (lambda lock: lock[:-300], "the end of the lock is missing; restore the file from git"),
        (lambda lock: lock.replace('"format": 2', '"format": 3'), "2:1: error: written by a newer deckbuilder (format 3)"),
        (lambda lock: lock.replace('"kind": "basic"', '"kind"'), "5:1: error: this line is damaged; restore the file from git"),
        (
            lambda lock: lock.replace('"id": "lifetime"', '"id": "G"'),
            "6:1: error: a second line for 'G'; keep the line with the higher mod",
        ),
        (lambda lock: "\n".join(lock.split("\n")[2:]), "1:1: error: the line with the deck's id is missing"),
    ],
)
def test_a_damaged_lock_is_never_guessed_at(
    harm: Callable[[str], str], message: str, release: Callable[..., bytes], invoke: Invoke, tmp_path: Path
) -> None:
    release(FIRST)
    path = tmp_path / "deck" / "deck.lock"
    path.write_text(harm(path.read_text(encoding="utf-8")), encoding="utf-8")
    for command in ("build", "release", "check"):
        result = invoke(command, "deck")
        assert result.exit_code == 1
        assert message in result.stderr


def test_what_has_no_lasting_identity_is_not_released(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "deck", "## Q\n\nx\n")
    (tmp_path / "lone.md").write_text("## Q {#q}\n\nx\n", encoding="utf-8")
    assert "[missing-id]" in invoke("release", "deck").stderr
    assert "[unpinned-deck]" in invoke("release", "lone.md").stderr
    assert list(tmp_path.glob("**/deck.lock")) == []


def test_wrong_retirements(release: Callable[..., bytes], invoke: Invoke) -> None:
    release(FIRST)
    assert (
        "no released question has the id 'nope'; correct the id [not-retired]"
        in invoke("release", "deck", "--retire", "nope").stderr
    )
    assert (
        "the question 'g' cannot be retired, because it is still in the sources; delete it"
        in invoke("release", "deck", "--retire", "g").stderr
    )


def test_a_lock_reads_back_as_it_was_written(release: Callable[..., bytes], tmp_path: Path) -> None:
    release(FIRST, "---\ndeck: Sub\n---\n## 中文 {#中文}\n\n“x”\n")
    content = (tmp_path / "deck" / "deck.lock").read_text(encoding="utf-8")
    lock, problems = lock_file.read("deck.lock", content)
    assert problems == []
    assert lock is not None
    assert lock_file.text(lock) == content


def test_a_lost_lock_is_rebuilt_from_the_last_package(release: Callable[..., bytes], invoke: Invoke, tmp_path: Path) -> None:
    more = "---\ndeck: Sub\ntags: [b, a]\n---\n## Both {#both .reversed}\n\nx\n\n## Typed {#typed .typed}\n\n308\n\n## Choice {#choice .choice}\n\n- [x] a\n- [ ] b\n"
    data = release(FIRST, more)
    path = tmp_path / "deck" / "deck.lock"
    lock = path.read_bytes()
    assert "deck.lock exists" in invoke("release", "deck", "--from", "dist/deck.apkg").stderr
    path.unlink()
    result = invoke("release", "deck", "--from", "dist/deck.apkg")
    assert result.exit_code == 0, result.output
    assert path.read_bytes() == lock
    assert release(FIRST, more) == data


def rewrite(package: Path, statement: str) -> None:
    """Run an SQL statement on the collection in ``package``."""
    with zipfile.ZipFile(package) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(files["collection.anki2"])
        database.execute(statement)
        database.commit()
        files["collection.anki2"] = database.serialize()
    with zipfile.ZipFile(package, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)


def test_further_notes_of_a_guid_are_named(release: Callable[..., bytes], invoke: Invoke, tmp_path: Path) -> None:
    """Another tool may write such a package. Anki adds both notes, so the author must know."""
    release(FIRST)
    package, path = tmp_path / "dist" / "deck.apkg", tmp_path / "deck" / "deck.lock"
    lock = path.read_bytes()
    rewrite(
        package,
        "insert into notes select id - 1, guid, mid, mod, usn, tags, 'An older text' || substr(flds, instr(flds, char(31))), sfld, "
        "csum, flags, data from notes order by id limit 1",
    )
    path.unlink()
    result = invoke("release", "deck", "--from", package)
    assert (
        "1 note has the GUID of another note ('An older text'); the lock has only the note with the highest id" in result.stderr
    )
    assert path.read_bytes() == lock


@pytest.mark.parametrize(
    "harm",
    [
        "delete from cards where nid = (select min(id) from notes)",
        "update cards set did = 5 where nid = (select min(id) from notes)",
        "update notes set flds = 'x' where id = (select min(id) from notes)",
    ],
    ids=["no card", "no deck", "a field"],
)
def test_a_lock_is_not_rebuilt_from_a_damaged_note(
    harm: str, release: Callable[..., bytes], invoke: Invoke, tmp_path: Path
) -> None:
    release(FIRST)
    rewrite(tmp_path / "dist" / "deck.apkg", harm)
    (tmp_path / "deck" / "deck.lock").unlink()
    result = invoke("release", "deck", "--from", "dist/deck.apkg")
    assert result.exit_code == 1
    assert re.search(r"cannot rebuild deck/deck.lock from dist/deck.apkg: its note \S+ is damaged", result.stderr)
    assert not (tmp_path / "deck" / "deck.lock").exists()


def test_a_lock_is_not_rebuilt_from_fields_in_another_order(
    release: Callable[..., bytes], invoke: Invoke, import_package: Import, collection: Collection, tmp_path: Path
) -> None:
    """The author moved the field of the ids in Anki, and exported the deck. Each id would be another text."""
    import_package(release(FIRST))
    kind = collection.models.get(collection.get_note(collection.find_notes("")[0]).mid)
    assert kind
    collection.models.reposition_field(kind, kind["flds"][-1], 0)
    collection.models.update_dict(kind)
    options = ExportAnkiPackageOptions(legacy=True)
    collection.export_anki_package(out_path=str(tmp_path / "mine.apkg"), options=options, limit=None)
    (tmp_path / "deck" / "deck.lock").unlink()
    result = invoke("release", "deck", "--from", "mine.apkg")
    assert result.exit_code == 1
    assert "has other fields than the same note type of deckbuilder" in result.stderr
    assert not (tmp_path / "deck" / "deck.lock").exists()


def test_a_lock_is_rebuilt_from_several_packages(release: Callable[..., bytes], invoke: Invoke, tmp_path: Path) -> None:
    """An id that is gone is retired, and a cloze number that is gone is past. The order of the packages does not count."""
    (tmp_path / "1.apkg").write_bytes(release(FIRST, "## Old {#old}\n\nx\n"))
    (tmp_path / "2.apkg").write_bytes(release(FIRST, options=("--retire", "old")))
    (tmp_path / "3.apkg").write_bytes(release(FIRST.replace("{{c2::encrypted}}", "secret")))
    path = tmp_path / "deck" / "deck.lock"
    lock = path.read_bytes()
    for names in (("1", "2", "3"), ("3", "1", "2")):
        path.unlink()
        result = invoke("release", "deck", *(part for name in names for part in ("--from", f"{name}.apkg")))
        assert "with 1 retired id and 1 removed cloze; other releases may have had more" in result.stderr
        assert path.read_bytes() == lock
    (tmp_path / "bad.apkg").write_bytes(b"x")
    path.unlink()
    assert "from bad.apkg" in invoke("release", "deck", "--from", "1.apkg", "--from", "bad.apkg").stderr
    assert not path.exists()


def test_a_question_that_moved_to_another_deck_is_found(release: Callable[..., bytes], invoke: Invoke, tmp_path: Path) -> None:
    """Two decks may have one id: a question that learners of the other deck have already did not move."""
    g = "## What is `g`? {#g}\n\nA namespace.\n\n"
    release(FIRST)
    write(tmp_path / "deck", FIRST.replace(g, ""))
    write(tmp_path / "other", f"## X {{#x}}\n\nx\n\n{g}", toml='id = "other"\nname = "Other"\n')
    (tmp_path / "empty").mkdir()
    for source in ("deck", tmp_path / "deck"):
        result = invoke("check", source)
        assert "other/01.md:5, so learners would have it twice, there without its schedule; move it back" in result.stderr
    result = invoke("release", "other")
    assert result.exit_code == 1
    assert "other/01.md:5:18: error: learners of the deck in deck have this question (deck/deck.lock:" in result.stderr
    assert "first run: deckbuilder release deck --retire g" in result.stderr
    assert invoke("release", "deck", "other", "--retire", "g").exit_code == 0
    assert "[vanished-id]" not in invoke("check", "deck", "other").stderr


def test_only_a_question_that_is_gone_from_the_other_deck_was_moved(
    release: Callable[..., bytes], invoke: Invoke, tmp_path: Path
) -> None:
    """Decks in two languages share their ids, and two questions may have one id by chance."""
    release(FIRST)
    other = 'id = "other"\nname = "Other"\n'
    write(tmp_path / "other", FIRST, toml=other)
    assert invoke("release", "other").exit_code == 0
    write(tmp_path / "deck", FIRST.replace("## What is `g`? {#g}\n\nA namespace.\n\n", ""))
    write(tmp_path / "third", "## How do I send mail? {#g}\n\nWith an extension.\n", toml='id = "third"\nname = "Third"\n')
    assert "[vanished-id]" not in invoke("check", "other", "third").stderr


def test_a_question_that_moved_to_another_deck_with_another_id_is_found(
    release: Callable[..., bytes], invoke: Invoke, tmp_path: Path
) -> None:
    long = "## What is `g` for, and how *long* does it live? {{#{}}}\n\nOne request.\n\n"
    release(FIRST + "\n" + long.format("life") + long.format("life-too"))
    write(tmp_path / "deck", FIRST)
    write(tmp_path / "other", f"## X {{#x}}\n\nx\n\n{long.format('g-life')}", toml='id = "other"\nname = "Other"\n')
    result = invoke("check", "deck")
    assert result.stderr.count("other/01.md:5, so learners would have it twice") == 1
    write(tmp_path / "other", f"## X {{#x}}\n\nx\n\n{long.format('life')}", toml='id = "other"\nname = "Other"\n')
    assert (
        "learners have the question 'life' (What is g for, and how long does it live?), it is in another deck now"
        in invoke("check", "deck").stderr
    )
    write(tmp_path / "other", "## What is `h` for, and how long does it live? {#h}\n\nx\n", toml='id = "other"\nname = "Other"\n')
    assert "but it is gone; restore it" in invoke("check", "deck").stderr


def test_a_lock_is_not_rebuilt_from_another_deck(release: Callable[..., bytes], invoke: Invoke, tmp_path: Path) -> None:
    release(FIRST)
    write(tmp_path / "other", FIRST, toml='id = "other"\nname = "Other"\n')
    result = invoke("release", "other", "--from", "dist/deck.apkg")
    assert result.exit_code == 1
    assert "cannot rebuild other/deck.lock from dist/deck.apkg: it has no note of the deck 'other'" in result.stderr
    assert not (tmp_path / "other" / "deck.lock").exists()


def test_a_first_release_is_never_silent(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "deck", FIRST)
    before = time.gmtime()
    result = invoke("release", "deck")
    assert "Test: first release. If learners already have this deck, do not publish this package" in result.stderr
    assert "restore deck.lock from git, or rebuild deck.lock with --from" in result.stderr
    names = {time.strftime("%Y-%m-%d %H:%M UTC", moment) for moment in (before, time.gmtime())}
    assert result.stdout in {f"# Test, {name}\n\nFirst release: 3 notes.\n\n" for name in names}


@pytest.mark.parametrize(
    ("field", "texts"),
    [
        ("{{c1::a}} b {{c2::c::hint}}", {"1": "a", "2": "c"}),
        ("{{c1::outer {{c2::inner::h}} rest::hint}}", {"1": "outer inner rest", "2": "inner"}),
        ("{{c1::a}} {{c1::b}} a::b }}", {"1": "a … b"}),
        ("{{c12::<code>x&#58;&#58;y&#125;&#125;</code>}}", {"12": "x::y}}"}),
        ("{{c1::open", {}),
    ],
)
def test_what_a_cloze_hides(field: str, texts: dict[str, str]) -> None:
    assert cloze_texts(Note("g", "i", CLOZE.key, CLOZE.ordered({"question": field}), (), "D", (0,))) == texts


ANSWER = "A comb has one row of teeth, which divide hair into strands. A brush has many rows, so it smooths more hair at once.\n"
"""A text that is longer than the beginning in a lock."""
OUTDATED = "See our guide of last year for the old answer, with pictures of everything that we tried and a table. "
MORE_TOOLS = (
    "## How does a saw compare to an axe? {#saw}\n\nA saw cuts.\n\n"
    "## How does a pen compare to a pencil? {#pen}\n\nA pen has ink.\n"
)


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (
            "## {{c1::outer {{c2::inner}} rest}} {#a .cloze}\n",
            "## {{c2::outer {{c1::inner}} rest}} {#a .cloze}\n",
            "renumbered-cloze",
        ),
        (
            "## {{c1::request context}} and the {{c2::app contexts}} {#a .cloze}\n",
            "## {{c2::request contexts}} and the {{c1::app context}} {#a .cloze}\n",
            "renumbered-cloze",
        ),
        (
            "## What is GET for? {#get}\n\nRead.\n\n## What is PUT for? {#put}\n\nReplace.\n",
            "## What is PUT for? {#get}\n\nReplace.\n\n## What is GET for? {#put}\n\nRead.\n",
            "reused-id",
        ),
        (
            (
                "## What does `==` do in Python? {#one}\n\nIt compares two objects for equality.\n\n"
                "## What does `is` do in Python? {#two}\n\nIt compares two objects for identity.\n"
            ),
            (
                "## What does `is` do in Python? {#one}\n\nIt compares two objects for identity!\n\n"
                "## What does `==` do in Python? {#two tags=new}\n\nIt compares two objects for equality!\n"
            ),
            "reused-id",
        ),
        (
            f"## {SAME} first? {{#one}}\n\n{SAME} one.\n\n## {SAME} second? {{#two}}\n\n{SAME} other.\n",
            f"## {SAME} second!? {{#one}}\n\n{SAME} other.\n\n## {SAME} first!? {{#two}}\n\n{SAME} one.\n",
            "reused-id",
        ),
        (
            "## What is red? {#a}\n\nA colour.\n\n## What is a lion? {#b}\n\nA cat.\n\n## What is an oak? {#c}\n\nA tree.\n",
            "## What is an oak? {#a}\n\nA tree!\n\n## What is red? {#b .reversed}\n\nA colour!\n\n## What is a lion? {#c}\n\nA cat!\n",
            "reused-id",
        ),
        (
            "## What is red? {#a}\n\nA colour.\n\n## What is a lion? {#b}\n\nA cat.\n",
            "## What is a lion? {#a}\n\nA large cat.\n",
            "reused-id",
        ),
        (
            "## What is red? {#a}\n\nA colour.\n\n## What is a lion? {#b}\n\nA cat.\n",
            "## What is a lion? {#b}\n\nA cat!\n\n## What is red in art? {#a}\n\nA colour of fire.\n",
            "",
        ),
        (
            "## Name a colour of the sea and of the sky {#a}\n\nBlue.\n\n## Name a colour of a rose {#b}\n\nRed.\n",
            "## Name a colour of the sea, or of a rose {#a}\n\nRed.\n\n## Name a colour of a rose! {#b}\n\nRed.\n",
            "",
        ),
        (
            f"## How does a comb compare to a brush? {{#a}}\n\n{OUTDATED}{ANSWER}\n{MORE_TOOLS}",
            f"## How does a new comb compare to a brush? {{#a}}\n\n{ANSWER}\n{MORE_TOOLS}",
            "",
        ),
        (
            f"## Which? {{#a}}\n\n{OUTDATED}\n\n{MORE_TOOLS}",
            f"## Which? {{#a}}\n\n{ANSWER}\n{MORE_TOOLS}",
            "",
        ),
        (
            "## {{c1::outer words}} {{c2::inner words}} {#a .cloze}\n",
            "## {{c1::outer words {{c2::inner words}}}} {#a .cloze}\n",
            "",
        ),
    ],
)
def test_swaps_are_seen(
    before: str, after: str, code: str, release: Callable[..., bytes], invoke: Invoke, tmp_path: Path
) -> None:
    release(before)
    write(tmp_path / "deck", after)
    result = invoke("release", "deck")
    assert result.exit_code == bool(code)
    assert f"[{code}]" in result.stderr or not code


def test_the_case_of_a_tag_changes_nothing(release: Callable[..., bytes], invoke: Invoke, tmp_path: Path) -> None:
    release('## Q {#q tags="a b"}\n\nx\n')
    write(tmp_path / "deck", '## Q {#q tags="B A"}\n\nx\n')
    assert "Nothing has changed." in invoke("release", "deck").stdout


def test_locks_of_two_branches_merge(release: Callable[..., bytes], invoke: Invoke, tmp_path: Path) -> None:
    """Two branches gave one note id to two notes. The ids in a package must differ; the learner's ids do not matter."""
    release(FIRST)
    path = tmp_path / "deck" / "deck.lock"
    content = path.read_text(encoding="utf-8")
    (line,) = (line for line in content.split("\n") if '"id": "g"' in line)
    content = content.partition(" It has ")[0] + content[content.index("\n") :]
    other = line.replace('"id": "g"', '"id": "other"').replace('"guid": "', '"guid": "x')
    path.write_text(content.replace(line, f"{line}\n{other}"), encoding="utf-8")
    write(tmp_path / "deck", FIRST, "## Other {#other}\n\nA namespace.\n")
    assert invoke("build", "deck").exit_code == 0


@pytest.mark.parametrize("key", ["guid", "note_id", "mod", "question", "clozes", "retired", "hash", "kind"])
@pytest.mark.parametrize("value", ["null", "[]", "true", "-5", "1.5", "NaN", '{"1": null}', "1e400"])
def test_no_value_of_a_damaged_lock_is_taken(key: str, value: str, release: Callable[..., bytes], tmp_path: Path) -> None:
    if (key, value) == ("retired", "true"):
        return
    release(FIRST)
    content = (tmp_path / "deck" / "deck.lock").read_text(encoding="utf-8")
    (line,) = (line for line in content.split("\n") if '"id": "signed"' in line)
    damaged = re.sub(rf'"{key}": ("[^"]*"|\d+|\{{.*?\}})', lambda _: f'"{key}": {value}', line)
    damaged = damaged if damaged != line else line[:-1] + f', "{key}": {value}}}'
    lock, problems = lock_file.read("deck.lock", content.replace(line, damaged))
    assert lock is None
    assert [problem.code for problem in problems] == ["bad-lock"]


def test_a_deck_of_one_note_type_gets_its_lock_back_too(release: Callable[..., bytes], invoke: Invoke, tmp_path: Path) -> None:
    release("## Q {#q}\n\nx\n")
    lock = (tmp_path / "deck" / "deck.lock").read_bytes()
    (tmp_path / "deck" / "deck.lock").unlink()
    assert invoke("release", "deck", "--from", "dist/deck.apkg", "--check").exit_code == 2
    assert invoke("release", "deck", "--from", "dist/deck.apkg").exit_code == 0
    assert (tmp_path / "deck" / "deck.lock").read_bytes() == lock


def test_release_notes_have_a_blank_between_blocks(release: Callable[..., bytes], invoke: Invoke, tmp_path: Path) -> None:
    """The lock has none: its texts are compared with those of all earlier releases."""
    text = "## What does it print? {#a}\n\n```python\nprint(1)\n```\n\n---\n\n- 1\n- no more\n"
    release(FIRST)
    write(tmp_path / "deck", FIRST, text)
    assert "- What does it print? print(1)\n" in invoke("release", "deck").stdout
    write(tmp_path / "deck", FIRST, text.replace("no more", "no less"))
    assert "- What does it print? print(1): 1 no more → 1 no less\n" in invoke("release", "deck").stdout
    lock = (tmp_path / "deck" / "deck.lock").read_text(encoding="utf-8")
    assert '"question": "What does it print?print(1)", "answer": "1no less"' in lock


def test_release_notes_are_safe_markdown(release: Callable[..., bytes], invoke: Invoke, tmp_path: Path) -> None:
    release(FIRST)
    write(tmp_path / "deck", FIRST, "## What do `<!--` and `__init__` do? {#b}\n\nx\n")
    assert "- What do \\<!-- and \\_\\_init\\_\\_ do?" in invoke("release", "deck").stdout
