"""Everything that a release publishes about a note of each kind, as literals in files.

A failure means harm for the learners of every released deck. They would get a second note, or no updates,
or lose their edits. Change a golden on purpose only, and say so in the change log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from deckbuilder.model.diagnostics import Severity
from deckbuilder.package.read_package import Unpacked, unpack
from deckbuilder.pipeline.build_deck import Packed, pack
from deckbuilder.publish.stamps import style_hash
from deckbuilder.source import lock_file
from tests.conftest import CASES
from tests.support import TIME, built

FOLDER = CASES / "published"
"""A deck with questions of every kind, for our note types and for adopted ones, unchanged and edited."""


def packed() -> Packed:
    found = built(FOLDER)
    assert [problem for problem in found.diagnostics if problem.severity is Severity.ERROR] == []
    return pack(found.deck, TIME)


def described(package: Unpacked) -> Iterator[str]:
    """Yield everything that Anki gets, as lines. The style is missing: the lock has its hash."""
    for number, kind in sorted(package.types.items()):
        yield f"{number} {kind.name}"
        for name, part in (*kind.fields, *kind.templates):
            yield f"  {part} {name}"
        yield ""
    for guid, note in sorted(package.notes.items()):
        yield f"{guid} {note.type_id} {dict(sorted(note.cards.items()))} {' '.join(note.tags)}"
        names = [name for name, _ in package.types[note.type_id].fields]
        yield from (f"  {name}: {text}" for name, text in zip(names, note.fields, strict=True) if text)
        yield ""


def test_a_note_of_each_kind_is_packed_as_it_was_published(tmp_path: Path, golden: Callable[[Path, str], None]) -> None:
    path = tmp_path / "deck.apkg"
    path.write_bytes(packed().data)
    golden(FOLDER / "package.txt", "\n".join(described(unpack(path))))


def test_the_lock_knows_a_note_of_each_kind_by_the_published_hashes(golden: Callable[[Path, str], None]) -> None:
    golden(FOLDER / "released.txt", lock_file.text(packed().lock))


def test_every_kind_is_among_them() -> None:
    notes = packed().lock.notes.values()
    kinds = {(note.kind, bool(note.adopted)) for note in notes}
    assert kinds == {(kind, adopted) for kind in ("basic", "reversed", "typed", "cloze") for adopted in (False, True)}


def test_a_style_hash_is_what_was_published() -> None:
    assert style_hash("Test · Q&A", ("css", "front", "back")) == "0d6c705296e2bd78"
