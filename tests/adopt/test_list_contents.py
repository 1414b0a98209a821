"""Two things that make a heading a question although it asks nothing: the contents of its page, and a series of numbers."""

from __future__ import annotations

import pytest

from deckbuilder.adopt.lists.markdown_page import Page
from deckbuilder.adopt.lists.readings import has_answer
from deckbuilder.adopt.lists.recognise import recognise


def fronts(text: str) -> list[str]:
    """Return the questions with an answer that adopt finds in one file."""
    known = recognise([Page(tuple(text.split("\n")))])
    return [item.question.partition("\n\n")[0] for item in known[0].reading.found if has_answer(item)]


def sections(*headings: str) -> str:
    """Return headings, each with its marks and a text below."""
    return "".join(f"{heading}\n\nText about {heading.strip('# ')}.\n\n" for heading in headings)


TOPICS = "- Jars\n  - 31.[Jar] its parts\n  - 32.[Lid] its parts\n- Racks\n  - 33.How is a rack made?\n\n"
PARTS = ("#### How is it blown", "#### Why is it cooled", "#### The neck")
LISTED = (
    "# Jars\n\n"
    + sections("## 31.[Jar] its parts", "### The body", *PARTS, "### The mouth", "## 32.[Lid] its parts", *PARTS)
    + "# Racks\n\n"
    + sections("## 33.How is a rack made?", "### The legs", *PARTS)
)
QUESTIONS = ["[Jar] its parts", "[Lid] its parts", "How is a rack made?"]
LINKS = "1. [What is a jar?](#a)\n2. [Lids](#b)\n3. [What is a rack?](#c)\n\n"
LINKED = sections("## What is a jar?", "### Glass", "## Lids", "### What is a cork?", "### What is a cap?", "## What is a rack?")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TOPICS + LISTED, QUESTIONS),
        (TOPICS + LISTED.replace("### The body", "# Where is a jar kept?"), QUESTIONS),
        (TOPICS + LISTED.replace("### The body", "## The body"), QUESTIONS),
        (TOPICS + LISTED.replace("### The body", "## 1. The body"), QUESTIONS),
        (TOPICS + LISTED + sections("## 34.What is a box?"), [*QUESTIONS, "What is a box?"]),
        (LINKS + LINKED, ["What is a jar?", "Lids", "What is a rack?"]),
        (
            LINKS.replace("Lids", "What is a lid?") + LINKED,
            ["What is a jar?", "What is a cork?", "What is a cap?", "What is a rack?"],
        ),
        ("# How do you keep jars?\n\nA preface.\n\n" + LINKS + LINKED, ["What is a jar?", "Lids", "What is a rack?"]),
        (
            LINKS.replace("2. [Lids]", "   - [Glass](#d)\n2. [Lids]")
            + LINKED.replace("## Lids", "### Foot\n\nIt stands.\n\n## Lids"),
            ["What is a jar?", "Lids", "What is a rack?"],
        ),
        # Contents of topics say nothing.
        (
            "- [Jars](#a)\n- [Lids](#b)\n- [Racks](#c)\n\n"
            + "".join(
                f"## {name}\n\n" + sections(f"### What is {name}?", f"### Who sells {name}?")
                for name in ("Jars", "Lids", "Racks")
            ),
            [f"{ask} {name}?" for name in ("Jars", "Lids", "Racks") for ask in ("What is", "Who sells")],
        ),
    ],
)
def test_contents_name_the_questions(text: str, expected: list[str]) -> None:
    assert fronts(text) == expected


SERIES = ("## 1. What is a jar?", "## 2. What is a lid?", "## 3. What is a rack?")
NAMES = [heading[6:] for heading in SERIES]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            sections(*SERIES) + "## 4. Shelves\n\n" + sections("### How it is cut", "### Which nails", "### The rest"),
            [*NAMES, "Shelves"],
        ),
        (
            "".join(f"{heading}\n\n" + sections("### What is it?", "### Where is it?") for heading in (*SERIES, "## 4. Shelves")),
            [*NAMES, "Shelves"],
        ),
        (
            "".join(
                f"{heading}\n\n" + sections("### What is it?", "### Where is it?", "### Who has it?")
                for heading in (*SERIES, "## 4. Shelves", "## 5. What is a box?")
            ),
            [*NAMES, "Shelves", "What is a box?"],
        ),
        # A topic with a number holds questions, if most headings below it ask.
        (
            sections(*SERIES) + "## 4. Shelves\n\n" + sections("### What is oak?", "### Which nails fit?", "### How is it cut?"),
            [*NAMES, "What is oak?", "Which nails fit?", "How is it cut?"],
        ),
        # Numbers of topics.
        (
            "".join(f"## {at}. Part\n\n" + sections(f"### What is {at}?", f"### Who has {at}?") for at in range(1, 4)),
            [f"{ask} {at}?" for at in range(1, 4) for ask in ("What is", "Who has")],
        ),
        # Headings of the same level go on with an answer, as the author often writes.
        (
            "".join(f"{heading}\n\n" + sections("## Steps", "## Rules") for heading in SERIES)
            + sections("## 4. Which is best?", "## A table of them", "## 5. What is a box?"),
            [*NAMES, "Which is best?", "What is a box?"],
        ),
        (
            sections(*SERIES, "## Corks", "## 4. What is a box?", "## What is a tin?"),
            [*NAMES, "Corks", "What is a box?", "What is a tin?"],
        ),
    ],
)
def test_numbers_of_a_series_are_those_of_questions(text: str, expected: list[str]) -> None:
    assert fronts(f"# Store\n\n{text}") == expected


FIRST = "# **Store**\n\n" + sections("### **1. What is a jar?**", "### **2. What is a lid?**", "### **3. What is a cork?**")
SECOND = sections("## **1. Racks**", "## **2. Boxes**", "## **3. Shelves of oak**")
ONE, TWO = ["What is a jar?", "What is a lid?", "What is a cork?"], ["Racks", "Boxes", "Shelves of oak"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (FIRST + SECOND, ONE + TWO),
        (
            FIRST + sections("## 1. Who has racks?", "## 2. Why boxes?", "## 3. How many?"),
            [*ONE, "Who has racks?", "Why boxes?", "How many?"],
        ),
        (SECOND + "# Jars\n\n" + FIRST, TWO + ONE),
        ("# Store\n\n" + sections("### Preface", "### Thanks") + SECOND, TWO),
        (FIRST.replace("###", "##") + sections("### 1. Bark", "### 2. How it grows", "### 3. Roots"), ONE),
    ],
)
def test_two_series_of_numbers_have_two_levels(text: str, expected: list[str]) -> None:
    assert fronts(text) == expected


DESIGN = "".join(f"## Q: Design a jar {at}\n\n### Parts\n\nGlass.\n\n### Cost\n\nLow.\n\n" for at in range(1, 6))


@pytest.mark.parametrize(
    ("above", "below", "count"),
    [
        ("## Framework for jars\n\n1. Ask.\n2. Draw.\n\n", "## General tips for jars\n\n- Draw.\n\n", 5),
        ("## Framework\n\nAsk.\n\n## Example of it\n\nSo.\n\n", "## Tips\n\nDraw.\n\n## Words\n\nJar.\n\n", 5),
        ("## What is a jar?\n\nGlass.\n\n", "", 6),
        ("", "## Which jar is best?\n\nThis.\n\n## Tips\n\nDraw.\n\n", 6),
        ("".join(f"## Jar {at}\n\nGlass.\n\n" for at in range(8)), "", 13),
    ],
)
def test_texts_around_questions_with_labels_are_none(above: str, below: str, count: int) -> None:
    assert len(fronts(f"# Jars\n\n{above}{DESIGN}{below}")) == count


def test_contents_of_several_files_leave_no_doubt() -> None:
    contents = "".join(f"- {at}. What is jar {at}?\n" for at in range(1, 41))
    page = Page(tuple((contents + "\n" + sections(*(f"## {at}. What is jar {at}?" for at in range(20, 31)))).split("\n")))
    (known,) = recognise([page])
    assert (len(known.reading.found), known.doubts) == (11, ())


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (("## 4. Jars", "### 5. Lids", "## 6. Racks"), ["Jars", "Lids", "Racks"]),
        (("## 4. Jars", "### 5. Lids", "### 6. Tins", "## 7. Racks"), ["Jars", "Lids", "Tins", "Racks"]),
        (("## 4. Jars", "### 1. Neck", "### 2. Foot", "## 5. Racks"), ["Jars", "Racks"]),
        (("## 4. Jars", "### 5. Lids", "## 5. Racks"), ["Jars", "Racks"]),
        (("## 4. Jars", "### 5. Lids", "### 6. Tins", "## 9. Racks"), ["Jars", "Racks"]),
        (("## 4. Jars", "### The neck", "## 6. Racks"), ["Jars", "Racks"]),
    ],
)
def test_a_missing_number_on_another_level_is_a_question(headings: tuple[str, ...], expected: list[str]) -> None:
    assert fronts("# Store\n\n" + sections(*SERIES, *headings)) == [*NAMES, *expected]


NEXT = sections("### 4. What is a box?", "### 5. What is a tin?")
ABOVE = sections(*(f"#{heading}" for heading in SERIES))


@pytest.mark.parametrize(
    ("topic", "below", "expected"),
    [
        ("## Compute services", NEXT, ["What is a box?", "What is a tin?"]),
        ("## Write operations", NEXT, ["What is a box?", "What is a tin?"]),
        ("## Explain services", sections("### Boxes", "### Tins"), ["Explain services"]),
        ("## Compute services\n\nBoth of them.", NEXT, ["Compute services"]),
        ("## Which services?", NEXT, ["Which services?"]),
    ],
)
def test_a_topic_with_the_word_of_an_exercise_divides_a_series(topic: str, below: str, expected: list[str]) -> None:
    assert fronts(f"# Store\n\n## Jars\n\n{ABOVE}{topic}\n\n{below}") == [*NAMES, *expected]


def test_a_label_above_a_question_in_the_contents_is_no_question() -> None:
    names = [f"How is jar {at} made?" for at in range(1, 6)]
    contents = "".join(f"- [{name}](#{at})\n" for at, name in enumerate(names, 1))
    assert (
        fronts(contents + "\n" + "".join(f"## #{at}\n\n" + sections(f"### {name}") for at, name in enumerate(names, 1))) == names
    )


def test_references_between_questions_in_the_contents_belong_to_an_answer() -> None:
    text = LINKS + sections("## What is a jar?", "## References", "## Lids", "## Glass", "## What is a rack?", "## Links")
    found = recognise([Page(tuple(text.split("\n")))])[0].reading.found
    assert [item.question for item in found if has_answer(item)] == ["What is a jar?", "Lids", "Glass", "What is a rack?"]
    assert ("about References" in found[0].answer, "about Links" in found[-1].answer) == (True, False)


def test_parts_below_a_topic_outside_the_contents_have_the_level_of_questions() -> None:
    below = sections("### Watching jars", "#### Cracks", "#### Leaks", "### Old jars", "#### Age")
    text = LINKS + "### All of them\n\n" + LINKED.replace("##", "####") + "## More\n\n" + below
    assert fronts(text) == ["What is a jar?", "Lids", "What is a rack?", "Watching jars", "Old jars"]


def test_list_items_below_a_heading_with_a_number_may_be_questions() -> None:
    items = "- Why is {0} thick?\n  - It is old.\n- How is {0} cut?\n  - By hand.\n- Which {0} is best?\n  - The blue one.\n\n"
    found = fronts(
        sections(*SERIES) + "".join(f"## {at}. {name}\n\n" + items.format(name) for at, name in ((4, "glass"), (5, "tin")))
    )
    assert found == [
        *NAMES,
        *(ask for name in ("glass", "tin") for ask in (f"Why is {name} thick?", f"How is {name} cut?", f"Which {name} is best?")),
    ]
