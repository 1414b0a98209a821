"""``deckbuilder stats`` of a class of thirty learners, who study with Anki's own library."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.learners.classroom import Learner
from tests.support import write

pytestmark = pytest.mark.slow

Invoke = Callable[..., Result]
LEARNERS, QUESTIONS, ANSWERS = 30, 40, 110
BAD = ("q-3", "q-11", "q-17", "q-26", "q-38")


def bad(question: str) -> float:
    """Return the chance that a learner fails a question."""
    return 0.55 if question in BAD else 0.12


@pytest.fixture(scope="module")
def classroom(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path], Counter[str], Counter[str]]:
    """The folder of the deck, the exports of the class, and Anki's own counts of answers and of failed answers."""
    from click.testing import CliRunner  # noqa: PLC0415

    from deckbuilder.cli import main  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("class")
    levels = ("junior", "senior")
    texts = [f'## Question number {at}? {{#q-{at} tags="level::{levels[at % 2]}"}}\n\nAnswer {at}.\n' for at in range(QUESTIONS)]
    write(folder / "deck")
    for at in range(0, QUESTIONS, 10):
        (folder / "deck" / f"{at:02}-topic{at}.md").write_text("\n".join(texts[at : at + 10]), encoding="utf-8")
    assert CliRunner().invoke(main, ["build", str(folder / "deck"), "-o", str(folder)]).exit_code == 0
    exports, answers, failed = [], Counter[str](), Counter[str]()
    for number in range(LEARNERS):
        chance = random.Random(number)
        learner = Learner(folder / f"{number}", folder / "deck.apkg", "Test")
        learner.study(ANSWERS // 2, bad, chance)
        learner.next_week()
        learner.study(ANSWERS // 2, bad, chance)
        learner.move_back(hours=number)
        exports.append(learner.export(legacy=number % 2 == 0))
        for question, (count, wrong) in learner.counts().items():
            answers[question] += count
            failed[question] += wrong
        learner.collection.close()
    return folder, exports, answers, failed


Class = tuple[Path, list[Path], Counter[str], Counter[str]]


def test_the_bad_cards_are_at_the_top_and_the_counts_are_anki_s(classroom: Class, invoke: Invoke) -> None:
    folder, exports, answers, failed = classroom
    found = json.loads(invoke("stats", *exports, folder / "deck", "--format", "json").stdout)
    (deck,) = found["decks"]
    assert deck["learners"] == LEARNERS
    assert {card["id"] for card in deck["cards"][: len(BAD)]} == set(BAD)
    assert {card["id"] for card in deck["cards"] if card["hard"]} == set(BAD)
    assert {card["id"]: card["answers"] for card in deck["cards"]} == dict(answers)
    assert {card["id"]: card["failed"] for card in deck["cards"]} == dict(failed)
    assert sum(file["answers"] for file in found["files"]) == answers.total() > LEARNERS * ANSWERS * 0.9
    assert 0.05 < deck["usual"] < 0.2
    assert all(4 < card["seconds"] < 12 for card in deck["cards"])


def test_the_text_names_the_place_of_each_bad_card(classroom: Class, invoke: Invoke) -> None:
    folder, exports, _, _ = classroom
    lines = invoke("stats", *exports, folder / "deck").stdout.splitlines()
    assert re.match(r"Test: 30 learners, [\d,]+ answers; a usual card fails [\d.]+ %, 5 of 40 ranked cards are hard", lines[0])
    for line in lines[2:7]:
        place, ident = re.findall(r"(\S+):\d+: (q-\d+): Question number", line)[0]
        path, _, number = place.rpartition(":")
        assert f"{{#{ident} " in Path(path).read_text(encoding="utf-8").splitlines()[int(number) - 1]
        assert ident in BAD


def test_an_export_twice_counts_once(classroom: Class, invoke: Invoke) -> None:
    folder, exports, answers, _ = classroom
    again = folder / "again.apkg"
    again.write_bytes(exports[0].read_bytes())
    (deck,) = json.loads(invoke("stats", *exports, again, folder / "deck", "--format", "json").stdout)["decks"]
    assert deck["learners"] == LEARNERS
    assert sum(card["answers"] for card in deck["cards"]) == answers.total()


def test_the_page_has_all_drawings(classroom: Class, invoke: Invoke) -> None:
    folder, exports, _, _ = classroom
    invoke("stats", *exports, folder / "deck", "--format", "html", "-o", folder / "page.html")
    page = (folder / "page.html").read_text(encoding="utf-8")
    titles = re.findall(r"<figcaption>(.*?)</figcaption>", page)
    names = ("level", "topic", "week")
    assert titles == ["Cards by their share of failed answers", *(f"Failed answers by {name}" for name in names)]
    assert page.count('<tr class="hard">') == len(BAD)
    assert len(re.findall(r'<img alt="[^"]{40,}" src="data:image/svg\+xml;base64,', page)) == len(titles)
    assert not re.search(r'(?:src|href)="(?!data:)|url\(|@import', page)
