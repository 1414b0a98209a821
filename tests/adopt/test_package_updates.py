"""Adopted packages, edited and released, and imported over the original in the real Anki."""

from __future__ import annotations

import os
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import genanki
import pytest
from anki.collection import Collection
from click.testing import Result

from deckbuilder.check.published_texts import Changes
from deckbuilder.package.comparison import compare
from deckbuilder.package.read_package import unpack
from tests.adopt.packages import BASIC, OLD, Import, content, counts, find, learn, made, model, note, replace
from tests.support import TIME, built
from tests.whole.test_anki import state

pytestmark = pytest.mark.slow

Invoke = Callable[..., Result]


def type_names(collection: Collection) -> set[str]:
    return {kind.name for kind in collection.models.all_names_and_ids()}


def test_learners_are_updated_in_place(
    package: Path, adopted: Path, release: Callable[..., Path], import_package: Import, collection: Collection
) -> None:
    assert counts(import_package(package))[0] == 6
    learn(collection)
    before, cards, types = content(collection), state(collection), type_names(collection)
    assert len(cards) == 8
    assert all(row[7] > 0 for row in cards.values())

    # Without an edit, no byte of a note changes.
    assert counts(import_package(release())) == (0, 0, 6, 0)
    assert content(collection) == before

    # The author edits one answer.
    replace(adopted, "One for all.", "One for the whole process.")
    assert counts(import_package(release())) == (0, 1, 5, 0)
    gil = find(collection, "GIL")
    after = content(collection)
    assert {guid for guid in before if before[guid] != after[guid]} == {gil}
    question, answer = after[gil][0].split("\x1f")[:2]
    assert question == "What is the <b>GIL</b>?", "the part that was not edited is the same, byte for byte"
    assert "One for the whole process." in answer
    assert after[gil][3] == before[gil][3]
    assert "MINE" in after[find(collection, "WSGI")][0]
    assert "mine" in after[find(collection, "WSGI")][1]
    assert {key: row for key, row in state(collection).items() if key in cards} == cards

    # The author adds a question, which has our own note type.
    with (adopted / "01-web.md").open("a", encoding="utf-8") as file:
        file.write("\n## New? {#new}\n\n```python\nx\n```\n")
    assert counts(import_package(release())) == (1, 0, 6, 0)
    assert {guid: row for guid, row in content(collection).items() if guid in before} == after
    assert {key: row for key, row in state(collection).items() if key in cards} == cards
    assert type_names(collection) == types | {"Web · Q&A"}
    assert collection.note_count() == 7


def test_every_part_of_every_kind_can_be_edited(
    package: Path, adopted: Path, release: Callable[..., Path], import_package: Import, collection: Collection
) -> None:
    import_package(package)
    learn(collection)
    before, cards = content(collection), state(collection)
    for old, new in (
        ("## What is the **GIL**?", "## What *is* the GIL?"),
        ("What does this print?", "What would this print?"),
        ("the same, asynchronous", "the same, but asynchronous"),
        ("They are {{c1::signed}}", "They are {{c1::signed}} by {{c4::the server}}"),
        ("Anyone can read them.", "Everybody can:\n\n```python\nprint(1)\n```"),
        ("\n410\n", "\n411\n"),
    ):
        replace(adopted, old, new)
    log = import_package(release())
    assert counts(log) == (0, 5, 1, 0)
    assert {key: row for key, row in state(collection).items() if key in cards} == cards
    assert len(state(collection)) == len(cards) + 1, "the new cloze"
    for card_id in collection.find_cards(""):
        card = collection.get_card(card_id)
        for html in (card.question(), card.answer()):
            assert "{{" not in html
            assert len(html) > len("<style></style>")
    (card_id,) = collection.find_cards("411")
    assert "[[type:Back]]" in collection.get_card(card_id).question()
    assert list(collection.get_empty_cards().notes) == []
    assert collection.fix_integrity()[1]
    (number,) = collection.find_notes("would this print")
    item = collection.get_note(number)
    assert item.fields[0] == before[item.guid][0].split("\x1f")[0].replace("does", "would"), "the old colours stay"
    (number,) = collection.find_notes("Everybody")
    item = collection.get_note(number)
    assert '<div class="deckbuilder"><p>Everybody can:</p><pre class="highlight"' in item.fields[-1]
    assert ".deckbuilder .highlight .k {" in collection.get_card(item.card_ids()[0]).question()


def test_new_learners_get_what_the_old_package_had(
    package: Path, adopted: Path, release: Callable[..., Path], import_package: Import, collection: Collection
) -> None:
    assert adopted.is_dir()
    data = release()
    old, new = unpack(package), unpack(data)
    found = compare(old, new)
    assert (found.untouched, found.hurts, found.styles, found.media_gone, found.media_changed) == (6, False, (), (), ())
    assert counts(import_package(data)) == (6, 0, 0, 0)
    assert sorted(item.fields for item in new.notes.values()) == sorted(item.fields for item in old.notes.values())
    assert collection.media.have("a b.png")
    assert collection.media.have("word.mp3")
    assert collection.card_count() == 8
    assert {kind.model["sortf"] for kind in new.types.values()} == {0}


def test_an_edit_taken_back_gives_the_old_text_again(
    genanki_package: Path, invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, release: Callable[..., Path]
) -> None:
    monkeypatch.chdir(tmp_path)
    invoke("adopt", genanki_package, "-o", "deck")
    first = unpack(release())
    replace(tmp_path / "deck", "A lock.", "One lock.")
    second = unpack(release())
    replace(tmp_path / "deck", "One lock.", "A lock.")
    third = unpack(release())
    (gil,) = (guid for guid, item in first.notes.items() if "GIL" in item.fields[0])
    assert first.notes[gil].fields == third.notes[gil].fields != second.notes[gil].fields
    assert first.notes[gil].mod < second.notes[gil].mod < third.notes[gil].mod
    others = [guid for guid in first.notes if guid != gil]
    assert all(first.notes[guid].mod == third.notes[guid].mod == OLD for guid in others)


def test_tools_whose_note_type_ids_are_hashes(
    invoke: Invoke,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    release: Callable[..., Path],
    import_package: Import,
) -> None:
    """ankdown uses hashes of 64 bits as ids of note types."""
    monkeypatch.chdir(tmp_path)
    model = genanki.Model(2**62 + 1, "Hashed", fields=BASIC.fields, templates=BASIC.templates)
    path = made(tmp_path, ("Web", [note(model, *("x" for _ in BASIC.fields))]))
    import_package(path)
    assert invoke("adopt", path, "-o", "deck").exit_code == 0
    assert counts(import_package(release())) == (0, 0, 1, 0)


def test_tools_that_write_milliseconds(
    genanki_package: Path,
    invoke: Invoke,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    release: Callable[..., Path],
    import_package: Import,
    collection: Collection,
) -> None:
    """mdanki's library writes milliseconds, which look later than a learner's edit in seconds.

    Each import of its packages thus overwrites the edit. Our packages must not overwrite the edit.
    """
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "milliseconds.apkg"
    with zipfile.ZipFile(genanki_package) as old, zipfile.ZipFile(path, "w") as new:
        connection = sqlite3.connect(":memory:")
        connection.deserialize(old.read("collection.anki2"))
        connection.execute("update notes set mod = mod * 1000 + 7")
        connection.commit()
        new.writestr("collection.anki2", connection.serialize())
        connection.close()
        for name in old.namelist()[1:]:
            new.writestr(name, old.read(name))
    import_package(path)
    learn(collection)
    before, cards = content(collection), state(collection)
    assert invoke("adopt", path, "-o", "deck").exit_code == 0
    assert counts(import_package(release())) == (0, 0, 6, 0)
    assert content(collection) == before
    replace(tmp_path / "deck", "One for all.", "One for the process.")
    assert counts(import_package(release())) == (0, 1, 5, 0)
    replace(tmp_path / "deck", "One for the process.", "One for each process.")
    with (tmp_path / "deck" / "01-web.md").open("a", encoding="utf-8") as file:
        file.write("\n## New? {#new}\n\nx\n")
    assert counts(import_package(release())) == (1, 1, 5, 0)
    assert "each process" in content(collection)[find(collection, "GIL")][0]
    assert "MINE" in content(collection)[find(collection, "WSGI")][0]
    assert {key: row for key, row in state(collection).items() if key in cards} == cards
    (new_one,) = (item for item in unpack(tmp_path / "dist" / "deck.apkg").notes.values() if "New?" in item.fields[0])
    assert new_one.mod < 2**33, "a new note has a time in seconds"


@pytest.mark.parametrize("seed", range(int(os.environ.get("HISTORIES", "200")) // 5))
def test_nothing_is_lost_in_any_history(
    seed: int,
    genanki_package: Path,
    invoke: Invoke,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    release: Callable[..., Path],
    import_package: Import,
    collection: Collection,
) -> None:
    """An author edits the adopted deck and a learner edits the notes, in any order."""
    random = Random(seed)
    monkeypatch.chdir(tmp_path)
    import_package(genanki_package)
    invoke("adopt", genanki_package, "-o", "deck")
    edits = [("A lock", "One lock"), ("What does this", "What would this"), ("a *gateway* interface", "an interface")]
    edits += [
        ("the same, asynchronous", "asynchronous, too"),
        ("{{c1::signed}}", "{{c1::signed by the server}}"),
        ("\n410\n", "\n411\n"),
    ]
    edits += [("python level::mid", "python"), ("ASGI {", "The ASGI {"), ("Cookies\n", "About cookies\n")]
    mine: dict[str, tuple[int, tuple[Any, ...]]] = {}
    edited: dict[str, int] = {}
    day = 0
    for _ in range(6):
        what = random.choice(["author", "learner", "study"])
        if what == "author" and edits:
            day += 1
            before = {item.guid: item.fields + item.tags for item in unpack(release()).notes.values()}
            replace(tmp_path / "deck", *edits.pop(random.randrange(len(edits))))
            day += 1
            after = unpack(release())
            changed = [guid for guid, item in after.notes.items() if item.fields + item.tags != before[guid]]
            assert len(changed) == 1
            edited[changed[0]] = TIME + day * 86_400
            cards = state(collection)
            log = import_package(tmp_path / "dist" / "deck.apkg")
            assert (len(log.new), len(log.conflicting)) == (0, 0)
            assert {key: row for key, row in state(collection).items() if key in cards} == cards
        elif what == "learner":
            number = random.choice(collection.find_notes(""))
            item = collection.get_note(number)
            item.fields[-1] += " MINE"
            item.tags.append("mine")
            collection.update_note(item)
            now = TIME + day * 86_400 + 1000
            collection.db.execute("update notes set mod = ? where id = ?", now, number)  # type: ignore[union-attr]
            mine[item.guid] = (now, content(collection)[item.guid][:2])
        else:
            collection.decks.set_current(collection.decks.id_for_name("Web") or 1)  # type: ignore[arg-type]
            if card := collection.sched.getCard():
                collection.sched.answerCard(card, 3)
        have = content(collection)
        for guid, (when, written) in mine.items():
            assert (have[guid][:2] == written) == (when > edited.get(guid, 0))


def test_a_question_of_several_fields_is_the_one_that_learners_have(invoke: Invoke, tmp_path: Path) -> None:
    """No edit of the deck: no rule may find another text under an id, however few words the fields have."""
    verbs = model("Verbs", 31, "Mood Verb Form Other", ("{{Mood}}{{Verb}}", "{{Form}}{{Other}}"))
    items = [note(verbs, "imperative", verb, f"{verb}a", f"{verb}as") for verb in ("fal", "and", "cant", "part", "beb", "corr")]
    package = made(tmp_path, ("Web", items))
    assert invoke("adopt", package, "-o", tmp_path / "deck").exit_code == 0
    deck = built(tmp_path / "deck").deck
    assert deck.lock
    assert Changes(deck, deck.lock).changed == set()
    replace(tmp_path / "deck", "corras", "corrais")
    deck = built(tmp_path / "deck").deck
    assert len(Changes(deck, deck.lock or pytest.fail("no lock")).changed) == 1
