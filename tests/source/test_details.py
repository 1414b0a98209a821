"""An answer in ``<details>``: the tags that fold it go, and no word of the summary."""

from __future__ import annotations

from pathlib import Path

import pytest

from deckbuilder.model.anki_text import plain
from tests.support import built

ANSWERS = (
    *("Answer", "<b>Answer</b>", "Answers:", "Show the answer", "Click to see the answer", "Click me!", "Solution", "👀", ""),
    *("答案", "查看答案", "点击查看答案", "参考答案", "答え", "Ответ", "Réponse", "Solución", "Lösung", "คำตอบ", "الإجابة"),
)
"""Summaries of real lists that only say that an answer follows."""
WORDS = ("Answer 2", "What is a label for?", "Hint", "提示", "Usage before 3.5", "Explain <code>g</code>", "C#")


def answer(folder: Path, below: str, heading: str = "Q") -> str:
    """Return the answer's field of a question with the text ``below`` its heading."""
    folder.mkdir()
    (folder / "deck.toml").write_text('id = "a-b"\nname = "A"\n', encoding="utf-8")
    (folder / "a.md").write_text(f"## {heading} {{#a}}\n\n{below}\n", encoding="utf-8")
    (entry,) = built(folder).deck.entries
    return entry.note.text("answer")


@pytest.mark.parametrize("summary", ANSWERS)
@pytest.mark.parametrize(
    "shape", ["<details><summary>{}</summary>\n\nx\n\n</details>", "<details>\n<summary>{}</summary>\nx</details>"]
)
def test_a_summary_like_answer_goes(tmp_path: Path, summary: str, shape: str) -> None:
    assert plain(answer(tmp_path / "deck", shape.format(summary))) == "x"


@pytest.mark.parametrize("summary", WORDS)
@pytest.mark.parametrize(
    "shape", ["<details><summary>{}</summary>\n\nx\n\n</details>", "<details>\n\n<summary>{}</summary>\n\nx\n\n</details>"]
)
def test_any_other_summary_is_bold_above_the_answer(tmp_path: Path, summary: str, shape: str) -> None:
    assert answer(tmp_path / "deck", shape.format(summary)) == f'<div class="summary">{summary}</div><p>x</p>'


def test_a_summary_like_the_heading_goes(tmp_path: Path) -> None:
    details = "<details><summary>What is <b>C++</b>?</summary>\n\nx\n\n</details>"
    assert answer(tmp_path / "one", details, "What is C++?") == "<p>x</p>"
    assert "What is" in answer(tmp_path / "two", details, "What is C#?")


@pytest.mark.parametrize(
    ("below", "shown"),
    [
        (
            "<details><summary>One?</summary>\n\n1\n\n</details>\n\n<details><summary>Two?</summary>\n\n2\n\n</details>",
            "One?1Two?2",
        ),
        (
            "<details><summary>One?</summary>\n\n<details><summary>Two?</summary>\n\n2\n\n</details>\n\n1\n\n</details>\n\n0",
            "One?Two?210",
        ),
        ("q\n\n---\n\n<details><summary>More</summary>\n\n1\n\n</details>", "More1"),
        ("<details><summary>Explain\n\n- a\n- b</summary>\n\n1\n\n</details>", "Explain ab1"),
        ("<details><summary>One?</summary><br><b>\n\n1\n\n</b></details>\n\n0", "One?10"),
        ("<details><summary>One?</summary>\n\n`</details>` 1\n\n</details>\n\n0", "One?</details> 10"),
        ("<details><summary>One?\n\n1", "One? 1"),
        ("<DETAILS open>\n<SUMMARY>Answer</SUMMARY>\n1\n</DETAILS>", "1"),
    ],
)
def test_no_word_is_lost(tmp_path: Path, below: str, shown: str) -> None:
    assert plain(answer(tmp_path / "deck", below)) == shown


def test_a_picture_in_a_summary_stays(tmp_path: Path) -> None:
    picture = '<img src="data:image/png;base64,AAAA">'
    assert picture in answer(tmp_path / "deck", f"<details><summary>{picture}</summary>\n\nx\n\n</details>")
