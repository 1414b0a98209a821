"""Wrong clocks: no time ever goes back, every update arrives, and a release with a time that would spoil the lock stops."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from anki.collection import Collection, ImportLogWithChanges
from click.testing import Result

from deckbuilder.model.lock import Lock, LockedNote
from deckbuilder.model.note import Note
from deckbuilder.model.note_schemas import QA
from deckbuilder.publish.clock import EARLIEST, LATEST, doubts
from deckbuilder.publish.stamps import stamps
from deckbuilder.source import lock_file
from tests.publish.test_release import edit
from tests.support import TIME, write
from tests.whole.test_anki import FIRST, fields, state, study

pytestmark = pytest.mark.slow

Invoke = Callable[..., Result]
Import = Callable[[bytes], ImportLogWithChanges.Log]
DAY = 86_400
YEAR = 366 * DAY


def locked(note_id: int, mod: int, adopted: int = 0) -> LockedNote:
    return LockedNote(f"n{note_id}", f"g{note_id}", note_id, "basic", "hash", mod, "Test", "q", "a", adopted=adopted)


def lock(*notes: LockedNote) -> Lock:
    return Lock("test-deck", "Test", {}, {note.id: note for note in notes})


OURS, THEIRS = lock(locked(1000, TIME)), lock(locked(1000, TIME, adopted=1))


@pytest.mark.parametrize(
    ("now", "known", "clock", "says"),
    [
        (TIME, None, None, ""),
        (EARLIEST, None, None, ""),
        (EARLIEST - 1, None, None, "not in the years 2020 to 2099"),
        (LATEST - 1, None, None, ""),
        (LATEST, None, None, "not in the years 2020 to 2099"),
        (TIME - DAY, OURS, None, ""),
        (TIME - 3 * DAY, OURS, None, "the last release is 3 days ahead of this machine's clock"),
        (TIME - 3 * DAY, OURS, TIME, ""),
        (TIME + 2 * YEAR, OURS, None, ""),
        (TIME + 3 * YEAR, OURS, None, "by this machine's clock, the last release was 1,098 days ago"),
        (TIME + 3 * YEAR, OURS, TIME + 3 * YEAR, ""),
        (TIME + 3 * YEAR, THEIRS, None, ""),
        (TIME + DAY, None, TIME, ""),
        (TIME + 2 * DAY, None, TIME, "SOURCE_DATE_EPOCH is 2 days ahead of this machine's clock"),
        (TIME + DAY, OURS, TIME - 9 * DAY, ""),
        (TIME, None, 0, ""),
    ],
)
def test_what_speaks_against_a_time(now: int, known: Lock | None, clock: int | None, says: str) -> None:
    found = doubts(now, known, "deck/deck.lock", clock)
    assert [problem.code for problem in found] == ["doubtful-clock"] * bool(says)
    assert all(says in problem.message for problem in found)


@pytest.fixture
def release(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int | None, str], Result]:
    """Release ``deck`` with this text at a time, or at the machine's time for None."""
    monkeypatch.chdir(tmp_path)

    def run(now: int | None, text: str) -> Result:
        write(tmp_path / "deck", text)
        if now is None:
            monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
        else:
            monkeypatch.setenv("SOURCE_DATE_EPOCH", str(now))
        return invoke("release", "deck")

    return run


Release = Callable[[int | None, str], Result]


def test_a_doubtful_clock_stops_a_release_not_a_build(release: Release, invoke: Invoke) -> None:
    now = int(time.time())
    assert release(now - 3 * YEAR, FIRST).exit_code == 0
    before = Path("deck/deck.lock").read_bytes()
    result = release(None, FIRST.replace("A namespace.", "Changed."))
    assert result.exit_code == 1
    assert "the last release was 1,098 days ago" in result.stderr
    assert "nothing released" in result.stderr
    assert Path("deck/deck.lock").read_bytes() == before
    result = invoke("build", "deck")
    assert result.exit_code == 0
    assert "[doubtful-clock]" in result.stderr
    result = invoke("build", "deck")
    assert "up to date" in result.stdout
    assert "[doubtful-clock]" in result.stderr, "whatever is remembered"
    assert release(now, FIRST.replace("A namespace.", "Changed.")).exit_code == 0, "said on purpose"


def test_a_time_in_the_future_is_not_released(release: Release) -> None:
    result = release(int(time.time()) + 30 * DAY, FIRST)
    assert result.exit_code == 1
    assert (
        "SOURCE_DATE_EPOCH is 30 days ahead of this machine's clock: learners would lose the edits that they make until then"
        in (result.stderr.replace("29 days", "30 days"))
    )
    assert not Path("deck/deck.lock").exists()
    assert not Path("dist").exists()


def test_check_says_nothing_of_the_clock_of_its_machine(release: Release, invoke: Invoke) -> None:
    """``release --check`` and ``check --release`` run on servers, and servers release nothing."""
    release(int(time.time()) - 3 * YEAR, FIRST)
    assert invoke("release", "deck", "--check", env={"SOURCE_DATE_EPOCH": None}).exit_code == 0
    assert "doubtful" not in invoke("check", "deck", "--release", env={"SOURCE_DATE_EPOCH": None}).stderr


def test_a_learner_gets_every_update_whatever_the_clock(release: Release, collection: Collection, import_package: Import) -> None:
    """The clock is a month behind, in the same second, a day ahead, then right: no edit is lost, no update waits."""
    assert release(TIME, FIRST).exit_code == 0
    import_package(Path("dist/deck.apkg").read_bytes())
    study(collection)
    edit(collection, "lifetime")
    collection.db.execute("update notes set mod = ? where mod > ?", TIME + 1000, TIME + 10 * DAY)  # type: ignore[union-attr]
    before = state(collection)
    last = TIME
    times = [TIME - 30 * DAY, TIME - 30 * DAY, TIME, TIME, TIME + DAY, TIME + 60, TIME + 2 * DAY]
    for number, now in enumerate(times):
        new = f"\n## New {number} {{#new-{number}}}\n\nx\n"
        text = FIRST.replace("A namespace.", f"Version {number}.") + new
        # all earlier new questions stay: the release would ask to retire a missing one
        text += "".join(f"\n## New {other} {{#new-{other}}}\n\nx\n" for other in range(number))
        assert release(now, text).exit_code == 0
        log = import_package(Path("dist/deck.apkg").read_bytes())
        assert (len(log.new), len(log.updated), len(log.conflicting)) == (1, 1, 0)
        assert f"Version {number}." in fields(collection, "g")[1]
        assert fields(collection, "lifetime")[1].endswith("MINE")
        found, _ = lock_file.read("", Path("deck/deck.lock").read_text(encoding="utf-8"))
        assert found is not None
        assert last < found.notes[f"new-{number}"].mod == found.notes["g"].mod <= max(now, last + 1)
        last = found.highest
    assert {key: value for key, value in state(collection).items() if key in before} == before


@pytest.mark.parametrize("now", [1, 10, 1000, TIME])
@pytest.mark.parametrize("first", [1, 5, 2999, TIME - 100])
def test_ids_of_many_new_notes(now: int, first: int) -> None:
    """New ids are seconds going back from ``now``: each id once, no id of an older note, no id below 1."""
    known = [locked(second * 1000, TIME) for second in range(first, first + 50)]
    fields = QA.ordered({"question": "q", "answer": "a"})
    notes = [Note(f"new{number}", f"new{number}", QA.key, fields, (), "Test", (0,)) for number in range(3000)]
    found = list(stamps(lock(*known), notes, (), now).ids.values())
    assert found == sorted(set(found))
    assert not {note.note_id for note in known} & set(found)
    assert all(number >= 1000 and number % 1000 == 0 for number in found)
    assert now != TIME or found[-1] < now * 1000
