"""Ids are written into headings at the right place, also beside characters that deckbuilder does not read."""

from __future__ import annotations

from pathlib import Path

import pytest

from deckbuilder.source.pin_ids import pinned
from tests.support import built

CONTROL = chr(1)


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("## What is g?", "## What is g? {#what-is-g}"),
        ("## What is g? ##", "## What is g? {#what-is-g} ##"),
        ("## What is g? {.typed}", "## What is g? {#what-is-g .typed}"),
        (f"## Wh{CONTROL}at is g? {{.typed}}", f"## Wh{CONTROL}at is g? {{#what-is-g .typed}}"),
        (f"{CONTROL}## What is g? {{.typed}}", f"{CONTROL}## What is g? {{#what-is-g .typed}}"),
        (
            f"## What is g?{CONTROL} {{{CONTROL}.typed}}{CONTROL}",
            f"## What is g?{CONTROL} {{{CONTROL}#what-is-g .typed}}{CONTROL}",
        ),
        (f"## What is g? ##{CONTROL}", f"## What is g? {{#what-is-g}} ##{CONTROL}"),
        ("\ufeff## What is g? {.typed}", "\ufeff## What is g? {#what-is-g .typed}"),
    ],
)
def test_the_id_is_read_back(heading: str, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "deck.md"
    path.write_text(f"{heading}\n\nA namespace.\n", encoding="utf-8")
    (before,) = built(path).deck.entries
    path.write_bytes(pinned(path.read_bytes(), [before.question]))
    assert path.read_text(encoding="utf-8").split("\n")[0] == expected
    (after,) = built(path).deck.entries
    assert (after.question.id, after.question.pinned) == ("what-is-g", True)
    assert after.question.heading == before.question.heading
