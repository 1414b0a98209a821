"""A deck that is built again after a change stages the changed files only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from deckbuilder.model.diagnostics import Span
from deckbuilder.model.records import Settings, Source, Staged
from deckbuilder.pipeline.build_deck import one_by_one
from deckbuilder.pipeline.staging import once

SETTINGS = Settings("a", "A", Span(""))


def source(name: str, answer: str) -> Source:
    return Source(f"{name}.md", Path(), f"## {name}? {{#{name}}}\n\n{answer}\n")


def test_each_text_is_staged_once() -> None:
    asked: list[str] = []

    def stager(sources: Sequence[Source], settings: Settings) -> Iterable[Staged]:
        asked.extend(item.path for item in sources)
        return one_by_one(sources, settings)

    stage = once(stager)
    first = list(stage([source("x", "1"), source("y", "2")], SETTINGS))
    second = list(stage([source("y", "2"), source("x", "3"), source("z", "4")], SETTINGS))
    assert asked == ["x.md", "y.md", "x.md", "z.md"]
    assert second[0] is first[1]
    assert [item.notes[0].text("answer") for item in second] == ["<p>2</p>", "<p>3</p>", "<p>4</p>"]
