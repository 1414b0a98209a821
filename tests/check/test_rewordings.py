"""Rates, on the questions of our own decks: honest rewordings that are stopped, swapped and reused ids that are not.

``REWORDED`` and ``RENAMED`` were chosen on one half of the examples. The rates hold for the other half, too.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

import pytest

from deckbuilder.check.lasting_ids import no_id_reused
from deckbuilder.model.deck import Deck, Entry
from deckbuilder.model.likeness import Vocabulary, words
from deckbuilder.model.lock import Lock
from deckbuilder.model.note import Note
from deckbuilder.pipeline.build_deck import pack
from deckbuilder.publish.stamps import beginnings
from tests.conftest import CASES
from tests.support import CONTENT, TIME, built

pytestmark = pytest.mark.slow

DECKS = ("flask-en", "flask-zh")
ENDS = re.compile(r"^#{1,2} .*\{#|^# ", re.MULTILINE)
TOGETHER = 10
"""Questions that an author changes between two releases, in this test."""


@cache
def released(name: str) -> tuple[Deck, Lock]:
    """Return a deck of ours as it is, and the lock after its release."""
    deck = replace(built(CONTENT / name).deck, lock=None)
    return deck, pack(deck, TIME).lock


def rewordings(name: str) -> list[tuple[str, str, str]]:
    """Return (id, question, answer) of each rewording. The answer is ``""`` if only the question is in other words."""
    lines = (CASES / "rewordings" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    parts = [[part.strip() for part in line.split(" | ")] for line in lines]
    return [(ident, question, "".join(answer)) for ident, question, *answer in parts]


@pytest.fixture(scope="module")
def reworded(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Mapping[str, Entry]]:
    """Return the entries of each deck with all its rewordings, by id."""
    found = {}
    for name in DECKS:
        folder = tmp_path_factory.mktemp("reworded") / name
        shutil.copytree(CONTENT / name, folder)
        for path in folder.glob("*.md"):
            path.write_text(rewrite(path.read_text(encoding="utf-8"), rewordings(name)), encoding="utf-8")
        found[name] = {entry.question.id: entry for entry in built(folder).deck.entries}
    return found


def rewrite(text: str, changes: Sequence[tuple[str, str, str]]) -> str:
    for ident, question, answer in changes:
        heading = re.search(rf"^## .*?( \{{#{re.escape(ident)}[ }}].*)$", text, re.MULTILINE)
        if heading:
            end = ENDS.search(text, heading.end())
            last = end.start() if end else len(text)
            body = f"\n\n{answer}\n\n" if answer else text[heading.end() : last]
            text = f"{text[: heading.start()]}## {question}{heading[1]}{body}{text[last:]}"
    return text


def stopped(deck: Deck, lock: Lock, changes: Mapping[str, Note]) -> set[str]:
    """Return the ids at which a release stops if these questions have the texts of these notes."""
    entries = tuple(
        entry._replace(note=changes[entry.question.id]) if entry.question.id in changes else entry for entry in deck.entries
    )
    found = list(no_id_reused(replace(deck, entries=entries, lock=lock)))
    assert {problem.code for problem in found} <= {"reused-id"}
    places = {(entry.question.span.path, entry.question.span.line): entry.question.id for entry in entries}
    return {places[problem.span.path, problem.span.line] for problem in found}


def test_honest_rewordings_go_through(reworded: Mapping[str, Mapping[str, Entry]]) -> None:
    """Both ways: a short question becomes longer, and a long question becomes shorter."""
    there, back = [], []
    for name in DECKS:
        deck, lock = released(name)
        ids = [ident for ident, _, _ in rewordings(name)]
        old = {entry.question.id: entry.note for entry in deck.entries}
        for at in range(0, len(ids), TOGETHER):
            some = ids[at : at + TOGETHER]
            new = {ident: reworded[name][ident].note for ident in some}
            there += sorted(stopped(deck, lock, new))
            entries = tuple(reworded[name].get(entry.question.id, entry) for entry in deck.entries)
            after = pack(replace(deck, entries=entries), TIME).lock
            back += sorted(stopped(replace(deck, entries=entries), after, {ident: old[ident] for ident in some}))
    assert sum(len(rewordings(name)) for name in DECKS) == 200
    assert (len(there) <= 4, len(back) <= 4) == (True, True), (there, back)


def touched(note: Note) -> Note:
    """Return ``note`` with one more character in its text."""
    at = next(at for at, field in enumerate(note.fields) if "</p>" in field)
    return note._replace(fields=(*note.fields[:at], note.fields[at].replace("</p>", "!</p>", 1), *note.fields[at + 1 :]))


def harmful(deck: Deck, lock: Lock) -> Iterator[tuple[Lock, dict[str, Note]]]:
    """Yield (lock, notes by id): 25 swaps of similar questions, 10 rotations of three questions, 20 reused ids."""
    notes = {entry.question.id: entry.note for entry in deck.entries}
    said = {ident: words(" ".join(beginnings(note)[:2])) for ident, note in notes.items()}
    vocabulary = Vocabulary(said.values())
    free = list(notes)
    for _ in range(25):
        one = free.pop(0)
        other = max(free, key=lambda ident: vocabulary.shared(said[one], said[ident]))
        free.remove(other)
        yield lock, {one: touched(notes[other]), other: touched(notes[one])}
    for _ in range(10):
        one, two, three = free.pop(0), free.pop(0), free.pop(0)
        yield lock, {one: touched(notes[two]), two: touched(notes[three]), three: touched(notes[one])}
    for _ in range(20):
        one, unpublished = free.pop(0), free.pop(0)
        rest = {key: note for key, note in lock.notes.items() if note.id != unpublished}
        yield replace(lock, notes=rest), {one: notes[unpublished]}


@pytest.mark.parametrize("name", DECKS)
def test_swapped_and_reused_ids_are_stopped(name: str) -> None:
    """Each text of a swap is touched, too. A reused id is on the next question of the same file, which nobody has yet."""
    deck, lock = released(name)
    missed, count = [], 0
    for before, notes in harmful(deck, lock):
        count += len(notes)
        missed += sorted(notes.keys() - stopped(deck, before, notes))
    assert count == 100
    assert len(missed) <= 2, missed
