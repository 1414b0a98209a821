"""``subdecks = "folders"``: the folders of a deck are its subdecks in Anki."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import Result

from deckbuilder.pipeline.build_deck import Built, pack
from tests.support import PNG, TIME, built

if TYPE_CHECKING:
    from anki.collection import Collection, ImportLogWithChanges

    Import = Callable[[Path | bytes], ImportLogWithChanges.Log]

TOML = 'id = "test-deck"\nname = "Test"\nsubdecks = "folders"\n'
QUESTION = "## What? {#@}\n\nx\n"


def made(folder: Path, files: Mapping[str, str], toml: str = TOML) -> Built:
    """Build a deck with these texts by path; ``@`` in a text becomes an id."""
    folder.mkdir(exist_ok=True)
    (folder / "deck.toml").write_text(toml, encoding="utf-8")
    for number, (name, text) in enumerate(files.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("@", f"q{number}"), encoding="utf-8")
    return built(folder)


def decks(found: Built) -> list[str]:
    return [entry.note.deck for entry in found.deck.entries]


def problems(found: Built) -> list[str]:
    return [f"{Path(item.span.path).name}:{item.span.line} {item.message}" for item in found.diagnostics if item.is_error]


def test_every_folder_between_the_deck_and_the_file_is_a_level(tmp_path: Path) -> None:
    files = ("a.md", "01-basics/a.md", "01-basics/b.md", "10 Web/Forms & more/_x/a.md", "_draft/a.md", "中文/a.md")
    found = made(tmp_path, dict.fromkeys(files, QUESTION))
    assert not problems(found)
    assert decks(found) == [
        *("Test::01-basics", "Test::01-basics", "Test::10 Web::Forms & more::_x", "Test::_draft", "Test", "Test::中文"),
    ]


def test_folders_are_no_subdecks_unless_the_deck_says_so(tmp_path: Path) -> None:
    found = made(tmp_path, {"web/a.md": QUESTION, "b.md": QUESTION}, TOML.replace('subdecks = "folders"', ""))
    assert decks(found) == ["Test", "Test"]


def test_front_matter_names_another_subdeck(tmp_path: Path) -> None:
    found = made(
        tmp_path, {"web/a.md": f"---\ndeck: Forms\n---\n{QUESTION}", "web/b.md": f"---\ntags: [a]\ndeck:\n---\n{QUESTION}"}
    )
    assert decks(found) == ["Test::Forms", "Test::web"]


def test_the_name_of_the_deck_may_have_levels(tmp_path: Path) -> None:
    assert decks(made(tmp_path, {"a/b.md": QUESTION}, TOML.replace('"Test"', '"Top::Test"'))) == ["Top::Test::a"]


def test_hidden_folders_and_folders_without_questions_are_no_subdecks(tmp_path: Path) -> None:
    files = {"a/b.md": QUESTION, ".hidden/c.md": QUESTION, "a/pictures/d.txt": "", "e/README.md": QUESTION}
    assert decks(made(tmp_path, files)) == ["Test::a"]


def test_pictures_are_found_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(PNG)
    found = made(tmp_path, {"web/a.md": f"{QUESTION}\n![](../pictures/a.png)\n"})
    assert not problems(found)
    assert decks(found) == ["Test::web"]


@pytest.mark.parametrize("argument", ["web", "web/a.md", "."])
def test_a_part_of_the_deck_means_the_whole_deck(argument: str, tmp_path: Path) -> None:
    made(tmp_path, {"web/a.md": QUESTION, "b.md": QUESTION})
    assert decks(built(tmp_path / argument)) == ["Test", "Test::web"]


def test_a_decomposed_name_is_composed_as_anki_stores_it(tmp_path: Path) -> None:
    (name,) = decks(made(tmp_path, {f"{unicodedata.normalize('NFD', 'Größe')}/a.md": QUESTION}))
    assert name == "Test::Größe"


def test_the_value_is_folders(tmp_path: Path) -> None:
    for value in ('"files"', "true", '"folder"', "[]"):
        assert problems(made(tmp_path, {"web/a.md": QUESTION}, TOML.replace('"folders"', value))) == [
            "deck.toml:3 'subdecks' must be \"folders\" (the name of a folder is the subdeck of its files)"
        ]


@pytest.mark.skipif(os.name == "nt", reason="Windows allows no such names")
@pytest.mark.parametrize(
    "name", [" a", "a ", 'a"b', "a:", ":", "a::::b", "::", "a\tb", "a\x1fb", "\u3000a", "a/ /b", os.fsdecode(b"a\xff")]
)
def test_a_folder_that_anki_would_rename_is_an_error_at_its_first_file(name: str, tmp_path: Path) -> None:
    found = problems(made(tmp_path, {f"{name}/a.md": QUESTION, f"{name}/b.md": QUESTION, "c.md": QUESTION}))
    assert len(found) == 1
    assert found[0].startswith(f"a.md:1 this folder is the subdeck '{name.replace('/', '::')}', which must not have ")
    assert found[0].endswith("; rename the folder")


def test_a_folder_with_colons_makes_levels(tmp_path: Path) -> None:
    if os.name == "nt":
        pytest.skip("Windows allows no colon in a name")
    assert decks(made(tmp_path, {"a::b/c.md": QUESTION})) == ["Test::a::b"]


def test_too_many_levels(tmp_path: Path) -> None:
    found = made(tmp_path, {"/".join("abcdefghij") + "/a.md": QUESTION, "/".join("zbcdefghijk") + "/a.md": QUESTION})
    (problem,) = problems(found)
    assert problem.startswith("a.md:1 this folder is the subdeck 'z::b::c::d::e::f::g::h::i::j::k', which is too deep")


def test_names_that_differ_only_in_case(tmp_path: Path) -> None:
    found = made(tmp_path, {"Web/a.md": QUESTION, "b.md": f"---\ntags: [web]\ndeck: web::Forms\n---\n{QUESTION}"})
    assert problems(found) == [
        "b.md:3 subdeck 'web::Forms' is written 'Web' elsewhere: use one spelling, or Anki would make two subdecks"
    ]


FILES = {
    "02-web/a.md": "## First? {#first .reversed}\n\nx\n\n## Second? {#second}\n\nx\n",
    "01-basics/b.md": QUESTION,
    "c.md": QUESTION,
}


def test_a_renamed_folder_stops_a_release(tmp_path: Path, invoke: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made(tmp_path / "deck", FILES)
    assert invoke("release", "deck").exit_code == 0
    (tmp_path / "deck" / "02-web").rename(tmp_path / "deck" / "web")
    assert invoke("build", "deck").exit_code == 0
    result = invoke("release", "deck")
    assert result.exit_code == 1
    moved = "in the deck 'Test::02-web', and Anki never moves cards; move back from 'Test::web', or move"
    assert moved in result.stderr


def test_a_known_file_whose_deck_begins_elsewhere_is_in_another_subdeck(
    tmp_path: Path, invoke: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")  # or the builds differ if a second passes between them
    made(tmp_path / "decks", {"deck/web/a.md": QUESTION})
    assert invoke("build", "decks").exit_code == 0
    (tmp_path / "decks" / "deck.toml").rename(tmp_path / "decks" / "deck" / "deck.toml")
    assert invoke("build", "decks/deck", "-o", "one").exit_code == 0
    assert invoke("build", "decks/deck", "-o", "two", "--no-cache").exit_code == 0
    assert Path("one/deck.apkg").read_bytes() == Path("two/deck.apkg").read_bytes()


@pytest.mark.slow
def test_anki_has_the_folders_as_subdecks_with_the_cards_in_the_authors_order(
    tmp_path: Path, collection: Collection, import_package: Import
) -> None:
    found = made(tmp_path / "deck", FILES)
    import_package(pack(found.deck, TIME).data)
    names = {deck.id: deck.name for deck in collection.decks.all_names_and_ids()}
    assert {name for name in names.values() if name != "Default"} == {"Test", "Test::01-basics", "Test::02-web"}
    query = "select n.guid, c.ord, c.did from cards c join notes n on n.id = c.nid order by c.due, c.ord"
    ids = {entry.note.guid: entry.question.id for entry in found.deck.entries}
    there = [(ids[guid], number, names[deck]) for guid, number, deck in collection.db.all(query)]  # type: ignore[union-attr]
    assert there == [
        ("q1", 0, "Test::01-basics"),
        ("first", 0, "Test::02-web"),
        ("first", 1, "Test::02-web"),
        ("second", 0, "Test::02-web"),
        ("q2", 0, "Test"),
    ]
