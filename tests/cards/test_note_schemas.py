"""The schemas of note types agree with each other and with the templates. A new note type is one more value."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from anki.collection import Collection, ImportLogWithChanges

from deckbuilder import assets
from deckbuilder.cards import render
from deckbuilder.cards.note_types import note_types
from deckbuilder.check.run_rules import check
from deckbuilder.model import note_schemas
from deckbuilder.model.adopted import Adopted
from deckbuilder.model.note import Note
from deckbuilder.model.note_schemas import CLOZE, QA, SCHEMAS, AnkiKind, CardTemplate, Field, NoteSchema, Part
from deckbuilder.package.read_package import unpack
from deckbuilder.pipeline.build_deck import Built, pack
from deckbuilder.pipeline.incremental import Round
from deckbuilder.preview import page, state
from deckbuilder.publish.rebuild_lock import restored
from deckbuilder.source import deck_folder, lock_file, settings
from tests.support import TIME, deck, note, text_of

TOML = 'id = "test-deck"\nname = "Test"\nchecked_with = "Flask"\n'


def named(html: str) -> set[str]:
    """Return the names of the fields that a template uses."""
    return {match[1] for match in re.finditer(r"\{\{[#/^]?(?:\w+:)*([^{}:]+)\}\}", html)}


def test_templates_name_fields_of_their_note_type_only(tmp_path: Path) -> None:
    for kind in note_types(replace(deck(tmp_path, toml=TOML).deck.settings, badge="Flask")):
        fields = {part.name for part in kind.fields}
        for template in kind.templates:
            assert named(template.front) <= fields, template.part
            assert named(template.back) <= fields, template.part


def test_every_field_that_holds_a_text_is_shown_or_asked_for(tmp_path: Path) -> None:
    settings = replace(deck(tmp_path, toml=TOML).deck.settings, badge="Flask")
    for schema, kind in zip(SCHEMAS, note_types(settings), strict=True):
        shown = set().union(*(named(template.front + template.back) for template in kind.templates))
        assert {field.part.name for field in schema.fields if field.holds} == shown


def test_no_two_parts_share_an_id_and_no_two_note_types_a_name() -> None:
    ids = [part.id for schema in SCHEMAS for part in (*schema.parts, *(template.part for template in schema.templates))]
    assert len(ids) == len(set(ids)) == 20
    assert len({schema.key for schema in SCHEMAS}) == len({schema.suffix for schema in SCHEMAS}) == len(SCHEMAS)
    kinds = [kind for schema in SCHEMAS for kind, _ in schema.lock_kinds]
    assert len(kinds) == len(set(kinds))


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.key)
def test_a_schema_holds_what_all_the_others_ask_for(schema: NoteSchema) -> None:
    holds = [field.holds for field in schema.fields if field.holds]
    assert len(holds) == len(set(holds))
    assert {"question", "answer", "id", "source", "hint"} <= set(holds)
    assert {needs for _, needs in schema.lock_kinds} | {template.needs for template in schema.templates} <= {*holds, ""}
    assert schema.lock_kinds[-1][1] == "", "a note that has none of the others"
    assert next(field.part.name for field in schema.fields if field.holds == "id") == note_schemas.ID_FIELD


def test_texts_go_into_the_published_order() -> None:
    assert CLOZE.ordered({"source": "s", "question": "q"}) == ("q", "", "", "s", "", "", "")
    with pytest.raises(KeyError, match="no field of 'cloze' holds"):
        CLOZE.ordered({"typed": "t"})


def test_a_text_is_found_by_what_it_is(tmp_path: Path) -> None:
    typed = note(tmp_path, "## Q {#q .typed}\n\n308\n\nwhy\n")
    assert (typed.text("typed"), typed.text("answer"), typed.by_name["Typed"]) == ("308", "<p>why</p>", "308")
    assert typed._replace(note_type=CLOZE.key, fields=CLOZE.ordered({})).text("typed") == "", "a cloze has no such field"
    with pytest.raises(KeyError, match="anwser"):
        typed.text("anwser")
    assert typed.with_text("hint", "h").by_name == typed.by_name | {"Hint": "h"}


def test_a_note_of_no_note_type_is_a_bug() -> None:
    with pytest.raises(KeyError, match="qq"):
        note_schemas.by_key("qq")


# --- a third note type: one value, its files, and what fills it -------------------------------------------------------

TOWN = NoteSchema(
    key="town",
    suffix="Towns",
    anki_kind=AnkiKind.STANDARD,
    fields=(
        Field(Part("Town", 1702301857284701), "question"),
        Field(Part("Country", 1702301857284702), "answer"),
        Field(Part("River", 1702301857284703), "river"),
        Field(Part(note_schemas.ID_FIELD, 1702301857284704), "id"),
        Field(Part("Spare 1", 1702301857284705), ""),
    ),
    templates=(
        CardTemplate(Part("Where", 1702301857284711), "town", "country"),
        CardTemplate(Part("Which river", 1702301857284712), "river", "river", needs="river"),
    ),
    lock_kinds=(("town", ""),),
    described="a town",
)
FILES = {
    "town-front": "<p>Where is {{Town}}?</p>",
    "town-back": "{{FrontSide}}<hr id=answer>{{Country}}",
    "river-front": "{{#River}}<p>Which river is in {{Town}}?</p>{{/River}}",
    "river-back": "{{FrontSide}}<hr id=answer>{{River}}",
}
TEXT = "## Paris {#paris}\n\nFrance\n\n## Sofia {#sofia}\n\nBulgaria\n\n## Asked as ever {#q}\n\nIndeed\n"


@pytest.fixture
def towns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Built:
    """A deck with notes of a third note type, which exists during the test only."""
    read = assets.text
    monkeypatch.setattr(assets, "text", lambda name: FILES.get(name.removesuffix(".html")) or read(name))
    monkeypatch.setattr(note_schemas, "SCHEMAS", (*SCHEMAS, TOWN))
    built = deck(tmp_path / "deck", TEXT)
    rivers = {"paris": "Seine", "sofia": ""}
    cards = [
        card._replace(note=town(card.note, rivers[card.note.id])) if card.note.id in rivers else card
        for card in built.deck.entries
    ]
    return replace(built, deck=replace(built.deck, entries=tuple(cards)))


def town(found: Note, river: str) -> Note:
    """Return the note that ``render`` would make of a question about a town."""
    texts = {"question": found.text("question"), "answer": found.text("answer"), "river": river, "id": found.id}
    return found._replace(note_type=TOWN.key, fields=TOWN.ordered(texts), ords=render._ords(TOWN, texts))


def test_anki_takes_a_third_note_type(
    towns: Built, collection: Collection, import_package: Callable[[bytes], ImportLogWithChanges.Log]
) -> None:
    log = import_package(pack(towns.deck, TIME).data)
    assert (len(log.new), collection.card_count()) == (3, 4)
    assert {kind.name for kind in collection.models.all_names_and_ids()} >= {"Test · Q&A", "Test · Towns"}
    assert "Test · Cloze" not in {kind.name for kind in collection.models.all_names_and_ids()}, "no note uses it"
    cards = [collection.get_card(number) for number in collection.find_cards('"note:Test · Towns"', order="c.ord, n.id")]
    seen = [(text_of(card.question()), text_of(card.answer())) for card in cards]
    assert seen == [
        ("Where is Paris?", "Where is Paris?France"),
        ("Where is Sofia?", "Where is Sofia?Bulgaria"),
        ("Which river is in Paris?", "Which river is in Paris?Seine"),
    ]
    assert len(collection.find_notes(f"{note_schemas.search('Test')} {note_schemas.ID_FIELD}:paris")) == 1


def test_an_update_of_a_third_note_type_reaches_learners(
    towns: Built, collection: Collection, import_package: Callable[[bytes], ImportLogWithChanges.Log]
) -> None:
    first = pack(towns.deck, TIME)
    import_package(first.data)
    sofia = next(card for card in towns.deck.entries if card.note.id == "sofia")
    cards = [card._replace(note=town(card.note, "Perlovska")) if card is sofia else card for card in towns.deck.entries]
    again = pack(replace(towns.deck, entries=tuple(cards), lock=first.lock), TIME + 1)
    assert again.stamps.changed == ("sofia",)
    log = import_package(again.data)
    assert (len(log.updated), len(log.duplicate), collection.card_count()) == (1, 2, 5)


def test_the_lock_holds_a_third_note_type(towns: Built, tmp_path: Path) -> None:
    packed = pack(towns.deck, TIME)
    text = lock_file.text(packed.lock)
    lock, problems = lock_file.read("deck.lock", text)
    assert (lock, problems) == (packed.lock, [])
    assert sorted((old.id, old.kind) for old in packed.lock.notes.values()) == [
        ("paris", "town"),
        ("q", "basic"),
        ("sofia", "town"),
    ]
    (tmp_path / "deck.apkg").write_bytes(packed.data)
    assert restored(towns.deck.settings, unpack(tmp_path / "deck.apkg"), Adopted()) == packed.lock


def test_the_rules_know_a_third_note_type(towns: Built) -> None:
    lock = pack(towns.deck, TIME).lock
    assert not [problem for problem in check(replace(towns.deck, lock=lock)) if "learners" in problem.message]
    plain = [card._replace(note=card.note._replace(note_type=QA.key, fields=QA.ordered({}))) for card in towns.deck.entries]
    found = [problem for problem in check(replace(towns.deck, lock=lock, entries=tuple(plain))) if problem.code == "changed-kind"]
    assert [problem.message.partition(";")[0] for problem in found] == [
        "learners have 'paris' as a town",
        "learners have 'sofia' as a town",
    ]


def test_the_preview_shows_a_third_note_type(towns: Built, tmp_path: Path) -> None:
    (place,), _ = deck_folder.places(tmp_path / "deck")
    shown = state.state(Round(((place, towns),), ()), "1", TIME)
    paris = next(item for item in shown.items.values() if item.note.id == "paris")
    assert [(card["number"], card["name"]) for card in state._cards(paris)] == [(1, "country"), (2, "river")]
    assert "Which river is in <p>Paris</p>?" in page.card_page(paris, page.View(number=2))


def test_these_note_types_are_in_the_order_of_their_schemas(towns: Built) -> None:
    found = note_types(towns.deck.settings)
    assert [kind.key for kind in found] == ["qa", "cloze", "town"]
    assert all(one.id != other.id for one, other in itertools.combinations(found, 2))


@pytest.mark.parametrize(
    ("language", "right_to_left"),
    [
        *(
            (tag, True)
            for tag in ("ar", "AR", "ar-EG", "he", "iw", "fa-IR", "ur", "yi", "ckb", "az-Arab", "pa-Arab-PK", "ar-Arab")
        ),
        *((tag, False) for tag in ("en", "zh-CN", "az", "arn", "heb-Latn", "ur-Latn", "fa-Latn-IR", "sr-Cyrl", "ku")),
    ],
)
def test_the_direction_of_a_language(language: str, right_to_left: bool) -> None:
    types = note_types(replace(settings.defaults("Test", ""), language=language))
    sides = [side for kind in types for template in kind.templates for side in (template.front, template.back)]
    assert [side.count(' dir="rtl"') for side in sides] == [int(right_to_left)] * len(sides)
    assert not any("DIRECTION" in side for side in sides)
