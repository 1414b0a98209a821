"""Tags that running text only talks about: without a report, an HTML parser sees no element that goes on too far."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import nh3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deckbuilder.cards import render
from deckbuilder.check import paired_tags
from deckbuilder.model.diagnostics import Span
from deckbuilder.model.records import File, Rendered, Settings, Source
from deckbuilder.source.parse import parse

PIECES = (
    *("word", "two words", "<b>", "</b>", "<i>", "</i>", "<kbd>", "</kbd>", '<span title="x">', "</span>", "<b>bold</b>"),
    *(
        "<br>",
        "`<b>`",
        "\\<i>",
        "<!-- <b> -->",
        "$<b>$",
        "*em*",
        "[a](<b>)",
        "\n",
        "\n- ",
        "\n\n",
        "\n\n### ",
        "\n> ",
        "<p>",
        "</p>",
    ),
)
text_of_pieces = st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map(" ".join)


class _Last(HTMLParser):
    """Keeps the elements around the word END."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.around: list[str] = []

    def handle_starttag(self, tag: str, _attributes: list[tuple[str, str | None]]) -> None:
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "END" in data:
            self.around = list(self.open)


def findings(text: str) -> list[paired_tags.Finding]:
    source = Source("a.md", Path(), text)
    deck = Settings("a-b", "A", Span("deck.toml"))
    (question,) = parse(source).questions
    file = File(deck, source, (Rendered(question, render.render(question, deck)),), (), ())
    return [found for _, found in paired_tags.findings(file, question)]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text_of_pieces)
def test_without_a_report_no_element_goes_on(text: str) -> None:
    source = f"## Q {{#a}}\n\n{text}\n\nEND\n"
    if findings(source):
        return
    (question,) = parse(Source("a.md", Path(), source)).questions
    reader = _Last()
    reader.feed(nh3.clean(render.render(question, Settings("a-b", "A", Span("deck.toml"))).text("answer")))
    assert set(reader.around) <= {"p"}


@pytest.mark.parametrize("name", ["b", "em", "canvas", "main", "p", "li", "td", "a", "code", "sup", "slot"])
@pytest.mark.parametrize("shape", ["The <{}> element", "- The <{}>", "> The <{}>", "| <{}> |\n|---|\n| x |", "### The <{}>"])
def test_a_named_element_is_reported(name: str, shape: str) -> None:
    (found,) = findings(f"## Q {{#a}}\n\n{shape.format(name)}\n")
    assert (found.is_unseen, found.tag) == (False, f"<{name}>")
    assert f"`<{name}>`" in found.message
    assert findings(f"## Q {{#a}}\n\n{shape.replace('<{}>', '`<{}>`').format(name)}\n") == []
