"""Learners who study a deck in Anki's own library, and export it as people do."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

from anki.collection import (
    Collection,
    DeckIdLimit,
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)
from anki.decks import DeckId

AGAIN, GOOD = 1, 3


class Learner:
    """A learner with a collection of their own in ``folder``, and the deck of ``package`` in it."""

    def __init__(self, folder: Path, package: Path, deck: str) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.collection = Collection(str(folder / "collection.anki2"))
        assert self.collection.db
        self.collection.db.execute("pragma synchronous = off")  # a test needs no flush to the disk after each answer
        # No new day of Anki begins during the test: Anki shows no card that is due in some minutes, but on the next day.
        preferences = self.collection.get_preferences()
        preferences.scheduling.rollover = (time.localtime().tm_hour + 12) % 24
        self.collection.set_preferences(preferences)
        request = ImportAnkiPackageRequest(package_path=str(package), options=ImportAnkiPackageOptions())
        self.collection.import_anki_package(request)
        found = self.collection.decks.by_name(deck)
        assert found
        self.deck = DeckId(found["id"])
        config = self.collection.decks.config_dict_for_deck_id(self.deck)
        config["new"]["perDay"] = config["rev"]["perDay"] = 9999
        self.collection.decks.update_config(config)
        self.collection.decks.set_current(self.deck)

    def study(self, answers: int, fails: Callable[[str], float], chance: random.Random, seconds: float = 8.0) -> None:
        """Give ``answers`` answers. ``fails`` gives the chance of a failure by the id of the question."""
        for _ in range(answers):
            card = self.collection.sched.getCard()
            if card is None:
                return
            card.timer_started = time.time() - seconds * chance.uniform(0.5, 1.5)
            note = card.note()
            self.collection.sched.answerCard(card, AGAIN if chance.random() < fails(note["Id"]) else GOOD)  # type: ignore[arg-type]

    def next_week(self) -> None:
        """Let a week pass: all cards are due, and all answers are a week older."""
        self.move_back(hours=7 * 24)
        self.collection.sched.set_due_date(list(self.collection.find_cards("is:learn or is:review")), "0")
        assert self.collection.db
        self.collection.db.execute("delete from revlog where ease = 0")

    def move_back(self, hours: int) -> None:
        """Make all answers older.

        Anki gives answers that come too fast for its clock the next free milliseconds. So two learners who study one
        after the other, as fast as a computer, have answers in the same milliseconds.
        """
        assert self.collection.db
        self.collection.db.execute("update revlog set id = id - ?", hours * 3_600_000)

    def export(self, name: str = "export.apkg", *, scheduling: bool = True, legacy: bool = False) -> Path:
        """Export the deck as in Anki's dialog."""
        options = ExportAnkiPackageOptions(with_scheduling=scheduling, with_media=False, legacy=legacy)
        self.collection.export_anki_package(out_path=str(self.folder / name), options=options, limit=DeckIdLimit(self.deck))
        return self.folder / name

    def counts(self) -> dict[str, tuple[int, int]]:
        """Return (answers, failed answers) by the id of the question, as Anki's own card statistics show them."""
        found: dict[str, tuple[int, int]] = {}
        for number in self.collection.find_cards(""):
            rows = [row for row in self.collection.card_stats_data(number).revlog if row.button_chosen]
            note = self.collection.get_card(number).note()
            answers, failed = found.get(note["Id"], (0, 0))
            found[note["Id"]] = answers + len(rows), failed + sum(row.button_chosen == AGAIN for row in rows)
        return found
