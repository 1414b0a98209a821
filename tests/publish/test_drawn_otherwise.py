"""Another version of a library draws a diagram otherwise, and no note changes. The real Anki imports both packages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deckbuilder.cards import drawn_fences
from deckbuilder.cards.media_references import shown_in
from deckbuilder.diagrams import draw as drawing
from deckbuilder.diagrams.drawing import Drawing
from deckbuilder.package.read_package import unpack
from deckbuilder.pipeline.build_deck import Packed, pack
from deckbuilder.publish.rebuild_lock import restored
from deckbuilder.source import lock_file
from tests.learners.learner import Learner
from tests.support import TIME, built, write

TEXT = """## What is the way? {#way}

Straight.

```mermaid
flowchart LR
    A[one] --> B[two]
```

## And back? {#back}

```dot
digraph { two -> one }
```
"""


@pytest.fixture
def redraw(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Return a function after whose call the libraries draw otherwise, as other versions would."""

    def forget() -> None:
        drawing.draw.cache_clear()
        drawn_fences.drawn.cache_clear()

    def otherwise() -> None:
        real = drawing._finished

        def finished(svg: str, text: str, *, joined: bool) -> Drawing:
            found = real(svg.replace("#57606a", "#123456"), text, joined=joined)
            return found._replace(width=found.width + 7, least=found.least + 5, words=f"{found.words}, more")

        forget()
        monkeypatch.setattr(drawing, "_finished", finished)

    yield otherwise
    monkeypatch.undo()
    forget()


def release(folder: Path, now: int) -> Packed:
    found = built(folder)
    assert found.good, found.diagnostics
    packed = pack(found.deck, now)
    (folder / lock_file.FILE).write_text(lock_file.text(packed.lock), encoding="utf-8")
    return packed


def test_a_changed_drawing_changes_no_note_and_no_lock(tmp_path: Path, redraw: object) -> None:
    write(tmp_path, TEXT)
    first = release(tmp_path, TIME)
    lock = (tmp_path / lock_file.FILE).read_bytes()
    assert b"diagram-" not in lock
    redraw()  # type: ignore[operator]
    second = release(tmp_path, TIME + 1000)
    assert second.stamps.changed == second.stamps.new == ()
    assert second.stamps.mods == first.stamps.mods
    assert (tmp_path / lock_file.FILE).read_bytes() == lock
    assert [note.fields for note in first.notes] != [note.fields for note in second.notes]
    assert {name for note in first.notes for name in note.media}.isdisjoint(name for note in second.notes for name in note.media)


def test_a_deck_whose_learners_have_the_text_as_code_goes_over_note_by_note(tmp_path: Path) -> None:
    old = 'id = "test-deck"\nname = "Test"\ndiagrams = false\n'
    write(tmp_path, TEXT + "\n## No diagram? {#none}\n\nText.\n", toml=old)
    release(tmp_path, TIME)
    assert release(tmp_path, TIME + 1000).stamps.changed == ()
    (tmp_path / "deck.toml").write_text(old.replace("diagrams = false\n", ""), encoding="utf-8")
    assert release(tmp_path, TIME + 2000).stamps.changed == ("way", "back")


def test_a_changed_text_changes_its_note_alone(tmp_path: Path) -> None:
    write(tmp_path, TEXT)
    release(tmp_path, TIME)
    write(tmp_path, TEXT.replace("A[one]", "A[ one]"))
    assert release(tmp_path, TIME + 1000).stamps.changed == ("way",)


@pytest.mark.parametrize("edit", [False, True])
def test_every_learner_sees_a_drawing_that_is_there(edit: bool, tmp_path: Path, redraw: object) -> None:
    """The note of a learner keeps the old drawing; a note that changes for another reason gets the new one."""
    write(tmp_path / "deck", TEXT)
    learner = Learner(tmp_path / "learner")
    learner.takes(release(tmp_path / "deck", TIME).data)
    before = learner.note("way").fields
    redraw()  # type: ignore[operator]
    write(tmp_path / "deck", TEXT.replace("Straight.", "Straight on.") if edit else TEXT)
    learner.takes(release(tmp_path / "deck", TIME + 1000).data)
    assert (learner.note("way").fields != before) == edit
    shown = [name for ident in ("way", "back") for name in shown_in("".join(learner.note(ident).fields))]
    assert len(shown) == 2
    assert [name for name in shown if not learner.collection.media.have(name)] == []
    learner.close()


def test_a_lost_lock_comes_back_without_drawings(tmp_path: Path, redraw: object) -> None:
    write(tmp_path, TEXT)
    packed = release(tmp_path, TIME)
    (tmp_path / "deck.apkg").write_bytes(packed.data)
    redraw()  # type: ignore[operator]
    found = built(tmp_path).deck
    lock = restored(found.settings, unpack(tmp_path / "deck.apkg"), found.adopted)
    assert lock.notes == packed.lock.notes
