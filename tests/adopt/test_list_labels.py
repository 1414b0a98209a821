"""Labels in Chinese: ``**问题：**`` and ``**参考答案：**``, with a number or a topic above."""

from __future__ import annotations

import pytest

from deckbuilder.adopt.lists.markdown_page import Page
from deckbuilder.adopt.lists.readings import has_answer
from deckbuilder.adopt.lists.recognise import recognise


def pages(**texts: str) -> dict[str, list[str]]:
    """Return the questions with an answer that adopt finds in each of these files, by the name of the file."""
    known = recognise([Page(tuple(text.split("\n")), name=name) for name, text in texts.items()])
    return {
        one.page.name: [item.question.partition("\n\n")[0] for item in one.reading.found if has_answer(item)] for one in known
    }


def fronts(text: str) -> list[str]:
    """Return the questions with an answer that adopt finds in one file."""
    return pages(file=text)["file"]


def sections(*headings: str) -> str:
    """Return headings, each with its marks and a text below."""
    return "".join(f"{heading}\n\nText about {heading.strip('# ')}.\n\n" for heading in headings)


@pytest.mark.parametrize(
    ("shape", "count"),
    [
        (
            "## Topic {0}\n\n{0}. **问题：**\n   - 中文：盒子 {0} 是什么？\n   - English: What is box {0}?\n\n**参考答案：**\n- 木头 {0}。\n\n",
            4,
        ),
        ("### {0}. Topic\n**问题：**\n- 说说盒子 {0}。\n\n**参考答案：**\n- 木头 {0}。\n\n", 4),
        ("题目：盒子 {0} 是什么？\n答案：木头 {0}。\n\n", 4),
        ("## Topic {0}\n\n{0}. **问题：** 盒子 {0} 是什么？\n\n", 0),
    ],
)
def test_labels_in_chinese_begin_questions(shape: str, count: int) -> None:
    found = fronts("".join(shape.format(at) for at in range(1, 5)))
    assert [("盒子 1" in text, "题" in text, text.startswith("-")) for text in found[:1]] == [(True, False, False)] * (count > 0)
    assert len(found) == count


def test_labels_in_chinese_do_not_make_other_files_of_a_folder_notes() -> None:
    labels = "".join(f"**问题：** 盒子 {at} 是什么？\n\n**答案：** 木头 {at}。\n\n" for at in range(1, 5))
    assert [len(found) for found in pages(a=labels, b=sections("### 1. 锁", "### 2. 什么是盒子？", "### 3. 木头")).values()] == [
        4,
        3,
    ]


MARKED = "{0}. **Task:** Name jar {0}.\n   **More:** Any.\n   **Answer:** Glass {0}.\n\n"
OPEN = "Some more:\n\n" + "".join(f"{at}. **Task:** Name lid {at}.\n   **More:** All.\n\n" for at in (1, 2, 3))


@pytest.mark.parametrize(
    ("text", "answered", "skipped"),
    [
        (OPEN, 5, 3),
        (OPEN.replace("Task", "Step"), 5, 0),
        (OPEN.replace("**Task:** ", ""), 5, 0),
        (f"```text\n{OPEN}```\n", 5, 0),
        ("", 5, 0),
    ],
)
def test_questions_of_the_same_form_without_an_answer_end_the_last_one(text: str, answered: int, skipped: int) -> None:
    whole = "".join(MARKED.format(at) for at in range(1, 6)) + text
    found = recognise([Page(tuple(whole.split("\n")))])[0].reading.found
    assert (sum(map(has_answer, found)), sum(bool(item.unfit) for item in found)) == (answered, skipped)
    assert not skipped or ("lid" not in found[4].answer and "All." in found[5].question)
