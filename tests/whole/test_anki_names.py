"""The real Anki keeps every name that we accept: tags, decks, subdecks and files."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from anki.collection import Collection, ImportLogWithChanges
from anki.errors import InvalidInput
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from deckbuilder.adopt.new_folder import toml_string
from deckbuilder.model.diagnostics import Severity
from deckbuilder.pipeline.build_deck import Built, pack
from deckbuilder.source.settings import LEVELS
from tests.support import TIME, deck, picture

pytestmark = pytest.mark.slow

Import = Callable[[Path | bytes], ImportLogWithChanges.Log]
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ODD = st.sampled_from([*"aAä:-/\\_*%&<>'\"“`^~|.,;!?#@ \t\u3000\xa0\u200b\u2028\u0301\x85ßİıſﬁ😀\ufeff\u202e\xad中é"])
NAMES = st.text(ODD | st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
count = 0


def made(folder: Path, *files: str, toml: str) -> tuple[Built, set[str]]:
    """Build a deck that no other example has; return the deck and the codes of its errors."""
    global count  # noqa: PLW0603  hypothesis gives every example the same folder
    count += 1
    found = deck(folder / str(count), *files, toml=f'id = "deck-{count}"\n{toml}')
    codes = {problem.code for problem in found.diagnostics if problem.severity is Severity.ERROR}
    return found, codes


@SETTINGS
@given(st.lists(NAMES, min_size=1, max_size=6))
@example(["a:", "b::c", ":x", "x:::y", "Ａ", "ẞ", "a\u0345", "e\u0301"])
def test_tags_come_back_as_they_are(tmp_path: Path, collection: Collection, import_package: Import, tags: list[str]) -> None:
    accepted: list[str] = []
    for tag in dict.fromkeys(tags):
        _, codes = made(tmp_path, "## Q {#q}\n\nA\n", toml=f'name = "N{count}"\ntags = [{toml_string(tag)}]\n')
        assert codes <= {"bad-tag", "bad-deck-toml"}
        if not codes and tag.casefold() not in {other.casefold() for other in accepted}:
            accepted.append(tag)
    found, codes = made(
        tmp_path, "## Q {#q}\n\nA\n", toml=f'name = "N{count}"\ntags = [{", ".join(toml_string(tag) for tag in accepted)}]\n'
    )
    assert not codes
    collection.tags.clear_unused_tags()
    (new,) = import_package(pack(found.deck, TIME).data).new
    note = collection.get_note(new.id.nid)
    there = sorted(note.tags)
    collection.remove_notes([note.id])
    collection.tags.clear_unused_tags()
    assert there == sorted(accepted)


@SETTINGS
@given(st.lists(NAMES, min_size=1, max_size=3), st.lists(NAMES, max_size=3))
@example(["a\u0301"], ["e\u0301"])
@example(["A"], ["\u200b"])
@example(["A\ufeff"], ["\xa0x"])
@example([":"], [])
@example(["a"], ["x:", "y"])
@example(["a"], [":x"])
def test_decks_come_back_as_they_are(
    tmp_path: Path, collection: Collection, import_package: Import, name: list[str], subdeck: list[str]
) -> None:
    text = f"---\ndeck: {json.dumps('::'.join(subdeck))}\n---\n" if subdeck else ""
    folder = f"{count}"
    found, codes = made(tmp_path, f"{text}## Q {{#q}}\n\nA\n", toml=f"name = {toml_string(f'N{folder}' + '::'.join(name))}\n")
    if codes:
        assert codes <= {"bad-deck-toml", "bad-subdeck", "bad-front-matter"}
        return
    (new,) = import_package(pack(found.deck, TIME).data).new
    (card,) = collection.get_note(new.id.nid).cards()
    assert collection.decks.name(card.did) == found.deck.entries[0].note.deck
    assert "+" not in [kind.name[-1] for kind in collection.models.all_names_and_ids()]


@pytest.mark.parametrize("levels", [2, LEVELS])
def test_deep_and_long_names(levels: int, tmp_path: Path, collection: Collection, import_package: Import) -> None:
    name = "::".join(["x" * 500] * levels)
    found, codes = made(tmp_path, "## Q {#q}\n\nA\n", toml=f'name = "{name}"\n')
    assert not codes
    (new,) = import_package(pack(found.deck, TIME).data).new
    assert collection.decks.name(collection.get_note(new.id.nid).cards()[0].did) == name
    _, codes = made(tmp_path, "## Q {#q}\n\nA\n", toml=f'name = "{name}::{name}"\n')
    assert codes == ({"bad-deck-toml"} if levels == LEVELS else set())
    _, codes = made(tmp_path, f"---\ndeck: {name}\n---\n## Q {{#q}}\n\nA\n", toml='name = "A"\n')
    assert codes == ({"bad-subdeck"} if levels == LEVELS else set())


def test_one_level_more_is_refused_by_anki(tmp_path: Path, import_package: Import) -> None:
    found, _ = made(tmp_path, "## Q {#q}\n\nA\n", toml='name = "A"\n')
    name = "::".join("x" * (LEVELS + 1))
    (card,) = found.deck.entries
    deep = replace(
        found.deck, settings=replace(found.deck.settings, name=name), entries=(card._replace(note=card.note._replace(deck=name)),)
    )
    with pytest.raises(InvalidInput, match="too deep"):
        import_package(pack(deep, TIME).data)


@SETTINGS
@given(NAMES.filter(lambda name: not {*name} & {*"/\\\0:\n\r"} and name not in (".", "..")))
@example("con")
@example("a. ")
@example("İ" * 60)
@example("a" * 200)
def test_pictures_come_back_under_the_name_that_is_shown(
    tmp_path: Path, collection: Collection, import_package: Import, name: str
) -> None:
    folder = tmp_path / str(count + 1)
    folder.mkdir()
    try:
        (folder / f"{name}.png").write_bytes(picture(name))
    except OSError:
        return  # the system has no such name
    written = "".join(f"%{byte:02X}" for byte in f"{name}.png".encode())
    found, codes = made(tmp_path, f"## Q {{#q}}\n\n![x]({written})\n", toml=f'name = "N{count}"\n')
    assert not codes
    (new,) = import_package(pack(found.deck, TIME).data).new
    note = collection.get_note(new.id.nid)
    shown = collection.media.files_in_str(note.mid, "\x1f".join(note.fields))
    assert len(shown) == 1
    assert Path(collection.media.dir(), shown[0]).read_bytes() == picture(name)


@pytest.mark.parametrize("name", ["Default", "default"])
def test_a_deck_called_as_the_one_that_all_have(
    name: str, tmp_path: Path, collection: Collection, import_package: Import
) -> None:
    """Anki takes the decks of a package in any order, so it sometimes called this deck ``Default_``."""
    for attempt in range(6):
        text = f"## Q{attempt} {{#q-{attempt}}}\n\nA\n"
        found, codes = made(tmp_path / str(attempt), text, toml=f'name = "{name}"\n')
        assert not codes
        import_package(pack(found.deck, TIME).data)
    assert [deck.name for deck in collection.decks.all_names_and_ids()] == ["Default"]
