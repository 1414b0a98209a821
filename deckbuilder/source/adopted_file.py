"""``deck.adopted``: the notes of another tool, as learners have them. Text <-> Adopted; one line per note.

Anki updates a note only under the note type that the note was made with. So adopted notes keep their note types, and each
part of a question goes into fields of its note's type. Notes that the author did not change are packed byte for byte as
before. ``adopt`` writes the file once; no release changes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deckbuilder.files.strict_json import dumps, loads
from deckbuilder.model.adopted import Adopted, AdoptedNote, AdoptedType
from deckbuilder.model.control_characters import FIELD_SEPARATOR
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.source.conflict_marks import is_mark

FILE = "deck.adopted"
FORMAT = 2
"""Format 1 had no headings for fields: its notes have no ``markdown``."""
CARDS = 500
"""The limit for ordinals of cards. Anki puts every cloze above number 499 on the card of number 499."""

_ABOUT = "# The adopted notes of this deck as learners have them. Written by 'deckbuilder adopt': commit it, never edit it."
_END = '{"end": true}'
_RESTORE = "restore the file from git"


def text(adopted: Adopted) -> str:
    """Return the content of the file."""
    newest = not adopted.notes or any(note.markdown for note in adopted.notes.values())
    lines = [_ABOUT, _line({"format": FORMAT if newest else 1, "deck": adopted.deck})]
    lines += [_line(adopted.types[number]._asdict()) for number in sorted(adopted.types)]
    lines += [_line(_values(adopted.notes[key])) for key in sorted(adopted.notes)]
    return "\n".join([*lines, _END, ""])


def _values(note: AdoptedNote) -> dict[str, Any]:
    """Return the values of ``note``. A note of format 1 lacks the newer ones."""
    values = note._asdict()
    return values if note.markdown else {key: values[key] for key in values if key not in ("kind", "markdown")}


def _line(values: dict[str, Any]) -> str:
    return dumps(values)


def read(path: str, content: str) -> tuple[Adopted | None, list[Diagnostic]]:
    """Return the adopted notes in ``content``, the text of the file ``path``.

    If the file is damaged, or from a newer deckbuilder, return None and the problem.
    """
    lines = [(number, line) for number, line in enumerate(content.split("\n"), 1) if line and not line.startswith("#")]
    if conflict := next((number for number, line in lines if is_mark(line)), None):
        return None, [
            _bad(path, conflict, "git left a merge conflict here; keep the lines of both sides, and delete git's marks")
        ]
    if len(lines) < 2 or lines[-1][1] != _END:
        return None, [_bad(path, 1, f"the last line of the file is missing; {_RESTORE}")]
    deck, types, notes = "", {}, {}
    for number, line in lines[:-1]:
        try:
            values = loads(line)
            if "format" in values:
                if values["format"] > FORMAT:
                    message = f"written by a newer deckbuilder (format {values['format']}); update deckbuilder"
                    return None, [_bad(path, number, message)]
                deck = str(values["deck"])
            elif "model" in values:
                kind = note_type(values["model"], values["media"])
                types[kind.id] = kind
            else:
                note = _note(values, types)
                notes[note.id.casefold()] = note
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None, [_bad(path, number, f"this line is damaged; {_RESTORE}")]
    return Adopted(deck, types, notes, path), []


def note_type(model: Mapping[str, Any], media: Mapping[str, str]) -> AdoptedType:
    """Return the note type of a ``model`` as Anki stores it, with ``media``: paths by name.

    Raises ValueError, TypeError, KeyError, AttributeError for a note type that ``package.write_package`` cannot write.
    """
    parts = [part["name"] for part in (*model["flds"], *model["tmpls"])]
    texts = [model["name"], model["css"], *parts, *(template[side] for template in model["tmpls"] for side in ("qfmt", "afmt"))]
    _check(
        all(type(text) is str for text in texts)
        and model.get("sortf", 0) in range(len(model["flds"]))
        and model["type"] in (0, 1)
        # without these, Anki refuses the whole package
        and all({"sticky", "rtl"} <= part.keys() for part in model["flds"])
        and all(type(part["font"]) is str and type(part["size"]) is int for part in model["flds"])
    )
    kind = AdoptedType(model, _strings(media))
    _check(0 < kind.id < 2**63)
    return kind


def _note(values: dict[str, Any], types: Mapping[int, AdoptedType]) -> AdoptedNote:
    """Return the note with these ``values``. Raises the same exceptions as ``note_type``."""
    places = {str(part): tuple(group) for part, group in values["places"].items()}
    lists = {key: tuple(values[key]) for key in ("fields", "tags", "ords")}
    known = {key: values[key] for key in values if key in AdoptedNote._fields}  # later versions may write more keys
    note = AdoptedNote(**(known | lists | {"places": places}))
    count = len(types[note.type_id].model["flds"])
    numbers = [*note.ords, *(at for group in places.values() for at in group)]
    texts = (note.id, note.guid, note.kind, note.markdown, *note.fields, *note.tags)
    _check(all(type(text) is str for text in texts) and len(note.fields) == count)
    _check(all(type(number) is int and number >= 0 for number in (note.note_id, note.mod, *numbers)))
    _check(all(at < count for group in places.values() for at in group) and bool(places.get("question")) and bool(note.ords))
    _check(max(note.note_id, note.mod) < 2**63 and max(note.ords) < CARDS)
    _check(not any(FIELD_SEPARATOR in text for text in note.fields) and not any(tag.split() != [tag] for tag in note.tags))
    _strings(note.hashes), _strings(note.media)
    return note


def _strings(values: Mapping[str, str]) -> Mapping[str, str]:
    _check(all(type(text) is str for pair in values.items() for text in pair))
    return values


def _check(good: bool) -> None:
    if not good:
        raise ValueError


def _bad(path: str, line: int, message: str) -> Diagnostic:
    return Diagnostic(Span(path, line), "bad-adopted", message)
