"""Questions of each kind, and the fields of their notes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import deck, note, question, questions


def fields(folder: Path, text: str) -> dict[str, str]:
    """Return the fields that are not empty, by name, without flags for templates."""
    return {name: value for name, value in note(folder, text).by_name.items() if value and not name.startswith("Spare")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## Q `x`? {#a}\n\nA\n", {"Question": "<p>Q <code>x</code>?</p>", "Answer": "<p>A</p>", "Id": "a"}),
        (
            '## Q {#a .reversed hint="look *here*" tags="x"}\n\nA\n\nSource: [docs](https://example.org)\nand more\n',
            {
                "Question": "<p>Q</p>",
                "Answer": "<p>A</p>",
                "Hint": "look <em>here</em>",
                "Source": '<a href="https://example.org">docs</a> and more',
                "Reversed": "1",
                "Id": "a",
            },
        ),
        ("## Q {#a .typed}\n\n`308`\n\nwhy\n", {"Question": "<p>Q</p>", "Typed": "308", "Answer": "<p>why</p>", "Id": "a"}),
        (
            "## Q {#a .choice}\n\n- [ ] a\n- [x] b\n\n  more\n\nBecause.\n\n**来源：** x\n",
            {
                "Question": "<p>Q</p><ul><li><p>a</p></li><li><p>b</p><p>more</p></li></ul>",
                "Answer": '<ul><li class="task done"><p>☑ b</p><p>more</p></li></ul><p>Because.</p>',
                "Source": "x",
                "Id": "a",
            },
        ),
        (
            "## {{c1::A}} {#a .cloze}\n\nand {{c2::B}}\n\n---\n\nExtra {{x}}\n",
            {"Text": "<p>{{c1::A}}</p><p>and {{c2::B}}</p>", "Extra": "<p>Extra {{x}}</p>", "Id": "a"},
        ),
        ("## {{c1::A}} {#a .cloze}\n\nExtra\n", {"Text": "<p>{{c1::A}}</p>", "Extra": "<p>Extra</p>", "Id": "a"}),
        (
            "## Q {#a}\n\ncode\n\n<details>\n<summary>Answer</summary>\n\nA\n\n<details><summary>x</summary>\n\ninner\n\n</details>\n</details>\n\nafter\n",
            {
                "Question": "<p>Q</p><p>code</p>",
                "Answer": "<p>A</p><details><summary>x</summary><p>inner</p></details><p>after</p>",
                "Id": "a",
            },
        ),
        (
            "## Q {#a}\n\n<details><summary>Show</summary><p>\n\nA\n\n</p></details>\n",
            {"Question": "<p>Q</p>", "Answer": "<p><p>A</p></p>", "Id": "a"},
        ),
        (
            "# Title\n\n## Q[^1] {#a}\n\nsee [ref]\n\n---\n\nA[^1]\n\n[^1]: note\n\n# End\n\n[ref]: https://example.org\n",
            {
                "Question": '<p>Q<sup>1</sup></p><p>see <a href="https://example.org">ref</a></p><ol class="footnotes"><li value="1">note</li></ol>',
                "Answer": '<p>A<sup>1</sup></p><ol class="footnotes"><li value="1">note</li></ol>',
                "Id": "a",
            },
        ),
    ],
)
def test_kinds_and_parts(tmp_path: Path, text: str, expected: dict[str, str]) -> None:
    assert fields(tmp_path, text) == expected


def test_deeper_headings_belong_to_the_answer_and_higher_ones_end_it(tmp_path: Path) -> None:
    text = "# File\n\nprose\n\n## One {#one}\n\na\n\n### Deep\n\nb\n\n#### Deeper\n\nc\n\n# Part\n\nmore prose\n\n## Two {#two}\n\nd\n"
    cards = deck(tmp_path, text).deck.entries
    assert [card.note.id for card in cards] == ["one", "two"]
    assert cards[0].note.fields[1] == "<p>a</p><h3>Deep</h3><p>b</p><h4>Deeper</h4><p>c</p>"


@pytest.mark.parametrize("level", [1, 3])
def test_question_level(tmp_path: Path, level: int) -> None:
    text = f"# A\n\nx\n\n{'#' * level} B {{#b}}\n\ny\n"
    cards = deck(tmp_path, text, toml=f'id = "a"\nname = "A"\nquestion_level = {level}\n').deck.entries
    assert [card.question.heading.lines[0] for card in cards] == (["A", "B"] if level == 1 else ["B"])


def test_nothing_in_code_ends_a_question_or_splits_it(tmp_path: Path) -> None:
    text = "## Q {#a}\n\n```md\n## no\n---\n<details>\nSource: no\n{{c1::no}} $no$\n```\n\n- x\n\n  ~~~\n  # no\n  ---\n  ~~~\n"
    result = deck(tmp_path, text)
    assert result.diagnostics == ()
    (card,) = result.deck.entries
    assert questions(result.deck)[0].separators == ()
    assert card.note.fields[0] == "<p>Q</p>"
    assert "Source: no" in card.note.fields[1]


def test_tags_of_deck_file_and_question(tmp_path: Path) -> None:
    text = '---\ntags: [file, Both]\ndeck: Sub\n---\n## Q {#a tags="own both"}\n\nA\n'
    found = deck(tmp_path, text, toml='id = "a"\nname = "A"\ntags = ["deck"]\n').deck.entries[0].note
    assert found.tags == ("deck", "file", "Both", "own")
    assert found.deck == "A::Sub"


def test_the_attributes_of_a_heading(tmp_path: Path) -> None:
    found = question(tmp_path, "## Q {: #a-1 .cloze tags='x y' hint=\"a } b\" } ##\n\nx\n")
    assert (found.id, found.kind.value, found.tags, found.hint) == ("a-1", "cloze", ("x", "y"), "a } b")
    assert [(item.key, item.span.column) for item in found.attributes] == [("#", 9), (".", 14), ("tags", 21), ("hint", 32)]
