"""A package of ours with diagrams becomes a deck with the same fences."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from deckbuilder.adopt.lists.mend import languages
from deckbuilder.adopt.new_folder import read_back
from deckbuilder.adopt.packages import package_folder
from deckbuilder.package.comparison import compare
from deckbuilder.package.read_package import unpack
from deckbuilder.pipeline.build_deck import Built, Stager
from tests.support import TIME, package

Invoke = Callable[..., Result]
FENCES = (
    '```mermaid\nflowchart TD\n    A["a & b"] -->|x| B{{two}}\n\n    B --> C\n```',
    '```dot\ndigraph {\n\ta -> b [label="{{c1::x}} \\\\(y\\\\)"]\n}\n```',
)


def test_the_fences_come_back_and_no_learner_sees_a_change(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(TIME))
    listed = FENCES[1].replace("\n", "\n  ")
    text = f"## One? {{#one}}\n\n{FENCES[0]}\n\n---\n\nText.\n\n- in a list\n\n  {listed}\n"
    text += f"\n## A {{{{c1::cloze}}}} {{#two .cloze}}\n\n---\n\n{FENCES[0]}\n"
    (tmp_path / "old.apkg").write_bytes(package(tmp_path / "lost", text))
    read = _counted(monkeypatch)
    result = invoke("adopt", "old.apkg", "-o", "deck")
    assert result.exit_code == 0, result.output
    assert len(read) == 1, "the drawings looked like changes of the text, so the deck was read twice"
    assert "deck: 2 questions in 1 file, 0 pictures and sounds\n" in result.stdout
    written = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "deck").glob("*.md"))
    assert written.count(FENCES[0]) == 2
    assert listed in written
    assert not list((tmp_path / "deck").rglob("*.svg"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(TIME + 86_400))
    assert invoke("release", "deck").exit_code == 0
    found = compare(unpack(tmp_path / "old.apkg"), unpack(tmp_path / "dist" / "deck.apkg"))
    assert (found.untouched, found.changed) == (2, ())


def _counted(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return a list that gets the folder of a new deck each time that the deck is read back."""
    read: list[Path] = []

    def counted(folder: Path, stage: Stager, *, any_media: bool = False) -> Built:
        read.append(folder)
        return read_back(folder, stage, any_media=any_media)

    monkeypatch.setattr(package_folder, "read_back", counted)
    return read


@pytest.mark.parametrize(
    ("fence", "adopted"),
    [
        ('```mermaid\npie\n  "a" : 1\n```', '```mermaid\npie\n  "a" : 1\n```'),
        ("```mermaid\nC4Context\n```", "```text\nC4Context\n```"),
    ],
)
def test_a_list_keeps_the_diagrams_that_can_be_drawn(fence: str, adopted: str) -> None:
    assert languages(fence) == adopted
