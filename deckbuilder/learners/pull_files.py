"""(decks, the files of learners) -> the result of ``pull`` for each deck, with the patches of its files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from deckbuilder.files.reading import read_whole
from deckbuilder.learners.agreement import Open, Suggestion
from deckbuilder.learners.earlier_versions import Build
from deckbuilder.learners.learner_file import NotAPackageError, learner_file
from deckbuilder.learners.patches import Patch, patched
from deckbuilder.learners.pull_deck import Pulled, Puller
from deckbuilder.model.note import Note
from deckbuilder.model.records import Source
from deckbuilder.package.read_package import Unpacked
from deckbuilder.source.deck_folder import Loaded
from deckbuilder.source.read_text import LARGEST


@dataclass(frozen=True, slots=True)
class FilePatch:
    """A file with suggestions."""

    path: Path
    name: str
    """The path in the patch."""
    within: Path | None
    """The folder that must contain the file; None if the user named the file."""
    before: bytes
    after: bytes
    patches: tuple[Patch, ...]


@dataclass(frozen=True, slots=True)
class DeckPull:
    """All that came back for one deck, with the patches of its files."""

    loaded: Loaded
    pulled: Pulled
    files: tuple[FilePatch, ...]


def pull(
    decks: Sequence[Loaded],
    learners: Sequence[tuple[str, Path]],
    bases: Sequence[Unpacked],
    build: Build,
    name_of: Callable[[Path, Path], str],
) -> tuple[list[DeckPull], list[str]]:
    """Return (the result for each deck, the names of the learners whose files have no note of any deck).

    ``learners`` are pairs (name, path). ``bases`` are packages that learners may have. ``name_of`` returns the path of a
    file in a patch; its second argument is the folder of the deck. Raises NotAPackageError with the path of a learner's file, OSError, UnfitError and UnicodeDecodeError.
    """
    pullers = [Puller(loaded, build, bases) for loaded in decks]
    strangers = []
    for name, path in learners:
        try:
            with learner_file(path) as found:
                if not sum(puller.take(found, name) for puller in pullers):
                    strangers.append(name)
        except NotAPackageError as error:
            error.path = error.path or name
            raise
    results = []
    for loaded, puller in zip(decks, pullers, strict=True):
        pulled = _verified(puller, puller.result())
        results.append(DeckPull(loaded, pulled, tuple(_files(loaded, pulled, name_of))))
    return results, strangers


def _files(loaded: Loaded, pulled: Pulled, name_of: Callable[[Path, Path], str]) -> list[FilePatch]:
    within = None if loaded.place.named else loaded.place.root.resolve()
    found = []
    for path, suggestions in _by_file(pulled.suggestions).items():
        before = read_whole(Path(path), LARGEST, within)
        name = name_of(Path(path), loaded.place.root)
        done = patched(name, before, suggestions)
        found.append(FilePatch(Path(path), name, within, before, done.data, done.patches))
    return found


def _by_file(suggestions: Sequence[Suggestion]) -> dict[str, list[Suggestion]]:
    found: dict[str, list[Suggestion]] = {}
    for one in suggestions:
        found.setdefault(one.span.path, []).append(one)
    return found


def _verified(puller: Puller, pulled: Pulled) -> Pulled:
    """Return ``pulled`` without the suggestions that a build of the patched files does not prove: these become open.

    A suggestion is proven with its own question alone. In its file it could, for example, open a comment.
    """
    if not pulled.suggestions:
        return pulled
    sources = {path: _source(puller.sources[path], of_file) for path, of_file in _by_file(pulled.suggestions).items()}
    again = puller.build(replace(puller.loaded, sources=tuple(sources.get(one.path, one) for one in puller.loaded.sources)))
    after = {entry.note.id.casefold(): entry.note for entry in again.deck.entries}
    wanted = {one.id.casefold(): one.new for one in pulled.suggestions}
    bad = set()
    for entry in puller.deck.entries:
        key, note = entry.note.id.casefold(), after.get(entry.note.id.casefold())
        right = puller.prover(entry).note_of(wanted[key]) if key in wanted else entry.note
        if note is None or right is None or _shown(note) != _shown(right):
            bad.add(entry.question.span.path)
    if not bad:
        return pulled
    pulled.open += [
        Open(one.id, one.part, one.span, "the change would change other questions of its file", one.old, one.new, one.by)
        for one in pulled.suggestions
        if one.span.path in bad
    ]
    pulled.suggestions = [one for one in pulled.suggestions if one.span.path not in bad]
    return pulled


def _shown(note: Note) -> tuple[object, ...]:
    """Return the fields and tags of ``note``. The id and the mark of tested code depend on other files."""
    return note.with_text("code_ran", "").with_text("id", "").fields, note.tags


def _source(source: Source, suggestions: Sequence[Suggestion]) -> Source:
    return source._replace(text=patched("", source.text.encode(), suggestions).data.decode())
