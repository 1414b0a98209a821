"""The data of the preview page, for folders whose names are not Unicode."""

from __future__ import annotations

import json
from pathlib import Path

from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.pipeline.incremental import Round
from deckbuilder.preview.state import State, as_json, state
from deckbuilder.source import deck_folder
from tests.support import TIME, deck


def test_a_path_that_is_not_unicode_is_shown() -> None:
    problem = Diagnostic(Span("a\udcff中"), "no-deck", "no such file or folder")
    (shown,) = json.loads(as_json(State(problems=(problem,))).decode())["problems"]
    assert "a?中" in str(shown)


def test_the_page_can_ask_for_a_question_in_such_a_folder(tmp_path: Path) -> None:
    found = deck(tmp_path, "## Q {#q}\n\nA\n")
    (place,), _ = deck_folder.places(tmp_path)
    now = state(Round(((place._replace(name="a\udcff"), found),), ()), "1", TIME)
    (item,) = json.loads(as_json(now))["items"]
    assert item["key"] == "a?/q"
    assert item["key"] in now.items
