"""A learner's file -> the reviews of our questions in it. No text and no note of another deck is read.

Anki's ``revlog`` has one row for each answer: ``id`` is the time in milliseconds since 1970, ``ease`` 1 to 4 the button,
``time`` the milliseconds until the answer. Other rows are no answers: a new due date, or a new schedule by FSRS.
https://github.com/ankitects/anki/blob/main/rslib/src/revlog/mod.rs
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from deckbuilder.files.strict_json import loads
from deckbuilder.learners.learner_file import learner_database
from deckbuilder.model.lock import LATEST
from deckbuilder.package.container import NotAPackageError
from deckbuilder.package.database import UnsoundError, check

_MOST = {"notes": 1_000_000, "cards": 4_000_000, "revlog": 20_000_000}
"""The most rows of each table."""
_AGAIN = 1
"""The button of a failed answer."""
_REVIEW = 1
"""The kind of an answer to a card with an interval of days or more; other kinds: 0 learning, 2 relearning, 3 filtered deck."""
_ANSWERS = "r.ease > 0 and r.type between 0 and 3"
"""The rows that are answers. Type 4 is a new due date, type 5 a new schedule."""
_WHOLE = 1000
"""Anki stops its clock at a limit of whole seconds, in milliseconds."""
_SHORTEST_LIMIT = 5 * _WHOLE
"""Answers of fewer milliseconds are at no limit: nobody sets the clock so short."""


class CardKey(NamedTuple):
    """A card of ours in any collection."""

    guid: str
    ord: int


class Answer(NamedTuple):
    """One answer of a learner."""

    at: int
    """Milliseconds since 1970: unique for a learner."""
    failed: bool
    lapse: bool
    """True if a learned card was forgotten."""
    seconds: float
    capped: bool
    """True if the clock had stopped at its limit."""


@dataclass(frozen=True, slots=True)
class Reviews:
    """The reviews in one file, which is one learner's."""

    path: Path
    notes: int
    """The number of our notes in the file."""
    answers: Mapping[CardKey, Sequence[Answer]]
    difficulty: Mapping[CardKey, float]
    """FSRS's difficulty from 1 to 10, of the cards that have one."""
    scheduled: bool
    """True if the file has reviews of any deck: it was exported with scheduling."""


def reviews(path: Path, guids: AbstractSet[str]) -> Reviews:
    """Return the reviews of the notes with these GUIDs in the file at ``path``. Raises OSError, NotAPackageError."""
    try:
        with learner_database(path) as connection:
            check(connection, _MOST)
            cards, notes = _cards(connection, guids)
            difficulty = dict(_difficulty(connection, cards))
            scheduled = connection.execute("select exists (select 1 from revlog)").fetchone()[0] == 1
            return Reviews(path, notes, _answers(connection, cards), difficulty, scheduled)
    except UnsoundError as error:
        raise NotAPackageError(str(error)) from None


def _cards(connection: sqlite3.Connection, guids: AbstractSet[str]) -> tuple[dict[int, CardKey], int]:
    """Return our cards by their ids in this collection, and the number of our notes."""
    notes = {number: guid for number, guid in connection.execute("select id, guid from notes") if guid in guids}
    rows = connection.execute("select id, nid, ord from cards")
    return {number: CardKey(notes[note], ordinal) for number, note, ordinal in rows if note in notes}, len(notes)


def _answers(connection: sqlite3.Connection, cards: Mapping[int, CardKey]) -> dict[CardKey, list[Answer]]:
    rows = connection.execute(f"select r.cid, r.id, r.ease, r.type, r.time from revlog r where {_ANSWERS}")  # noqa: S608
    found = [row for row in rows if row[0] in cards]
    if not all(
        type(at) is type(ease) is type(time) is int and 0 <= at < LATEST * 1000 and time < LATEST
        for _, at, ease, _, time in found
    ):
        raise NotAPackageError("its reviews are damaged")
    longest = max((row[-1] for row in found), default=0)
    limit = longest if longest % _WHOLE == 0 and longest >= _SHORTEST_LIMIT else longest + 1
    answers: dict[CardKey, list[Answer]] = defaultdict(list)
    for card, at, ease, kind, time in found:
        failed = ease == _AGAIN
        answers[cards[card]].append(Answer(at, failed, failed and kind == _REVIEW, max(time, 0) / 1000, time >= limit))
    return dict(answers)


def _difficulty(connection: sqlite3.Connection, cards: Mapping[int, CardKey]) -> Iterable[tuple[CardKey, float]]:
    """Yield FSRS's difficulty, which Anki keeps as JSON in ``cards.data``."""
    for number, data in connection.execute("select id, data from cards where data like '%\"d\":%'"):
        if number in cards and isinstance(data, str):
            try:
                found = loads(data)
            except ValueError:
                continue
            value = found.get("d") if isinstance(found, dict) else None
            if isinstance(value, int | float) and 1 <= value <= 10:
                yield cards[number], float(value)
