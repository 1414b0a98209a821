"""Decks made elsewhere: adopted, edited, released, and imported over the original, in the real Anki."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import genanki
import pytest
from anki.collection import Collection, ExportAnkiPackageOptions, ImportLogWithChanges
from click.testing import Result
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from deckbuilder.compare import compare
from deckbuilder.unpack import unpack
from tests.support import TIME
from tests.test_anki import state

Invoke = Callable[..., Result]
Import = Callable[[Path | bytes], ImportLogWithChanges.Log]

OLD = TIME - 10**6
"""When the packages of other tools were made."""
BACK = '{{FrontSide}}<hr id="answer">'
BASIC = genanki.Model(
    1607392319,
    "Simple",
    fields=[{"name": "Question"}, {"name": "Answer"}],
    templates=[{"name": "Card 1", "qfmt": "{{Question}}", "afmt": BACK + "{{Answer}}"}],
    css=".card { text-align: center } .k { color: green }",
)
BOTH_WAYS = genanki.Model(
    1607392320,
    "Both ways",
    fields=[{"name": "Term"}, {"name": "Meaning"}, {"name": "Reverse?"}, {"name": "Source"}],
    templates=[
        {"name": "There", "qfmt": "{{Term}}", "afmt": BACK + "{{Meaning}}{{#Source}}<p>{{Source}}</p>{{/Source}}"},
        {"name": "Back", "qfmt": "{{#Reverse?}}{{Meaning}}{{/Reverse?}}", "afmt": BACK + "{{Term}}"},
    ],
)
CLOZE = genanki.Model(
    1607392321,
    "Gaps",
    fields=[{"name": "Title"}, {"name": "Text"}, {"name": "Extra"}],
    templates=[
        {"name": "Cloze", "qfmt": "<h4>{{Title}}</h4>{{cloze:Text}}", "afmt": "<h4>{{Title}}</h4>{{cloze:Text}}<br>{{Extra}}"}
    ],
    model_type=genanki.Model.CLOZE,
)
TYPED = genanki.Model(
    1607392322,
    "Type it",
    fields=[{"name": "Front"}, {"name": "Back"}],
    templates=[{"name": "Card 1", "qfmt": "{{Front}}{{type:Back}}", "afmt": "{{Front}}<hr id=answer>{{type:Back}}"}],
)
CODE = "def half(x):\n    return x / 2  # a *star*, <b> & `tick`\n"


def coloured(language: str = "python", **options: Any) -> str:
    html: str = highlight(CODE, PythonLexer(), HtmlFormatter(**options))
    return html.replace('class="highlight"', f'class="highlight language-{language}"')


def note(model: genanki.Model, *fields: str, tags: tuple[str, ...] = ()) -> genanki.Note:
    return genanki.Note(model, list(fields), tags=list(tags))


def notes() -> list[genanki.Note]:
    return [
        note(BASIC, "What is the <b>GIL</b>?", "A lock.<br>One for all.", tags=("python", "level::mid")),
        note(BASIC, f"What does this print?{coloured()}", '<img src="a b.png"> and [sound:word.mp3]'),
        note(BOTH_WAYS, "WSGI", "a <i>gateway</i> interface", "y", '<a href="https://peps.python.org/pep-3333/">PEP 3333</a>'),
        note(BOTH_WAYS, "ASGI", "the same, asynchronous", "", ""),
        note(CLOZE, "Cookies", "They are {{c1::signed}}, not {{c3::<code>encrypted</code>::how?}}.", "Anyone can read them."),
        note(TYPED, "Which status is <i>gone</i>?", "410"),
    ]


def made(folder: Path, *decks: tuple[str, list[genanki.Note]]) -> Path:
    """A package by genanki, as another tool would have made it."""
    (folder / "a b.png").write_bytes(b"a picture")
    (folder / "word.mp3").write_bytes(b"a word")
    content = []
    for number, (name, items) in enumerate(decks):
        content.append(genanki.Deck(2059400110 + number, name))
        for item in items:
            content[-1].add_note(item)
    package = genanki.Package(content, media_files=[str(folder / "a b.png"), str(folder / "word.mp3")])
    path = folder / "made.apkg"
    package.write_to_file(str(path), timestamp=OLD)
    return path


@pytest.fixture
def genanki_package(tmp_path: Path) -> Path:
    items = notes()
    return made(tmp_path, ("Web", items[:4]), ("Web::Sub & more", items[4:]))


@pytest.fixture(params=["genanki", "anki legacy", "anki zstd"])
def package(request: pytest.FixtureRequest, genanki_package: Path, tmp_path: Path) -> Path:
    """The same notes made by genanki, or made by hand in Anki with its own note types and exported."""
    if request.param == "genanki":
        return genanki_package
    (tmp_path / "author").mkdir()
    author = Collection(str(tmp_path / "author" / "collection.anki2"))
    try:
        for name in ("a b.png", "word.mp3"):
            author.media.add_file(str(tmp_path / name))
        for item, deck in zip(notes(), ["Web"] * 4 + ["Web::Sub & more"] * 2, strict=True):
            add(author, item, deck)
        author.db.execute("update notes set mod = ?", OLD)  # type: ignore[union-attr]
        path = tmp_path / "exported.apkg"
        options = ExportAnkiPackageOptions(with_media=True, legacy=request.param == "anki legacy")
        author.export_anki_package(out_path=str(path), options=options, limit=None)
    finally:
        author.close()
    return path


STOCK = {
    "Simple": "Basic",
    "Gaps": "Cloze",
    "Type it": "Basic (type in the answer)",
    "Both ways": "Basic (optional reversed card)",
}


def add(collection: Collection, item: genanki.Note, deck: str) -> None:
    kind = collection.models.by_name(STOCK[item.model.name])
    assert kind
    found = collection.new_note(kind)
    fields = item.fields[1:] if item.model is CLOZE else item.fields[:3]
    for at, text in enumerate(fields):
        found.fields[at] = text
    found.tags = list(item.tags)
    deck_id = collection.decks.id(deck)
    assert deck_id
    collection.add_note(found, deck_id)


@pytest.fixture
def adopted(invoke: Invoke, package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The deck folder that ``package`` became."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(TIME))
    result = invoke("adopt", package, "-o", "deck")
    assert result.exit_code == 0, result.output
    assert "deck: 6 questions in 2 files, 2 pictures and sounds\n" in result.stdout
    assert "left out" not in result.output
    return tmp_path / "deck"


@pytest.fixture
def release(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Release the deck folder, each time a day later."""
    days: Iterator[int] = iter(range(1, 100))

    def run(*options: str) -> Path:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(TIME + next(days) * 86_400))
        result = invoke("release", "deck", *options)
        assert result.exit_code == 0, result.output
        return tmp_path / "dist" / "deck.apkg"

    return run


def replace(folder: Path, old: str, new: str) -> None:
    """The author edits the one file that has ``old``."""
    (path,) = (path for path in folder.glob("*.md") if old in path.read_text(encoding="utf-8"))
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def content(collection: Collection) -> dict[str, tuple[Any, ...]]:
    """What the learner has: fields, tags, time and note type of each note."""
    rows = collection.db.all("select guid, flds, tags, mod, mid from notes")  # type: ignore[union-attr]
    return {row[0]: tuple(row[1:]) for row in rows}


def find(collection: Collection, text: str) -> str:
    (found,) = collection.find_notes(text)
    return collection.get_note(found).guid


def counts(log: ImportLogWithChanges.Log) -> tuple[int, int, int, int]:
    return len(log.new), len(log.updated), len(log.duplicate), len(log.conflicting)


def learn(collection: Collection) -> None:
    """A learner answers every card, and writes into one note and tags it."""
    collection.decks.set_current(collection.decks.id_for_name("Web") or 1)  # type: ignore[arg-type]
    while card := collection.sched.getCard():
        collection.sched.answerCard(card, 4)
    (number,) = collection.find_notes("WSGI")
    mine = collection.get_note(number)
    mine.fields[1] += " MINE"
    mine.tags.append("mine")
    collection.update_note(mine)
    # the test's own clock is years after that of the packages
    collection.db.execute("update notes set mod = ? where id = ?", TIME + 1000, number)  # type: ignore[union-attr]
    collection.db.execute("update notetypes set mtime_secs = ?", OLD)  # type: ignore[union-attr]
    collection.close()
    collection.reopen()  # Anki keeps note types in mind


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

    # nothing edited: not one byte of any note
    assert counts(import_package(release())) == (0, 0, 6, 0)
    assert content(collection) == before

    # one answer edited
    replace(adopted, "One for all.", "One for the whole process.")
    assert counts(import_package(release())) == (0, 1, 5, 0)
    gil = find(collection, "GIL")
    after = content(collection)
    assert {guid for guid in before if before[guid] != after[guid]} == {gil}
    question, answer = after[gil][0].split("\x1f")[:2]
    assert question == "What is the <b>GIL</b>?", "the part that was not edited, byte for byte"
    assert "One for the whole process." in answer
    assert after[gil][3] == before[gil][3]
    assert "MINE" in after[find(collection, "WSGI")][0]
    assert "mine" in after[find(collection, "WSGI")][1]
    assert {key: row for key, row in state(collection).items() if key in cards} == cards

    # a question added: of our own note type
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
    cards = state(collection)
    for old, new in (
        ("## What is the **GIL**?", "## What *is* the GIL?"),
        ("What does this print?", "What would this print?"),
        ("the same, asynchronous", "the same, but asynchronous"),
        ("They are {{c1::signed}}", "They are {{c1::signed}} by {{c4::the server}}"),
        ("Anyone can read", "Everybody can read"),
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
    question = collection.get_note(number).fields[0]
    assert '<div class="deckbuilder"><p>What would this print?</p><pre class="highlight"><code><span class="k">def' in question
    assert ".deckbuilder .highlight .k {" in collection.get_card(collection.get_note(number).card_ids()[0]).question()


@pytest.mark.usefixtures("adopted")
def test_new_learners_get_what_the_old_package_had(
    package: Path, release: Callable[..., Path], import_package: Import, collection: Collection
) -> None:
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
