"""A learner's correction beside a diagram becomes a patch, however the diagram is drawn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from deckbuilder.pipeline.build_deck import pack
from deckbuilder.source import lock_file
from tests.learners.learner import Learner
from tests.support import TIME, built, write

Invoke = Callable[..., Result]
TEXT = """## What is the way? {#way}

Straight.

```mermaid
flowchart LR
    A[one] --> B{{two}}
```

Then left.
"""


def learner_of(folder: Path) -> Learner:
    """Release a deck with a diagram in ``folder``, and return a learner who has it."""
    write(folder / "deck", TEXT)
    packed = pack(built(folder / "deck").deck, TIME)
    (folder / "deck" / lock_file.FILE).write_text(lock_file.text(packed.lock), encoding="utf-8")
    learner = Learner(folder / "learner")
    learner.takes(packed.data)
    return learner


def test_a_correction_beside_a_diagram(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    learner = learner_of(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert invoke("pull", learner.exports("a.apkg"), "deck").stdout == ""

    def changed(html: str) -> str:
        # as Anki's editor writes the attribute, and as another version of the library draws
        html = html.replace("<pre hidden ", '<pre hidden="" ').replace('alt="one, two"', 'alt="two, one"')
        return html.replace("Then left.", "Then right.")

    learner.edits("way", "Answer", changed)
    found = invoke("pull", learner.exports("b.apkg"), "deck", "--write")
    learner.close()
    assert found.exit_code == 0, found.output
    assert next((tmp_path / "deck").glob("*.md")).read_text(encoding="utf-8") == TEXT.replace("left", "right")


@pytest.mark.parametrize(
    ("old", "new", "proven"),
    [("A[one]", "A[first]", True), ("A[one]", "A[one", False), ("    A[one]", "extra = 1\n    A[one]", False)],
)
def test_a_correction_of_the_hidden_text_counts_if_it_can_be_drawn(
    old: str, new: str, proven: bool, invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The HTML editor of Anki shows the text. A patch must not turn the picture into code."""
    learner = learner_of(tmp_path)
    monkeypatch.chdir(tmp_path)
    learner.edits("way", "Answer", lambda html: html.replace(old, new))
    found = invoke("pull", learner.exports("a.apkg"), "deck", "--write")
    learner.close()
    assert found.exit_code == (0 if proven else 1), found.output
    assert ("this diagram cannot be drawn" in found.output) is not proven
    text = next((tmp_path / "deck").glob("*.md")).read_text(encoding="utf-8")
    assert text == (TEXT.replace(old, new) if proven else TEXT)
