"""Sheets with a column for each option become choices, whatever names the right option."""

from __future__ import annotations

import time

import pytest

from deckbuilder.adopt.lists import text_tables
from deckbuilder.model.records import Kind

ROWS = (("Which?", "ash", "elm", "oak"), ("Who?", "3", "4", "5"), ("Where?", "here", "there", "B"))
FULL = "Question,Option A,Option B,Option C,{},Explanation\n"


def listed(header: str, right: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return (the marks of the options, the reason to skip) of each row. The cells ``right`` name the right options."""
    rows = (",".join(f'"{cell}"' for cell in (*row, cell, "So.")) for row, cell in zip(ROWS, right, strict=True))
    found = text_tables.find(header + "\n".join(rows), ".csv")
    assert all(one.kind is Kind.CHOICE and one.answer == "So." for one in found)
    marks = ["".join(line[3] for line in one.question.split("\n") if line.startswith("- [")) for one in found]
    return [(text, one.unfit) for text, one in zip(marks, found, strict=True)]


@pytest.mark.parametrize(
    ("name", "right", "marks"),
    [
        ("CorrectAnswer", ("A", "b", "C"), ("x  ", " x ", "  x")),
        ("Correct Option", ("Option B", "option_c", "OptionA"), (" x ", "  x", "x  ")),
        ("Answer", ("A) ash", "(B)", "C. B"), ("x  ", " x ", "  x")),
        ("Answer Key", ("1", "2", "3"), ("x  ", " x ", "  x")),
        ("correct_answer", ("0", "1", "2"), ("x  ", " x ", "  x")),
        ("Right answer", ("elm", "5", "B"), (" x ", "  x", "  x")),
        ("Correct Answers", ("A,B", "A and C", "BC"), ("xx ", "x x", " xx")),
        ("答案", ("B", "A", "C"), (" x ", "x  ", "  x")),
    ],
)
def test_the_right_options(name: str, right: tuple[str, ...], marks: tuple[str, ...]) -> None:
    assert listed(FULL.format(name), right) == [(text, "") for text in marks]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("D", "none of its options is 'D'"),
        ("elsewhere", "none of its options is 'elsewhere'"),
        ("", "nothing says which of its options is right"),
        ("A,B,C", "all its options are right"),
    ],
)
def test_a_row_without_a_right_and_a_wrong_option_is_skipped_with_a_reason(cell: str, reason: str) -> None:
    assert [unfit for _, unfit in listed(FULL.format("Answer"), ("A", "B", cell))] == ["", "", reason]


@pytest.mark.parametrize(
    "names",
    [
        "Answer,Explanation,Source",
        "Answer,Answer 2,Answer 3",
        "Definition,Option A,Option B",
        "Answer,Choice B,Level",
        "Answer,A,Level",
    ],
)
def test_names_that_are_no_options_leave_a_basic_question(names: str) -> None:
    found = text_tables.find(f"Question,{names}\nWhich?,ash,elm,oak\nWho?,elm,oak,ash\n", ".csv")
    assert [(one.kind, one.question, one.unfit) for one in found] == [(Kind.BASIC, "Which?", ""), (Kind.BASIC, "Who?", "")]


def test_the_right_option_among_wrong_ones_is_sorted_by_its_text() -> None:
    text = "Question,Correct Answer,Wrong 1,Incorrect Answer 2\nWhich?,oak,elm,yew\nWho?,ash,elm,\n"
    assert [one.question for one in text_tables.find(text, ".csv")] == [
        "Which?\n\n- [ ] elm\n- [x] oak\n- [ ] yew",
        "Who?\n\n- [x] ash\n- [ ] elm",
    ]


def test_time_doubles_with_the_rows() -> None:
    def seconds(count: int) -> float:
        text = FULL.format("Answer") + '"Which?","ash","elm","oak","B","So."\n' * count
        begin = time.process_time()
        found = text_tables.find(text, ".csv")
        taken = time.process_time() - begin
        assert len(found) == count
        return taken

    assert seconds(8_000) < 7 * seconds(2_000) + 0.1  # linear is 4, quadratic is 16
