"""The bytes of a file and mends -> the mended bytes. Everything but the named places stays as it is, byte for byte."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from typing import NamedTuple

from deckbuilder.model.control_characters import CONTROLS
from deckbuilder.model.diagnostics import Mend
from deckbuilder.model.splice import splice

_MARK = "\ufeff"
_LINE_END = re.compile(r"\r\n|\r|\n")


class Mended(NamedTuple):
    """A file after some mends."""

    data: bytes
    applied: tuple[Mend, ...]
    """The mends in the order of their places. A mend that overlaps an earlier one, or does not fit, is not applied."""


def mended(data: bytes, mends: Iterable[Mend]) -> Mended:
    """Return ``data``, the UTF-8 of a file, after as many of ``mends`` as possible.

    A mend counts lines and characters in the text as ``read_text.read`` returns it. So the byte order mark, ``\\r`` and
    control characters do not count, and they stay. Raises UnicodeDecodeError.
    """
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    text = data.removeprefix(mark).decode("utf-8")
    starts = [0, *(end.end() for end in _LINE_END.finditer(text))]
    ends = [*(end.start() for end in _LINE_END.finditer(text)), len(text)]
    changes: list[tuple[int, int, str]] = []
    applied = []
    for mend in sorted(set(mends)):
        if not 1 <= mend.line <= len(starts):
            continue
        line = text[starts[mend.line - 1] : ends[mend.line - 1]]
        begin = starts[mend.line - 1] + _index(line, mend.column)
        end = begin + len(mend.old)
        free = not changes or (begin > changes[-1][0] and begin >= changes[-1][1])
        if free and mend.column >= 1 and end <= ends[mend.line - 1] and text[begin:end] == mend.old and _fits(mend):
            changes.append((begin, end, mend.new))
            applied.append(mend)
    new = splice(text, changes)
    if new.startswith(_MARK) and not text.startswith(_MARK):
        return Mended(data, ())  # this character would become the byte order mark
    return Mended(mark + new.encode(), tuple(applied))


def _index(line: str, column: int) -> int:
    """Return the index in ``line`` of the character at ``column``, which counts from 1 without control characters."""
    at = column - 1
    for control in CONTROLS.finditer(line):
        if control.start() > at:
            break
        at += 1
    return at


def _fits(mend: Mend) -> bool:
    """Return whether both texts of ``mend`` are parts of one line, without the characters that no file may have."""
    return not re.search(r"[\r\n]", mend.old + mend.new) and not CONTROLS.search(mend.new)
