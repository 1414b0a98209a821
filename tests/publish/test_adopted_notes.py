"""A ``deck.adopted`` of 0.1.0 has hashes of the parts as libraries drew them. Later versions hash what the author wrote."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from anki.collection import Collection, ExportAnkiPackageOptions
from anki.decks import DeckId
from click.testing import Result

from deckbuilder.model import unseen_attributes
from deckbuilder.pipeline.build_deck import pack
from deckbuilder.publish.adopted_notes import packed
from deckbuilder.publish.canonical_html import canonical
from tests.conftest import CASES
from tests.support import TIME, built


@pytest.mark.parametrize(
    ("spelt", "edited"),
    [(unseen_attributes.without, False), (canonical, False), (str.upper, True)],
    ids=["0.1.0", "now", "other"],
)
def test_a_part_is_unchanged_by_the_hash_of_either_version(spelt: Callable[[str], str], edited: bool, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(CASES / "rules" / "adopted_notes_known" / "good", tmp_path / "deck"))
    for path in folder.glob("*.md"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("The gateway interface.", '```python\nprint("a" & "b")\n```'), encoding="utf-8")
    deck = built(folder).deck
    (note,) = [entry.note for entry in deck.entries if entry.question.id == "what-is-wsgi"]
    answer = note.text("answer")
    assert len({answer, canonical(answer), unseen_attributes.without(answer)}) == 3, "each version has another text"
    was = deck.adopted.notes["what-is-wsgi"]
    hashed = {**was.hashes, "answer": hashlib.sha256(spelt(answer).encode()).hexdigest()[:16]}
    deck.adopted.notes["what-is-wsgi"] = was._replace(hashes=hashed)  # type: ignore[index]
    found = packed(note, deck.adopted, deck.settings, {})
    assert found.foreign
    assert (found.foreign.fields != was.fields) is edited


def test_a_lock_is_not_rebuilt_from_a_note_with_another_note_type(
    invoke: Callable[..., Result],
    import_package: Callable[[Path], object],
    collection: Collection,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The author changed the note type in Anki, and exported the deck. Learners have the note under the old note type."""
    monkeypatch.chdir(tmp_path)
    folder = Path(shutil.copytree(CASES / "rules" / "adopted_notes_known" / "good", tmp_path / "deck"))
    assert invoke("release", "deck").exit_code == 0
    import_package(tmp_path / "dist" / "deck.apkg")
    models = collection.models
    old, new = models.by_name("Simple"), models.by_name("Basic")
    assert old
    assert new
    models.change(old, collection.models.nids(old["id"]), new, {0: 0, 1: 1}, {0: 0})
    collection.export_anki_package(
        out_path=str(tmp_path / "mine.apkg"), options=ExportAnkiPackageOptions(legacy=True), limit=None
    )
    (folder / "deck.lock").unlink()
    result = invoke("release", "deck", "--from", "mine.apkg")
    assert result.exit_code == 1
    assert "its note wsgi is damaged, or has another note type than at the time of adoption" in result.stderr
    assert not (folder / "deck.lock").exists()


@pytest.mark.parametrize("name", ["Basic", "Cloze"])
def test_a_retired_note_comes_back_after_the_lock_was_lost(
    name: str, invoke: Callable[..., Result], collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The note returns as learners have it, so the update does not touch their edits."""
    monkeypatch.chdir(tmp_path)
    kind = collection.models.by_name(name)
    assert kind
    for text in ("A {{c1::word}} stays.", "Another {{c1::text}} goes."):
        note = collection.new_note(kind)
        note.fields = [text.replace("{{c1::", "").replace("}}", ""), "Yes."] if name == "Basic" else [text, ""]
        collection.add_note(note, DeckId(1))
    collection.export_anki_package(
        out_path=str(tmp_path / "theirs.apkg"), options=ExportAnkiPackageOptions(legacy=True), limit=None
    )
    assert invoke("adopt", "theirs.apkg", "-o", "deck").exit_code == 0
    (path,) = Path("deck").glob("*.md")
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.rindex("\n## ")], encoding="utf-8")
    (gone,) = re.findall(r"{#([\w-]+)", text[text.rindex("\n## ") :])
    assert invoke("release", "deck", "--retire", gone).exit_code == 0
    Path("deck/deck.lock").unlink()
    assert invoke("release", "deck", "--from", next(Path("dist").glob("*.apkg"))).exit_code == 0
    path.write_text(text, encoding="utf-8")
    stamps = pack(built(Path("deck")).deck, TIME).stamps
    assert (stamps.back, stamps.changed) == ((gone,), ())
