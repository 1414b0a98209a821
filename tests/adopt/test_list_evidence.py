"""The evidence for questions on a page: series, sides, tables, titles. Each kind has near misses."""

from __future__ import annotations

from pathlib import Path

import pytest

from deckbuilder.adopt.lists.adopt_lists import adopt
from deckbuilder.adopt.lists.markdown_page import Page
from deckbuilder.adopt.lists.readings import has_answer
from deckbuilder.adopt.lists.recognise import recognise


def fronts(*texts: str) -> list[str]:
    """Return the questions with an answer that adopt finds in files with these ``texts``."""
    known = recognise([Page(tuple(text.split("\n")), name=f"file-{at}") for at, text in enumerate(texts)])
    return [item.question.partition("\n\n")[0] for one in known for item in one.reading.found if has_answer(item)]


def section(*names: str, level: int = 2) -> str:
    """Return headings of ``level``, each with a text below."""
    return "".join(f"{'#' * level} {name}\n\nText about {name}.\n\n" for name in names)


PAIR = "### Question\n\nWhat is printed?\n\n### Answer\n\nA jar.\n\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            section("1. What is a jar?", "2. What is a lid?", "3. When is it 1?") + PAIR + section("4. What is a rack?"),
            ["What is a jar?", "What is a lid?", "When is it 1?", "What is a rack?"],
        ),
        (
            section("1. Jar?", "2. Lid?", "3. Rack?", "4. Box?", "5. Cork?") + PAIR + section("6. Tin?") + PAIR,
            ["Jar?", "Lid?", "Rack?", "Box?", "Cork?", "Tin?"],
        ),
        (section("The jar", level=1) + PAIR, ["What is printed?"]),
        (f"# Cards\n\n## Card 1\n\n{PAIR}## Card 2\n\n{PAIR.replace('jar', 'lid')}", ["What is printed?", "What is printed?"]),
        (f"## Card\n\n{PAIR}## Links\n\nA shop.\n", ["What is printed?"]),
        ("# Front\n\nWhat is a jar?\n\n# Back\n\nGlass.\n\n# Notes\n\nOld.\n\n# Links\n\nA shop.\n", ["What is a jar?"]),
    ],
)
def test_one_answer_with_two_sides_makes_no_page_of_cards(text: str, expected: list[str]) -> None:
    assert fronts(text) == expected


ANSWERED = section("4. What is a lid?", "5. What is a rack?", "6. What is a box?")
LATER = ["What is a lid?", "What is a rack?", "What is a box?"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## 3. Write a jar\n\n**Answer:**\n\n## How to write it\n\nSo.\n\n### What is it for?\n\nJam.\n\n", ["Write a jar"]),
        ("## 3. Write a jar\n\n## Steps\n\nOne.\n\n## Summary of it\n\nTwo.\n\n", ["Write a jar"]),
        (
            "## 2. Write a lid\n\n## One\n\nA.\n\n## Two\n\nB.\n\n## Three\n\nC.\n\n## 3. Write a jar\n\n## Four\n\nD.\n\n## Five\n\nE.\n\n",
            ["Write a lid", "Write a jar"],
        ),
        ("## 3. Write a jar\n\nLike so.\n\n## What is beside it?\n\nA lid.\n\n", ["Write a jar", "What is beside it?"]),
        ("## 3. Jars\n\n### What is a jar?\n\nGlass.\n\n### What is tin?\n\nMetal.\n\n", ["What is a jar?", "What is tin?"]),
        ("## What comes first?\n\n## What is a jar?\n\nGlass.\n\n", ["What is a jar?"]),
    ],
)
def test_a_heading_continues_a_question_that_has_no_text(text: str, expected: list[str]) -> None:
    assert fronts(f"# Store\n\n{text}{ANSWERED}") == [*expected, *LATER]


def test_a_card_of_two_sides_ends_at_a_higher_heading() -> None:
    known = recognise([Page(tuple(f"## Card\n\n{PAIR}## Links\n\nA shop.\n".split("\n")))])
    assert "shop" not in known[0].reading.found[0].answer


LINQ = "# Question {0} - LINQ\n\n## How do you filter {0} rows?\n\nWith `Where`.\n"


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (LINQ, "How do you filter {0} rows?"),
        (LINQ.replace("# Question {0} -", "# Q{0}:"), "How do you filter {0} rows?"),
        ("# 第 {0} 题：索引\n\n## 什么是索引 {0}？\n\n目录。\n", "什么是索引 {0}？"),
        ("# Question {0} - What is LINQ?\n\n## How it reads\n\nOne by one.\n", "What is LINQ?"),
        ("# Question {0} - What is LINQ?\n\nA way to ask.\n\n## How does it read?\n\nOne by one.\n", "What is LINQ?"),
    ],
)
def test_a_title_with_a_number_names_the_question_below(shape: str, expected: str) -> None:
    assert fronts(*(shape.format(at) for at in range(1, 7))) == [expected.format(at) for at in range(1, 7)]


ROWS = "| {} | {} |\n|---|---|\n| {} | Any number of times |\n| {} | Once or more |\n| {} | Once or never |\n\n"


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (ROWS.format("Use", "Meaning of it", "*?", "+?", "??"), []),
        (ROWS.format("Sign", "Text", "?", "¿?", "？"), []),
        (ROWS.format("Say", "Text", "Why?", "How?", "Who?"), ["Why?", "How?", "Who?"]),
        (ROWS.format("Term", "Definition", "**Virus**", "**Worm**", "a **big** one"), ["Virus", "Worm", "a **big** one"]),
        (
            "| **Acronym** | **Full Form** | **Definition** |\n|---|---|---|\n| **APT** | Threat | Long |\n| **DLP** | Loss | Short |\n",
            ["APT", "DLP"],
        ),
    ],
)
def test_cells_that_ask_have_words(table: str, expected: list[str]) -> None:
    text = "# Words\n\n" if expected else section("1. What is a jar?", "2. What is a lid?", "3. Signs")
    assert fronts(text + table) == (expected or ["What is a jar?", "What is a lid?", "Signs"])


GLUED = "Which is one?\n?\nThe first.\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"{GLUED}Which is two?\n?\nThe second.\nWhich is three?\n??\nThe third.\n",
            ["Which is one?", "Which is two?", "Which is three?"],
        ),
        (f"{GLUED}\nA front\n?\na line\nanother\n?\nthe end\n", ["Which is one?", "A front"]),
        (f"***\n{GLUED}\n___\nA front\n?\nback\n", ["Which is one?", "A front"]),
        (
            f"- **Which is a list?**\n?\nThis.\n\n1. Which has a number?\n?\nThis.\n\n{GLUED}",
            ["**Which is a list?**", "Which has a number?", "Which is one?"],
        ),
        (f"- one\n- two\n?\nA list.\n\n{GLUED}", ["- one\n- two", "Which is one?"]),
        (f"```sh\nwhat?\n?\nx\nwhy?\n?\n```\n?\nCode.\n\n{GLUED}", ["```sh\nwhat?\n?\nx\nwhy?\n?\n```", "Which is one?"]),
    ],
)
def test_cards_without_an_empty_line_between_them(text: str, expected: list[str]) -> None:
    assert fronts(text) == expected


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ("**1. Question:** What is a jar?\n\n**Answer:** Glass.\n\n", 3),
        ("## 1. What is a jar?\n\nGlass.\n\n", 3),
        ("1. What is a jar?\n\n   Glass.\n\n", 3),
        ("A jar, is it?\n\n", 0),
        ("1. A jar of glass.\n\n", 0),
    ],
)
def test_a_fence_that_is_a_whole_list_is_a_doubt(lines: str, count: int) -> None:
    text = f"```markdown\n# Store\n\n{lines * 3}```\n"
    doubts = recognise([Page(tuple(text.split("\n")))])[0].doubts
    assert [sentence.partition(";")[0] for _, sentence in doubts] == ["a fence of Markdown holds 3 questions"] * (count > 0)


CHAT = "Here is your list:\n\n```{0}\n# Store\n\n{1}```\n\nHave fun.\n"
CODED = "## {0}. What is a jar of size {0}?\n\nAs in:\n\n```{1}\njar {0}\n```\n\n"


@pytest.mark.parametrize(
    ("text", "count", "doubt"),
    [
        (CHAT.format("markdown", "".join(CODED.format(at, "sh") for at in range(6))), 6, False),
        (CHAT.format("md", "".join(CODED.format(at, "") for at in range(6))), 6, False),
        (
            CHAT.format("markdown", "".join(f"**{at}. Question:** Is it {at}?\n\n**Answer:** No.\n\n" for at in range(6))),
            6,
            False,
        ),
        (CHAT.replace("\n```\n\nHave fun.", "").format("markdown", "".join(CODED.format(at, "sh") for at in range(6))), 6, False),
        (CHAT.format("markdown", "".join(CODED.format(at, "sh") for at in range(5))), 4, True),
        (CHAT.format("text", "".join(CODED.format(at, "sh") for at in range(6))), 5, False),
        (CHAT.format("markdown", "".join(CODED.format(at, "markdown") for at in range(6))), 5, True),
        ("# How do you write a list?\n\n" + CHAT.format("markdown", "## Title\n\nText.\n\n" * 9), 1, False),
    ],
)
def test_a_list_in_a_fence_is_read_if_the_fence_has_many_questions(
    text: str,
    count: int,
    doubt: bool,
    tmp_path: Path,
) -> None:
    path = tmp_path / "list.md"
    path.write_text(text, encoding="utf-8")
    (entry,) = adopt([path])[0].lists
    assert (sum(not one.reason for one in entry.outcomes), bool(entry.doubts)) == (count, doubt)


@pytest.mark.parametrize("end", ["</details", "</details ", "</details>", "</details\n>", "</DETAILS"])
def test_a_torn_end_tag_of_details_ends_the_details(end: str) -> None:
    """Else the page has no end of the answer, and the headings in later answers are read as questions."""
    first = f"### Question 1: What is a jar?\n<details>\n\nGlass.\n\n{end}\n\n"
    later = "### Question {}: What is a {}?\n<details>\n\n### Why is it used?\n\nIt is {}.\n\n</details>\n\n"
    page = first + later.format(2, "lid", "round") + later.format(3, "rack", "wide")
    assert fronts(page) == ["What is a jar?", "What is a lid?", "What is a rack?"]


@pytest.mark.parametrize("text", ["Write `</details` at the end.", "Write </detailsbox first.", "Write </details last."])
def test_a_tag_in_a_sentence_ends_no_details(text: str) -> None:
    page = f"### What is a jar?\n<details>\n\n{text}\n\n### Why is it used?\n\nFor jam.\n\n</details>\n\n### What is a lid?\n\nTin.\n"
    assert fronts(page) == ["What is a jar?", "What is a lid?"]


SIGNED = (
    section("❓ What is a jar?", "❓ What is a cork?", "❓ What is a tray?", level=3)
    + section("Kinds", level=2)
    + section("1. Tall", "2. Flat", level=3)
    + section("❓ What is a lid?", level=3)
)
BELOW = "# Harder\n\n## ❓ What is a rack?\n\nWood.\n\n### Step: what is it for?\n\nJam.\n\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            SIGNED + BELOW,
            ["❓ What is a jar?", "❓ What is a cork?", "❓ What is a tray?", "❓ What is a lid?", "❓ What is a rack?"],
        ),
        (  # another subject at the same level asks; the same subject goes on; a task above all levels asks
            SIGNED + section("What is a box?", level=3) + BELOW + section("What is a rack made of?") + "# Write a tin\n\nSo.\n",
            [
                "❓ What is a jar?",
                "❓ What is a cork?",
                "❓ What is a tray?",
                "❓ What is a lid?",
                "What is a box?",
                "❓ What is a rack?",
                "Write a tin",
            ],
        ),
        (  # one sign is decoration
            section("❓ What is a jar?", "What is a lid?", "What is a rack?"),
            ["❓ What is a jar?", "What is a lid?", "What is a rack?"],
        ),
        (  # topics with the sign
            "".join(
                f"## ❓ {name}\n\n" + section(f"What is a {name}?", f"Why a {name}?", level=3) for name in ("jar", "lid", "tin")
            ),
            ["What is a jar?", "Why a jar?", "What is a lid?", "Why a lid?", "What is a tin?", "Why a tin?"],
        ),
    ],
)
def test_the_sign_of_a_question_counts_more_than_levels(text: str, expected: list[str]) -> None:
    assert fronts(text) == expected
