"""The notes as learners may have them: from today's sources, from an old package, and from the releases in git."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from deckbuilder.cards.media_references import bind
from deckbuilder.files import git
from deckbuilder.learners.proving import Names, Texts
from deckbuilder.model.deck import Deck, Entry
from deckbuilder.model.lock import FORMAT, Lock
from deckbuilder.package.read_package import Unpacked
from deckbuilder.pipeline.build_deck import Built
from deckbuilder.pipeline.older_deck import write_files
from deckbuilder.publish import adopted_notes
from deckbuilder.publish.stamps import content_hash
from deckbuilder.source import lock_file
from deckbuilder.source.deck_folder import Loaded, load, place_of

_MOST = 50
"""Releases in git that are looked at, the newest first."""
Build = Callable[[Loaded], Built]


class Version(NamedTuple):
    """A note as some release gave it to learners."""

    texts: Texts
    tags: frozenset[str]
    """Case-folded."""
    paths: dict[str, str]
    """The path of each picture and sound in the Markdown of that release, by its name in ``texts``."""
    current: bool = False
    """True if today's sources give this note."""


def of_package(package: Unpacked, guid: str, names: Names) -> Iterator[Version]:
    """Yield the note ``guid`` of an old package."""
    note = package.notes.get(guid)
    kind = package.types.get(note.type_id) if note else None
    if note and kind:
        fields = dict(zip((name for name, _ in kind.fields), note.fields, strict=False))
        yield Version(names.texts(fields), folded(note.tags), {})


class History:
    """The releases of a deck in git. Each is built only if it has a note that no newer release has."""

    def __init__(self, loaded: Loaded, build: Build) -> None:
        self.root = Path(os.path.realpath(loaded.place.root))
        self.build = build
        self.locks = [(commit, lock) for commit in git.changes(self.root / lock_file.FILE, _MOST) if (lock := self._lock(commit))]
        self.built: dict[str, tuple[Deck, dict[str, Entry]] | None] = {}

    def _lock(self, commit: str) -> Lock | None:
        data = git.file_at(commit, self.root / lock_file.FILE)
        return lock_file.read(lock_file.FILE, data.decode("utf-8", "replace"))[0] if data else None

    def versions(self, ident: str, known: str) -> Iterator[Version]:
        """Yield the released versions of a note, the newest first, without the one with the hash ``known``."""
        seen = {known}
        for commit, lock in self.locks:
            locked = lock.notes.get(ident.casefold())
            if locked is None or locked.retired or locked.hash in seen:
                continue
            seen.add(locked.hash)
            built = self._built(commit)
            entry = built[1].get(ident.casefold()) if built else None
            if built and entry:
                deck = built[0]
                note = adopted_notes.packed(bind(entry.note, entry.media), deck.adopted, deck.settings, entry.media)
                if lock.format < FORMAT or content_hash(note) == locked.hash:
                    tags = note.foreign.tags if note.foreign else note.tags
                    paths = {file.name: path for path, file in entry.media.items()}
                    yield Version(Names(deck, note).of_note(note), folded(tags), paths)

    def _built(self, commit: str) -> tuple[Deck, dict[str, Entry]] | None:
        """Return the deck and its questions as they were in ``commit``; None if it had errors."""
        if commit not in self.built:
            with tempfile.TemporaryDirectory(prefix="deckbuilder-") as folder:
                write_files(commit, self.root, Path(folder))
                then = load(place_of(Path(folder)))
                broken = any(problem.is_error for problem in then.diagnostics)
                deck = None if broken else self.build(then).deck
                self.built[commit] = (deck, {entry.note.id.casefold(): entry for entry in deck.entries}) if deck else None
        return self.built[commit]


def folded(tags: Iterable[str]) -> frozenset[str]:
    """Return ``tags`` as they are compared: Anki ignores their case."""
    return frozenset(tag.casefold() for tag in tags)
