"""``deck.lock``: the notes that learners have since the last release. Text <-> Lock; one line per note, sorted for merges in git.

The file contains the number of its format. A version of deckbuilder reads its own format and all earlier formats, and refuses
later formats. Later versions may add keys within a format: this version keeps these keys, and a release writes them back.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from deckbuilder.files.strict_json import dumps, loads
from deckbuilder.model import note_schemas
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.lock import FORMAT, Lock, LockedNote, LockedType
from deckbuilder.source import merge_locks

FILE = "deck.lock"

_ABOUT = "# What learners have of this deck. Written by 'deckbuilder release': commit it, never edit it."
_END = '{"end": true}'
_COUNT = re.compile(r"#.* It has ([0-9]+) notes?, ids [0-9a-f]{8}\.")
"""The first line, which shows whether lines are missing. Earlier versions write no number, and read the line as a comment."""


def text(lock: Lock) -> str:
    """Return the content of the file."""
    header = {"format": lock.format, "deck": lock.deck, "name": lock.name} | ({"settings": lock.shared} if lock.shared else {})
    lines = [_about(lock.notes), _line(header, lock.later)]
    lines += [_record_line(lock.types[key]) for key in sorted(lock.types)]
    lines += [_record_line(lock.notes[key]) for key in sorted(lock.notes)]
    return "\n".join([*lines, _END, ""])


def _about(notes: Mapping[str, LockedNote]) -> str:
    """Return the first line, with the number of notes and a hash of their ids.

    Two branches with other new notes differ in this line. So git shows a conflict, and never merges two numbers into a wrong one.
    """
    ids = hashlib.sha256("\n".join(sorted(notes)).encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{_ABOUT} It has {len(notes)} note{'' if len(notes) == 1 else 's'}, ids {ids}."


def _record_line(record: LockedNote | LockedType) -> str:
    """Return the line of a note or note type, without empty values and without flags that are off."""
    values = record._asdict()
    del values["later"]
    return _line(
        {key: value for key, value in values.items() if value not in ({}, False) and (value or key != "words")}, record.later
    )


def _line(values: Mapping[str, Any], later: Mapping[str, Any]) -> str:
    return dumps({**values, **later})


def read(path: str, content: str) -> tuple[Lock | None, list[Diagnostic]]:
    """Return the lock in ``content``, the text of the file ``path``.

    If the file is damaged, or from a newer deckbuilder, return None and the problem. A damaged lock is never repaired,
    because a wrong guess would harm the notes of learners. But two locks that git merged with conflict marks are read as one.
    """
    for number, line in enumerate(content.split("\n"), 1):
        if line.startswith(merge_locks.MARKS):
            return _read_merged(path, content, number)
    lock, problems = _read(path, content)
    about = content.partition("\n")[0]
    counted = _COUNT.fullmatch(about)
    if lock and counted and about != _about(lock.notes):
        there, wanted = len(lock.notes), int(counted[1])
        lost = f"{wanted - there} of {wanted} notes are missing" if there < wanted else "lines were lost or added"
        way = "restore the file from git"
        if there > wanted:
            way = "if git merged a release by an older deckbuilder, restore the lock of the newer one; the next release adds the rest"
        return None, [_bad(path, 1, f"{lost} in this lock; {way}")]
    return lock, problems


def _read_merged(path: str, content: str, number: int) -> tuple[Lock | None, list[Diagnostic]]:
    """Return the lock for the learners of both sides of a conflict, and a note. ``number`` is the line of the first mark."""
    both = merge_locks.sides(content)
    if both is None:
        return None, [
            _bad(
                path,
                number,
                "git left a merge conflict here, and its marks are damaged; merge again, or restore the file from git",
            )
        ]
    found = []
    for side in both:
        lock, _ = _read(path, side)
        if lock is None:
            message = "git left a merge conflict here, and one side is no whole lock; merge again, or restore the file from git"
            return None, [_bad(path, number, message)]
        found.append(lock)
    lock = merge_locks.merged(*found)
    if lock is None:
        message = "the two sides of this merge conflict are locks of different decks; restore the file from git"
        return None, [_bad(path, number, message)]
    message = "git merged two releases here; leave the conflict to the next release, which writes one lock for all learners"
    return lock, [Diagnostic(Span(path, number), "merged-lock", message)]


def _read(path: str, content: str) -> tuple[Lock | None, list[Diagnostic]]:
    """Return the lock in a text without conflict marks, as ``read``."""
    lines = content.split("\n")
    entries = [(number, line) for number, line in enumerate(lines, 1) if line and not line.startswith("#")]
    if not entries or entries[-1][1] != _END:
        return None, [_bad(path, len(lines), "the end of the lock is missing; restore the file from git")]
    reader = _Reader()
    for number, line in entries[:-1]:
        try:
            problem = reader.take(number, loads(line))
        except (ValueError, TypeError, RecursionError):
            problem = _DAMAGED
        if problem:
            return None, [_bad(path, number, problem)]
    if not reader.header:
        return None, [_bad(path, 1, "the line with the deck's id is missing; restore the file from git")]
    kinds = {note.kind for note in reader.notes.values() if not note.adopted}  # an adopted note does not show its note type
    if lost := [
        schema.key for schema in note_schemas.SCHEMAS if kinds & dict(schema.lock_kinds).keys() and schema.key not in reader.types
    ]:
        return None, [_bad(path, 1, f"the line of the note type '{lost[0]}' is missing; restore the file from git")]
    deck, name, number = (reader.header[key] for key in ("deck", "name", "format"))
    return Lock(deck, name, reader.types, reader.notes, reader.lines, path, reader.later, format=number, shared=reader.shared), []


_DAMAGED = "this line is damaged; restore the file from git"
_HEADER = {"format": int, "deck": str, "name": str}
_NOTE = {
    "id": str,
    "guid": str,
    "note_id": int,
    "kind": str,
    "hash": str,
    "mod": int,
    "deck": str,
    "question": str,
    "answer": str,
}
_TYPE = {"note_type": str, "id": int, "style": str, "mod": int, "fields": list, "templates": list}
_OPTIONAL = {"words": str, "clozes": dict, "past_clozes": dict, "retired": bool, "adopted": int, "media": dict}
"""Keys that only some notes have."""
_MARKS = re.compile("[0-9a-f]{64}")
_TEXTS = {"question", "answer"}
"""Keys of texts that may be empty."""


class _Reader:
    """Collects the lines of a lock; each line must be as ``text`` writes it."""

    def __init__(self) -> None:
        self.header: dict[str, Any] = {}
        self.later: dict[str, Any] = {}
        self.shared: dict[str, str] = {}
        self.types: dict[str, LockedType] = {}
        self.notes: dict[str, LockedNote] = {}
        self.lines: dict[str, int] = {}
        self.guids: set[str] = set()

    def take(self, number: int, values: object) -> str:
        """Take the values of a line. Return a problem with ``values``, or ``""``. Damage may also raise TypeError or ValueError."""
        if not isinstance(values, dict):
            return _DAMAGED
        if "format" in values:
            if type(values["format"]) is int and values["format"] > FORMAT:
                return f"written by a newer deckbuilder (format {values['format']}); update deckbuilder"
            self.header, twice = values, bool(self.header)
            values, self.later = _parted(values, _HEADER)
            self.shared = self.later.pop("settings", {})
            if twice or not _fits(values, _HEADER) or not _are_texts(self.shared):
                return _DAMAGED
        elif "note_type" in values:
            values, later = _parted(values, (*_TYPE, "media"))
            media = values.pop("media", {})
            if not _fits(values, _TYPE) or not _are_hashes(media) or values["note_type"] in self.types:
                return _DAMAGED
            if values["note_type"] not in (*(schema.key for schema in note_schemas.SCHEMAS), str(values["id"])):
                return _DAMAGED
            parts = {key: tuple((name, part) for name, part in values[key]) for key in ("fields", "templates")}
            if not all(type(name) is str and type(part) is int for pairs in parts.values() for name, part in pairs):
                return _DAMAGED
            self.types[values["note_type"]] = LockedType(**(values | parts), media=media, later=later)
        else:
            return self._note(number, values)
        return ""

    def _note(self, number: int, values: dict[str, Any]) -> str:
        """Take the values of a note in line ``number``. Return a problem, or ``""``."""
        values, later = _parted(values, (*_NOTE, *_OPTIONAL))
        clozes = [values.get(key, {}) for key in ("clozes", "past_clozes")]
        good = all(
            type(group) is dict and all(n.isdigit() and type(text) is str for n, text in group.items()) for group in clozes
        )
        if not good or type(values.get("retired", False)) is not bool or not _are_hashes(values.get("media", {})):
            return _DAMAGED
        if not _MARKS.fullmatch(values.get("words", "0" * 64)):
            return _DAMAGED
        schema = _NOTE | ({"adopted": int} if "adopted" in values else {})
        if not _fits({key: value for key, value in values.items() if key in schema or key not in _OPTIONAL}, schema):
            return _DAMAGED
        note = LockedNote(**values, later=later)
        key = note.id.casefold()
        if key in self.notes or note.guid in self.guids:
            return f"a second line for '{note.id}'; keep the line with the higher mod"
        self.notes[key], self.lines[key] = note, number
        self.guids.add(note.guid)
        return ""


def _are_hashes(values: object) -> bool:
    """Return whether ``values`` is a mapping of names of files to hashes."""
    return type(values) is dict and all(type(text) is str and text for pair in values.items() for text in pair)


def _are_texts(values: object) -> bool:
    return isinstance(values, dict) and all(type(value) is str for value in values.values())


def _parted(values: dict[str, Any], known: Iterable[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the values of the keys that this version knows, and the values of all other keys."""
    mine = set(known)
    return {key: values[key] for key in values if key in mine}, {key: values[key] for key in values if key not in mine}


def _fits(values: dict[str, Any], schema: dict[str, type]) -> bool:
    """Return whether ``values`` has exactly the keys of ``schema``, with values of exactly these types.

    Texts other than ``_TEXTS`` must not be empty. Numbers must be positive and below 2**63, as times and ids in Anki are.
    """
    if values.keys() != schema.keys():
        return False
    for key, kind in schema.items():
        value = values[key]
        if type(value) is not kind or (kind is str and not value and key not in _TEXTS):
            return False
        if isinstance(value, int) and not 0 < value < 2**63:
            return False
    return True


def _bad(path: str, line: int, message: str) -> Diagnostic:
    return Diagnostic(Span(path, line), "bad-lock", message)
