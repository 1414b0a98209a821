"""Suggestions -> a unified diff for each, which ``git apply`` takes, and the new bytes of the file."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from deckbuilder.learners.agreement import Suggestion

_AROUND = 3
"""Unchanged lines that a diff shows above and below a change."""
_LINE_END = re.compile(r"(\r\n|\r|\n)")


class Patch(NamedTuple):
    """A suggestion as a diff."""

    suggestion: Suggestion
    lines: tuple[str, ...]
    """The lines of the diff with their line ends, from ``---`` on. Their file is as the patches before this one left it."""


class Patched(NamedTuple):
    """A file after all its suggestions."""

    data: bytes
    patches: tuple[Patch, ...]


class _Lines:
    """The lines of a file, with their own line ends."""

    def __init__(self, data: bytes) -> None:
        self.mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        parts = _LINE_END.split(data.removeprefix(self.mark).decode("utf-8"))
        self.lines, self.ends = parts[::2], [*parts[1::2], ""]
        self.usual = self.ends[0] or "\n"

    def replace(self, begin: int, old: Sequence[str], new: Sequence[str]) -> None:
        """Replace the lines ``old``, which begin at the index ``begin``, by ``new``. Equal lines stay as they are."""
        found = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        for kind, i1, i2, j1, j2 in reversed(found):
            if kind != "equal":
                here = slice(begin + i1, begin + i2)
                last = begin + i2 == len(self.lines)
                self.lines[here] = new[j1:j2]
                self.ends[here] = [self.usual] * (j2 - j1)
                if last:
                    self.ends[-1] = ""
                    self.ends[begin + i1 - 1 : -1] = [end or self.usual for end in self.ends[begin + i1 - 1 : -1]]

    def window(self, begin: int, end: int) -> list[str]:
        """Return the lines ``begin`` to ``end`` as a diff shows them. An empty last line is the end of the line before."""
        shown = [line + mark for line, mark in zip(self.lines[begin:end], self.ends[begin:end], strict=True)]
        if shown and end >= len(self.lines) and not shown[-1]:
            shown.pop()
        if begin == 0 and shown and self.mark:
            shown[0] = self.mark.decode() + shown[0]
        return shown

    @property
    def data(self) -> bytes:
        return self.mark + "".join(line + end for line, end in zip(self.lines, self.ends, strict=True)).encode()


def patched(path: str, data: bytes, suggestions: Sequence[Suggestion]) -> Patched:
    """Return the file at ``path`` with the content ``data`` after ``suggestions``, which are in the order of the file.

    Raises UnicodeDecodeError.
    """
    file = _Lines(data)
    patches = []
    moved = begun = 0
    question = -1
    for one in suggestions:
        if one.first != question:
            question, begun = one.first, moved
        begin = one.first - 1 + begun
        old, new = one.old.split("\n"), one.new.split("\n")
        first = max(0, begin - _AROUND)
        before = file.window(first, begin + len(old) + _AROUND)
        file.replace(begin, old, new)
        after = file.window(first, begin + len(new) + _AROUND)
        patches.append(Patch(one, (f"--- a/{path}\n", f"+++ b/{path}\n", *_hunks(before, after, first))))
        moved += len(new) - len(old)
    return Patched(file.data, tuple(patches))


def _hunks(before: Sequence[str], after: Sequence[str], first: int) -> Iterator[str]:
    """Yield the hunks of a unified diff. ``first`` is the index in the file of the first of these lines."""
    for group in SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(_AROUND):
        i1, i2, j1, j2 = group[0][1], group[-1][2], group[0][3], group[-1][4]
        yield f"@@ -{_range(first + i1, i2 - i1)} +{_range(first + j1, j2 - j1)} @@\n"
        for kind, a, b, c, d in group:
            if kind == "equal":
                yield from (_line(" ", line) for line in before[a:b])
                continue
            yield from (_line("-", line) for line in before[a:b])
            yield from (_line("+", line) for line in after[c:d])


def _range(begin: int, count: int) -> str:
    return f"{begin + 1 if count else begin},{count}"


def _line(sign: str, line: str) -> str:
    return f"{sign}{line}" if line.endswith("\n") else f"{sign}{line}\n\\ No newline at end of file\n"
