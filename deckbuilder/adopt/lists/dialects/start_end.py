"""Obsidian_to_Anki: ``START`` … ``END`` with the fields of a note type, and ``STARTI [Basic] … Back: … ENDI`` in one line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from deckbuilder.adopt.lists.foreign_clozes import braces, has
from deckbuilder.adopt.lists.markdown_page import Found, Page, fields, marks
from deckbuilder.model.control_characters import NUL
from deckbuilder.model.records import Kind

_START = re.compile(r"START\s*$")
_END = re.compile(r"END\s*$")
_INLINE = re.compile(r"STARTI\s*\[(?P<type>[^\]]*)\]\s*(?P<text>.*?)\s*ENDI\s*$")
_DECK = re.compile(r"TARGET DECK(?::\s*(?P<name>.*\S))?\s*$")
_FILE_TAGS = re.compile(r"FILE TAGS(?::\s*(?P<names>.*\S))?\s*$")
_ID = re.compile(r"\s*(?:<!--\s*)?ID:\s*(?P<id>\d+)\s*(?:-->)?\s*$")
_TAGS = re.compile(r"Tags:\s*(?P<names>.*)$")
_FIELD = re.compile(r"(?P<name>Front|Text|Back(?: Extra)?|Extra):(?:\s+|$)")
_INLINE_FIELD = re.compile(r"\s+(?:Back(?: Extra)?|Extra):\s*")


def find(page: Page) -> list[Found] | None:
    """Return the notes between the marks; None if there is none. The rest of the file is no question."""
    lines = page.lines
    shape, _ = fields(lines, _FIELD)
    ends = [at for at, _ in marks(shape, _END)]
    of_file, tags = deck(lines), file_tags(lines)
    found = []
    for start, _ in marks(shape, _START):
        end = next((at for at in ends if at > start), None)
        if end is not None:
            found.append(_note(lines, start, end, of_file, tags))
    for at, match in marks(shape, _INLINE):
        text, ids = _without(match["text"], re.compile(r"\s*<!--\s*ID:\s*(?P<id>\d+)\s*-->"), "id")
        text, names = _without(text, re.compile(r"\s+Tags:\s*(?P<names>.*)$"), "names")
        front, _, back = text.partition(next(iter(_INLINE_FIELD.findall(text)), NUL))
        found.append(_of_type(match["type"], Found(at, at + 1, front, back, tags=(*tags, *names.split()), deck=of_file, id=ids)))
    return sorted(found, key=lambda note: note.start) or None


def deck(lines: Sequence[str]) -> str:
    """Return the deck that ``TARGET DECK`` names for the whole file, or ``""``."""
    return _value(lines, _DECK, "name")[0]


def file_tags(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the tags that ``FILE TAGS`` gives to each note of the file."""
    return _value(lines, _FILE_TAGS, "names")[1]


def _value(lines: Sequence[str], pattern: re.Pattern[str], group: str) -> tuple[str, tuple[str, ...]]:
    """Return (text, words) of the value after a mark for the whole file, or of the line below the mark."""
    for at, match in marks(lines, pattern):
        text = match[group] or (lines[at + 1].strip() if at + 1 < len(lines) else "")
        return text, tuple(text.split())
    return "", ()


def _without(text: str, pattern: re.Pattern[str], group: str) -> tuple[str, str]:
    match = pattern.search(text)
    return (text[: match.start()] + text[match.end() :], match[group]) if match else (text, "")


def _note(lines: Sequence[str], start: int, end: int, of_file: str, tags: tuple[str, ...]) -> Found:
    """Return the note between ``START`` and ``END``, which are lines ``start`` and ``end``. The id may be below ``END``."""
    inner = [line for line in lines[start + 1 : end] if not _ID.match(line)]
    ids = [match["id"] for line in lines[start + 1 : end + 2] if (match := _ID.match(line))]
    said = marks(fields(inner, _FIELD)[0], _TAGS)
    own = [word for _, match in said for word in match["names"].split()]
    tag_lines = {at for at, _ in said}
    after = end + 1 + (end + 1 < len(lines) and bool(_ID.match(lines[end + 1])))
    texts = list(_split([line for at, line in enumerate(inner) if at not in tag_lines][1:]))
    front = "\n".join(texts[0]).strip("\n")
    back = "\n\n".join("\n".join(field).strip("\n") for field in texts[1:])
    return _of_type(
        inner[0] if inner else "", Found(start, after, front, back, tags=(*tags, *own), deck=of_file, id="".join(ids[:1]))
    )


def _split(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield the lines of each field. The first field needs no name."""
    _, named = fields(lines, _FIELD)
    field: list[str] = []
    for at, line in enumerate(lines):
        match = named.get(at)
        if match and (match["name"] not in ("Front", "Text") or not "".join(field).strip()):
            if match["name"] not in ("Front", "Text"):
                yield field
            field = []
        field.append(line[match.end() :] if match else line)
    yield field


def _of_type(type_: str, note: Found) -> Found:
    """Return ``note`` with the kind that ``type_``, the name of its note type, means."""
    clozed = braces(note.question)
    if "cloze" in type_.lower() and has(clozed):
        return replace(note, kind=Kind.CLOZE, question=clozed)
    if "reversed" in type_.lower():
        return replace(note, kind=Kind.REVERSED)
    return replace(note, kind=Kind.TYPED) if "type" in type_.lower() else note
