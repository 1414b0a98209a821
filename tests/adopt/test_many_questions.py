"""A list of thousands of questions is read in linear time, in each form without marks of a tool."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from deckbuilder.adopt.lists.markdown_page import Page
from deckbuilder.adopt.lists.recognise import recognise
from deckbuilder.adopt.lists.repaired_lines import repaired

FORMS: dict[str, Callable[[int], str]] = {
    "headings": lambda at: f"## What is {at}?\n\nText {at}.\n\n",
    "numbers": lambda at: f"### {at}. Topic {at}\n\nText {at}.\n\n",
    "summaries": lambda at: f"<details><summary>What is {at}?</summary>\n\nText {at}.\n\n</details>\n\n",
    "options": lambda at: f"{at}. The best {at} is\n- [ ] a\n- [ ] b\n\n**Answer:** b\n\n",
    "levels": lambda at: f"Easy: Name the {at}.\nAnswer: b\n\n",
    "bold": lambda at: f"**What is {at}?**\n\nText {at}.\n\n",
    "sides": lambda at: f"## Question {at}\n\nWhat is {at}?\n\n### Answer\n\nText {at}.\n\n",
    "sides and others": lambda at: (
        f"### Question {at}\n\nWhat is {at}?\n\n### Answer\n\nText {at}.\n\n## {at}. What is it?\n\nText {at}.\n\n"
    ),
    "topics in labels": lambda at: f"## Question {at} - Loops\n\n### What is {at}?\n\nText {at}.\n\n",
    "items": lambda at: f"- What is {at}?\n  - Text {at}.\n",
    "two forms": lambda at: (
        f"## What is {at}?\n\nText.\n\n" + (f"## Topic\n\n**Is {at} a?**\n\nx\n\n**Is {at} b?**\n\ny\n\n") * (at % 9 == 0)
    ),
    "tight": lambda at: f"##{at}. Topic {at}\n\nText.\n\n",
    "topics": lambda at: f"## Topic {at}\n\n- What is {at}?\n- Why {at}?\n- How {at}?\n\n",
    "again": lambda at: f"## Which?\n\nText {at}.\n\n",
}
MOST = 2_400
"""The questions of the longest list."""


def seconds(form: str, count: int) -> float:
    page = Page(repaired("".join(map(FORMS[form], range(1, count + 1))).split("\n")), name="list")
    begin = time.process_time()
    (known,) = recognise([page])
    taken = time.process_time() - begin
    assert len(known.reading.found) >= count
    return taken


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_time_doubles_with_the_questions(form: str) -> None:
    short, long = seconds(form, MOST // 4), seconds(form, MOST)
    assert long < 7 * short + 0.1  # linear is 4, quadratic is 16


@pytest.mark.slow
def test_time_doubles_with_the_files() -> None:
    def whole(count: int) -> float:
        pages = [Page(("# Title", "", "Text.", "", "## More", "", f"x {at}"), name=f"What is {at} for") for at in range(count)]
        begin = time.process_time()
        known = recognise(pages)
        taken = time.process_time() - begin
        assert {one.reading.name for one in known} == {"file-name"}
        return taken

    assert whole(1_200) < 7 * whole(300) + 0.1
