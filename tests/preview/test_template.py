"""Our filled templates equal Anki's: for every card of a real deck, and for random texts of authors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from anki.buildinfo import version as anki_version
from anki.collection import Collection, ImportLogWithChanges
from anki.decks import DeckId
from hypothesis import given, settings
from hypothesis import strategies as st

from deckbuilder.cards.media_references import bind
from deckbuilder.cards.note_types import note_types
from deckbuilder.pipeline import build_deck
from deckbuilder.preview.template import clozed, side
from tests.support import ROOT, TIME, built, write

pytestmark = pytest.mark.slow

DECKS = (ROOT / "content" / "flask-en", ROOT / "tests" / "browser" / "torture")
Import = Callable[[bytes], ImportLogWithChanges.Log]


def by_anki(html: str) -> str:
    """Return a side from Anki without the style sheet before the side."""
    return re.sub(r"(?s)^<style>.*?</style>", "", html)


def ours(path: Path) -> dict[tuple[str, int], tuple[str, str]]:
    """Return the question and the answer of each card of the deck, by question id and ordinal."""
    deck = built(path).deck
    types = {kind.key: kind for kind in note_types(deck.settings)}
    found = {}
    for card in deck.entries:
        note, kind = bind(card.note, card.media), types[card.note.note_type]
        fields = note.by_name
        for number in note.ords:
            template = kind.template(number)
            found[note.id, number] = (
                side(template.front, fields, number + 1, answer=False),
                side(template.back, fields, number + 1, answer=True),
            )
    return found


def ankis(collection: Collection) -> Iterator[tuple[tuple[str, int], tuple[str, str]]]:
    for card_id in collection.find_cards(""):
        card = collection.get_card(card_id)
        yield (card.note()["Id"], card.ord), (by_anki(card.question()), by_anki(card.answer()))


@pytest.mark.parametrize("path", DECKS, ids=lambda path: path.name)
def test_every_card_is_the_html_that_anki_shows(path: Path, collection: Collection, import_package: Import) -> None:
    import_package(build_deck.pack(built(path).deck, TIME).data)
    expected = dict(ankis(collection))
    found = ours(path)
    assert len(found) == collection.card_count() > 20
    assert {key: without_names(sides) for key, sides in found.items()} == {
        key: without_names(sides) for key, sides in expected.items()
    }


EVERYTHING = """## Sound ![](a.mp3) {#sound .reversed}

![](a.mp3)

## {{c1::outer {{c2::inner::a hint}} more}} and {{c1::again}} {#nested .cloze}

## {{c1::é ü "quoted" 'single' ~`ÿ Ā <b>bold</b> — 引用 `a[::2]` &copy;}} {#characters .cloze}

## {{c1::$x < y$}} and $$a^2$$ and {{c2::$\\frac12$ with **words**}} {#maths .cloze}

## Both {#both .typed hint="x" tags="a"}

`a < b` & *c*

Because.
"""


def test_sounds_nested_clozes_characters_and_maths(tmp_path: Path, collection: Collection, import_package: Import) -> None:
    write(
        tmp_path / "deck", EVERYTHING, toml='id = "t"\nname = "T"\nchecked_with = "Flask {{3}}"\ncode = "wrap"\nlanguage = "zh"\n'
    )
    (tmp_path / "deck" / "a.mp3").write_bytes(b"sound")
    result = built(tmp_path / "deck")
    assert result.good, result.diagnostics
    import_package(build_deck.pack(result.deck, TIME).data)
    expected, found = dict(ankis(collection)), ours(tmp_path / "deck")
    assert len(found) == 8
    assert {key: without_names(sides) for key, sides in found.items()} == {
        key: without_names(sides) for key, sides in expected.items()
    }
    assert "[sound:" in "".join(found["sound", 0])


def without_names(sides: tuple[str, str]) -> list[str]:
    """Return the sides with sounds without a name: Anki numbers the sounds, and our sides have the text of the field."""
    return [re.sub(r"\[(sound|anki:play):[^]]*\]", "[sound]", html) for html in sides]


def closed(text: str) -> str:
    """Return ``text`` with an end for each cloze. A cloze without an end is an error: we show the cloze, and Anki drops it."""
    depth = 0
    for part in re.findall(r"\{\{c\d::|\}\}", text):
        depth = max(0, depth + (1 if part[0] == "{" else -1))
    return text + "}}" * depth


PARTS = ["{{c1::", "{{c2::", "}}", "::", "a", "é", "<b>", "</b>", " ", "\\(", "\\)", "{", "}", '"', "中"]
TEN = tuple(int(part) for part in anki_version.split(".")[:2]) >= (25, 7)
"""True if Anki reads at most ten nested clozes. Before 25.7, Anki had no such limit."""
TEXTS = st.lists(st.sampled_from(PARTS), max_size=14 if TEN else 9).map(lambda parts: closed("{{c1::" + "".join(parts)))
Clozes = Callable[[str], list[tuple[int, str, str]]]


@given(TEXTS)
@settings(deadline=None)  # slow: at every level, an attribute repeats the hidden text
def test_clozes_are_hidden_as_anki_hides_them(clozes: Clozes, text: str) -> None:
    for number, question, answer in clozes(text):
        assert clozed(text, number, answer=False) == question
        assert clozed(text, number, answer=True) == answer


@pytest.mark.skipif(not TEN, reason="this Anki reads any number of clozes inside each other")
@pytest.mark.parametrize(
    "text", ["{{c1::" * 10 + "x{{c2::y}}z" + "}}" * 10 + "{{c2::e::h}}", "{{c1::" * 30 + "x" + "}}" * 30], ids=["two", "one"]
)
def test_ten_clozes_inside_each_other_and_no_more(clozes: Clozes, text: str) -> None:
    for number, question, answer in clozes(text):
        assert clozed(text, number, answer=False) == question
        assert clozed(text, number, answer=True) == answer


@pytest.fixture(scope="module")
def clozes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], list[tuple[int, str, str]]]]:
    """Return a function that gives (number, question, answer) of each card that Anki makes of a text."""
    collection = Collection(str(tmp_path_factory.mktemp("anki") / "collection.anki2"))
    kind = collection.models.by_name("Cloze")
    assert kind
    kind["tmpls"][0]["qfmt"] = kind["tmpls"][0]["afmt"] = "{{cloze:Text}}"
    collection.models.update_dict(kind)

    def cards(text: str) -> list[tuple[int, str, str]]:
        note = collection.new_note(kind)
        note["Text"] = text
        collection.add_note(note, DeckId(1))
        found = [(card.ord + 1, by_anki(card.question()), by_anki(card.answer())) for card in note.cards()]
        collection.remove_notes([note.id])
        return [card for card in found if "No cloze" not in card[1]]

    yield cards
    collection.close()
