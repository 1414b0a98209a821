"""A time and the last release -> a warning if the time is clearly wrong. A wrong time harms learners long after the release.

Anki compares times. A clock that is ahead gives notes times in the future, which are newer than every edit of a learner.
So the next release overwrites edits in notes that the author did not touch.
A clock that is behind gives changed notes the second after the last release.
Anki 2.1.54 to 24.11 takes this time for older than the learner's import of the last release.
``SOURCE_DATE_EPOCH`` is the user's decision, and so wins over the machine's clock. But a time in the future is never accepted.
"""

from __future__ import annotations

from deckbuilder.model.diagnostics import Diagnostic, Span, plural
from deckbuilder.model.lock import Lock

EARLIEST, LATEST = 1_577_836_800, 4_102_444_800
"""The years 2020 and 2100, in seconds since 1970. A clock outside has lost its battery, or was never set."""
_DAY = 86_400
_LONG = 2 * 366 * _DAY
"""Seconds between two releases. A longer gap more likely means a wrong clock."""


def doubts(now: int, lock: Lock | None, path: str, clock: int | None = None) -> list[Diagnostic]:
    """Return a list with a warning at ``path`` if ``now`` is implausible for a release after ``lock``, else [].

    ``now`` is in seconds since 1970. ``clock`` is the machine's time if ``now`` comes from ``SOURCE_DATE_EPOCH``, else None.
    A release stops on this warning.
    """
    last = lock.highest if lock else 0
    ours = lock is not None and not all(note.adopted for note in lock.notes.values())
    go_on = f"if the clock is right, run again with SOURCE_DATE_EPOCH={now}"
    message = ""
    if not EARLIEST <= now < LATEST:
        message = f"the time {now} is not in the years 2020 to 2099; correct the clock"
    elif clock is not None:
        if clock >= EARLIEST and now > max(clock, last) + _DAY:
            message = f"SOURCE_DATE_EPOCH is {_days(now - clock)} ahead of this machine's clock: learners would lose the edits that they make until then; set SOURCE_DATE_EPOCH to the present"
    elif last > now + _DAY:
        message = f"the last release is {_days(last - now)} ahead of this machine's clock; correct the clock; {go_on}"
    elif ours and now - last > _LONG:  # notes of another tool may have any age
        message = f"by this machine's clock, the last release was {_days(now - last)} ago; correct the clock; {go_on}"
    return [Diagnostic(Span(path), "doubtful-clock", message)] if message else []


def _days(seconds: int) -> str:
    return plural(seconds // _DAY, "day")
