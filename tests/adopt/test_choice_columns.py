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


PREFACE = ',Quiz sheet,,,,\n,"Give two answers, or more",,,,\n,,,,,\n'
KAHOOT = ",Question - max 120 characters,Answer 1 - max 75 characters,Answer 2 - max 75 characters,{},{}\n"
SECONDS, RIGHT = '"Time limit (sec) – 5, 10, or 20 secs"', "Correct answer(s) - choose at least one"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PREFACE + KAHOOT.format(SECONDS, RIGHT) + "1,Which?,ash,elm,20,2\n2,Who?,oak,yew,5,1\n", ("Which?", "")),
        (KAHOOT.format(SECONDS, RIGHT) + "1,Which?,ash,elm,20,2\n2,Who?,oak,yew,5,1\n", ("Which?", "")),
        (KAHOOT.replace(" -", " (", 3).format(SECONDS, RIGHT) + "1,Which?,ash,elm,20,2\n2,Who?,oak,yew,5,1\n", ("Which?", "")),
        (
            KAHOOT.format("Explanation (optional)", "Correct (1 or 2)") + "1,Which?,ash,elm,So.,2\n2,Who?,oak,yew,No.,1\n",
            ("Which?", "So."),
        ),
        ("Question,Answer 1,Answer 2,Correct answer(s)\nWhich?,ash,elm,2\nWho?,oak,yew,1\n", ("Which?", "")),
    ],
)
def test_sheets_for_quizzes_have_a_preface_and_remarks_in_their_header(text: str, expected: tuple[str, str]) -> None:
    found = text_tables.find(text, ".csv")
    assert [one.kind for one in found] == [Kind.CHOICE, Kind.CHOICE]
    assert (found[0].question, found[0].answer) == (f"{expected[0]}\n\n- [ ] ash\n- [x] elm", expected[1])


def test_rows_above_a_header_that_are_questions_stay() -> None:
    text = "Which?,ash,elm,oak\nWho?,oak,yew,ash\nQuestion,Answer 1,Answer 2,Correct\nHow?,a,b,1\n"
    assert "Which?" not in [one.question for one in text_tables.find(text, ".csv") if one.kind is Kind.CHOICE]


def test_time_doubles_with_the_rows() -> None:
    def seconds(count: int) -> float:
        text = FULL.format("Answer") + '"Which?","ash","elm","oak","B","So."\n' * count
        begin = time.process_time()
        found = text_tables.find(text, ".csv")
        taken = time.process_time() - begin
        assert len(found) == count
        return taken

    assert seconds(8_000) < 7 * seconds(2_000) + 0.1  # linear is 4, quadratic is 16
