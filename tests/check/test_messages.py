"""A message names the mistake that the author made, and the text to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import deck


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("**Note: **x", "put no blank inside the marks: '**Note:** '"),
        ("**Art.**5", "put a blank behind them: '**Art.** '"),
        ("~~old ~~", "put no blank inside the marks: '~~old~~'"),
        ("a **bold text", "'**' is never closed"),
        ("> [!TIP]Title", "write '> [!TIP]', with no blank inside, and a blank before a title"),
        ("> [! tip ]", "write '> [!TIP]', with no blank inside, and a blank before a title"),
        ("[a](https://example.org/b c)", "write '%20' for each blank in its address"),
        ("[a](https://example.org 'c d", "close its address with ')'"),
        ("[a](<https://example.org)", "close '<' with '>'"),
        ('![a](b.png =20x30 "c)', "close the quotation mark of its title"),
        ("x\n===\n\ny", "write it below the heading, above line 3, where a title ends the question"),
        ("<p><path></p>", "write '&lt;' for its '<'"),
        ("> <em>x\n\ny</em>", "does not end in the paragraph, item, quote or cell that it begins in"),
        ("<math>x</math>", "write the formula in TeX between dollars"),
        ("- item\n\n  ```python\n  x = 1\n\nText.", "the rest of its list, quote or file belongs to it"),
    ],
)
def test_a_message_names_the_mistake(text: str, named: str, tmp_path: Path) -> None:
    assert [named] == [named for problem in deck(tmp_path, f"## A {{#a}}\n\n{text}\n").diagnostics if named in problem.message]


@pytest.mark.parametrize(
    ("macro", "end"),
    [
        (r"\aplha", r"did you mean '\alpha'?"),
        (r"\begin{aling}x\end{aling}", r"did you mean '\begin{align}'?"),
        (r"\hrefx", 'add to deck.toml: tex = ["hrefx"]'),
        (r"\endtoggle", 'add to deck.toml: tex = ["endtoggle"]'),
        (r"\mmltoken", 'add to deck.toml: tex = ["mmltoken"]'),
    ],
)
def test_only_a_harmless_macro_is_advised(macro: str, end: str, tmp_path: Path) -> None:
    (problem,) = deck(tmp_path, f"## A {{#a}}\n\n${macro}$\n").diagnostics
    assert problem.message.endswith(end)


def test_a_mend_is_safe(tmp_path: Path) -> None:
    found = deck(tmp_path, "## A {#a}\n\n**Note: **x and **so **.\n").diagnostics
    assert [problem.mend and problem.mend.new for problem in found] == [None, "**so**"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("## A {#a .cloze}\n\n{{c1::x}}\n", "write a line '---' below line 3"),
        ("## {{c1::A}} {#a .cloze}\n\n{{c2::x}}\n", "write a line '---' below line 3"),
        ("## {{c1::A}} {#a .cloze}\n\nx\n\n---\n\n{{c2::x}}\n", "move the '---' below line 7"),
        ("## A {#a .cloze}\n\nx\n", "hide a part of it"),
        (
            "## A {#a .cloze}\n\n- {{c7::x\n- y}}\n\n---\n\nz\n",
            "cloze '{{c7::' begins in one part (bold text, a paragraph, an item, a cell)",
        ),
        (
            "## A {#a .cloze}\n\n{{c1::x}}\n\n---\n\nz\n\nSource: {{c2::y}}\n",
            "works only in the heading and above a '---'; move it",
        ),
        ("## A {#a .typed}\n\n- x\n", "the answer begins with a list; write that line as text or in code marks"),
        ("## A {#a .choice}\n\n- [x] b\n- c\n", "this option has no box"),
        ("## A {#a .choice}\n\nb\n", "needs its options in the question"),
    ],
)
def test_a_kind_of_question_has_the_message_of_its_mistake(text: str, named: str, tmp_path: Path) -> None:
    (problem,) = deck(tmp_path, text).diagnostics
    assert named in problem.message
