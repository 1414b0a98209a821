"""The other files of a folder show that a file is no list: a syllabus, notes, an invitation to contribute."""

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


def sections(*headings: str) -> str:
    """Return headings, each with its marks and a text below."""
    return "".join(f"{heading}\n\nText about {heading.strip('# ')}.\n\n" for heading in headings)


LABELS = "".join(
    sections(f"## 问题 {at}：{text}") for at, text in enumerate(("盒子是什么", "盖子的做法", "架子", "木头", "玻璃"), 1)
)
NOTES = sections("## Glass and tin", "## Oak", "## Paint")
SYLLABUS = "# Store\n\n## Overview\n\nTwo days.\n\n" + sections(
    "#### 1.1 Jars", "#### 1.2 Lids", "#### 1.3 Racks", "#### 2.1 Boxes"
)
NUMBERS = "".join(
    sections(f"## {at}. {text}") for at, text in enumerate(("What is a jar?", "Lids", "Racks", "Oak", "How to cut?"), 1)
)
FOLDED = "".join(f"<details><summary>Part {at} of a jar</summary>\n\nText {at}.\n\n</details>\n\n" for at in range(1, 7))


@pytest.mark.parametrize(
    ("texts", "counts"),
    [
        ({"a": LABELS, "b": LABELS.replace("盒", "箱"), "notes": NOTES}, [5, 5, 0]),
        ({"a": LABELS, "b": LABELS.replace("盒", "箱"), "index": LABELS.replace("盒", "罐") + LABELS}, [5, 5, 10]),
        ({"a": NUMBERS, "b": NUMBERS.replace("jar", "tin"), "README": SYLLABUS}, [5, 5, 0]),
        ({"a": NUMBERS, "b": NUMBERS.replace("jar", "tin"), "wood": NOTES}, [5, 5, 3]),
        ({"a": FOLDED, "README": "# Jars\n\n#### Like this project?\n\n* [Star it](x)!\n* Follow us.\n"}, [6, 0]),
        ({"a": NOTES, "README": SYLLABUS}, [3, 4]),
        (
            {"a": LABELS, "b": LABELS[:200], **{f"topic-{at}": NOTES.replace("Oak", f"Oak {at}") for at in range(4)}},
            [5, 5, 3, 3, 3, 3],
        ),
    ],
)
def test_the_other_files_of_a_folder_show_that_a_file_is_no_list(texts: dict[str, str], counts: list[int]) -> None:
    assert [len(found) for found in pages(**texts).values()] == counts
