"""Properties of every list: each question is written or listed, each fence stays as it was, and nothing is lost."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deckbuilder.adopt import new_folder
from deckbuilder.adopt.lists import left_out_file
from deckbuilder.adopt.lists.account import Account
from deckbuilder.adopt.lists.adopt_lists import adopt
from deckbuilder.adopt.lists.readings import NO_ANSWER
from deckbuilder.adopt.lists.recognise import RECOGNISERS
from deckbuilder.markdown.block_parser import leaves
from tests.whole.test_properties import ANYTHING, DOCUMENTS

pytestmark = pytest.mark.slow

TRAPS = ["# no heading", "## What is this?", "---", "Q: no", "A: no", "a::b", ":::", "%", "START", "END", "> [!CARD] x", "x", "",
         "<details>", "</details>", "1. ### Q?", "**What?**", "==x==", "[^uid]: x", "- What?", "Deck: x", "{{c1::x}}", "  two"]  # fmt: skip
PIECES = [
    "Plain text.",
    "一段中文。",
    "- one\n  - two\n    - three",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "**Note** that.",
    "> quoted",
]
FENCES = st.lists(st.sampled_from(TRAPS), min_size=1, max_size=4).map(
    lambda lines: "\n".join(["```python", "code", *lines, "```"])
)
NESTED = FENCES.map(lambda fence: "- item\n\n" + indented(fence, "  "))
ANSWERS = st.lists(st.sampled_from(PIECES) | FENCES | NESTED, max_size=4).map("\n\n".join)
QUESTIONS = st.lists(ANSWERS, min_size=2, max_size=5)


def indented(text: str, by: str) -> str:
    return "\n".join(by + line if line else line for line in text.split("\n"))


def each(pattern: str, between: str = "\n\n", change: Callable[[str], str] = str) -> Callable[[Sequence[str]], list[str]]:
    """Return a function that writes answers as a list in one file.

    ``pattern`` has {q} for the number of a question and {a} for the answer. ``change`` converts each answer.
    """

    def write(answers: Sequence[str]) -> list[str]:
        entries = (pattern.replace("{q}", str(at)).replace("{a}", change(answer)) for at, answer in enumerate(answers, 1))
        return ["# List\n\n" + between.join(entries) + "\n"]

    return write


def apart(pattern: str) -> Callable[[Sequence[str]], list[str]]:
    """Return a function that writes a file for each question."""
    return lambda answers: [pattern.replace("{q}", str(at)).replace("{a}", answer) for at, answer in enumerate(answers, 1)]


def three(text: str) -> str:
    return indented(text, "   ")


def nested(text: str) -> str:
    """Return an answer as the nested block of an outline."""
    return "\t- " + indented(text, "\t  ").removeprefix("\t  ") if text else ""


WRITERS: dict[str, Callable[[Sequence[str]], list[str]]] = {
    "headings": each("## {q}. What is q{q}?\n\n{a}"),
    "list-headings": each("1. ### What is q{q}?\n\n{a}", change=three),
    "bold": each("**What is q{q}?**\n\n{a}"),
    "summaries": each("<details><summary>What is q{q}?</summary>\n\n{a}\n\n</details>"),
    "items": each("- What is q{q}?\n\n{a}", change=lambda text: indented(text, "  ")),
    "labels": lambda answers: ["\n\n---\n\n".join(f"Q: What is q{at}?\nA: {text}" for at, text in enumerate(answers, 1))],
    "mdanki": each("## What is q{q}?\n\n%\n\n{a}"),
    "md2anki": each("## What is q{q}? (66b3661f-e22e-4986-a50d-56900000000{q})\n\n{a}"),
    "ankcompiler": each("---\n\nWhat is q{q}?\n:::\n{a}\n\n---\n[^uid]: id-{q}"),
    "inka": each(
        "---\nDeck: D\n\n{q}. What is q{q}?\n\n{a}\n\n---",
        change=lambda text: "\n".join(f"> {line}" for line in text.split("\n")),
    ),
    "start-end": each("START\nBasic\nWhat is q{q}?\nBack: {a}\nTags: t\n<!--ID: 1000{q}-->\nEND"),
    "obsidian": each("## What is q{q}? #card #t\n\n{a}"),
    "spaced-repetition": each("What is q{q}?\n?\n{a}\n+++"),
    "fields": each("# Note\nmodel: Basic\ntags: t\n\n## Front\nWhat is q{q}?\n\n## Back\n{a}"),
    "logseq": each("- What is q{q}? #card\n  id:: {q}\n{a}", between="\n", change=nested),
    "title": apart('---\ntitle: "What is q{q}?"\n---\n\n{a}\n'),
    "yanki": apart("---\nnoteId: 1000{q}\n---\n\nWhat is q{q}?\n\n---\n\n{a}\n"),
}


LINES: dict[str, Callable[[Sequence[str]], list[str]]] = {
    "one-liners": each("What is q{q}?::{a}", between="\n"),
    "spaced-repetition": each("#flashcards/d\nWhat is q{q}?:::{a}"),
    "logseq": each("- What is q{q} :-> {a}\n- Who? #card\n\t- me {q}"),
    "tables": lambda answers: [
        "| # | Question | Answer |\n|---|---|---|\n"
        + "\n".join(f"| {at} | What is q{at}? | {answer.replace('|', chr(92) + '|')} |" for at, answer in enumerate(answers, 1))
    ],
}
"""The forms whose answers have one line."""


def run(texts: Sequence[str], name: str = "") -> tuple[Account, dict[str, str]]:
    """Adopt files with ``texts``, write the new deck, and return (account, its Markdown). The write fails if errors exist."""
    with tempfile.TemporaryDirectory() as place:
        paths = [Path(place, f"{number}.md") for number in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, encoding="utf-8")
        adopted, diagnostics = adopt(paths, name)
        assert diagnostics == []
        if adopted.questions:
            new_folder.write(Path(place, "deck"), adopted.files, adopted.questions)
        return adopted, {name: data.decode() for name, data in adopted.files.items() if name.endswith(".md")}


def fences(text: str) -> list[tuple[str, ...]]:
    return [block.lines for _, block in leaves(text.split("\n")) if block.kind == "fence"]


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=40, deadline=None)
@given(answers=QUESTIONS)
def test_every_question_and_every_fence_arrives(name: str, answers: list[str]) -> None:
    texts = WRITERS[name](answers)
    adopted, files = run(texts, name)
    outcomes = [outcome for entry in adopted.lists for outcome in entry.outcomes]
    assert len(outcomes) == len(answers), "\n".join(texts)
    assert [outcome.reason for outcome in outcomes] == ["" if answer else NO_ANSWER for answer in answers], "\n".join(texts)
    deck = [fence for path, text in sorted(files.items()) if path != left_out_file.FILE for fence in fences(text)]
    assert deck == [fence for answer in answers for fence in fences(answer)], "\n".join(texts)


@pytest.mark.parametrize("name", WRITERS)
def test_the_shape_is_recognised(name: str) -> None:
    adopted, _ = run(WRITERS[name](["One.", "- two\n- three", "```\n## What?\n```", "Four."]))
    assert {entry.name for entry in adopted.lists} == {name}


@pytest.mark.parametrize("name", LINES)
@settings(max_examples=40, deadline=None)
@given(
    answers=st.lists(
        st.sampled_from(["yes", "a :: b", "`a::b` or `|`", "**No**", "是", "3:1", "$a_{b}$", "x | y"]), min_size=2, max_size=5
    )
)
def test_every_answer_of_one_line_arrives(name: str, answers: list[str]) -> None:
    adopted, files = run(LINES[name](answers))
    assert {entry.name for entry in adopted.lists} == {name}
    assert adopted.questions == len(answers) * (2 if name == "logseq" else 1)
    deck = "\n".join(text for path, text in files.items() if path != left_out_file.FILE)
    assert [answer for answer in answers if f"\n{answer}\n" not in deck] == []


MARKS = st.sampled_from(["## What is x?", "**Why?**", "- How?", "Q: Who?", "A: me", "%", "::: ", ":::", "START", "END", "Basic", "a?::b",
                         "1. ### When?", "<details><summary>Which?</summary>", "</details>", "> [!CARD] q", "```flashcard", "==h==",
                         "[^uid]: u", "---", "Answer: a", "**Answer:**", "## Q #card", "### Answer", "- [x] r", "- [ ] w", "<!-- ID: 1 -->",
                         "![p](p.png)", "![p](https://e.org/p.png)", "{#a}", "[TOC]", "Deck: d", "1. One?", "<script>", "{1:x}", "~~x~~", "?", "??", "+++",
                         "#flashcards/a", "<!--SR:!2026-01-01,1,250-->", "# Note", "## Front", "## Back", "tags: a", "| Question | Answer |", "|---|---|",
                         "| q | a |", "- Q #card", "\t- a", "id:: 1", "a :-> b", "{{cloze x}}", "![[a.png|100]]", "[sound:a.mp3]"])  # fmt: skip
LISTS = st.lists(MARKS | DOCUMENTS, max_size=12).map("\n".join) | st.lists(MARKS, max_size=12).map("\n\n".join) | ANYTHING


@settings(max_examples=200, deadline=None)
@example(text="## What is x?\n- [x] i\n\nSource: k\n![](l.png)", name="")
@given(text=LISTS, name=st.sampled_from(["", "", *(recogniser.name for recogniser in RECOGNISERS)]))
def test_any_text_gives_a_deck_without_errors_or_none(text: str, name: str) -> None:
    adopted, _ = run([re.sub("[\x00-\x08\x0b-\x1f\x7f]", "", text)], name)
    outcomes = [outcome for entry in adopted.lists for outcome in entry.outcomes]
    assert adopted.questions == sum(not outcome.reason for outcome in outcomes)


@settings(max_examples=200, deadline=None)
@example(text="```flashcard\nDeck: d\na")
@example(text="```flashcard\nfront: x\nback: y\ntags: z\na\n```")
@given(text=LISTS)
def test_no_word_is_lost(text: str) -> None:
    words = iter(range(10_000))
    text = re.sub(r"(?m)^([ \t]*(?:>[ \t]?)*)([a-z]\w*)$", lambda match: f"{match[1]}word{next(words)}", text)
    _, files = run([re.sub("[\x00-\x08\x0b-\x1f\x7f]", "", text)])
    kept = "\n".join(files.values())
    front = re.match(r"---\n.*?\n(?:---|\.\.\.)\n", text, re.DOTALL)
    for word in re.findall(r"\bword\d+\b", text[front.end() if front else 0 :]):
        assert re.search(rf"\b{word}\b", kept), word
