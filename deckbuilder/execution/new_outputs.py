"""A file and the real outputs of its code -> the file with these outputs. All other bytes stay."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from deckbuilder.execution import compare
from deckbuilder.execution.mismatches import Mismatch
from deckbuilder.execution.run_deck import DeckRun, Place


def of_runs(runs: Iterable[DeckRun]) -> Iterator[tuple[Place, Mismatch, tuple[str, ...]]]:
    """Yield (place, mismatch, lines to write) for each output to rewrite."""
    for run in runs:
        for one in run.done:
            for mismatch in one.mismatches:
                if mismatch.place:
                    yield one.place(mismatch), mismatch, compare.updated(mismatch.place.lines, mismatch.got)


def rewritten(text: str, mismatches: Iterable[Mismatch]) -> tuple[str, list[Mismatch]]:
    """Return (``text`` with the real outputs, the mismatches that this mends). ``text`` has any line ends.

    Only the output of a mismatch with a ``place`` is rewritten. A line with ``...`` that matches stays.
    """
    lines = re.findall("[^\n]*\n|[^\n]+", text)  # str.splitlines also splits at U+2028 and others
    mended = []
    for mismatch in sorted(mismatches, key=lambda mismatch: -mismatch.line):
        place = mismatch.place
        if place is None:
            continue
        first, end = place.line - 1, place.line - 1 + len(place.lines)
        new = compare.updated(place.lines, mismatch.got)
        if not _fits(lines, first, end, place.lines):
            continue
        above = lines[first - 1]
        ending = "\r\n" if above.endswith("\r\n") else "\n"
        prefix = _prefix(lines, first, end, place.lines)
        lines[first:end] = [f"{prefix}{line}".rstrip(" ") + ending if line else prefix.rstrip(" ") + ending for line in new]
        mended.append(mismatch)
    return "".join(lines), mended


def _fits(lines: Sequence[str], first: int, end: int, shown: Sequence[str]) -> bool:
    """Return whether lines ``first`` to ``end`` of the file still end in the lines ``shown``."""
    there = lines[first:end]
    return len(there) == len(shown) and all(line.rstrip("\r\n").endswith(text) for line, text in zip(there, shown, strict=True))


def _prefix(lines: Sequence[str], first: int, end: int, shown: Sequence[str]) -> str:
    """Return the text before each line of the output: the indentation of a list, or the marks of a quote."""
    for line, text in zip(lines[first:end], shown, strict=True):
        if text:
            return line.rstrip("\r\n")[: -len(text)]
    above = lines[first - 1].rstrip("\r\n")  # the fence
    match = re.search(r"(?:`{3,}|~{3,})", above)
    return above[: match.start()] if match else ""
