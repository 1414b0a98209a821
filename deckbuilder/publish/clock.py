"""Whether a time can be now, judged by the last release. A time that is wrong hurts learners long after it was given.

Anki compares times. With a clock that is ahead, a release gives its notes times that no learner's edit is newer than:
the next release takes those edits, of notes that nobody touched. With one that is behind, what changes gets the
second after the last release, which Anki 2.1.54 to 24.11 takes for older than the import of that release.
``SOURCE_DATE_EPOCH`` is a statement, the machine's clock a measurement: where both cannot be right, the statement is
taken, but for the future.
"""

from __future__ import annotations

from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.lock import Lock

EARLIEST, LATEST = 1_577_836_800, 4_102_444_800
"""The years 2020 and 2100: a clock outside has lost its battery, or was never set."""
_DAY = 86_400
_LONG = 2 * 366 * _DAY
"""A deck that was not released for so long is more seldom than a clock that is wrong by as much."""


def doubts(now: int, lock: Lock | None, path: str, clock: int | None = None) -> list[Diagnostic]:
    """What speaks against ``now`` as the time of a release, in which learners have ``lock``; ``path`` is what it is told of.

    ``clock`` is the machine's time if ``now`` was given in its place. A warning; for a release an error.
    """
    last = lock.highest if lock else 0
    ours = lock is not None and not all(note.adopted for note in lock.notes.values())
    go_on = f"if it is right, say so: SOURCE_DATE_EPOCH={now}"
    message = ""
    if not EARLIEST <= now < LATEST:
        message = f"the time {now} is not in the years 2020 to 2099; set the clock right"
    elif clock is not None:
        if clock >= EARLIEST and now > max(clock, last) + _DAY:
            message = f"SOURCE_DATE_EPOCH is {_days(now - clock)} ahead of this machine's clock: learners would lose what they write until then; set it to the present"
    elif last > now + _DAY:
        message = f"the last release is {_days(last - now)} ahead of this machine's clock; set the clock right; {go_on}"
    elif ours and now - last > _LONG:  # one by another tool may be as old as it likes
        message = f"by this machine's clock, the last release was {_days(now - last)} ago; set the clock right; {go_on}"
    return [Diagnostic(Span(path), "doubtful-clock", message)] if message else []


def _days(seconds: int) -> str:
    days = seconds // _DAY
    return f"{days:,} day{'' if days == 1 else 's'}"
