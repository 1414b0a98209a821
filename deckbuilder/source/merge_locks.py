"""A ``deck.lock`` with git's conflict marks -> the lock that serves the learners of both sides.

Two branches released, and git merged them. No author can merge a lock by hand, and none has to:

- A note that only one side has is kept. A note that one side retired is retired.
- Of two lines for one note, the line with the later time wins. So no learner has a later note than the lock knows.
- Two releases in one second gave the same time to two texts. The next release gives such a note a new time, whatever its
  text is. Anki takes only newer notes, so the learners of one side would otherwise keep their text for ever.
- A release by 0.1.0 has hashes of format 1. A note with one time on both sides is mostly one note with two hashes: then the
  hash of today's format wins. If git kept only one number of a format, ``publish.older_lock`` compares the hashes with the note.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from deckbuilder.model.lock import FORMAT, Lock, LockedNote, LockedType

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
    """Return the lock for the learners of both locks, with the format of the earlier one. Return None for locks of two decks."""
    bare = [replace(lock, types={}, notes={}, later={}, format=FORMAT) for lock in (one, other)]
    if bare[0] != bare[1]:
        return None
    new, old = (one, other) if one.format >= other.format else (other, one)
    mixed = new.format != old.format
    notes = _united(new.notes, old.notes, lambda new, old: _note(new, old, mixed=mixed))
    return replace(
        one,
        types=_united(one.types, other.types, _type),
        notes=notes,
        lines={},
        later={**other.later, **one.later},
        shared={key: value for key, value in one.shared.items() if other.shared.get(key) == value},
        merged=True,
        rivals={key: (new.notes[key].hash, old.notes[key].hash) for key, note in notes.items() if note.hash == RESTAMP},
        format=old.format,
    )


def _united(
    one: Mapping[str, Record], other: Mapping[str, Record], settled: Callable[[Record, Record], Record]
) -> dict[str, Record]:
    both = {key: settled(one[key], other[key]) for key in one.keys() & other.keys()}
    return {**one, **other, **both}


def _note(new: LockedNote, old: LockedNote, *, mixed: bool) -> LockedNote:
    """Return the entry for learners who have a note from either side.

    If the locks are ``mixed``, ``new`` is from the lock of the later format.
    """
    late, early = (new, old) if new.mod >= old.mod else (old, new)
    past = {**early.past_clozes, **early.clozes, **late.past_clozes}
    twice = new.mod == old.mod and new.hash != old.hash and not (mixed and _seen(new) == _seen(old))
    return late._replace(
        hash=RESTAMP if twice else late.hash,
        past_clozes={number: text for number, text in past.items() if number not in late.clozes},
        retired=new.retired or old.retired,
    )


def _seen(note: LockedNote) -> tuple[object, ...]:
    """Return everything that a lock of any format has of the content of a note."""
    return note.kind, note.deck, note.question, note.answer, note.clozes


def _type(one: LockedType, other: LockedType) -> LockedType:
    late = one if one.mod >= other.mod else other
    return late._replace(style=RESTAMP) if one.mod == other.mod and one.style != other.style else late
