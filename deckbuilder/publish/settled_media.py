"""(questions with their files, the lock) -> the same with the names that the package has.

Learners keep a file under its first name. So a file with the same bytes keeps its name, although its author renamed it.
Two files with different bytes never share a name, because Anki would keep only one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deckbuilder.cards.media_kinds import suffix_of
from deckbuilder.cards.media_names import digest, longer
from deckbuilder.model.deck import Entry
from deckbuilder.model.lock import Lock
from deckbuilder.model.records import Media


def settled(entries: Iterable[Entry], lock: Lock | None) -> Iterator[Entry]:
    """Yield ``entries`` with the names of their files in the package."""
    names = _Names(lock)
    for entry in entries:
        yield entry._replace(media=names.of(entry)) if entry.media else entry


class _Names:
    """The names of all files of a deck."""

    def __init__(self, lock: Lock | None) -> None:
        notes = lock.notes if lock else {}
        self.released = {key: {mark: name for name, mark in note.media.items()} for key, note in notes.items()}
        self.known = {mark: name for marks in self.released.values() for mark, name in marks.items()}
        self.taken = {name: mark for mark, name in self.known.items()}
        self.marks: dict[str, tuple[bytes, str]] = {}
        """The bytes and the hash of each file by its own name. One file may be on thousands of cards."""

    def of(self, entry: Entry) -> dict[str, Media]:
        """Return the files of ``entry`` by their written paths, with their names in the package."""
        own = self.released.get(entry.question.id.casefold(), {})
        found = {}
        for path, file in entry.media.items():
            mark = self._mark(file)
            kept = next((name for name in (own.get(mark), self.known.get(mark)) if name), "")
            same_kind = suffix_of(kept) == suffix_of(file.name)
            found[path] = Media(kept, file.data) if kept and same_kind else self._free(file, mark)
        return found

    def _mark(self, file: Media) -> str:
        data, mark = self.marks.get(file.name, (None, ""))
        if data is not file.data:
            mark = digest(file.data)
            self.marks[file.name] = file.data, mark
        return mark

    def _free(self, file: Media, mark: str) -> Media:
        """Return ``file`` under a name that no other file has."""
        while self.taken.setdefault(file.name, mark) != mark:
            further = longer(file)
            if further is None:
                return file
            file = further
        return file
