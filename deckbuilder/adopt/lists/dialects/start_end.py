"""Obsidian_to_Anki: ``START`` … ``END`` with the fields of a note type, and ``STARTI [Basic] … Back: … ENDI`` in one line."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from deckbuilder.adopt.lists.foreign_clozes import braces, has
from deckbuilder.adopt.lists.markdown_page import BLANKS, Found, Page, fields, marks, with_breaks
from deckbuilder.adopt.lists.vault_marks import USUAL_NOTES, NoteMarks
from deckbuilder.model.control_characters import NUL
from deckbuilder.model.records import Kind

_ID = re.compile(r"\s*(?:<!--\s*)?ID:\s*(?P<id>\d+)\s*(?:-->)?\s*$")
_TAGS = re.compile(r"Tags:\s*(?P<names>.*)$")
_INLINE_FIELD = re.compile(r"(?<!\s)\s++(?:Back(?: Extra)?|Extra):\s*")
_QUESTION = ("Front", "Text")
_UNNAMED = ("Back", "Back Extra", "Extra")
"""The fields whose names say nothing on a card."""
_SOME_FIELD = re.compile(r"(?P<name>[A-Z][\w -]{1,30}):(?:\s+|$)")
_SHARE = 0.8
"""A name such as ``Reference:`` is one of a field if this share of the notes has such a line."""
_LEAST = 3


def find(page: Page) -> list[Found] | None:
    """Return the notes between the marks; None if there is none. The rest of the file is no question.

    ``page.note_marks`` are the marks of the vault. A file without a vault may name more fields: most notes have their names.
    """
    lines, said = page.lines, page.note_marks
    shape, _ = fields(lines, _field(said.fields))
    ends = [at for at, _ in marks(shape, re.compile(rf"{re.escape(said.end)}\s*$"))]
    of_file, tags = deck(lines, said), file_tags(lines, said)
    spans = []
    for start, _ in marks(shape, re.compile(rf"(?:<!--\s*)?{re.escape(said.begin)}\s*$")):
        if (after := bisect_right(ends, start)) < len(ends):
            spans.append((start, ends[after]))
    names = (*said.fields, *_more_fields([lines[start:end] for start, end in spans], said.fields))
    found = [_note(lines, span, _field(names), of_file, tags) for span in spans]
    inline = rf"{re.escape(said.begin_inline)}\s*\[(?P<type>[^\]]*)\]\s*(?P<text>(?:.*\S)?)\s*{re.escape(said.end_inline)}\s*$"
    for at, match in marks(shape, re.compile(inline)):
        text, ids = _without(match["text"], re.compile(rf"{BLANKS}<!--\s*ID:\s*(?P<id>\d+)\s*-->"), "id")
        text, own = _without(text, re.compile(r"(?<!\s)\s++Tags:\s*(?P<names>.*)$"), "names")
        front, _, back = text.partition(next(iter(_INLINE_FIELD.findall(text)), NUL))
        found.append(_of_type(match["type"], Found(at, at + 1, front, back, tags=(*tags, *own.split()), deck=of_file, id=ids)))
    return sorted(found, key=lambda note: note.start) or None


def _field(names: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern of the lines that begin a field."""
    return re.compile(rf"(?P<name>{'|'.join(re.escape(name) for name in sorted(names, key=len, reverse=True))}):(?:\s+|$)")


def _more_fields(notes: Sequence[Sequence[str]], known: Sequence[str]) -> list[str]:
    """Return the names, such as ``Reference``, that most ``notes`` have below their last known field."""
    counts: Counter[str] = Counter()
    for lines in notes:
        last = max((at for at, line in enumerate(lines) if line.startswith(tuple(f"{name}:" for name in known))), default=0)
        counts.update({match["name"] for line in lines[last + 1 :] if (match := _SOME_FIELD.match(line))} - {"Tags", "ID"})
    return [name for name, count in counts.items() if count >= max(_LEAST, _SHARE * len(notes))]


def deck(lines: Sequence[str], said: NoteMarks = USUAL_NOTES) -> str:
    """Return the deck that ``TARGET DECK`` names for the whole file, or ``""``."""
    return _value(lines, said.deck)


def file_tags(lines: Sequence[str], said: NoteMarks = USUAL_NOTES) -> tuple[str, ...]:
    """Return the tags that ``FILE TAGS`` gives to each note of the file."""
    return tuple(_value(lines, said.tags).replace(",", " ").split())


def _value(lines: Sequence[str], name: str) -> str:
    """Return the value after the mark ``name`` for the whole file, or the line below the mark."""
    for at, match in marks(lines, re.compile(rf"{re.escape(name)}(?::\s*+(?P<value>.*\S))?\s*$")):
        return match["value"] or (lines[at + 1].strip() if at + 1 < len(lines) else "")
    return ""


def _without(text: str, pattern: re.Pattern[str], group: str) -> tuple[str, str]:
    match = pattern.search(text)
    return (text[: match.start()] + text[match.end() :], match[group]) if match else (text, "")


def _note(lines: Sequence[str], span: tuple[int, int], field: re.Pattern[str], of_file: str, tags: tuple[str, ...]) -> Found:
    """Return the note between ``START`` and ``END``, which are the lines of ``span``. The id may be below ``END``."""
    start, end = span
    inner = [line for line in lines[start + 1 : end] if not _ID.match(line)]
    ids = [match["id"] for line in lines[start + 1 : end + 2] if (match := _ID.match(line))]
    said = marks(fields(inner, field)[0], _TAGS)
    own = [word for _, match in said for word in match["names"].split()]
    tag_lines = {at for at, _ in said}
    after = end + 1 + (end + 1 < len(lines) and bool(_ID.match(lines[end + 1])))
    texts = [
        (name, "\n".join(text).strip("\n"))
        for name, text in _split([line for at, line in enumerate(inner) if at not in tag_lines][1:], field)
    ]
    front = texts[0][1]
    back = "\n\n".join(text if name in _UNNAMED else f"{name}: {text}" for name, text in texts[1:] if text)
    model = inner[0] if inner else ""
    return _of_type(model, Found(start, after, front, with_breaks(back), tags=(*tags, *own), deck=of_file, id="".join(ids[:1])))


def _split(lines: Sequence[str], pattern: re.Pattern[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield (name, lines) of each field. The first field needs no name."""
    _, named = fields(lines, pattern)
    field: list[str] = []
    name = "Front"
    for at, line in enumerate(lines):
        match = named.get(at)
        if match and (match["name"] not in _QUESTION or not "".join(field).strip()):
            if match["name"] not in _QUESTION:
                yield name, field
                name = match["name"]
            field = []
        field.append(line[match.end() :] if match else line)
    yield name, field


def _of_type(type_: str, note: Found) -> Found:
    """Return ``note`` with the kind that ``type_``, the name of its note type, means."""
    clozed = braces(note.question)
    if "cloze" in type_.lower() and has(clozed):
        return replace(note, kind=Kind.CLOZE, question=clozed)
    if "reversed" in type_.lower():
        return replace(note, kind=Kind.REVERSED)
    return replace(note, kind=Kind.TYPED) if "type" in type_.lower() else note
