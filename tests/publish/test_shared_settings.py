"""A key of ``deck.toml`` that changes many notes is a warning with their number. The release notes name the key."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from anki.collection import Collection, ImportLogWithChanges
from click.testing import Result

from deckbuilder.source import lock_file
from tests.support import write

Invoke = Callable[..., Result]
Import = Callable[[bytes], ImportLogWithChanges.Log]
TOML = 'id = "test-deck"\nname = "Test"\n'
TAGS = 'tags = ["web"]\n'
TEXT = '# Title\n\n## A {#a}\n\n<p id="x">x</p>\n\n## B {#b tags="http"}\n\n> [!NOTE]\n> y\n\n## C {#c}\n\nz\n'
DAY = 1_700_000_000
WARNING = re.compile(r"deck\.toml:3:1: warning: '(\w+)' was '(.*)' at the last release, and (\d) of 3 notes change")


@pytest.fixture
def run(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Write the deck with these lines in its ``deck.toml``, and run a command on it on this day."""
    monkeypatch.chdir(tmp_path)

    def command(name: str, toml: str, day: int = 0, text: str = TEXT) -> Result:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(DAY + day * 86_400))
        write(tmp_path / "deck", text, toml=TOML + toml)
        result = invoke(name, "deck")
        assert result.exit_code == 0
        return result

    return command


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (TAGS, 'tags = ["web", "new"]\n', ("tags", "web", "3")),
        (TAGS, "tags = []\n", ("tags", "web", "3")),
        (TAGS, 'tags = ["http", "web"]\n', ("tags", "web", "2")),
        ("tags = []\n", TAGS, ("tags", "", "3")),
        ("context = false\n", "context = true\n", ("context", "false", "3")),
        ('html = ["p title"]\n', 'html = ["p id"]\n', ("html", "p title", "1")),
        ('language = "en"\n', 'language = "zh"\n', ("language", "en", "1")),
    ],
)
def test_each_such_key_is_a_warning_with_the_number_of_notes(
    before: str, after: str, expected: tuple[str, str, str], run: Callable[..., Result]
) -> None:
    run("release", before)
    assert WARNING.findall(run("check", before, 1).stderr) == []
    assert WARNING.findall(run("check", after, 1).stderr) == [expected]
    notes = run("release", after, 1).stdout
    if "zh" in after:
        assert "原因之一：牌组的 `language` 原为 en，现为 zh。" in notes
    else:
        assert f"One reason: `{expected[0]}` of the deck was {expected[1] or 'empty'}, and is " in notes
    assert WARNING.findall(run("check", after, 2).stderr) == []
    assert "One reason" not in run("release", after, 2).stdout


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (TAGS, 'tags = ["WEB"]\n'),
        ('tags = ["a", "b"]\n', 'tags = ["b", "a"]\n'),
        ('language = "en"\n', 'language = "en-GB"\n'),
        (TAGS, f'{TAGS}description = "x"\nversion = "2"\ncode = "wrap"\nchecked_with = "3"\nignore = ["long-line"]\n'),
        (TAGS, f'{TAGS}issues = "https://example.org/{{id}}"\nexclude = ["none.md"]\n'),
    ],
)
def test_a_key_that_changes_no_note_is_no_warning(before: str, after: str, run: Callable[..., Result]) -> None:
    run("release", before)
    assert "changed-for-all" not in run("check", after, 1).stderr
    assert "One reason" not in run("release", after, 1).stdout


def test_a_key_of_a_later_version_is_no_warning(run: Callable[..., Result], tmp_path: Path) -> None:
    """A later version may lock more keys. This version knows no value of theirs."""
    run("release", TAGS)
    path = tmp_path / "deck" / "deck.lock"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"settings": {', '"settings": {"later": "x", '), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    assert WARNING.findall(run("check", TAGS, 1).stderr) == []
    assert WARNING.findall(run("check", 'tags = ["new"]\n', 1).stderr) == [("tags", "web", "3")]
    assert "Nothing has changed." in run("release", TAGS, 1).stdout


HEAD = "---\ntags: [a]\n---\n# Title\n\n## A {#a}\n\nx\n\n## B {#b}\n\ny\n\n## C {#c}\n\n**z**\n"


@pytest.mark.parametrize(
    ("new", "warns"),
    [
        (HEAD.replace("[a]", "[a, b]"), True),
        (HEAD.replace("# Title", "# Other title"), True),
        (
            HEAD.replace("# Title", "# Other title").replace("## C {#c}\n\n**z**\n", "## D {#d}\n\nnew\n\n## C {#c}\n\n**z**\n"),
            True,
        ),
        (HEAD, False),
        (HEAD.replace("[a]", "[A]"), False),
        (HEAD.replace("{#a}", '{#a tags="b"}').replace("{#b}", '{#b tags="b"}'), False),
        (HEAD.replace("[a]", "[a, b]").replace("**z**", "**Z**"), False),
        (HEAD.replace("x", "X").replace("y", "Y").replace("z", "Z"), False),
    ],
)
def test_the_head_of_a_file_that_changes_all_its_notes_is_a_warning(new: str, warns: bool, run: Callable[..., Result]) -> None:
    run("release", "context = true\n", text=HEAD)
    said = run("check", "context = true\n", 1, new).stderr
    assert (
        "deck/01.md:1:1: warning: all 3 notes of this file change by tags, a title, hints, sources or pictures" in said
    ) is warns
    run("release", "context = true\n", 1, new)
    assert "changed-for-all" not in run("check", "context = true\n", 2, new).stderr


def test_other_typed_answers_are_other_words(run: Callable[..., Result]) -> None:
    text = "".join(f"## Status {number}? {{#s{number} .typed}}\n\n40{number}\n\n" for number in range(4))
    run("release", "", text=text)
    assert "changed-for-all" not in run("check", "", 1, text.replace("\n40", "\n50")).stderr


def test_a_key_of_deck_toml_is_the_only_warning(run: Callable[..., Result]) -> None:
    run("release", "", text=HEAD)
    assert run("check", TAGS, 1, HEAD).stderr.count("[changed-for-all]") == 1


def test_a_changed_question_alone_is_no_warning(run: Callable[..., Result]) -> None:
    run("release", TAGS)
    assert "changed-for-all" not in run("check", TAGS, 1, TEXT.replace("z\n", "new\n")).stderr


def test_a_lock_of_version_0_1_0_has_no_such_keys(run: Callable[..., Result], tmp_path: Path) -> None:
    run("release", TAGS)
    path = tmp_path / "deck" / "deck.lock"
    text = path.read_text(encoding="utf-8")
    old = re.sub(r', "settings": \{[^}]*\}', "", text)
    assert old != text
    path.write_text(old, encoding="utf-8")
    assert "changed-for-all" not in run("check", "tags = []\n", 1).stderr
    assert "Nothing has changed." in run("release", TAGS, 1).stdout
    assert path.read_text(encoding="utf-8") == old, "a release without a change rewrites no lock"


@pytest.mark.parametrize("value", ["1", "[]", "null", '{"tags": 1}', '{"tags": null}'])
def test_damaged_keys_are_an_error(value: str, run: Callable[..., Result], tmp_path: Path) -> None:
    run("release", TAGS)
    text = (tmp_path / "deck" / "deck.lock").read_text(encoding="utf-8")
    lock, (found,) = lock_file.read("deck.lock", re.sub(r'"settings": \{[^}]*\}', f'"settings": {value}', text))
    assert (lock, found.code, found.span.line) == (None, "bad-lock", 2)


def test_what_learners_lose_in_the_real_anki(
    run: Callable[..., Result], import_package: Import, collection: Collection, tmp_path: Path
) -> None:
    """Anki replaces all tags of a newer note, so no package can keep a learner's tag there: the page says so."""
    run("release", TAGS)
    package = tmp_path / "dist" / "deck.apkg"
    import_package(package.read_bytes())
    for note_id in collection.find_notes(""):
        note = collection.get_note(note_id)
        note.tags.append("mine")
        collection.update_note(note)
    assert collection.db is not None
    collection.db.execute("update notes set mod = ?", DAY + 10)
    run("release", TAGS, 1, TEXT.replace("z\n", "new\n"))
    import_package(package.read_bytes())
    assert len(collection.find_notes("tag:mine")) == 2
    run("release", 'tags = ["web", "new"]\n', 2)
    import_package(package.read_bytes())
    assert len(collection.find_notes("tag:mine")) == 0
