"""Each near-miss has a diagnostic at its line. If the diagnostic has a mend, the mended text has no such problem any more."""

from __future__ import annotations

from pathlib import Path

import pytest

from deckbuilder.adopt.draft import Draft, compose
from deckbuilder.model.diagnostics import Diagnostic
from tests.support import built, deck, questions, text_of, write

ABOVE = "## A {#a}\n\nAbove.\n\n"
HEADINGS = [
    # (line, its mend or None)
    ("##One? {#one}", "## One? {#one}"),
    ("##\u00a0One? {#one}", "## One? {#one}"),
    ("##\u3000One? {#one}", "## One? {#one}"),
    ("##\u200bOne? {#one}", "## One? {#one}"),
    ("＃＃ One? {#one}", "## One? {#one}"),
    ("＃＃One? {#one}", "## One? {#one}"),
    ("#One? {#one}", None),
    ("# One? {#one}", None),
    ("### One? {#one}", None),
    ("####### One? {#one}", None),
    ("One? {#one}\n===", None),
    ("One? {#one .typed}", None),
    ("One? {.typed}", None),
    ("**One?** {#one}", None),
    ("**One? {#one}**", None),
    ("<h2>One? {#one}</h2>", None),
    ("<summary>One? {#one}</summary>", None),
    ("\\## One? {#one}", None),
    ("- ## One? {#one}", None),
    ("- [ ] One? {#one}", None),
    ("1. One? {#one}", None),
    ("> ## One? {#one}", None),
    ("    ## One? {#one}", None),
    ("\t## One? {#one}", None),
    ("Q: One? {#one}", None),
    ("# One? {#one}.", None),
    ("# One?{#one}", None),
    ("# One? ｛#one｝", None),
    ("# One? {: #one }", None),
    ("# One? {#one tags=“a b”}", None),
]


@pytest.mark.parametrize("below", [True, False], ids=["in an answer", "before all questions"])
@pytest.mark.parametrize(("line", "mended"), HEADINGS)
def test_a_lost_question_is_an_error_at_its_line(line: str, mended: str | None, below: bool, tmp_path: Path) -> None:
    text = f"{ABOVE}{line}\n\nx\n" if below else f"{line}\n\nx\n\n{ABOVE}"
    (problem,) = (problem for problem in deck(tmp_path, text).diagnostics if problem.is_error)
    assert (problem.code, problem.span.line) == ("lost-question", 5 if below else 1)
    assert applied(line, problem, 5 if below else 1) == mended
    if mended:
        assert [question.id for question in questions(deck(tmp_path, text.replace(line, mended)).deck)].count("one") == 1


SILENT = (
    "{#each items as item}",
    "Use {#if}",
    "{# comment #}",
    "Its length is ${#array[@]}",
    "or ${#array}",
    "{{#Front}}",
    "\\{#id}",
    "`## One? {#one}`",
    "![](https://a.b){#one}",
    "[](){#one}",
    "**bold**{#one}",
    'an icon { style="color: #EE0F0F" }',
    "{.center}",
    "\\foo{#1}",
    "{#one} is an id",
    "a line {of text}",
)


@pytest.mark.parametrize("line", SILENT)
def test_other_text_in_braces_is_text(line: str, tmp_path: Path) -> None:
    problems = deck(tmp_path, f"{ABOVE}{line}\n").diagnostics
    assert not [problem for problem in problems if problem.code in ("lost-question", "bad-attribute", "near-heading")]


ATTRIBUTES = [
    ("## Q {#q tags=“a”}", '## Q {#q tags="a"}'),
    ("## Q {#q hint=“a b”}", '## Q {#q hint="a b"}'),
    ("## Q {#q hint=‘a b’}", '## Q {#q hint="a b"}'),
    ("## Q {#q tags = “a b”}", '## Q {#q tags="a b"}'),
    ("## Q {#q.typed}", "## Q {#q .typed}"),
    ("## Q {#q, .typed}", "## Q {#q .typed}"),
    ("## Q {#q; .typed}", "## Q {#q .typed}"),
    ("## Q {#q,.typed}", "## Q {#q .typed}"),
    ("## Q {#q typed}", "## Q {#q .typed}"),
    ("## Q {#q .Typed}", "## Q {#q .typed}"),
    ("## Q {#q ．typed}", "## Q {#q .typed}"),
    ("## Q {#q class=typed}", "## Q {#q .typed}"),
    ('## Q {#q kind="typed"}', "## Q {#q .typed}"),
    ("## Q {#q}.", "## Q {#q}"),
    ("## Q {#q} 。", "## Q {#q}"),
    ("## Q{#q}", "## Q {#q}"),
    ("## Q ｛#q｝", "## Q {#q}"),
    ("## Q {＃q}", "## Q {#q}"),
    ("## Q {# q}", "## Q {#q}"),
    ("## Q {#q", "## Q {#q}"),
    ("## Q {id=q}", "## Q {#q}"),
    ('## Q {id="q"}', "## Q {#q}"),
    ('## Q {#q Tags="a b"}', '## Q {#q tags="a b"}'),
    ("## Q {#q_1}", "## Q {#q-1}"),
    ("## Q {#q\ufe0f}", "## Q {#q}"),
    ("## Q {#q} {.typed}", None),
    ("## Q {#q tags=a b}", None),
    ("## Q {#q .typd}", "## Q {#q .typed}"),
    ('## Q {#q tags="“a”"}', None),
    ("## Q\n{#q .typed}", None),
    ("## Q\n\n{#q}", None),
]


@pytest.mark.parametrize(("heading", "mended"), ATTRIBUTES)
def test_wrong_attributes_have_the_right_spelling_in_their_message(heading: str, mended: str | None, tmp_path: Path) -> None:
    (problem,) = (problem for problem in deck(tmp_path, f"{heading}\n\nx\n").diagnostics if problem.is_error)
    assert problem.code in ("bad-attribute", "bad-id", "bad-tag")
    assert applied(heading, problem) == mended
    if mended:
        assert not [problem for problem in deck(tmp_path, f"{mended}\n\nx\n").diagnostics if problem.is_error]


SEPARATORS = (
    "--",
    "—",
    "–––",
    "———",
    "－－－",
    "─────",
    "-—",
    "---.",
    "===",
    "- - -",
    "--- ---",
    "___",
    "_ _ _",
    "- ---",
    "> ---",
)


@pytest.mark.parametrize("line", SEPARATORS)
def test_a_near_separator_is_a_warning(line: str, tmp_path: Path) -> None:
    (problem,) = deck(tmp_path, f"## Q {{#q}}\n\nx\n\n{line}\n\ny\n").diagnostics
    assert (problem.code, problem.span.line) == ("near-separator", 5)
    assert not deck(tmp_path, f"## Q {{#q}}\n\nx\n\n---\n\n{line}\n\ny\n").diagnostics


@pytest.mark.parametrize("line", ["***", "* * *", "---", "-----", "\\---", "<hr>", "a -- b", "-- a", "-"])
def test_a_line_that_means_something_else_is_none(line: str, tmp_path: Path) -> None:
    assert not deck(tmp_path, f"## Q {{#q}}\n\nx\n\n{line}\n\ny\n").diagnostics


OPTIONS = [
    ("- [] a", "- [ ] a"),
    ("- [ x ] a", "- [x] a"),
    ("- [  ] a", "- [ ] a"),
    ("- [✓] a", "- [x] a"),
    ("- ［ ］ a", "- [ ] a"),
    ("- 【x】 a", "- [x] a"),
    ("- ( ) a", "- [ ] a"),
    ("- [\u00a0] a", "- [ ] a"),
    ("- [ ]a", "- [ ] a"),
    ("-[ ] a", "- [ ] a"),
    ("-[x] a", "- [x] a"),
    ("* [x] a", "- [x] a"),
    ("+ [ ] a", "- [ ] a"),
    ("1. [ ] a", "- [ ] a"),
    ("- [-] a", None),
    ("- [×] a", None),
]


@pytest.mark.parametrize(("line", "mended"), OPTIONS)
def test_a_near_option_is_an_error_at_its_line(line: str, mended: str | None, tmp_path: Path) -> None:
    text = f"## Q {{#q .choice}}\n\n- [x] yes\n- [ ] no\n{line}\n\nWhy.\n"
    (problem,) = (problem for problem in deck(tmp_path, text).diagnostics if problem.is_error)
    assert (problem.code, problem.span.line) == ("bad-choice", 5)
    assert applied(line, problem, 5) == mended
    if mended:
        assert not deck(tmp_path, text.replace(line, mended)).diagnostics


def applied(line: str, problem: Diagnostic, number: int = 1) -> str | None:
    """Return ``line``, which has this ``number``, after the mend of ``problem``; None if there is no mend."""
    if problem.mend is None:
        return None
    _, column, old, new = problem.mend
    assert problem.mend.line == number
    assert line[column - 1 :].startswith(old)
    return line[: column - 1] + new + line[column - 1 + len(old) :]


CONFLICT = "<<<<<<< HEAD\na: 1\n\n\tb: 2\n=======\na: 3\n>>>>>>> branch"


def test_a_block_of_code_may_show_a_conflict(tmp_path: Path) -> None:
    """The blank before each line is on no card: CommonMark takes away the indentation of the fence."""
    fence = f"```text\n{CONFLICT}\n```\n"
    found = deck(tmp_path / "bad", f"## Q {{#q}}\n\n{fence}")
    assert [(problem.code, problem.span.line) for problem in found.diagnostics] == [("merge-conflict", 4)]
    indented = "".join(f" {line}" for line in fence.splitlines(keepends=True))
    good = deck(tmp_path / "good", f"## Q {{#q}}\n\n{indented}")
    assert not good.diagnostics
    assert good.deck.entries[0].note.fields == found.deck.entries[0].note.fields
    assert CONFLICT in text_of(good.deck.entries[0].note.text("answer"))


def test_a_conflict_in_deck_toml_hides_no_lock(tmp_path: Path) -> None:
    """The id of the deck is not known then, so that the lock is not compared with it."""
    write(tmp_path, "## Q {#q}\n\nx\n", toml="<<<<<<< HEAD\n=======\n>>>>>>> b\n")
    (tmp_path / "deck.lock").write_text('{"format": 1, "deck": "a", "name": "A"}\n{"end": true}\n', encoding="utf-8")
    assert [problem.code for problem in deck_at(tmp_path)] == ["merge-conflict"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("style.css", "merge-conflict"),
        ("01.md", "merge-conflict"),
        ("deck.toml", "merge-conflict"),
        ("deck.adopted", "bad-adopted"),
        ("deck.lock", "bad-lock"),
    ],
)
def test_a_conflict_in_any_file_is_one_error(name: str, code: str, tmp_path: Path) -> None:
    write(tmp_path, "## Q {#q}\n\nx\n")
    path = tmp_path / name
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{text}\n{CONFLICT}\n", encoding="utf-8")
    errors = [problem for problem in built(tmp_path).diagnostics if problem.is_error]
    assert [(problem.code, problem.span.path) for problem in errors] == [(code, path.as_posix())]
    assert "git left a merge conflict here" in errors[0].message


def deck_at(folder: Path) -> tuple[Diagnostic, ...]:
    return deck(folder, toml=(folder / "deck.toml").read_text(encoding="utf-8")).diagnostics


@pytest.mark.parametrize(
    "answer",
    [
        f"```\n{CONFLICT}\n```",
        f"<pre>\n{CONFLICT}\n</pre>",
        ">>>>>>> branch",
        "One? {#one}",
        "- One? {#one}",
        "> **One?** {#one}",
        "### One {#one}",
        "{#one .typed}",
        "<div>\nOne {#one}\n</div>",
    ],
)
def test_adopted_text_keeps_its_words(answer: str, tmp_path: Path) -> None:
    found = deck(tmp_path, compose("", [Draft("q", "Q", answer=answer)]))
    assert not [problem for problem in found.diagnostics if problem.is_error]
    (entry,) = found.deck.entries
    shown = text_of(entry.note.text("answer"))
    for word in ("{#one", "<<<<<<< HEAD", ">>>>>>> branch"):
        assert (word in shown) is (word in answer)
