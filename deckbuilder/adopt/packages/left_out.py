"""Notes that are skipped, each with the reason, and the file for people that lists them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deckbuilder import assets

_TICKS = re.compile("`{3,}")


class NotCarriedError(Exception):
    """A note cannot be written as a question of ours. The message gives the reason."""


@dataclass(frozen=True, slots=True)
class Left:
    """A note that is skipped. Learners keep the note, and no release of the adopted deck changes the note."""

    title: str
    """The beginning of the note's text."""
    reason: str
    fields: tuple[str, ...] = ()
    """The HTML of the note's fields."""


def text(left: Sequence[Left]) -> str:
    """Return the text of the file, with a part for each reason; ``""`` if no note is skipped."""
    reasons: dict[str, list[Left]] = {}
    for note in left:
        reasons.setdefault(note.reason, []).append(note)
    parts = [part for reason, notes in reasons.items() for part in _part(reason, notes)]
    return "\n\n".join([assets.text("left-out-notes.md").strip(), *parts]) + "\n" if parts else ""


def _part(reason: str, notes: Sequence[Left]) -> Iterator[str]:
    yield f"# {len(notes):,} {'note' if len(notes) == 1 else 'notes'}: {' '.join(reason.split())}"
    for note in notes:
        fields = "\n".join(field for field in note.fields if field.strip())
        ticks = "`" * max([2, *map(len, _TICKS.findall(fields))]) + "`"
        yield f"{ticks}html\n{fields or note.title}\n{ticks}"
