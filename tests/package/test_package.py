"""The bytes of a package: rows, stamps, order, names."""

from __future__ import annotations

import itertools
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import genanki
import pytest

from deckbuilder.cards.note_types import note_types
from deckbuilder.model.note import Note
from deckbuilder.package import write_package
from deckbuilder.pipeline import build_deck
from deckbuilder.publish.stamps import stamps
from tests.support import PNG, TIME, deck, picture, write
from tests.support import package as packaged

QUESTIONS = """
## First {#first}

answer

## Second {#second .reversed}

answer

## {{c3::Third}} and {{c1::a {{c12::nested}} one}} `{{c7::code}}` {#third .cloze}
"""


def rows(data: bytes, query: str) -> list[tuple[Any, ...]]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        connection = sqlite3.connect(":memory:")
        connection.deserialize(archive.read("collection.anki2"))
    found = connection.execute(query).fetchall()
    connection.close()
    return found


def test_cards_in_the_authors_order_one_for_each_template_and_cloze(tmp_path: Path) -> None:
    data = packaged(tmp_path, QUESTIONS)
    assert rows(data, "select due, ord, did != 0 from cards order by due, ord") == [
        (1, 0, 1),
        (2, 0, 1),
        (2, 1, 1),
        (3, 0, 1),
        (3, 2, 1),
        (3, 11, 1),
    ]


def test_each_note_has_its_own_stamp(tmp_path: Path) -> None:
    settings = (first := deck(tmp_path, QUESTIONS).deck).settings
    notes = [card.note for card in first.entries]
    given = stamps(None, notes, types := note_types(settings), TIME)
    given = given._replace(mods={**given.mods, notes[1].guid: TIME - 5000})
    data = write_package.package(settings, types, notes, [], given, now=TIME)
    assert rows(data, "select mod from notes order by id") == [(TIME,), (TIME - 5000,), (TIME,)]
    assert rows(data, "select distinct typeof(mod) from notes") == [("integer",)]


def test_ids_of_notes_and_cards_are_times_not_in_the_future(tmp_path: Path) -> None:
    data = packaged(tmp_path, QUESTIONS)
    ids = [number for (number,) in rows(data, "select id from notes union all select id from cards")]
    assert len(ids) == len(set(ids)) == 9
    assert all(0 < number < TIME * 1000 for number in ids)
    # a note's cards sort right behind it, also those that a later release adds
    assert all(note < card < note + 1000 for note, card in rows(data, "select nid, id from cards"))


def test_note_types_carry_the_published_ids_of_fields_and_templates(tmp_path: Path) -> None:
    ((models,),) = rows(packaged(tmp_path, QUESTIONS), "select models from col")
    for model in json.loads(models).values():
        assert all(part["id"] > 1_702_301_857_284_000 for part in model["flds"] + model["tmpls"])
        assert model["sortf"] == 0
        assert "·" in model["name"]


def test_subdecks_are_below_the_deck(tmp_path: Path) -> None:
    data = packaged(tmp_path, "## A {#a}\n\nx\n", "---\ndeck: Sub::Deep\n---\n## B {#b}\n\nx\n")
    ((decks,),) = rows(data, "select decks from col")
    assert {"Test", "Test::Sub::Deep"} < {found["name"] for found in json.loads(decks).values()}
    assert rows(data, "select count(distinct did) from cards") == [(2,)]


def test_media_under_flat_hashed_names(tmp_path: Path) -> None:
    write(tmp_path, "## A ![](x/p.png) {#a}\n\n![](y/p.png) ![](x/p.png) ![](Ton%20Ä.MP3) <img src='y/p.png'>\n")
    for name, data in (("x/p.png", PNG + b"1"), ("y/p.png", PNG + b"2"), ("Ton Ä.MP3", b"tone")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    built = deck(tmp_path)
    assert built.good, built.diagnostics
    with zipfile.ZipFile(BytesIO(build_deck.pack(built.deck, TIME).data)) as archive:
        names = json.loads(archive.read("media"))
        content = {name: archive.read(number) for number, name in names.items()}
    assert content == {"p-d4cf5fbb.png": PNG + b"1", "p-a4af95f9.png": PNG + b"2", "ton-a-00cf4ce3.mp3": b"tone"}
    ((fields,),) = rows(build_deck.pack(built.deck, TIME).data, "select flds from notes")
    assert fields.count('src="p-d4cf5fbb.png"') == 2
    assert fields.count('src="p-a4af95f9.png"') == 2
    assert "[sound:ton-a-00cf4ce3.mp3]" in fields


def test_nothing_is_left_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    packaged(tmp_path / "deck", QUESTIONS)
    assert list((tmp_path / "tmp").iterdir()) == []


def test_entries_are_deflated_and_dated_alike(tmp_path: Path) -> None:
    with zipfile.ZipFile(BytesIO(packaged(tmp_path, QUESTIONS))) as archive:
        for entry in archive.infolist():
            assert (entry.date_time, entry.compress_type) == ((1980, 1, 1, 0, 0, 0), zipfile.ZIP_DEFLATED)


@pytest.mark.slow
def test_same_bytes_in_another_folder_time_zone_and_hash_seed(tmp_path: Path) -> None:
    built = []
    for number, zone in enumerate(("UTC", "Asia/Shanghai")):
        folder = tmp_path / str(number) / "deck"
        write(folder, QUESTIONS, "---\ndeck: Sub\ntags: [b, a]\n---\n## ![](p.png) {#p}\n\nx\n")
        (folder / "p.png").write_bytes(picture())
        surroundings = {**os.environ, "TZ": zone, "PYTHONHASHSEED": str(number + 1), "SOURCE_DATE_EPOCH": str(TIME)}
        command = [sys.executable, "-m", "deckbuilder", "build", "deck"]
        subprocess.run(command, cwd=folder.parent, env=surroundings, check=True, capture_output=True)
        built.append((folder.parent / "dist" / "deck.apkg").read_bytes())
    assert built[0] == built[1]


def test_rows_are_those_that_genanki_writes() -> None:
    """We write the rows ourselves. This test fails if rows of a later genanki look different."""
    model = genanki.Model(7, "M", fields=[{"name": "Front"}, {"name": "Back"}], templates=[{"name": "C", "qfmt": "{{Front}}"}])
    deck = genanki.Deck(8, "D")
    deck.add_note(genanki.Note(model, ["f <b>", "b"], tags=["x", "y"], guid="guid", due=3))
    note = Note("guid", "q", note_type="qa", fields=("f <b>", "b"), tags=("x", "y"), deck="D", ords=(0,))
    connection = sqlite3.connect(":memory:")
    genanki.Package(deck).write_to_db(connection.cursor(), TIME, itertools.count(100))
    assert connection.execute("select * from notes").fetchall() == [write_package._note_row(note, 100, model, TIME)]
    assert connection.execute("select * from cards").fetchall() == [write_package._card_row(100, 8, 0, mod=TIME, due=3)]
    connection.close()
