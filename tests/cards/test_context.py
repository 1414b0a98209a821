"""``context = true``: the titles above a question are on its card."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deckbuilder.model.note import Note
from deckbuilder.package.comparison import compare
from deckbuilder.package.read_package import Unpacked, unpack
from deckbuilder.pipeline.build_deck import Built, pack
from deckbuilder.publish.stamps import content_hash, short
from tests.support import TIME, deck

if TYPE_CHECKING:
    from anki.collection import Collection, ImportLogWithChanges

    Import = Callable[[Path | bytes], ImportLogWithChanges.Log]

TOML = 'id = "test-deck"\nname = "Test"\ncontext = true\n'
ASKED = "\n## What does it return? {#it}\n\nNone.\n"


def made(folder: Path, text: str, toml: str = TOML) -> Built:
    found = deck(folder, text, toml=toml)
    assert found.good, found.diagnostics
    return found


def notes(folder: Path, text: str, toml: str = TOML) -> list[Note]:
    return [entry.note for entry in made(folder, text, toml).deck.entries]


def above(note: Note) -> str:
    """Return the HTML of the context of a note; ``""`` if it has none."""
    found = re.match(r'<div class="context">(.*?)</div> <p>', note.text("question"))
    return found[1] if found else ""


def unpacked(folder: Path, found: Built, now: int) -> Unpacked:
    path = folder / f"{now}.apkg"
    path.write_bytes(pack(found.deck, now).data)
    return unpack(path)


def contexts(folder: Path, text: str, toml: str = TOML) -> list[str]:
    return [above(note) for note in notes(folder, text, toml)]


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("# Contexts", "Contexts"),
        ("Contexts\n========", "Contexts"),
        ("Two\nlines\n===", "Two lines"),
        ("# `g` and **more** ~~old~~", "<code>g</code> and <strong>more</strong> <del>old</del>"),
        ("# 1. First", "1. First"),
        ("# $x^2$ & <path>", r"\(x^2\) &amp; &lt;path&gt;"),
        ("# {{c1::x}} [sound:a.mp3]", "&#123;{c1::x}} &#91;sound:a.mp3]"),
        ("# [Flask](https://x.y) and [Click][c]\n\n[c]: https://c.y", "Flask and Click"),
        ("# ![The logo](logo.png) Flask", "The logo Flask"),
        ("# [![Build](https://x.y/b.svg)](https://x.y) Flask", "Build Flask"),
        ('# <a name="x"></a>Flask<br>web <b>un', "Flask web <b>un</b>"),
        ('# <kbd>Ctrl</kbd> <span lang="ar" dir="rtl">نص</span>', '<kbd>Ctrl</kbd> <span lang="ar" dir="rtl">نص</span>'),
        ("# <div>Block</div>", "Block"),
        ("# Flask <!-- 3.1 -->", "Flask"),
        ("# One\n\n# Two", "Two"),
        ("# One\n\n#", ""),
        ("No title", ""),
        pytest.param(f"# {'a' * 1000}", "a" * 1000, id="long"),
        pytest.param(f"# {'a' * 1001}", "", id="too long for each card"),
    ],
)
def test_the_title_is_one_line_without_links_and_pictures(title: str, line: str, tmp_path: Path) -> None:
    assert contexts(tmp_path, f"{title}\n{ASKED}") == [line]


def test_without_the_setting_no_note_has_it(tmp_path: Path) -> None:
    toml = TOML.replace("context = true\n", "")
    assert [note.text("question") for note in notes(tmp_path, f"# Title\n{ASKED}", toml)] == ["<p>What does it return?</p>"]
    assert contexts(tmp_path, f"---\ncontext: true\n---\n# Title\n{ASKED}", toml) == ["Title"]
    assert contexts(tmp_path, f"---\ncontext: false\n---\n# Title\n{ASKED}") == [""]


def test_every_level_between_the_title_and_the_question(tmp_path: Path) -> None:
    text = (
        "# Flask\n\n#### A {#a}\n\nx\n\n## Contexts\n\n#### B {#b}\n\nx\n\n### Deep\n\n#### C {#c}\n\nx\n\n"
        "## Other\n\n#### D {#d}\n\nx\n\n# Click\n\n### Deep\n\n#### E {#e}\n\nx\n"
    )
    assert contexts(tmp_path, text, f"{TOML}question_level = 4\n") == [
        *("Flask", "Flask › Contexts", "Flask › Contexts › Deep", "Flask › Other", "Click › Deep"),
    ]


def test_a_heading_in_an_answer_is_no_title(tmp_path: Path) -> None:
    assert (
        contexts(tmp_path, "# Title\n\n## A {#a}\n\n### Part\n\nx\n\n## B {#b}\n\n```text\n# no\n```\n\n## C {#c}\n\nx\n")
        == ["Title"] * 3
    )


def test_each_kind_has_it_once_and_clozes_keep_their_numbers(tmp_path: Path) -> None:
    text = (
        "# About {{c7::it}}\n\n## Both {#a .reversed}\n\nx\n\n## Type {#b .typed}\n\nx\n\n"
        "## {{c2::Cloze}} {#c .cloze}\n\n## Choose {#d .choice}\n\n- [x] a\n- [ ] b\n"
    )
    found = notes(tmp_path, text)
    assert [above(note) for note in found] == ["About &#123;{c7::it}}"] * 4
    assert all("About" not in field for note in found for field in note.fields[1:])
    assert [note.ords for note in found] == [(0, 1), (0,), (1,), (0,)]


def test_footnotes_of_the_question_are_not_those_of_the_title(tmp_path: Path) -> None:
    (note,) = notes(tmp_path, "# Title[^1]\n\n## Which[^1]? {#a}\n\nx\n\n[^1]: Note.\n")
    assert above(note) == "Title[^1]"


def test_html_that_would_run_is_an_error_and_not_on_the_card(tmp_path: Path) -> None:
    found = deck(tmp_path, f"# Title <script>x</script><img src=x onerror=y>\n{ASKED}", toml=TOML)
    assert {problem.code for problem in found.diagnostics if problem.is_error} == {"active-html"}
    assert above(found.deck.entries[0].note) == "Title"


def test_an_empty_question_stays_an_error(tmp_path: Path) -> None:
    found = deck(tmp_path, "# Title\n\n## {#a}\n\nx\n", toml=TOML)
    assert "empty-question" in {problem.code for problem in found.diagnostics}


def test_a_new_title_changes_the_notes_but_not_what_they_are_called(tmp_path: Path) -> None:
    long = "A title that is longer than all of its questions together with their answers"
    one, two = (made(tmp_path / str(at), f"# {long} {at}\n{ASKED}") for at in range(2))
    (first,), (second,) = ([entry.note for entry in found.deck.entries] for found in (one, two))
    assert content_hash(first) != content_hash(second)
    assert short(first.text("question")) == short(second.text("question")) == "What does it return?"
    old, new = unpacked(tmp_path, one, TIME), unpacked(tmp_path, two, TIME + 1)
    (change,) = compare(old, new).changed
    assert (change.title, [part.field for part in change.changes]) == ("it: What does it return?", ["Question"])
    other = made(tmp_path / "other", f"# {long} 0\n\n## What is it? {{#other}}\n\nA thing.\n")
    assert not compare(old, unpacked(tmp_path, other, TIME)).doubled


@pytest.mark.parametrize("value", ["yes", "1", "[true]", '"on"', ""])
def test_front_matter_says_true_or_false(value: str, tmp_path: Path) -> None:
    (problem,) = deck(tmp_path, f"---\ncontext: {value}\n---\n# Title\n{ASKED}", toml=TOML).diagnostics
    assert (problem.code, problem.message) == ("bad-front-matter", "'context' must be true or false")


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        (f"{TOML}question_level = 1\n", "'context' needs titles above the questions, so 'question_level' must be 2 or more"),
        (TOML.replace("true", '"yes"'), "'context' must be true or false"),
    ],
)
def test_settings_that_cannot_have_a_context(toml: str, message: str, tmp_path: Path) -> None:
    problems = deck(tmp_path, "# What? {#a}\n\nx\n", toml=toml).diagnostics
    assert message in [problem.message for problem in problems if problem.code == "bad-deck-toml"]


@pytest.mark.slow
def test_in_anki_the_title_is_above_the_question_and_never_on_the_front_of_the_second_card(
    tmp_path: Path, collection: Collection, import_package: Import
) -> None:
    text = "# Contexts\n\n## What is `g`? {#a .reversed}\n\nA namespace.\n\n## {{c1::Two}}? {#b .cloze}\n"
    import_package(pack(made(tmp_path / "deck", text).deck, TIME).data)
    cards = [collection.get_card(card) for card in sorted(collection.find_cards(""))]
    sides = [re.sub(r"<style>.*?</style>", "", card.question(), flags=re.DOTALL) for card in cards]
    assert ['<div class="context">Contexts</div>' in side for side in sides] == [True, False, True]
    assert all('<div class="context">Contexts</div>' in card.answer() for card in cards)
    names = collection.db.list("select sfld from notes order by id")  # type: ignore[union-attr]
    assert names == ["Contexts What is g?", "Contexts {{c1::Two}}?"]
