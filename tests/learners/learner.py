"""A learner with the real Anki: imports a package, edits notes, and exports in each form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from anki.collection import Collection, DeckIdLimit, ExportAnkiPackageOptions, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.decks import DeckId
from anki.notes import Note


class Learner:
    """A profile of Anki in ``folder``."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.collection = Collection(str(folder / "collection.anki2"))

    def close(self) -> None:
        self.collection.close()

    def takes(self, package: bytes) -> None:
        """Import a package with Anki's default options."""
        path = self.folder / "in.apkg"
        path.write_bytes(package)
        self.collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(path), options=ImportAnkiPackageOptions()))

    def note(self, ident: str) -> Note:
        """Return the note of the question ``ident``."""
        (number,) = self.collection.find_notes(f'Id:"{ident}"')
        return self.collection.get_note(number)

    def edits(self, ident: str, field: str, change: Callable[[str], str]) -> None:
        """Change a field, as Anki's editor does. The edit is later than every package."""
        note = self.note(ident)
        before = note[field]
        note[field] = change(before)
        assert note[field] != before, (ident, field, before)
        self.collection.update_note(note)

    def deck(self, name: str) -> DeckId:
        """Return the id of the deck ``name``, which is made if necessary."""
        return DeckId(self.collection.decks.id(name) or 0)

    def answers(self, deck: str, ease: Literal[1, 2, 3, 4] = 1) -> None:
        """Give an answer to the next card of a deck."""
        self.collection.decks.select(DeckId(self.collection.decks.id_for_name(deck) or 0))
        card = self.collection.sched.getCard()
        assert card
        card.start_timer()
        self.collection.sched.answerCard(card, ease)

    def exports(self, name: str, *, deck: str = "", legacy: bool = False, scheduling: bool = True) -> Path:
        """Export to the file ``name``, a ``.colpkg`` or ``.apkg``, and return its path. Without ``deck``, export all decks."""
        path = self.folder / name
        if name.endswith(".colpkg"):
            self.collection.export_collection_package(str(path), include_media=True, legacy=legacy)
            self.collection.reopen()
            return path
        options = ExportAnkiPackageOptions(with_scheduling=scheduling, with_media=True, legacy=legacy)
        number = self.collection.decks.id_for_name(deck) if deck else None
        limit = DeckIdLimit(DeckId(number)) if number else None
        self.collection.export_anki_package(out_path=str(path), options=options, limit=limit)
        return path
