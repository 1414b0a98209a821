"""Mends change the named places of a file, and nothing else."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckbuilder.model.diagnostics import Mend
from deckbuilder.source.apply_mends import mended
from deckbuilder.source.read_text import read

PIECES = st.lists(st.sampled_from(["a", "b", "中", "\t", "\x07", "\x00", "\r\n", "\n", "\r", "\u2028", "\x0b", "\ufeff", "😀"]))
BOM = b"\xef\xbb\xbf"


def clean(data: bytes, folder: Path) -> list[str]:
    """Return the lines of the file with these bytes, as deckbuilder reads the file."""
    path = folder / "a.md"
    path.write_bytes(data)
    source = read(path, [])
    assert source is not None
    return source.text.split("\n")


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, list[tuple[int, int, int, str]]]:
    """Make a file, and places in it: line, column, length, the new text."""
    data = (BOM if draw(st.booleans()) else b"") + "".join(draw(PIECES)).encode()
    place = st.tuples(st.integers(1, 6), st.integers(1, 6), st.integers(0, 3), st.sampled_from(["", "x", "yz", "é"]))
    return data, draw(st.lists(place, max_size=5))


@given(file=files())
def test_the_text_changes_at_the_named_places_only(
    file: tuple[bytes, list[tuple[int, int, int, str]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    data, places = file
    folder = tmp_path_factory.getbasetemp()
    lines = clean(data, folder)
    fitting = [(line, column, length, new) for line, column, length, new in places if line <= len(lines)]
    wanted = [Mend(line, column, lines[line - 1][column - 1 : column - 1 + length], new) for line, column, length, new in fitting]
    result = mended(data, wanted)
    expected = list(lines)
    for mend in reversed(result.applied):
        line = expected[mend.line - 1]
        assert line[mend.column - 1 :].startswith(mend.old)
        expected[mend.line - 1] = line[: mend.column - 1] + mend.new + line[mend.column - 1 + len(mend.old) :]
    assert clean(result.data, folder) == expected
    assert result.data.startswith(BOM) == data.startswith(BOM)
    kept = rb"[\r\n\x00-\x08\x0b-\x1f]"
    assert re.findall(kept, result.data) == re.findall(kept, data), "line ends and control characters stay"
    assert disjoint(result.applied)
    if not result.applied:
        assert result.data == data


def disjoint(mends: Sequence[Mend]) -> bool:
    pairs = itertools.pairwise(mends)
    return all(
        a.line < b.line or a.column + max(1, len(a.old)) <= b.column or a.column + len(a.old) <= b.column > a.column
        for a, b in pairs
    )


def test_overlapping_mends_wait_for_the_next_run() -> None:
    first, second, third = Mend(1, 1, "ab", "x"), Mend(1, 2, "bc", "y"), Mend(1, 3, "c", "z")
    assert mended(b"abc\n", [third, second, first, first]) == (b"xz\n", (first, third))


@pytest.mark.parametrize(
    "mend",
    [
        Mend(1, 1, "b", "x"),
        Mend(1, 9, "a", "x"),
        Mend(9, 1, "a", "x"),
        Mend(0, 1, "a", "x"),
        Mend(1, 0, "a", "x"),
        Mend(1, 2, "b\nc", "x"),
        Mend(1, 1, "a", "x\ny"),
        Mend(1, 1, "a", "\x07"),
        Mend(1, 2, "bd", "x"),
    ],
)
def test_what_does_not_fit_is_not_applied(mend: Mend) -> None:
    data = b"ab\x07d\nc\n"
    assert mended(data, [mend]) == (data, ())
