"""Lock -> the releases of a deck that its pages and its feed name."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from deckbuilder.model.lock import LATEST, Lock

_MOST = 20
"""The releases that a feed has."""


@dataclass(frozen=True, slots=True)
class Release:
    """A release, as the lock knows it."""

    time: str
    """UTC, as in RFC 3339."""
    new: tuple[str, ...]
    """The questions that were new then and are still in the deck."""
    changed: tuple[str, ...]
    """The questions that last changed then."""

    @property
    def day(self) -> str:
        """The day of the release."""
        return self.time[:10]


def releases(lock: Lock | None, here: Iterable[str]) -> tuple[Release, ...]:
    """Return the releases of ``lock``. The questions of a release are those that no later release has changed."""
    ids = set(here)
    notes = [note for note in lock.notes.values() if note.id in ids and not note.retired and note.mod <= LATEST] if lock else []
    times = sorted({note.mod for note in notes})
    before = dict(zip(times, [0, *times], strict=False))
    new: dict[int, list[str]] = defaultdict(list)
    changed: dict[int, list[str]] = defaultdict(list)
    for note in notes:  # the id of a new note is a second shortly before its release
        was_new = note.mod == times[0] or note.note_id // 1000 > before[note.mod]
        (new if was_new else changed)[note.mod].append(note.id)
    last = reversed(times[-_MOST:])
    return tuple(Release(_time(time), tuple(sorted(new[time])), tuple(sorted(changed[time]))) for time in last)


def _time(seconds: int) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat().replace("+00:00", "Z")
