"""Promises that are kept for any text."""

from __future__ import annotations

import re
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deckbuilder import assets
from deckbuilder.markdown.block_parser import blocks
from deckbuilder.model.control_characters import CONTROLS
from deckbuilder.model.diagnostics import Span
from deckbuilder.model.records import Settings, Source
from deckbuilder.pipeline.build_deck import Built, build, pack
from deckbuilder.source.deck_folder import Loaded, Place
from deckbuilder.source.parse import parse
from tests.markdown.test_blocks import TEXTS
from tests.support import TIME, text_of

pytestmark = pytest.mark.slow

HEADINGS = st.sampled_from(
    [
        "## A {#a}",
        "## B {#b .cloze}",
        "## {{c1::C}} {#c .cloze}",
        "## D {#d .choice}",
        "## E {#e .typed}",
        "## F",
        "# G",
        "### H",
        "---",
        "<details>",
    ]
)
OPTIONS = st.sampled_from(
    ["- [x] i", "- [ ] j", "Source: k", "[^1]", "![](l.png)", "[sound:m.mp3]", "$n$", "{{c2::o", "}}", "::", "<!-- p", "-->"]
)
DOCUMENTS = st.lists(HEADINGS | OPTIONS | TEXTS | st.just(""), max_size=10).map("\n".join)
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


def load(*texts: str) -> Loaded:
    sources = tuple(Source(f"{number}.md", Path(), text) for number, text in enumerate(texts))
    place = Place("test", Path(__file__).parent.parent, (), None)
    return Loaded(place, Settings("test", "Test", Span("deck.toml")), sources, ())


def compiled(*texts: str) -> Built:
    return build(load(*texts))


@settings(max_examples=600, deadline=None)
@given(DOCUMENTS | ANYTHING)
def test_no_text_raises_and_every_span_lies_inside_its_file(text: str) -> None:
    text = CONTROLS.sub("", text.replace("\r", "\n"))
    built = compiled(text)
    lines = text.split("\n")
    for problem in built.diagnostics:
        if problem.span.path == "0.md":
            assert 1 <= problem.span.line <= len(lines)
            assert 1 <= problem.span.column <= len(lines[problem.span.line - 1]) + 1
    for card in built.deck.entries:
        for field in card.note.fields:
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f]|klzzwxh|wzxhzdk", field)
    if built.good:
        assert pack(built.deck, TIME).data


@settings(max_examples=400, deadline=None)
@given(DOCUMENTS)
def test_no_line_is_dropped_silently(text: str) -> None:
    """Each word of the text is in a question, in stray text, or in a part that a rule drops."""
    words = iter(range(10_000))
    numbered = re.sub(r"(?m)^([ \t]*(?:>[ \t]?)*)([a-z]\w*)$", lambda match: f"{match[1]}word{next(words)}", text)
    file = parse(load(numbered).sources[0])
    kept = " ".join(
        [line for stray in file.strays for line in stray.lines]
        + [
            line
            for question in file.questions
            for passage in (question.heading, question.body, question.answer, question.source)
            for line in passage.lines
        ]
        + [target for question in file.questions for _, target in question.definitions]
        + _set_aside(numbered)
    )
    for word in re.findall(r"word\d+", numbered):
        assert re.search(rf"\b{word}\b", kept), word


def _set_aside(text: str) -> list[str]:
    """Return the lines that a rule drops: comments, definitions, headings, front matter."""
    lines = text.split("\n")
    aside = [
        line
        for block in blocks(lines)
        if block.kind in ("comment", "definition", "heading")
        for line in lines[block.start : block.end]
    ]
    if lines[0].rstrip() == "---":
        aside += lines
    return aside


@settings(max_examples=100, deadline=None)
@given(st.text("abc XYZ中文<>&\"'{}[]().,:;!?#*_`~$|\\/\n\t-+=%0123456789", max_size=200))
def test_code_in_a_fence_shows_as_it_is(code: str) -> None:
    code = "\n".join(line for line in code.split("\n") if not line.startswith("~~~~"))
    for heading in ("## A {#a}", "## {{c1::A}} {#a .cloze}"):
        built = compiled(f"{heading}\n\n---\n\n~~~~\n{code}\n~~~~\n")
        (card,) = built.deck.entries
        assert text_of(card.note.fields[1].replace("&#123;", "{")) == code


@settings(max_examples=30, deadline=None)
@given(st.lists(TEXTS, min_size=3, max_size=3))
def test_the_order_of_files_changes_no_guid(texts: list[str]) -> None:
    texts = [f"## Question {{#q-{number}}}\n\n{text}" for number, text in enumerate(texts)]
    found = {
        frozenset((card.note.guid, card.note.id) for card in compiled(*order).deck.entries if card.question.pinned)
        for order in permutations(texts)
    }
    assert len(found) == 1


def test_editing_one_question_changes_no_other_note() -> None:
    text = "## A {#a}\n\nx[^1] [y]\n\n[^1]: z\n[y]: https://example.org\n\n## B {#b}\n\nx [y]\n\n## C {#c}\n\nx\n"
    before = {card.note.id: card.note for card in compiled(text).deck.entries}
    after = {card.note.id: card.note for card in compiled(text.replace("## C {#c}\n\nx", "## C2 {#c}\n\n```")).deck.entries}
    assert {name for name in before if before[name] != after[name]} == {"c"}


def test_words_of_every_language_are_complete() -> None:
    for name in ("words.toml", "release-notes.toml"):
        assert assets.words("zh-CN", name).keys() == assets.words("en-GB", name).keys() == assets.words("xx", name).keys()
