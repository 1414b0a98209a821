"""A ``deck.adopted`` of 0.1.0 has hashes of the parts as libraries drew them. Later versions hash what the author wrote."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from deckbuilder.model import unseen_attributes
from deckbuilder.publish.adopted_notes import packed
from deckbuilder.publish.canonical_html import canonical
from tests.conftest import CASES
from tests.support import built


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
