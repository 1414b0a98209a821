"""A ``deck.lock`` with git's conflict marks -> the lock that serves the learners of both sides.

Two branches released, and git merged them. No author can merge a lock by hand, and none has to:

- A note that only one side has is kept. A note that one side retired is retired.
- Of two lines for one note, the line with the later time wins. So no learner has a later note than the lock knows.
- Two releases in one second gave the same time to two texts. The next release gives such a note a new time, whatever its
  text is. Anki takes only newer notes, so the learners of one side would otherwise keep their text for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from deckbuilder.model.lock import Lock, LockedNote, LockedType

_OURS, _BASE, _THEIRS, _END = "<<<<<<<", "|||||||", "=======", ">>>>>>>"
MARKS = (_OURS, _BASE, _THEIRS, _END)
"""The beginnings of the lines that git writes around a conflict."""
_NEXT = {"": (_OURS,), _OURS: (_BASE, _THEIRS), _BASE: (_THEIRS,), _THEIRS: (_END,)}
"""The marks that may follow a mark."""
RESTAMP = "merged"
"""A hash that no content has. So the next release sees a change, and gives a new time."""
Record = TypeVar("Record", LockedNote, LockedType)


def sides(content: str) -> tuple[str, str] | None:
    """Return the two texts that git merged into ``content``; None if the conflict marks are not in the order of git."""
    ours: list[str] = []
    theirs: list[str] = []
    inside = ""
    for line in content.split("\n"):
        mark = line[:7] if line.startswith(MARKS) else ""
        if mark and mark not in _NEXT[inside]:
            return None
        if mark:
            inside = "" if mark == _END else mark
            continue
        if inside in ("", _OURS):
            ours.append(line)
        if inside in ("", _THEIRS):
            theirs.append(line)
    return None if inside else ("\n".join(ours), "\n".join(theirs))


def merged(one: Lock, other: Lock) -> Lock | None:
    """Return the lock for the learners of both locks. Return None for locks of two decks, or of two formats."""
    bare = [replace(lock, types={}, notes={}, later={}) for lock in (one, other)]
    if bare[0] != bare[1]:
        return None
    return replace(
        one,
        types=_united(one.types, other.types, _type),
        notes=_united(one.notes, other.notes, _note),
        lines={},
        later={**other.later, **one.later},
        shared={key: value for key, value in one.shared.items() if other.shared.get(key) == value},
        merged=True,
    )


def _united(
    one: Mapping[str, Record], other: Mapping[str, Record], settled: Callable[[Record, Record], Record]
) -> dict[str, Record]:
    both = {key: settled(one[key], other[key]) for key in one.keys() & other.keys()}
    return {**one, **other, **both}


def _note(one: LockedNote, other: LockedNote) -> LockedNote:
    """Return the entry for learners who have a note from either side."""
    late, early = (one, other) if one.mod >= other.mod else (other, one)
    past = {**early.past_clozes, **early.clozes, **late.past_clozes}
    return late._replace(
        hash=RESTAMP if one.mod == other.mod and one.hash != other.hash else late.hash,
        past_clozes={number: text for number, text in past.items() if number not in late.clozes},
        retired=one.retired or other.retired,
    )


def _type(one: LockedType, other: LockedType) -> LockedType:
    late = one if one.mod >= other.mod else other
    return late._replace(style=RESTAMP) if one.mod == other.mod and one.style != other.style else late
