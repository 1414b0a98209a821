"""``deckbuilder stats``: each row of Anki's log counts as it must, and no text of a learner is shown."""

from __future__ import annotations

import contextlib
import json
import math
import random
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from anki.collection import Collection  # noqa: F401  must be the first module of Anki
from anki.decks import DeckId
from click.testing import Result

from deckbuilder.learners.figures import LEAST, Card, figures, tail, wilson
from deckbuilder.learners.reviews import Answer, CardKey, Reviews
from deckbuilder.model.diagnostics import Span
from tests.learners.classroom import AGAIN, GOOD, Learner
from tests.support import write

Invoke = Callable[..., Result]
TEXT = """## What is `g`? {#g tags="level::junior"}

A namespace.

## The cookie is {{c1::signed}}, not {{c2::encrypted}}. {#signed .cloze}

Yes.

## Blueprint <3 {#blueprint .reversed}

A set of routes.
"""


@pytest.fixture
def learner(tmp_path: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> Learner:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "deck", TEXT)
    assert invoke("build", "deck").exit_code == 0
    return Learner(tmp_path / "learner", tmp_path / "dist" / "deck.apkg", "Test")


def answer(learner: Learner, search: str, ease: int, seconds: float = 3.0) -> None:
    """Let the learner answer one card, whatever is due."""
    collection = learner.collection
    (number,) = collection.find_cards(search)
    collection.decks.set_current(learner.deck)
    card = collection.get_card(number)
    if card.queue == 2:
        collection.sched.set_due_date([number], "0")
    card = collection.get_card(number)
    card.timer_started = time.time() - seconds
    collection.sched.answerCard(card, ease)  # type: ignore[arg-type]


def cards(result: Result) -> dict[str, dict[str, Any]]:
    """Return the cards of the JSON by their names."""
    (deck,) = json.loads(result.stdout)["decks"]
    return {card["id"]: card for card in deck["cards"]}


def test_only_answers_count(learner: Learner, invoke: Invoke) -> None:
    for ease in (AGAIN, GOOD, GOOD):
        answer(learner, "Id:g", ease)
    learner.collection.sched.set_due_date(list(learner.collection.find_cards("Id:g")), "3")
    answer(learner, "Id:g", AGAIN)
    learner.collection.sched.schedule_cards_as_new(
        list(learner.collection.find_cards("Id:g")), restore_position=True, reset_counts=True
    )
    assert learner.collection.db
    kinds = learner.collection.db.list("select type from revlog")
    assert kinds.count(4) >= 3
    found = cards(invoke("stats", learner.export(), "deck", "--format", "json", "--least", "1"))
    assert set(found) == {"g", "signed c1", "signed c2", "blueprint forth", "blueprint back"}
    assert (found["g"]["answers"], found["g"]["failed"], found["g"]["lapses"]) == (4, 2, 1)
    assert found["g"]["ranked"]
    assert not found["blueprint back"]["answers"]


def test_answers_in_a_filtered_deck_count(learner: Learner, invoke: Invoke) -> None:
    collection = learner.collection
    filtered = collection.sched.get_or_create_filtered_deck(DeckId(0))
    filtered.config.reschedule = False
    filtered.config.search_terms[0].search = "Id:signed"
    number = collection.sched.add_or_update_filtered_deck(filtered).id
    collection.decks.set_current(DeckId(number))
    card = collection.sched.getCard()
    assert card
    collection.sched.answerCard(card, 1)
    assert collection.db
    assert collection.db.list("select type from revlog where ease > 0") == [3]
    collection.sched.empty_filtered_deck(DeckId(number))
    found = cards(invoke("stats", learner.export(), "deck", "--format", "json"))
    assert sorted(card["failed"] for card in found.values()) == [0, 0, 0, 0, 1]


def test_each_card_of_a_note_has_its_figures(learner: Learner, invoke: Invoke) -> None:
    answer(learner, "Id:signed card:2", AGAIN)
    answer(learner, "Id:blueprint card:2", AGAIN)
    answer(learner, "Id:blueprint card:1", GOOD)
    found = cards(invoke("stats", learner.export(legacy=True), "deck", "--format", "json"))
    failed = {name: card["failed"] for name, card in found.items()}
    assert failed == {"g": 0, "signed c1": 0, "signed c2": 1, "blueprint forth": 0, "blueprint back": 1}
    assert (found["g"]["path"], found["g"]["line"], found["signed c1"]["line"]) == ("deck/01.md", 1, 5)


def test_times_at_the_limit_of_the_clock_are_counted_apart(learner: Learner, invoke: Invoke) -> None:
    for seconds in (2.0, 4.0, 300.0):
        answer(learner, "Id:g", AGAIN, seconds)
    found = cards(invoke("stats", learner.export(), "deck", "--format", "json"))
    assert found["g"]["capped"] == 1
    assert 4 <= found["g"]["seconds"] < 4.5


@pytest.mark.slow
def test_the_difficulty_of_fsrs(learner: Learner, invoke: Invoke) -> None:
    learner.collection.set_config("fsrs", True)
    for ease in (AGAIN, GOOD, GOOD):
        answer(learner, "Id:g", ease)
    found = cards(invoke("stats", learner.export(), "deck", "--format", "json"))
    (number,) = learner.collection.find_cards("Id:g")
    state = learner.collection.get_card(number).memory_state
    assert state
    assert found["g"]["difficulty"] == pytest.approx(state.difficulty, abs=0.01)
    assert found["signed c1"]["difficulty"] is None


@pytest.mark.slow
def test_answers_to_an_older_text_are_named_and_do_not_count(learner: Learner, invoke: Invoke, tmp_path: Path) -> None:
    answer(learner, "Id:g", AGAIN)
    assert learner.collection.db
    learner.collection.db.execute("update revlog set id = id - 60000")
    assert invoke("release", "deck").exit_code == 0
    time.sleep(1.1)
    answer(learner, "Id:signed card:1", GOOD)
    export = learner.export()
    result = invoke("stats", export, "deck", "--format", "json")
    found = cards(result)
    assert [(found[name]["answers"], found[name]["older"]) for name in ("g", "signed c1")] == [(0, 1), (1, 0)]
    assert "1 answer came before the release of the present text, and did not count; --older counts them" in result.stderr
    found = cards(invoke("stats", export, "deck", "--format", "json", "--older"))
    assert [(found[name]["answers"], found[name]["older"]) for name in ("g", "signed c1")] == [(1, 0), (1, 0)]
    assert (tmp_path / "deck" / "deck.lock").exists()


def test_an_export_without_scheduling_says_so(learner: Learner, invoke: Invoke) -> None:
    answer(learner, "Id:g", AGAIN)
    result = invoke("stats", learner.export(scheduling=False), "deck")
    assert result.exit_code == 1
    assert "export.apkg: exported without scheduling, so without reviews; export it again with scheduling" in result.stderr
    result = invoke("stats", learner.export("again.apkg"), learner.folder / "export.apkg", "deck")
    assert result.exit_code == 0
    assert "exported without scheduling" in result.stderr


def test_a_collection_is_read_from_a_copy(learner: Learner, invoke: Invoke) -> None:
    answer(learner, "Id:g", AGAIN)
    learner.collection.close()
    path = Path(learner.collection.path)
    before = path.read_bytes()
    assert cards(invoke("stats", path, "deck", "--format", "json"))["g"]["failed"] == 1
    assert path.read_bytes() == before


@pytest.mark.slow
def test_no_text_of_the_learner_is_shown(learner: Learner, invoke: Invoke) -> None:
    collection = learner.collection
    kind = collection.models.by_name("Basic")
    assert kind
    note = collection.new_note(kind)
    note.fields = ["SECRET question", "SECRET answer"]
    note.tags = ["SECRET"]
    collection.add_note(note, learner.deck)
    (number,) = collection.find_notes("Id:g")
    own = collection.get_note(number)
    own.fields[1] = "SECRET edit"
    own.tags.append("SECRET")
    collection.update_note(own)
    for search in ("Id:g", "Id:blueprint card:1", f"nid:{note.id}"):
        answer(learner, search, AGAIN)
    export = learner.export()
    pytest.importorskip("matplotlib")
    for style in (("text",), ("json",), ("github",), ("html", "-o", "page.html")):
        result = invoke("stats", export, "deck", "--least", "1", "--all", "--format", *style)
        assert "SECRET" not in result.output
    page = Path("page.html").read_text(encoding="utf-8")
    assert "SECRET" not in page
    assert "Blueprint &lt;3<small>blueprint forth · deck/01.md:9</small>" in page
    assert json.loads(invoke("stats", export, "deck", "--format", "json").stdout)["files"][0]["answers"] == 2


def test_files_that_are_no_help(learner: Learner, invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "note.apkg").write_bytes(b"no zip")
    assert "note.apkg is no file from Anki, or is damaged" in invoke("stats", "note.apkg", "deck").stderr
    assert "missing.apkg cannot be read" in invoke("stats", "missing.apkg", "deck").stderr
    assert "cannot be read: " in invoke("stats", "a" * 300, "deck").stderr
    write(tmp_path / "other", "## Another? {#other}\n\nYes.\n", toml='id = "other"\nname = "Other"\n')
    result = invoke("stats", learner.export(), "other")
    assert "export.apkg: none of the deck's notes is in it" in result.stderr
    assert "Other: 0 learners, 0 answers; no card has enough answers for a rank\n" in result.stdout
    assert result.exit_code == 1
    assert "no such file or folder" in invoke("stats", learner.export()).stderr  # the default is content
    for wrong in (["deck"], ["note.apkg", "-o", "x.html"], ["note.apkg", "--format", "html"]):
        assert invoke("stats", *wrong).exit_code == 2


@pytest.mark.parametrize("change", ["time = 'x'", "id = 99999999999999", "ease = 1.5"])
def test_damaged_reviews(change: str, learner: Learner, invoke: Invoke) -> None:
    answer(learner, "Id:g", AGAIN)
    learner.collection.close()
    path = Path(learner.collection.path)
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute(f"update revlog set {change}")  # noqa: S608  no outer text
        database.commit()
    assert "is no file from Anki, or is damaged: its reviews are damaged" in invoke("stats", path, "deck").stderr


def test_the_page_needs_its_extra(learner: Learner, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    result = invoke("stats", learner.export(), "deck", "--format", "html", "-o", "page.html")
    assert result.exit_code == 2
    assert 'pip install "anki-deckbuilder[stats]"' in result.stderr


def test_hard_cards_are_notices_on_github(tmp_path: Path, invoke: Invoke, learner: Learner) -> None:
    chance = random.Random(1)
    learner.study(90, lambda question: float(question == "g"), chance)
    result = invoke("stats", learner.export(), "deck", "--least", "1", "--format", "github")
    assert result.stdout.startswith("::notice file=deck/01.md,line=1,col=1,title=hard-card::g: learners fail 100 %25 of ")
    assert result.stdout.count("::notice") == 1
    assert tmp_path


def made(shares: dict[str, float], answers: int, learners: int, seed: int = 0) -> tuple[list[Card], list[Reviews]]:
    """Return a deck of cards with these chances of a failure, and the answers of learners."""
    chance = random.Random(seed)
    deck = [Card(CardKey(name, 0), Span("a.md", at + 1), name, name, "", "", 0) for at, name in enumerate(shares)]
    files = []
    for person in range(learners):
        rows = {
            card.key: [
                Answer(chance.randrange(10**12), chance.random() < shares[card.id], lapse=False, seconds=1, capped=False)
                for _ in range(answers)
            ]
            for card in deck
        }
        files.append(Reviews(Path(f"{person}"), len(deck), rows, {}, scheduled=True))
    return deck, files


@pytest.mark.slow
def test_chance_makes_hardly_a_card_hard() -> None:
    """Without a hard card, at most one deck in twenty has one."""
    wrong = sum(bool(figures("x", *made({f"{at}": 0.15 for at in range(100)}, 3, 10, seed)).hard) for seed in range(40))
    assert wrong <= 4


def test_three_answers_are_no_statistic() -> None:
    shares = {f"{at}": 0.1 for at in range(50)} | {"few": 1.0}
    deck, files = made(shares, 3, 1)
    assert figures("x", deck, files).ranked == ()
    assert figures("x", deck, files, least=3).ranked[0].card.id == "few"
    assert figures("x", *made(shares, 3, 10)).hard[0].card.id == "few"


def test_wilson_s_ends_are_1_96_deviations_from_the_share() -> None:
    """This equation defines the interval."""
    for answers in (1, 10, 50, 3000):
        for failed in {0, 1, answers // 3, answers}:
            for end in wilson(failed, answers):
                deviation = math.sqrt(max(end * (1 - end), 0) / answers)
                assert abs(failed / answers - end) == pytest.approx(1.959963984540054 * deviation, abs=1e-7)
    assert wilson(0, 0) == (0, 1)
    widths = [max(high - low for low, high in (wilson(failed, count) for failed in range(count + 1))) for count in range(1, 20)]
    assert next(count for count, width in enumerate(widths, 1) if width <= 0.5) == LEAST


def test_the_tail_is_the_sum_of_the_binomial_chances() -> None:
    for answers, share in ((5, 0.5), (12, 0.1), (30, 0.97)):
        for failed in range(answers + 1):
            chances = (math.comb(answers, at) * share**at * (1 - share) ** (answers - at) for at in range(failed, answers + 1))
            assert tail(failed, answers, share) == pytest.approx(sum(chances))
    assert (tail(0, 0, 0.5), tail(3, 3, 1.0)) == (1, 1)


def test_a_deck_that_nobody_fails_has_no_hard_card_by_one_failure() -> None:
    deck, files = made({f"{at}": 0.0 for at in range(50)} | {"once": 0.05, "bad": 0.9}, 20, 1)
    found = figures("x", deck, files)
    assert (found.usual, [one.card.id for one in found.hard]) == (0, ["bad"])


def test_several_exports_of_a_learner_are_one_learner() -> None:
    deck, (one, other) = made({"a": 0.5, "b": 0.5}, 20, 2)
    half = Reviews(Path("half"), 2, {key: answers[:7] for key, answers in one.answers.items()}, {}, scheduled=True)
    found = figures("x", deck, [half, other, one])
    assert found.learners == 2
    assert sum(card.answers for card in found.ranked) == 80


@pytest.mark.parametrize(
    ("files", "learners"),
    [
        ([(1, 2, 3), (3, 4, 5)], 2),  # in a large class, two learners may answer in one millisecond
        ([(1, 2, 3), (2, 3, 4)], 1),
        ([(1, 2, 3), (2,)], 1),
        ([(1,), (1, 2, 3)], 1),
        ([(1, 2), (5, 6), (2, 5)], 3),
        ([(1, 2), (3, 4), (1, 2, 3, 4), (4, 9)], 2),
        ([(1, 2, 3), (1, 2, 3), (1, 2, 3)], 1),
    ],
)
def test_one_common_answer_makes_no_learner(files: list[tuple[int, ...]], learners: int) -> None:
    key = CardKey("guid", 0)
    given = [
        Reviews(Path(f"{number}"), 1, {key: [Answer(at, False, False, 1.0, False) for at in times]}, {}, scheduled=True)
        for number, times in enumerate(files)
    ]
    assert figures("x", [Card(key, Span("a.md"), "a", "A?", "", "", 0)], given, least=1).learners == learners
