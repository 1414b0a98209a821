"""The functions that ``import deckbuilder`` offers. The commands call the same functions.

In: paths, or texts. Out: packages as bytes, rendered cards, comparisons, and diagnostics. No function prints, or writes into
a deck folder. A mistake in a deck is a ``Diagnostic``, as is a file of a deck that cannot be read. An exception means
a mistake in the call, a package that cannot be read, or a full disk.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from deckbuilder.cards.note_types import note_types
from deckbuilder.check.ignored import heard
from deckbuilder.check.run_rules import for_release
from deckbuilder.model.control_characters import CONTROLS, NUL
from deckbuilder.model.diagnostics import Diagnostic, Mend, Severity, Span
from deckbuilder.model.records import Settings, Source
from deckbuilder.package.comparison import Change, Comparison, NoteChange, compare
from deckbuilder.package.read_package import NotAPackageError, Unpacked, unpack
from deckbuilder.pipeline.build_deck import Built, build, pack
from deckbuilder.pipeline.stage import named, stage
from deckbuilder.pipeline.staging import stager
from deckbuilder.preview.template import side
from deckbuilder.publish import clock
from deckbuilder.source.deck_folder import Loaded, load, place_of
from deckbuilder.source.decks import load_decks
from deckbuilder.source.parse import with_ids
from deckbuilder.source.settings import language_problem

__all__ = ["Change", "Comparison", "Diagnostic", "Mend", "NotAPackageError", "NoteChange", "Severity", "Span"]

_NO_NAME = re.compile(rf"[/\\:{NUL}]")
"""Characters that no name of a file or folder may have here: with them, a path could leave the folder on some system."""
Progress = Callable[[Iterator[Any], int], Iterator[Any]]
"""A function that takes an iterator and the number of its items, and passes the items on. The function may show the progress."""


@dataclass(frozen=True, slots=True)
class Package:
    """The Anki package of one deck."""

    name: str
    """The name of the deck's folder, or of a single file without ``.md``. The command writes ``<name>.apkg``."""
    data: bytes
    """The content of the ``.apkg`` file."""
    notes: int
    cards: int
    new: tuple[str, ...]
    """Ids of the questions that the last release did not have; all ids if there was no release."""
    changed: tuple[str, ...]
    """Ids of the questions that have changed since the last release."""
    gone: tuple[str, ...]
    """Ids of the questions that learners have and the deck no longer has."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Every mistake in some decks."""

    diagnostics: tuple[Diagnostic, ...]
    """The mistakes, sorted by place."""
    files: int
    """The number of Markdown files that were read."""
    questions: int
    ignored: int
    """The number of warnings and notes that the author ignores: they are not in ``diagnostics``."""

    @property
    def good(self) -> bool:
        """True if there is no error. Warnings and notes do not count."""
        return all(not problem.is_error for problem in self.diagnostics)


@dataclass(frozen=True, slots=True)
class BuildResult(CheckResult):
    """The packages of some decks. If one deck has an error, there are no packages."""

    packages: tuple[Package, ...]


@dataclass(frozen=True, slots=True)
class RenderedCard:
    """The two sides of a card, as HTML from Anki's templates.

    ``[[type:Typed]]`` is at the place of the learner's input, ``[sound:…]`` at the place of a sound.
    """

    front: str
    back: str


@dataclass(frozen=True, slots=True)
class RenderedQuestion:
    """One question, rendered for Anki."""

    id: str
    """The id from ``{#id}``, else one that is derived from the heading; ``question`` for a heading without a letter or digit."""
    note_type: str
    """The note type's name, which ends in ``Q&A`` or ``Cloze``."""
    fields: Mapping[str, str]
    """HTML by the name of the field, in the note type's order."""
    tags: tuple[str, ...]
    cards: tuple[RenderedCard, ...]
    css: str
    diagnostics: tuple[Diagnostic, ...]


def check_decks(
    *sources: str | os.PathLike[str],
    release: bool = False,
    jobs: int = 1,
    cache: bool = False,
    progress: Progress = lambda items, _count: items,
) -> CheckResult:
    """Apply every rule to the decks at ``sources``.

    Each source is a deck folder, a folder of deck folders, or a Markdown file. ``release``: be as strict as a release.
    ``jobs``: the number of processes that render; 0 means as many as make it faster. ``cache``: read and write the user's
    cache folder; no other file is written.
    """
    decks, diagnostics = load_decks([Path(source) for source in sources])
    built = [_built(deck, jobs, progress, cache=cache) for deck in decks]
    return _checked(decks, built, diagnostics, release=release)


def build_decks(
    *sources: str | os.PathLike[str],
    now: int | None = None,
    jobs: int = 1,
    cache: bool = False,
    progress: Progress = lambda items, _count: items,
) -> BuildResult:
    """Build the decks at ``sources``, which are those of ``check_decks``, and write no file but the cache.

    ``now``: the time of every new or changed note, in seconds since 1970; by default the system's time.
    The same ``now`` and the same texts give the same bytes.
    """
    decks, diagnostics = load_decks([Path(source) for source in sources])
    return _packed(decks, [_built(deck, jobs, progress, cache=cache) for deck in decks], diagnostics, now)


def _packed(decks: Sequence[Loaded], built: Sequence[Built], diagnostics: list[Diagnostic], now: int | None) -> BuildResult:
    """Return the packages of ``built``, without any package if one deck has an error."""
    time_of_build = int(time.time()) if now is None else now
    for deck in decks:
        path = deck.lock.path if deck.lock else deck.settings.span.path
        diagnostics += clock.doubts(time_of_build, deck.lock, path, None if now is None else int(time.time()))
    checked = _checked(decks, built, diagnostics, release=False)
    packages = (
        [_package(one, deck.place.name, time_of_build) for one, deck in zip(built, decks, strict=True)] if checked.good else []
    )
    return BuildResult(checked.diagnostics, checked.files, checked.questions, checked.ignored, tuple(packages))


def check_texts(files: Mapping[str, str | bytes], *, folder: str = "deck", release: bool = False) -> CheckResult:
    """Apply every rule to a deck folder that is not on the disk. ``files`` has the content of each file by its path.

    An example is ``{"deck.toml": …, "01.md": …, "cat.png": b"…"}``. The paths begin in the folder, with ``/`` between their
    parts. A ``str`` becomes UTF-8. ``folder`` is the name of the folder. Raises ValueError for a path outside the folder, and for a ``folder`` that is no single name.
    """
    with tempfile.TemporaryDirectory() as above:
        root = _written(Path(above), folder, files)
        decks, between = _loaded(root)
        found = _checked(decks, [build(deck) for deck in decks], between, release=release)
        return CheckResult(_relative(found.diagnostics, root), found.files, found.questions, found.ignored)


def build_texts(files: Mapping[str, str | bytes], *, folder: str = "deck", now: int | None = None) -> BuildResult:
    """Build a deck folder that is not on the disk.

    ``files`` and ``folder`` are as in ``check_texts``, and ``now`` is as in ``build_decks``.
    Raises ValueError for a path outside the folder, and for a ``folder`` that is no single name.
    """
    with tempfile.TemporaryDirectory() as above:
        root = _written(Path(above), folder, files)
        decks, between = _loaded(root)
        found = _packed(decks, [build(deck) for deck in decks], between, now)
        return BuildResult(_relative(found.diagnostics, root), found.files, found.questions, found.ignored, found.packages)


def render_question(text: str, *, language: str = "en", path: str = "question.md") -> RenderedQuestion:
    """Render the one question in ``text``: a heading of the second level, and everything below the heading.

    ``language`` is the BCP 47 tag of the card. Diagnostics have ``path`` as their file. Pictures are not read: the
    fields have the paths that ``text`` has. Raises ValueError if there is no question or more than one, and for a
    ``language`` that is no language tag.
    """
    if problem := language_problem(language):
        raise ValueError(f"language {problem}")
    text = CONTROLS.sub("", text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))  # as files are read
    settings = Settings(id="rendered", name="Rendered", span=Span(path), language=language)
    staged = stage(Source(path, Path(), text), settings)
    if len(staged.notes) != 1:
        raise ValueError(f"the text has {len(staged.notes)} questions, not one; a question is a heading '## …'")
    (question,) = with_ids(staged.questions)
    note = named(staged.notes[0], question, settings)
    kind = next(kind for kind in note_types(settings) if kind.key == note.note_type)
    fields = note.by_name

    def card(number: int) -> RenderedCard:
        template = kind.template(number - 1)
        front = side(template.front, fields, number, answer=False)
        return RenderedCard(front, side(template.back, fields, number, answer=True))

    cards = tuple(card(number + 1) for number in note.ords)
    return RenderedQuestion(
        note.id, kind.name, fields, note.tags, cards, kind.css, tuple(sorted(heard(staged.diagnostics, staged.ignore).kept))
    )


def compare_packages(old: str | os.PathLike[str] | bytes, new: str | os.PathLike[str] | bytes) -> Comparison:
    """Return the effect of importing the package ``new`` on a learner who has the package ``old``.

    Each is the path of an ``.apkg`` file by any tool, or its bytes. Raises NotAPackageError with the reason, and OSError.
    """
    return compare(_unpacked(old), _unpacked(new))


def _built(deck: Loaded, jobs: int, progress: Progress, *, cache: bool) -> Built:
    return build(deck, stager(jobs, remember=cache, show=progress))


def _checked(decks: Sequence[Loaded], built: Sequence[Built], between: list[Diagnostic], *, release: bool) -> CheckResult:
    found = {*between, *(problem for one in built for problem in one.diagnostics)}
    files, questions = sum(len(deck.sources) for deck in decks), sum(len(one.deck.entries) for one in built)
    ignored = sum(one.ignored for one in built)
    if release:
        found.update(problem for one in built for problem in one.before_release)
    return CheckResult(tuple(sorted(for_release(found) if release else found)), files, questions, ignored)


def _package(built: Built, name: str, now: int) -> Package:
    packed = pack(built.deck, now)
    cards = sum(len(entry.note.ords) for entry in built.deck.entries)
    stamps = packed.stamps
    return Package(name, packed.data, len(packed.notes), cards, stamps.new, stamps.changed, stamps.gone)


def _written(above: Path, folder: str, files: Mapping[str, str | bytes]) -> Path:
    """Write ``files`` to a folder in ``above``, and return the folder. Raises ValueError for a path outside the folder."""
    if folder in ("", ".", "..") or _NO_NAME.search(folder):
        raise ValueError(f"'{folder}' is not the name of a folder")
    root = above / folder
    root.mkdir()
    for path, content in files.items():
        parts = PurePosixPath(path)
        if parts.is_absolute() or ".." in parts.parts or not parts.parts or any(map(_NO_NAME.search, parts.parts)):
            raise ValueError(f"'{path}' is not a path inside the deck folder")
        (root / parts).parent.mkdir(parents=True, exist_ok=True)
        (root / parts).write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def _relative(diagnostics: Sequence[Diagnostic], root: Path) -> tuple[Diagnostic, ...]:
    """Return ``diagnostics`` without the path of the temporary folder ``root``, which means nothing to the caller."""

    def short(text: str) -> str:
        return text.replace(f"{root.as_posix()}/", "").replace(root.as_posix(), root.name)

    return tuple(
        problem._replace(span=problem.span._replace(path=short(problem.span.path)), message=short(problem.message))
        for problem in diagnostics
    )


def _loaded(root: Path) -> tuple[list[Loaded], list[Diagnostic]]:
    """Return the deck in ``root``. A deck.toml above the temporary folder must not make ``root`` a part of its deck."""
    place = place_of(root)
    return load_decks([root]) if place.toml or not place.files else ([load(place)], [])


def _unpacked(package: str | os.PathLike[str] | bytes) -> Unpacked:
    """Return the content of ``package``. An exception has the path of ``package``, if there is one."""
    if not isinstance(package, bytes):
        try:
            return unpack(Path(package))
        except NotAPackageError as error:
            error.path = os.fspath(package)
            raise
        except OSError as error:
            error.filename = error.filename or os.fspath(package)
            raise
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "package.apkg"
        path.write_bytes(package)
        return unpack(path)
