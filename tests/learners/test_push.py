"""``deckbuilder push``, with a server that speaks AnkiConnect's protocol and imports into a real collection."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from anki.collection import Collection
from click.testing import Result

from deckbuilder.commands import common
from deckbuilder.learners.anki_connect import URL, AnkiConnect, ConnectError
from tests.learners.fake_anki import FakeAnki, serving
from tests.running import Start
from tests.support import write

Invoke = Callable[..., Result]
PLAIN = "## What is `g`? {#g}\n\nA namespace.\n\n## The cookie is {{c1::signed}}. {#signed .cloze}\n\nYes.\n"


@pytest.fixture
def anki(collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAnki]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DECKBUILDER_ANKI_KEY", raising=False)
    with serving(collection) as fake:
        monkeypatch.setenv("DECKBUILDER_ANKI", fake.url)
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        yield fake


def line(result: Result) -> str:
    """Return the line about Anki."""
    (found,) = (text.partition(" in Anki: ")[2] for text in result.stdout.splitlines() if " in Anki: " in text)
    return str(found)


def edit(collection: Collection, question: str, text: str) -> None:
    """Change a note as a person does in Anki."""
    (number,) = collection.find_notes(f"Id:{question}")
    note = collection.get_note(number)
    note.fields[1] = text
    collection.update_note(note)


def test_each_note_has_its_fate(anki: FakeAnki, tmp_path: Path, invoke: Invoke) -> None:
    collection = anki.collection
    write(tmp_path / "deck", PLAIN)
    assert line(invoke("push", "deck")) == "2 new, 0 updated, 0 untouched"
    assert anki.asked[:2] == ["requestPermission", "version"]
    assert "sync" not in anki.asked
    assert invoke("release", "deck").exit_code == 0
    assert line(invoke("push", "deck")) == "0 new, 0 updated, 2 untouched"
    write(tmp_path / "deck", PLAIN.replace("A namespace.", "A name space.") + "\n## New? {#new}\n\nYes.\n")
    time.sleep(1.1)  # the release is of this second, and Anki takes newer notes only
    assert line(invoke("push", "deck")) == "1 new, 1 updated, 1 untouched"
    assert [collection.get_note(number).fields[1] for number in collection.find_notes("Id:g")] == ["<p>A name space.</p>"]


@pytest.mark.slow
def test_a_newer_edit_in_anki_is_kept_and_named(anki: FakeAnki, tmp_path: Path, invoke: Invoke) -> None:
    write(tmp_path / "deck", PLAIN)
    invoke("release", "deck")
    invoke("push", "deck")
    time.sleep(1.1)
    edit(anki.collection, "signed", "<p>Mine.</p>")
    result = invoke("push", "deck")
    assert line(result) == "0 new, 0 updated, 1 untouched, 1 kept"
    assert "kept: signed; Anki's text is newer" in result.stderr
    assert "deckbuilder pull" in result.stderr
    assert result.exit_code == 0


@pytest.mark.slow
def test_decks_with_the_same_ids_are_not_confused(anki: FakeAnki, tmp_path: Path, invoke: Invoke) -> None:
    for name in ("en", "zh"):
        write(tmp_path / "both" / name, PLAIN, toml=f'id = "deck-{name}"\nname = "Deck {name} (*_:a)"\n')
    result = invoke("push", "both")
    assert result.stdout.count("2 new, 0 updated, 0 untouched") == 2
    assert anki.collection.note_count() == 4
    anki.collection.decks.rename(anki.collection.decks.by_name("Deck zh (*_:a)"), "Deck en (*_:a)::zh")  # type: ignore[arg-type]
    write(tmp_path / "both" / "zh", PLAIN.replace("Yes", "Oui"), toml='id = "deck-zh"\nname = "Deck zh (*_:a)"\n')
    time.sleep(1.1)
    counts = [text.partition(" in Anki: ")[2] for text in invoke("push", "both").stdout.splitlines() if "Anki" in text]
    assert counts == ["0 new, 0 updated, 2 untouched", "0 new, 1 updated, 1 untouched"]
    assert line(invoke("push", "both/en")) == "0 new, 0 updated, 2 untouched"


@pytest.mark.slow
@pytest.mark.usefixtures("anki")
def test_adopted_notes_are_found_without_our_field(tmp_path: Path, invoke: Invoke, collection: Collection) -> None:
    from anki.collection import DeckIdLimit, ExportAnkiPackageOptions  # noqa: PLC0415

    kind = collection.models.by_name("Basic")
    assert kind
    deck = collection.decks.id("Old")
    assert deck
    for number in range(3):
        note = collection.new_note(kind)
        note.fields = [f"Question {number}?", f"Answer {number}"]
        collection.add_note(note, deck)
    collection.export_anki_package(
        out_path=str(tmp_path / "old.apkg"),
        options=ExportAnkiPackageOptions(with_media=False, legacy=True),
        limit=DeckIdLimit(deck),
    )
    assert invoke("adopt", "old.apkg", "-o", "old").exit_code == 0
    assert line(invoke("push", "old")) == "0 new, 0 updated, 3 untouched"
    for path in (tmp_path / "old").glob("*.md"):
        path.write_text(path.read_text(encoding="utf-8").replace("Answer 1", "Answer one"), encoding="utf-8")
    time.sleep(1.1)
    assert line(invoke("push", "old")) == "0 new, 1 updated, 2 untouched"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"closed": True}, "choose a profile in Anki"),
        ({"key": "secret"}, "set the environment variable DECKBUILDER_ANKI_KEY"),
        ({"version": 5}, "this AnkiConnect is too old"),
        ({"raw": b"<html>"}, "is not AnkiConnect"),
        ({"raw": b"[]"}, "is not AnkiConnect"),
        ({"raw": b"6"}, "is not AnkiConnect"),
        ({"raw": b'{"result": {"permission": "denied"}, "error": null}'}, "refuses the permission"),
        ({"raw": b'{"result": null, "error": "\\u001b[31m"}'}, "Anki says: \N{REPLACEMENT CHARACTER}[31m"),
    ],
    ids=["profiles", "key", "old", "html", "list", "number", "denied", "escape"],
)
def test_each_failure_has_its_next_step(
    state: dict[str, object], words: str, anki: FakeAnki, tmp_path: Path, invoke: Invoke
) -> None:
    write(tmp_path / "deck", PLAIN)
    vars(anki).update(state)
    result = invoke("push", "deck")
    assert result.exit_code == 1
    assert words in result.stderr
    assert result.stderr.startswith("Error: dist/deck.apkg is built, but not in Anki: ")
    assert anki.collection.note_count() == 0


def test_the_key_is_sent(anki: FakeAnki, tmp_path: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "deck", PLAIN)
    anki.key = "secret"
    monkeypatch.setenv("DECKBUILDER_ANKI_KEY", "wrong")
    assert "set the environment variable DECKBUILDER_ANKI_KEY" in invoke("push", "deck").stderr
    monkeypatch.setenv("DECKBUILDER_ANKI_KEY", "secret")
    assert line(invoke("push", "deck")) == "2 new, 0 updated, 0 untouched"


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_no_anki_at_all(tmp_path: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "deck", PLAIN)
    address = f"http://127.0.0.1:{closed_port()}"
    result = invoke("push", "deck", "--anki", address)
    assert result.exit_code == 1
    assert f"nothing answers at {address}: start Anki; if it runs, install its add-on AnkiConnect" in result.stderr
    launched: list[str] = []

    def launch(path: str) -> int:
        launched.append(path)
        return int(len(launched) > 1)

    monkeypatch.setattr(click, "launch", launch)
    result = invoke("push", "deck", "--anki", address, "--open")
    assert result.exit_code == 0
    assert launched == [str(tmp_path / "dist" / "deck.apkg")]
    assert "confirm the import there" in result.stdout
    assert "File › Import" in invoke("push", "deck", "--anki", address, "--open").stderr


def test_an_anki_that_hangs() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        anki = AnkiConnect(f"http://127.0.0.1:{server.getsockname()[1]}")
        with pytest.raises(ConnectError, match=r"no answer for 0\.05 seconds: look at Anki"):
            anki.ask("version", seconds=0.05)


def test_anki_s_own_dialog(anki: FakeAnki, tmp_path: Path, invoke: Invoke) -> None:
    write(tmp_path / "deck", PLAIN)
    assert "is open in Anki: confirm the import there" in invoke("push", "deck", "--open").stdout
    assert anki.opened == [(tmp_path / "dist" / "deck.apkg").as_posix()]
    assert anki.collection.note_count() == 0


def test_sync_only_when_asked_and_never_into_a_full_sync(anki: FakeAnki, tmp_path: Path, invoke: Invoke) -> None:
    collection = anki.collection
    write(tmp_path / "deck", PLAIN)
    assert "asked Anki to sync" in invoke("push", "deck", "--sync").stdout
    assert anki.asked.count("sync") == 1
    kind = collection.models.by_name("Test · Q&A")
    assert kind
    collection.models.add_field(kind, collection.models.new_field("Mine"))
    collection.models.update_dict(kind)
    result = invoke("push", "deck", "--sync")
    assert "'Test · Q&A' in Anki has other fields than the package" in result.stderr
    assert "not synced: a full sync replaces one side" in result.stderr
    assert anki.asked.count("sync") == 1


@pytest.mark.usefixtures("anki")
def test_a_package_that_anki_refuses(tmp_path: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "deck", PLAIN)
    monkeypatch.setattr(FakeAnki, "do_importPackage", lambda _self, path: [][len(path)])
    assert "Anki says: list index out of range" in invoke("push", "deck").stderr
    monkeypatch.setattr(FakeAnki, "do_importPackage", lambda _self, path: bool(path))  # true, whatever happened
    result = invoke("push", "deck")
    assert result.exit_code == 1
    assert line(result) == "0 new, 0 updated, 0 untouched, 2 missing"
    assert "missing in Anki: g, signed; push with --open" in result.stderr


def test_mistakes_in_the_call(tmp_path: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "deck", PLAIN)
    for address in ("https://127.0.0.1", "8765", "http://", "http://127.0.0.1:8765/x", "http://127.0.0.1:x"):
        assert invoke("push", "deck", "--anki", address).exit_code == 2
    assert not (tmp_path / "dist").exists()
    assert invoke("push", "deck", "--open", "--sync").exit_code == 2
    assert invoke("build", "deck", "--push").exit_code == 2
    assert invoke("build", "deck", "--watch", "--sync").exit_code == 2
    write(tmp_path / "deck", "## Q? {#q}\n")
    result = invoke("push", "deck")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (1, "nothing written")


def test_the_help_names_the_usual_address() -> None:
    def nothing() -> None:
        """Do nothing."""

    (option,) = click.command(common.address(nothing)).params
    assert isinstance(option, click.Option)
    assert f"{URL}." in str(option.help)


@pytest.mark.slow
def test_each_save_is_pushed(anki: FakeAnki, tmp_path: Path, running: Start) -> None:
    write(tmp_path / "deck", PLAIN)
    run = running(tmp_path, "build", "deck", "--watch", "--push", "--sync")
    run.says(r"dist/deck\.apkg: 2 notes")
    run.says(r"in Anki: 2 new, 0 updated")
    run.says("asked Anki to sync")
    anki.closed = True
    time.sleep(1.1)
    (tmp_path / "deck" / "01.md").write_text(PLAIN.replace("Yes", "Yes!"), encoding="utf-8")
    run.says(r"dist/deck\.apkg: 2 notes")
    run.says("choose a profile in Anki")
    anki.closed = False
    (tmp_path / "deck" / "01.md").write_text(PLAIN.replace("Yes", "Yes!!"), encoding="utf-8")
    run.says(r"dist/deck\.apkg: 2 notes")
    run.says(r"in Anki: 0 new, 1 updated, 1 untouched")
    run.says("asked Anki to sync")
    assert run.end() == 0
