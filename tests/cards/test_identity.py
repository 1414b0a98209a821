"""Published ids, as literals. A failure here means that a release would harm the learners of every published deck.

Anki finds a learner's note by its GUID alone. Another GUID makes a second note without a schedule.
Another note type id, or other fields or templates, makes every existing note "conflicting": Anki never updates it again.
"""

from __future__ import annotations

from pathlib import Path

from deckbuilder.cards import published_ids
from deckbuilder.cards.note_types import note_types
from tests.support import deck, write


def test_guids_are_what_was_published() -> None:
    assert published_ids.guid("deckbuilder-flask-zh", "g-purpose") == "Y0kY-RJGJ_ftK2qp"
    assert published_ids.guid("deckbuilder-flask-zh", "应用上下文") == "0w1tV0ftBmeuZ_Lr"
    assert published_ids.guid("deckbuilder-flask-en", "g-purpose") == "mTx2L-hSjZsE3A8S"


def test_a_guid_does_not_change_with_the_case_of_an_id() -> None:
    assert published_ids.guid("Deck", "G-Purpose") == published_ids.guid("deck", "g-purpose")


def test_parts_of_an_identity_do_not_run_into_each_other() -> None:
    assert published_ids.guid("a-b", "c") != published_ids.guid("a", "b-c")


def test_note_types_are_what_was_published(tmp_path: Path) -> None:
    qa, cloze = note_types(deck(tmp_path, toml='id = "deckbuilder-flask-zh"\nname = "Flask 面试题"\n').deck.settings)
    assert (qa.id, qa.name) == (1346769323369, "Flask 面试题 · Q&A")
    assert (cloze.id, cloze.name) == (1127952190317, "Flask 面试题 · Cloze")
    assert [(part.name, part.id) for part in qa.fields] == [
        ("Question", 1702301857284631),
        ("Answer", 1702301857284632),
        ("Hint", 1702301857284633),
        ("Source", 1702301857284634),
        ("Typed", 1702301857284635),
        ("Reversed", 1702301857284636),
        ("Id", 1702301857284637),
        ("Spare 1", 1702301857284638),
        ("Spare 2", 1702301857284639),
        ("Spare 3", 1702301857284640),
    ]
    assert [(template.part.name, template.part.id) for template in qa.templates] == [
        ("Card 1", 1702301857284651),
        ("Card 2", 1702301857284652),
    ]
    assert [(part.name, part.id) for part in cloze.fields] == [
        ("Text", 1702301857284661),
        ("Extra", 1702301857284662),
        ("Hint", 1702301857284663),
        ("Source", 1702301857284664),
        ("Id", 1702301857284665),
        ("Spare 1", 1702301857284666),
        ("Spare 2", 1702301857284667),
    ]
    assert [(template.part.name, template.part.id) for template in cloze.templates] == [("Cloze", 1702301857284681)]


def test_a_guid_hangs_on_deck_id_and_question_id_only(tmp_path: Path) -> None:
    (before,) = deck(tmp_path / "a", "## Question {#q}\n\nanswer\n").deck.entries
    write(tmp_path / "b", "# Title\n\n## Other {#o}\n\nx\n", "---\ndeck: Sub\ntags: x\n---\n## Reworded {#q .reversed}\n\nanew\n")
    after = deck(tmp_path / "b", toml='id = "test-deck"\nname = "Renamed"\n').deck.entries[-1]
    assert after.note.guid == before.note.guid


def test_ids_of_unpinned_questions_give_way_to_pinned_ones(tmp_path: Path) -> None:
    cards = deck(tmp_path, "## Why?\n\na\n\n## Why\n\nb\n\n## 为什么 {{c1::x}}？ {#why .cloze}\n\n## ?\n\nc\n").deck.entries
    assert [card.note.id for card in cards] == ["why-2", "why-3", "why", "question"]


def test_ids_are_compared_as_composed_unicode(tmp_path: Path) -> None:
    guids = set()
    for number, text in enumerate(("caf\u00e9", "cafe\u0301")):
        toml = f'id = "{text}"\nname = "{text}"\n'
        (card,) = deck(tmp_path / str(number), f"## Q {{#{text}}}\n\nx\n", toml=toml).deck.entries
        guids.add((card.note.guid, card.note.id, card.note.deck))
    assert len(guids) == 1
