"""The forms that the manuals of other tools document, and the marks that their users choose."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deckbuilder.adopt.lists.adopt_lists import adopt
from deckbuilder.adopt.lists.dialects import one_liners
from deckbuilder.adopt.lists.dialects.whole_files import name_of
from deckbuilder.adopt.lists.foreign_clozes import simple
from deckbuilder.adopt.lists.markdown_page import Page
from deckbuilder.adopt.lists.repaired_lines import repaired
from deckbuilder.model.records import Kind


def read(tmp_path: Path, texts: dict[str, str]) -> list[tuple[str, str, str, str]]:
    """Return (form, question, answer, id) of each question in a folder with the files ``texts``."""
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    account, _ = adopt([tmp_path])
    assert not [doubt for one in account.lists for doubt in one.doubts]
    found = [(one.name, outcome) for one in account.lists for outcome in one.outcomes if not outcome.reason]
    return [(name, one.draft.heading, one.draft.answer, one.draft.id) for name, one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Where? #flashcard\nHere\n", ("Where?", "Here")),
        ("Where? #flashcard \n\n\nHere\nand there\n", ("Where?", "Here\\\nand there")),
        ("Where is\nit? #flashcard #place\nHere\n\nMore text\n", ("Where is it?", "Here")),
        ("## Where? #flashcard\nHere\n", ("Where?", "Here")),
        ("Where?\n#card\nHere\n", ("Where?", "Here")),
        ("## Where?\n#card\nHere\n", ("Where?", "Here")),
        ("# Where to begin?\n\nHow? #flashcard\n- so\n- and so\n", ("How?", "- so\n- and so")),
    ],
)
def test_a_tag_at_the_end_of_a_question(text: str, expected: tuple[str, str], tmp_path: Path) -> None:
    assert [one[1:3] for one in read(tmp_path, {"a.md": text})] == [expected]


@pytest.mark.parametrize("front", ["What is 5 - 3", "What is a * b", "Is 3. a prime", "a + b"])
@pytest.mark.parametrize("mark", ["", "- ", "12. ", "  * "])
def test_only_the_mark_of_an_item_is_no_part_of_a_question(mark: str, front: str) -> None:
    (pair,) = one_liners.pairs((f"{mark}{front} :: - 2",))
    assert (pair.question, pair.answer) == (front, "- 2")


def test_only_an_item_has_a_box() -> None:
    assert repaired(["- [] a", "> 1. [] a", "a - [] b"]) == ("- [ ] a", "> 1. [ ] a", "a - [] b")


@pytest.mark.parametrize("side", ["?", "???", "❓", "❔", ":question:", ":grey_question:"])
@pytest.mark.parametrize("rule", ["---", "___", "_" * 80, "***"])
def test_cards_between_rules(side: str, rule: str, tmp_path: Path) -> None:
    text = f"# Deck\n\nOne\n\n{side}\n\nA\n\n{rule}\n\nTwo\n\nmore\n\n{side}\n\nB\n\n{rule}\n\nno card\n"
    assert read(tmp_path, {"a.md": text}) == [("ruled", "One", "A", "one"), ("ruled", "Two", "B", "two")]


@pytest.mark.parametrize(
    ("front", "right"),
    [
        ("answers:\n  - one // correct\n  - two\n", "one"),
        ("options: [one, two (correct)]\n", "two"),
        ("choices: [one ✅, two]\n", "one"),
        ("options: [one, two]\ncorrect: two\n", "two"),
        ("answers: [one, two]\nanswer: one\n", "one"),
    ],
)
def test_options_in_the_front_matter(front: str, right: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"---\ntitle: T\n{front}---\n\nWhich?\n\n<!-- explanation -->\n\nSo.\n", encoding="utf-8")
    draft = adopt([tmp_path])[0].lists[0].outcomes[0].draft
    wrong = "two" if right == "one" else "one"
    assert (draft.kind, draft.heading, draft.answer) == (Kind.CHOICE, "Which?", "So.")
    assert f"- [x] {right}" in draft.body
    assert f"- [ ] {wrong}" in draft.body


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"singleLineCardSeparator": ";;"}, "One;;A\nTwo ;; B\n"),
        ({"singleLineReversedCardSeparator": "<=>"}, "One<=>A\n\nTwo <=> B\n"),
        ({"multilineCardSeparator": ";?"}, "One\n;?\nA\n\nTwo\n;?\nB\n"),
        ({"multilineReversedCardSeparator": "=="}, "One\n==\nA\n\nTwo\n==\nB\n"),
        ({"multilineCardSeparator": "—", "multilineCardEndMarker": "…"}, "One\n—\nA\n…\n\nTwo\n—\nB\n…\n"),
    ],
)
def test_the_settings_of_obsidian_spaced_repetition(settings: dict[str, str], text: str, tmp_path: Path) -> None:
    file = ".obsidian/plugins/obsidian-spaced-repetition/data.json"
    found = read(tmp_path, {file: json.dumps({"settings": settings}), "a.md": f"#flashcards\n\n{text}"})
    assert [one[:3] for one in found] == [("spaced-repetition", "One", "A"), ("spaced-repetition", "Two", "B")]


@pytest.mark.parametrize("said", ["", "[]", "{", '{"settings": 3}', '{"settings": {"multilineCardSeparator": 7}}', "[" * 100_000])
def test_settings_that_cannot_be_read_are_no_settings(said: str, tmp_path: Path) -> None:
    found = read(tmp_path, {".obsidian/plugins/obsidian-spaced-repetition/data.json": said, "a.md": "One\n?\nA\n"})
    assert [one[:3] for one in found] == [("spaced-repetition", "One", "A")]


@pytest.mark.parametrize("mark", ["—", "–", ";;", "//", "•"])
def test_the_mark_that_scheduled_cards_share(mark: str, tmp_path: Path) -> None:
    cards = "".join(f"Q{at}\n{mark}\nA{at}\n<!--SR:!2026-01-0{at},3,250-->\n\n" for at in range(1, 5))
    found = read(tmp_path, {"a.md": cards, "b.md": f"Q5\n{mark}\nA5\n\nA line {mark} here\n"})
    assert [one[1:3] for one in found] == [(f"Q{at}", f"A{at}") for at in range(1, 6)]


@pytest.mark.parametrize(
    ("syntax", "text"),
    [
        ({"Begin Note": "START_CARD", "End Note": "END_CARD"}, "START_CARD\nBasic\nOne\nBack: A\n<!--ID: 17-->\nEND_CARD\n"),
        ({"Begin Note": "%%ANKI", "End Note": "END%%"}, "%%ANKI\nBasic\nOne\nBack: A\n<!--ID: 17-->\nEND%%\n"),
        ({"Begin Inline Note": "<<", "End Inline Note": ">>"}, "<< [Basic] One Back: A <!--ID: 17--> >>\n"),
        ({"Begin Note": "(card", "End Note": "card)"}, "(card\nBasic\nFront: One\nBack: A\ncard)\n<!--ID: 17-->\n"),
        ({}, "START\nBasic\nOne\nBack: A\nEND\n<!--ID: 17-->\n"),
    ],
)
def test_the_settings_of_obsidian_to_anki(syntax: dict[str, str], text: str, tmp_path: Path) -> None:
    file = ".obsidian/plugins/obsidian-to-anki-plugin/data.json"
    found = read(tmp_path, {file: json.dumps({"settings": {"Syntax": syntax}}), "a.md": text})
    assert found == [("start-end", "One", "A", "17")]


@pytest.mark.parametrize(
    "text",
    [
        "One::A\n<!--ID: 1700000000001-->\n\nTwo :: B\n<!--ID: 1700000000002-->\n",
        "## One\n\nA\n<!--ID: 1700000000001-->\n\n## Two\n\nB\n<!--ID: 1700000000002-->\n",
        "Q: One\nA: A\n<!--ID: 1700000000001-->\n\nQ: Two\nA: B\n<!--ID: 1700000000002-->\n",
    ],
)
def test_ids_below_prove_a_tool(text: str, tmp_path: Path) -> None:
    notes = {f"{name}.md": f"# {name}\n\n## Monday\n\nA note.\n\n## Tuesday\n\nA note.\n" for name in "bcd"}
    found = read(tmp_path, {"a.md": text, **notes})
    assert [one[1:] for one in found] == [("One", "A", "1700000000001"), ("Two", "B", "1700000000002")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- Sun #card #reversed\n\t- star\n", ("star", "Sun", Kind.BASIC)),
        ("- Sun #card #bidirectional\n\t- star\n", ("Sun", "star", Kind.REVERSED)),
        ("- Sun [[card]]\n  direction:: <-\n\t- star\n", ("star", "Sun", Kind.BASIC)),
        ("- Sun #[[flashcard]]\n  id:: 7\n\t- star\n", ("Sun", "star", Kind.BASIC)),
        ("- Sky #card-group\n\t- Sun\n\t\t- star\n", ("Sun", "star", Kind.BASIC)),
        ("- The {{cloze2 Sun}} #card\n", ("The {{c2::Sun}}", "", Kind.CLOZE)),
    ],
)
def test_the_directions_of_logseq(text: str, expected: tuple[str, str, Kind], tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"title:: Stars\n\n{text}", encoding="utf-8")
    account, _ = adopt([tmp_path])
    draft = account.lists[0].outcomes[0].draft
    assert (account.name, draft.heading, draft.answer, draft.kind) == ("Stars", *expected)


@pytest.mark.parametrize(
    ("table", "count"),
    [
        ("| Key | Action |\n|---|---|\n| `a` | left |\n| `b` | down |\n| `c` | up |\n| `d` | right |\n| `e` | away |\n", 5),
        ("| File | Lines |\n|---|---|\n| `a` | 1 |\n| `b` | 2 |\n| `c` | 3 |\n| `d` | 4 |\n| `e` | 5 |\n", 0),
        ("| Name | Page |\n|---|---|\n" + "".join(f"| {at} | [page](http://x.y/{at}) |\n" for at in range(6)), 0),
        ("| Key | Action |\n|---|---|\n| `a` | left |\n| `b` | down |\n", 0),
        ("A long text.\n\n" * 40 + "| Key | Action |\n|---|---|\n" + "".join(f"| {at} | word {at} |\n" for at in range(6)), 0),
        ("| a | b | c |\n|---|---|---|\n" + "".join(f"| {at} | word | word |\n" for at in range(6)), 0),
    ],
)
def test_a_page_of_two_column_tables(table: str, count: int, tmp_path: Path) -> None:
    assert len(read(tmp_path, {"a.md": f"# Page\n\n{table}"})) == count


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("日本語,かな,English", "x\n\nかな: y"),
        ("English,Notes,German", "x\n\nNotes: y"),
        ("Spanish,English,Example", "y\n\nExample: x"),
    ],
)
def test_columns_named_by_languages(header: str, expected: str, tmp_path: Path) -> None:
    assert [one[1:3] for one in read(tmp_path, {"a.csv": f"{header}\nw,y,x\n"})] == [("w", expected)]


def test_a_formula_right_behind_a_label_is_the_answer(tmp_path: Path) -> None:
    found = read(tmp_path, {"a.md": "Q: What is one?\nA: $$x = 1$$\n\nQ: And two?\nA: $$y$$\n"})
    assert [one[1:3] for one in found] == [("What is one?", "$$x = 1$$"), ("And two?", "$$y$$")]


def test_no_heading_makes_cards_of_a_tool_parts_of_its_answer(tmp_path: Path) -> None:
    text = "## Where do they begin?\n\nSun #flashcard\nstar\n\nMoon #flashcard\nrock\n\n#flashcards\n\nA line::of text\n"
    found = read(tmp_path, {"a.md": text})
    assert [one[:2] for one in found[:2]] == [("obsidian", "Sun"), ("obsidian", "Moon")]


def test_brackets_on_both_sides_of_a_colon_are_clozes(tmp_path: Path) -> None:
    found = read(tmp_path, {"a.md": "C:\nThe sun is a star.\n\n- [Book] [6]:[9]\n"})
    assert found[0][1] == "The sun is a star."
    draft = adopt([tmp_path])[0].lists[0].outcomes[0].draft
    assert draft.body == "- {{c1::Book}} {{c2::6}}:{{c3::9}}"


@pytest.mark.parametrize("name", ["0{} - Week", "What is week {}"])
def test_notes_beside_the_cards_of_a_tool_are_no_questions(name: str, tmp_path: Path) -> None:
    notes = {f"{name.format(at)}.md": f"I read {at} pages.\n\n- one\n- two\n\n## Later\n\nMore.\n" for at in range(1, 9)}
    found = read(tmp_path, {"cards.md": "One\n?\nA\n<!--SR:!2026-01-01,3,250-->\n", **notes})
    assert [one[:3] for one in found] == [("spaced-repetition", "One", "A")]


DATES = "!2025-06-26,49,308!2025-06-16,39,300"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"A **jar** of **==glass==** and ==tin==.\n<!--SR:{DATES}-->", ["A **jar** of **{{c1::glass}}** and {{c2::tin}}."]),
        (
            f"The **old** jar.\n<!--SR:!2025-03-14,3,260-->\n\nA **jar** of ==glass== and ==tin==.\n<!--SR:{DATES}-->",
            ["A **jar** of {{c1::glass}} and {{c2::tin}}."],
        ),
        (f"The **old** **jar**.\n<!--SR:{DATES}-->\n\nA **lid**.", ["The {{c1::old}} {{c2::jar}}.", "A {{c1::lid}}."]),
        ("**Tip**: a **jar** or a **tin**.\n<!--SR:!2025-03-14,3,260-->\n\nIs it::Yes", ["Is it"]),
        ("A **==jar==**.\n<!--SR:!2025-03-14,3,260-->\n\nThe **lid**.\n<!--SR:!2025-03-14,3,260-->", ["A **{{c1::jar}}**."]),
    ],
)
def test_a_schedule_has_a_date_for_each_hidden_text(text: str, expected: list[str], tmp_path: Path) -> None:
    assert [one[1] for one in read(tmp_path, {"a.md": f"#flashcards\n\n{text}\n"})] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("> What is a jar::Glass\n<!--SR:!2025-03-14,3,260-->", [("What is a jar", "Glass")]),
        ("> What is a jar?\n> ?\n> Glass\n<!--SR:!2025-03-14,3,260-->", [("What is a jar?", "Glass")]),
        (
            ">What is a jar?\n>??\n>Glass\n>in *one* piece\n> <!--SR:!2025-03-14,3,260-->",
            [("What is a jar?", "Glass\\\nin *one* piece")],
        ),
        (
            "> A::B\n<!--SR:!2025-03-14,3,260-->\n\n> What is a jar?\n> ?\n> Glass\n\n> Said by me.",
            [("A", "B"), ("What is a jar?", "Glass")],
        ),
        ("What is a jar?\n?\n> Glass\n\nA::B\n<!--SR:!2025-03-14,3,260-->", [("What is a jar?", "> Glass"), ("A", "B")]),
    ],
)
def test_a_schedule_shows_that_a_quote_is_a_card(text: str, expected: list[tuple[str, str]], tmp_path: Path) -> None:
    assert [one[1:3] for one in read(tmp_path, {"a.md": f"#flashcards\n\n{text}\n"})] == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("#What is a delegate in C#?", "# What is a delegate in C#?"),
        ("#什么是闭包？", "# 什么是闭包？"),
        ("#python #web", "#python #web"),
        ("#hard What is a lock?", "#hard What is a lock?"),
        ("#Hard #slow What is a lock?", "#Hard #slow What is a lock?"),
        ("#!/bin/sh -c what?", "#!/bin/sh -c what?"),
        ("#1 reason?", "#1 reason?"),
    ],
)
def test_a_title_that_asks_needs_no_blank(line: str, expected: str) -> None:
    assert repaired([line]) == (expected,)


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("how-does-it-use-python-3-6-types", "how does it use python 3 6 types"),
        ("07-what-is-python-3-6", "what is python 3 6"),
        ("2.1. What is IPv 4 or 6", "What is IPv 4 or 6"),
    ],
)
def test_only_the_number_at_the_beginning_of_a_file_s_name_is_none_of_the_question(name: str, question: str) -> None:
    assert name_of(Page(("",), name=name)) == question


def test_a_text_in_two_marks_is_hidden_once() -> None:
    assert simple("A **==jar==** of ==**tin**==, **blue ==sky==**.", ["**", "=="]) == (
        "A {{c4::jar}} of {{c2::tin}}, {{c3::blue {{c6::sky}}}}."
    )
