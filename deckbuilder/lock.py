"""``deck.lock``: what learners have, as of the last release. Text <-> Lock; one line a note, sorted, so that git merges it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from deckbuilder.diagnostics import Diagnostic, Span

FILE = "deck.lock"
FORMAT = 1

_ABOUT = "# What learners have of this deck. Written by 'deckbuilder release': commit it, never edit it."
_END = '{"end": true}'
_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")


@dataclass(frozen=True, slots=True)
class LockedNote:
    """A note as it was last released, or as it was when it was retired."""

    id: str
    guid: str
    note_id: int
    """Anki's id: when it was first seen, in milliseconds since 1970; whole seconds, none twice in a deck."""
    kind: str
    hash: str
    """Of all that a learner sees of it."""
    mod: int
    """When that was released: seconds since 1970."""
    deck: str
    question: str
    """The beginning of its text, for people and to find renamed questions by."""
    answer: str
    clozes: Mapping[str, str] = field(default_factory=dict)
    """The beginning of what each cloze number hides."""
    past_clozes: Mapping[str, str] = field(default_factory=dict)
    """The same of numbers that it had once: learners' schedules wait under them."""
    retired: bool = False


@dataclass(frozen=True, slots=True)
class LockedType:
    """A note type as it was last released."""

    note_type: str
    id: int
    fields: tuple[tuple[str, int], ...]
    templates: tuple[tuple[str, int], ...]
    style: str
    """Hash of its name, templates and CSS."""
    mod: int


@dataclass(frozen=True, slots=True)
class Lock:
    """Everything learners have; notes by their case-folded id."""

    deck: str
    """The deck's id."""
    name: str
    types: Mapping[str, LockedType] = field(default_factory=dict)
    notes: Mapping[str, LockedNote] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)
    """The line in the file of each note."""
    path: str = field(default="", compare=False)

    @property
    def highest(self) -> int:
        """The highest time ever given to a note or note type."""
        mods = [note.mod for note in self.notes.values()] + [kind.mod for kind in self.types.values()]
        return max(mods, default=0)


def text(lock: Lock) -> str:
    """The content of the file."""
    lines = [_ABOUT, _line({"format": FORMAT, "deck": lock.deck, "name": lock.name})]
    lines += [_line(asdict(lock.types[key])) for key in sorted(lock.types)]
    lines += [_line(asdict(lock.notes[key])) for key in sorted(lock.notes)]
    return "\n".join([*lines, _END, ""])


def _line(values: dict[str, Any]) -> str:
    return json.dumps({key: value for key, value in values.items() if value not in ({}, False)}, ensure_ascii=False)


def read(path: str, content: str) -> tuple[Lock | None, list[Diagnostic]]:
    """The lock in ``content``, or why it is none. A wrong lock is never guessed at: learners would pay for it."""
    lines = content.split("\n")
    for number, line in enumerate(lines, 1):
        if line.startswith(_CONFLICT):
            message = (
                "git left a merge conflict here; keep the lines of both sides, and of two for one note that with the higher mod"
            )
            return None, [_bad(path, number, message)]
    if _END not in lines:
        message = "the end of the lock is missing; restore the file from git"
        return None, [_bad(path, len(lines), message)]
    types: dict[str, LockedType] = {}
    notes: dict[str, LockedNote] = {}
    places: dict[str, int] = {}
    header: dict[str, Any] = {}
    for number, line in enumerate(lines, 1):
        if not line or line == _END or line.startswith("#"):
            continue
        try:
            values = json.loads(line)
            if "format" in values:
                header = values
                if values["format"] != FORMAT:
                    message = f"written by a newer deckbuilder (format {values['format']}); update deckbuilder"
                    return None, [_bad(path, number, message)]
            elif "note_type" in values:
                schema = {key: tuple((str(name), int(part)) for name, part in values[key]) for key in ("fields", "templates")}
                types[values["note_type"]] = LockedType(**(values | schema))
            else:
                note = LockedNote(**values)
                if note.id.casefold() in notes:
                    message = f"a second line for '{note.id}'; keep the one with the higher mod"
                    return None, [_bad(path, number, message)]
                notes[note.id.casefold()] = note
                places[note.id.casefold()] = number
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None, [_bad(path, number, "this line is damaged; restore the file from git")]
    if not {"deck", "name"} <= header.keys():
        return None, [_bad(path, 1, "the lock does not say whose it is; restore the file from git")]
    return Lock(header["deck"], header["name"], types, notes, places, path), []


def _bad(path: str, line: int, message: str) -> Diagnostic:
    return Diagnostic(Span(path, line), "bad-lock", message)
