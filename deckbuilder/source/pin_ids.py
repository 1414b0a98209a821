"""Writes ids into headings: the bytes of a file -> the same bytes with ``{#id}`` in headings that had no id."""

from __future__ import annotations

import re
from collections.abc import Iterable

from deckbuilder.model.control_characters import CONTROLS
from deckbuilder.model.records import Outline

_CLOSING_HASHES = re.compile(r"(?<![ \t])[ \t]++(?:#+[ \t]*)?$")


def pinned(data: bytes, questions: Iterable[Outline]) -> bytes:
    """Return ``data``, the UTF-8 content of a file, with the ids of its ``questions``; all other bytes stay as they are."""
    # only \r\n, \r and \n end a line, as in the reader of sources
    lines = re.split(rb"(\r\n|\r|\n)", data)
    for question in questions:
        at = 2 * (_heading_line(question) - 1)
        lines[at] = _with_id(lines[at].decode("utf-8"), question).encode("utf-8")
    return b"".join(lines)


def _heading_line(question: Outline) -> int:
    """Return the number of the last line of the heading's text. A heading of several lines has a line of ``===`` below it."""
    return max(question.span.line, question.below - 2)


def _with_id(heading: str, question: Outline) -> str:
    """Return ``heading``, a line of the file, with the id of ``question``. Positions do not count characters that are not read."""
    read = [at for at, char in enumerate(heading) if not CONTROLS.match(char) and (at or char != "\ufeff")]
    if question.attributes:
        at = read[question.attributes[0].span.column - 1]
        return f"{heading[:at]}#{question.id} {heading[at:]}"
    text = "".join(heading[at] for at in read)
    tail = _CLOSING_HASHES.search(text)
    at = read[tail.start()] if tail else len(heading)
    return f"{heading[:at]} {{#{question.id}}}{heading[at:]}"
