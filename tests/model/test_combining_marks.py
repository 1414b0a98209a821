"""The limit of combining marks, compared with unicodedata."""

from __future__ import annotations

import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deckbuilder.model.combining_marks import MOST, limited, nfc, surplus
from deckbuilder.model.diagnostics import Diagnostic
from deckbuilder.source.read_text import read
from tests.support import deck

MARK = "\u0301"
TEXTS = st.lists(st.sampled_from(["a", MARK * 7, MARK * 30, "\u0e33", "中", "—", "\ufe0f", "\n", "\u0f73"])).map("".join)


def slowly(text: str) -> str:
    """Return ``text`` with at most ``MOST`` marks in a row, a character at a time."""
    kept, marks = [], 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char).startswith("M") else 0
        kept += [char] if marks <= MOST else []
    return "".join(kept)


@given(TEXTS)
@example("a" + MARK * 31)
@example("—" * 40 + MARK * 31 + "—")
def test_only_marks_beyond_the_limit_go(text: str) -> None:
    assert limited(text) == slowly(text)
    assert nfc(text) == unicodedata.normalize("NFC", slowly(text))
    assert bool(list(surplus(text))) == (slowly(text) != text)


def test_every_character_with_an_order_counts_as_a_mark() -> None:
    for code in range(0x110000):
        if unicodedata.combining(chr(code)):
            assert limited("a" + chr(code) * 40) == "a" + chr(code) * MOST


@pytest.mark.parametrize(
    "text",
    [
        "हिन्दी संस्कृत",
        "ภาษาไทย ที่นี่",
        "בְּרֵאשִׁית בָּרָא אֱלֹהִים",
        "Tiếng Việt",
        "བསྒྲུབས་ཀྱི",
        "👩🏽\u200d💻\ufe0f",
        "——" * 40,
        "H" + MARK * 30 + "i",
    ],
)
def test_real_writing_has_fewer(text: str) -> None:
    assert not list(surplus(unicodedata.normalize("NFD", text)))
    assert limited(text) == text


def test_many_marks_take_linear_time(tmp_path: Path) -> None:
    begun = time.process_time()
    marks = "".join(chr(0x300 + number % 80) for number in range(160_000))
    found = deck(tmp_path, f"## a{marks} {{#a}}\n\n- [ ] b{marks}\n")
    assert "combining-marks" in {problem.code for problem in found.diagnostics}
    assert not found.good
    (tmp_path / "x.md").write_text(("a" + marks[:31]) * 5_000, encoding="utf-8")
    problems: list[Diagnostic] = []
    assert read(tmp_path / "x.md", problems) is not None
    assert len(problems) == 1
    assert time.process_time() - begun < 5
