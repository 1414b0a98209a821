"""Adoption -> a deck folder: Markdown, media, ``deck.toml``, and ``deck.lock`` and ``deck.adopted`` with learners' notes."""

from __future__ import annotations

import contextlib
import shutil
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from operator import itemgetter
from pathlib import Path

from deckbuilder.adopt.draft import Draft, compose, in_files
from deckbuilder.adopt.new_folder import check_room, hidden_folder, move, read_back, toml_string
from deckbuilder.adopt.packages import left_out
from deckbuilder.adopt.packages.adopted_records import record
from deckbuilder.adopt.packages.convert import converted, difference
from deckbuilder.adopt.packages.left_out import Left, NotCarriedError
from deckbuilder.adopt.packages.package_notes import AdoptedDeck, Adoption, Carried, NotWrittenError, check_size, title
from deckbuilder.adopt.packages.packed_media import FOLDER, Files, free
from deckbuilder.files import portable_names
from deckbuilder.model.adopted import Adopted
from deckbuilder.model.diagnostics import Diagnostic
from deckbuilder.package.container import Container, media_members, opened, pieces
from deckbuilder.pipeline.build_deck import Built, Stager, one_by_one
from deckbuilder.pipeline.staging import once
from deckbuilder.source import adopted_file, lock_file, settings
from deckbuilder.source.deck_folder import RESERVED
from deckbuilder.source.question_ids import slug

LEFT_OUT = "README.left-out.md"
"""The file with the notes that are skipped. deckbuilder does not read a file with such a name as part of the deck."""


@dataclass(frozen=True, slots=True)
class Written:
    """A summary of the decks that were written."""

    folders: tuple[Path, ...]
    """The folder of each deck."""
    questions: int
    files: int
    """Number of Markdown files."""
    media: int
    left: tuple[Left, ...]


def write(adoption: Adoption, target: Path, stage: Stager = one_by_one) -> Written:
    """Write the decks to the folder ``target``, completely or not at all.

    Several decks become folders in ``target``. A question that our rules reject is skipped. ``stage`` reads the decks back.
    Raises NoRoomError, NotWrittenError, NotAPackageError, OSError.
    """
    check_room(target)
    with hidden_folder(target) as temporary:
        written = _write(adoption, target, temporary, stage)
        move(temporary, target)
    return written


def _write(adoption: Adoption, target: Path, temporary: Path, stage: Stager) -> Written:
    """Write the decks to ``temporary``. Return a summary with the later paths in ``target``. Raises NotWrittenError."""
    decks = [_Folder(deck, temporary / name, adoption.files) for name, deck in _folders(adoption.decks)]
    with opened(adoption.package) as container:
        _write_media(adoption, container, decks)
    for deck in decks:
        deck.write(adoption, stage)
    left = (*adoption.left, *(left for deck in decks for left in deck.left))
    kept = [deck for deck in decks if deck.kept]
    if not kept:
        raise NotWrittenError(
            f"none of its notes can become a question: {left[0].reason}" if left else "the package has no notes"
        )
    if left:
        (temporary / LEFT_OUT).write_bytes(left_out.text(left).encode())
    questions, files, media = (sum(len(getattr(deck, what)) for deck in kept) for what in ("kept", "texts", "media"))
    return Written(tuple(target / deck.root.relative_to(temporary) for deck in kept), questions, files, media, left)


def _folders(decks: Sequence[AdoptedDeck]) -> Iterator[tuple[str, AdoptedDeck]]:
    """Yield (name of the folder, deck) for each deck. The name for a single deck is ``.``."""
    taken: dict[str, int] = {}
    for deck in decks:
        name = slug(deck.name) or "deck"
        if RESERVED.match(name) or portable_names.DEVICES.match(name):
            name = f"deck-{name}"
        yield "." if len(decks) == 1 else free(name, taken), deck


def _write_media(adoption: Adoption, container: Container, decks: Sequence[_Folder]) -> None:
    """Write the pictures and sounds that each deck shows to the folder of the deck."""
    static = adoption.files.static()
    wanted = [static | {name: path for note in deck.kept for name, path in note.media.items()} for deck in decks]
    for name, member in media_members(container):
        here = [deck.root / paths[name] for deck, paths in zip(decks, wanted, strict=True) if name in paths]
        if not here:
            continue
        with contextlib.ExitStack() as stack:
            for path in here:
                path.parent.mkdir(parents=True, exist_ok=True)
            files = [stack.enter_context(path.open("wb")) for path in here]
            for piece in pieces(container, member):
                for file in files:
                    file.write(piece)


class _Folder:
    """Writer of one deck. ``kept`` has the notes in the deck, ``left`` the notes that our rules reject."""

    def __init__(self, deck: AdoptedDeck, root: Path, files: Files) -> None:
        self.deck, self.root, self.files = deck, root, files
        self.kept = list(deck.notes)
        self.left: list[Left] = []
        self.texts: list[Path] = []
        self.media: list[Path] = []

    def write(self, adoption: Adoption, stage: Stager) -> None:
        """Write and build the deck until it has no errors. Raises NotWrittenError if an error belongs to no question."""
        self.root.mkdir(exist_ok=True)
        toml = {"id": self.deck.id, "name": self.deck.name}
        lines = [f"{key} = {toml_string(value)}\n" for key, value in toml.items()]
        (self.root / settings.FILE).write_bytes("".join(lines).encode())  # bytes, because text gets other line ends on Windows
        stage = once(stage)
        while self.kept:
            self._write_texts()
            built = read_back(self.root, stage, any_media=True)
            wrong = [problem for problem in built.diagnostics if problem.is_error]
            if self._left(wrong, built) or self._mended(built):
                continue
            if wrong:
                raise NotWrittenError(f"{wrong[0].message} [{wrong[0].code}]")
            adopted, lock = record(built, self.kept, adoption, self.root)
            for name, text in ((adopted_file.FILE, adopted_file.text(adopted)), (lock_file.FILE, lock_file.text(lock))):
                data = text.encode()
                check_size(self.deck.name, len(data))
                (self.root / name).write_bytes(data)
            self._sweep(adopted)
            return
        shutil.rmtree(self.root)

    def _write_texts(self) -> None:
        """Write the files of each subdeck, and delete the files of the last attempt."""
        for text in self.texts:
            text.unlink()
        self.texts = []
        subdecks: dict[str, list[Draft]] = {}
        for item in self.kept:
            subdecks.setdefault(item.deck, []).append(item.draft)
        files = [(name, drafts) for name in sorted(subdecks) for drafts in in_files(subdecks[name])]
        for number, (name, drafts) in enumerate(files, 1):
            common = [tag for tag in drafts[0].tags if len(drafts) > 1 and all(tag in draft.tags for draft in drafts)]
            others = [replace(draft, tags=tuple(tag for tag in draft.tags if tag not in common)) for draft in drafts]
            last = name.rpartition("::")[2]
            path = self.root / f"{number:0{max(2, len(str(len(files))))}}-{slug(last) or 'questions'}.md"
            path.write_bytes(compose(last, others, tags=common, subdeck=name.partition("::")[2]).encode())
            self.texts.append(path)

    def _left(self, wrong: Sequence[Diagnostic], built: Built) -> bool:
        """Move the questions with errors from ``kept`` to ``left``. Return whether there are such questions."""
        questions = sorted(
            ((entry.question.span.path, entry.question.span.line, entry.question) for entry in built.deck.entries),
            key=itemgetter(0, 1),
        )
        places = [(path, line) for path, line, _ in questions]
        reasons: dict[str, str] = {}
        for problem in wrong:
            at = bisect_right(places, (problem.span.path, problem.span.line)) - 1
            question = questions[at][2] if at >= 0 else None
            if question and question.span.path == problem.span.path and problem.span.line <= question.end:
                reasons.setdefault(question.id, f"{problem.message} [{problem.code}]")
        bad = [item for item in self.kept if item.draft.id in reasons]
        self.left += [Left(title(item.note), reasons[item.draft.id], item.note.fields) for item in bad]
        self.kept = [item for item in self.kept if item.draft.id not in reasons]
        return bool(bad)

    def _mended(self, built: Built) -> bool:
        """Write the notes whose text reads otherwise in Markdown as HTML, or leave them. Return whether there are such notes.

        If a text was read as another number of questions, any note may be the cause.
        """
        notes = {entry.question.id: entry.note for entry in built.deck.entries}
        sure = len(built.deck.entries) == len(self.kept)
        found, kept = False, []
        for item in self.kept:
            note = notes.get(item.draft.id)
            if item.sides is None or (sure and note and difference(item.fields, note) is None):
                kept.append(item)
                continue
            found = True
            try:
                draft = converted(item.sides, partial(self._path_of, item))
                kept.append(replace(item, draft=replace(draft, id=item.draft.id, tags=item.draft.tags), sides=None))
            except NotCarriedError as error:
                self.left.append(Left(title(item.note), str(error), item.note.fields))
        self.kept = kept
        return found

    def _path_of(self, item: Carried, reference: str) -> str:
        return item.media.get(self.files.named(reference), "")

    def _sweep(self, adopted: Adopted) -> None:
        """Delete the media of questions that were skipped. A disk may return names in another Unicode form."""
        used = {path for kind in adopted.types.values() for path in kind.media.values()}
        used |= {path for note in adopted.notes.values() for path in note.media.values()}
        kept = {portable_names.key(path) for path in used}
        for path in sorted(self.root.glob(f"{FOLDER}/*")):
            if portable_names.key(path.relative_to(self.root).as_posix()) in kept:
                self.media.append(path)
            else:
                path.unlink()
