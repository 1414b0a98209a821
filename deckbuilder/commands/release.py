"""``deckbuilder release``."""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import click

from deckbuilder.commands import common, notes_file, on_purpose, reporting
from deckbuilder.commands.on_purpose import Given
from deckbuilder.files.portable_names import quoted, shown
from deckbuilder.files.writing import cannot_write, write_whole
from deckbuilder.model.adopted import Adopted
from deckbuilder.model.anki_text import plain
from deckbuilder.model.deck import Meant
from deckbuilder.model.diagnostics import Diagnostic, excerpt, plural
from deckbuilder.model.lock import FORMAT, Lock
from deckbuilder.model.records import Settings
from deckbuilder.package.read_package import NotAPackageError, PackedNote, Unpacked, unpack
from deckbuilder.pipeline.build_deck import Built, Packed, build, pack
from deckbuilder.pipeline.staging import stager
from deckbuilder.publish.lost_lock import is_draft, lost_lock
from deckbuilder.publish.rebuild_lock import NotOurDeckError, proven, restored, united
from deckbuilder.publish.release_notes import announcement
from deckbuilder.publish.write_release import NotReleasedError, ReleaseFiles, write_releases
from deckbuilder.source import lock_file
from deckbuilder.source.deck_folder import Loaded
from deckbuilder.source.decks import load_decks

Result = TypeVar("Result")
_FEW = 3
"""Notes that a message names."""
_FIRST = (
    "first release. If learners already have this deck, do not publish this package: first restore deck.lock from git, "
    "or rebuild deck.lock with --from. Otherwise learners would lose their own edits"
)


@click.command
@common.sources
@common.output
@on_purpose.options
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; fail if the sources differ from the last release in deck.lock."
)
@click.option(
    "--from",
    "old",
    metavar="DECK.apkg",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    help="Only rebuild a lost deck.lock, or one of deckbuilder 0.1.0, from the package of the last release; repeat it for older ones.",
)
@click.option(
    "--notes",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the release notes to FILE, in UTF-8 on every system, instead of printing them.",
)
@reporting.every
def command(
    sources: tuple[Path, ...],
    output: Path,
    *,
    given: Given,
    only_check: bool,
    old: tuple[Path, ...],
    notes: Path | None,
    every: bool,
) -> None:
    """Build the packages for learners, and record the release in deck.lock.

    A mistake that would hurt learners, such as a vanished id, stops the release. The release notes are printed as Markdown.
    Commit deck.lock with the sources: the next release needs deck.lock.

    \b
    Examples:
      deckbuilder release content/flask-zh --notes notes.md
      deckbuilder release content/flask-zh --retire old-question
      deckbuilder release content/flask-zh --from flask-zh-1.2.apkg
    """
    stamp = common.now()
    loaded, diagnostics = load_decks(sources)
    if old:
        _restore(loaded, old, alone=not (only_check or any(given) or notes))
        return
    notes_file.check(notes, loaded, output, only_check=only_check)
    decks = _built(loaded, given.meant())
    lost = [] if only_check else [problem for deck in loaded for problem in _lost(deck, output)]
    doubts = [] if only_check else [problem for deck in loaded for problem in common.doubts(deck, stamp)]
    diagnostics += doubts if given.first else doubts + lost
    ignored = sum(built.ignored for built in decks.values())
    if reporting.report(on_purpose.problems(diagnostics, decks, given), ignored=ignored, every=every, fixes=True):
        common.echo("nothing released")
        sys.exit(1)
    _say_unneeded(decks, given, first=bool(lost) or only_check)
    packed = {root: pack(built.deck, stamp) for root, built in decks.items()}
    if only_check:
        sys.exit(_differs(decks, packed))
    _write(loaded, packed, output, notes)


def _say_unneeded(decks: dict[Path, Built], given: Given, *, first: bool) -> None:
    """Print a line for each option that confirms nothing. ``first`` is True if ``--first`` was needed, or if nobody knows."""
    for message in on_purpose.unneeded(decks, given, first=first):
        common.echo(message)


def _lost(deck: Loaded, output: Path) -> list[Diagnostic]:
    """Return an error if ``deck`` has lost its lock. ``--first`` says that no learner has the deck."""
    is_first = deck.lock is None and not (deck.place.root / lock_file.FILE).exists()
    return lost_lock(deck.settings, deck.place.root, output) if is_first else []


def _built(loaded: list[Loaded], meant: Meant) -> dict[Path, Built]:
    """Return the decks by their folders."""
    stage = stager(show=common.bar("rendering", quiet=False))
    return {deck.place.root: build(deck, stage, meant=meant) for deck in loaded}


def _write(loaded: list[Loaded], packed: dict[Path, Packed], output: Path, notes: Path | None) -> None:
    """Print the release notes, or write them to ``notes``, and write each deck's lock and package."""
    releases = []
    for deck in loaded:
        if deck.lock is None:
            common.echo(f"{deck.settings.name}: {_FIRST}")
        root, before = deck.place.root, deck.lock
        found = packed[root]
        target = output / f"{root.resolve().name}.apkg"
        releases.append(
            ReleaseFiles(
                root,
                before,
                found.lock,
                target,
                found.data,
                announcement(before, found.lock, found.notes, found.stamps, found.version, language=deck.settings.language),
            )
        )
    try:
        write_releases(releases, _print_notes if notes is None else functools.partial(_write_notes, notes), _report)
    except NotReleasedError as error:
        raise click.ClickException(str(error)) from None


def _print_notes(releases: Sequence[ReleaseFiles]) -> None:
    """Print the release notes of all decks. Raises ClickException, or BrokenPipeError if their reader has ended."""
    try:
        for one in releases:
            common.echo(*one.notes.split("\n"), err=False)
    except BrokenPipeError:
        common.echo("nothing released: the program that reads the release notes has ended")
        raise
    except click.ClickException as error:
        raise click.ClickException(f"{error.message}; nothing released") from None


def _write_notes(path: Path, releases: Sequence[ReleaseFiles]) -> None:
    """Write the release notes of all decks to the file ``path``. Raises ClickException."""
    try:
        write_whole(path, "".join(f"{one.notes}\n" for one in releases).encode())
    except OSError as error:
        raise click.ClickException(f"{cannot_write(path, error)}; nothing released") from None


def _report(one: ReleaseFiles) -> None:
    """Print the paths of the files that were written for a deck."""
    with contextlib.suppress(OSError, click.ClickException):  # the release is written, even if nobody can read this
        lock = shown(one.lock)
        done = f" written; {lock} stays as it is" if one.before == one.after else f" and {lock} written; commit the lock"
        common.echo(f"{shown(one.target)}{done}")


def _restore(loaded: list[Loaded], old: Sequence[Path], *, alone: bool) -> None:
    """Write the lock of the only deck in ``loaded``, from the packages ``old``. Raises ClickException, also unless ``alone``."""
    if not alone:
        raise click.UsageError("use --from without other options")
    if len(loaded) != 1 or loaded[0].place.toml is None:
        raise click.UsageError("--from needs one SOURCE: the folder of the deck whose lock is lost")
    path = loaded[0].place.root / lock_file.FILE
    older = loaded[0].lock if loaded[0].lock and loaded[0].lock.format < FORMAT else None
    if path.exists() and older is None:
        raise click.ClickException(f"{shown(path)} exists; if it is damaged, restore it from git, or delete it first")
    if older:
        if len(old) > 1:
            raise click.UsageError(
                "a lock of deckbuilder 0.1.0 needs one package: name only that of the last release with --from"
            )
        said = _bring_up(path, loaded[0], older, old[0])
    else:
        found = united([_from_package(path, package, lambda there: restored(*_parts(loaded[0], there))) for package in old])
        _write_lock(path, found)
        retired = sum(note.retired for note in found.notes.values())
        past = sum(len(note.past_clozes) for note in found.notes.values())
        said = (
            f"{shown(path)} written from {plural(len(found.notes), 'note')}, with {plural(retired, 'retired id')} and "
            f"{plural(past, 'removed cloze')}; other releases may have had more: name their packages with --from, too, "
            "or do not use their ids and cloze numbers again"
        )
    common.echo(said)


def _bring_up(path: Path, loaded: Loaded, older: Lock, package: Path) -> str:
    """Write the lock ``older`` in the format of this version. Return the message for the author. Raises ClickException."""
    found, same = _from_package(path, package, lambda there: proven(older, *_parts(loaded, there)))
    _write_lock(path, found)
    notes = plural(sum(not note.retired for note in found.notes.values()), "note")
    return f"{shown(path)} written in the format of this version; {same} of {notes} are as in {shown(package)}; commit the lock"


def _parts(loaded: Loaded, package: Unpacked) -> tuple[Settings, Unpacked, Adopted]:
    return loaded.settings, package, loaded.adopted


def _from_package(path: Path, package: Path, read: Callable[[Unpacked], Result]) -> Result:
    """Return what ``read`` finds in ``package`` for the lock at ``path``. Raises ClickException."""
    try:
        there = unpack(package)
        found = read(there)
    except (NotAPackageError, NotOurDeckError) as error:
        raise click.ClickException(f"cannot rebuild {shown(path)} from {shown(package)}: {error}") from None
    except OSError as error:
        raise click.ClickException(f"cannot read {shown(package)}: {error.strerror or error}") from None
    if there.doubles:
        common.echo(_doubles(package, there.doubles))
    if is_draft(package):
        common.echo(
            f"{shown(package)} is by 'build', before the first release; use it only if learners have it, else delete {shown(path)}"
        )
    return found


def _doubles(package: Path, doubles: Sequence[PackedNote]) -> str:
    """Return the message about further notes of a GUID in ``package``, which another tool has written."""
    names = ", ".join(repr(excerpt(plain(note.fields[0]))) for note in doubles[:_FEW])
    names += f" and {len(doubles) - _FEW:,} more" if len(doubles) > _FEW else ""
    count = "1 note has" if len(doubles) == 1 else f"{len(doubles):,} notes have"
    reason = "the lock has only the note with the highest id, because Anki updates only this one"
    return f"{shown(package)}: {count} the GUID of another note ({names}); {reason}"


def _write_lock(path: Path, lock: Lock) -> None:
    try:
        write_whole(path, lock_file.text(lock).encode())
    except OSError as error:
        raise click.ClickException(cannot_write(path, error)) from None


def _differs(decks: dict[Path, Built], packed: dict[Path, Packed]) -> bool:
    """Print the changes that are not released. Return True if there are any."""
    differs = False
    for root, built in decks.items():
        stamps, lock = packed[root].stamps, built.deck.lock
        unreleased = [f"{what} {name}" for what in ("new", "changed", "back", "gone") for name in getattr(stamps, what)]
        if lock is not None and not unreleased and packed[root].lock.types != lock.types:
            unreleased = ["style"]
        if lock is not None and lock.merged:
            unreleased.append("merge of two releases")
        if lock is None or unreleased:
            differs = True
            what = ", ".join(unreleased[:5]) + (f" and {len(unreleased) - 5} more" if len(unreleased) > 5 else "")
            common.echo(
                f"{shown(root)}: not released yet: {what if lock else 'the deck'}; run: deckbuilder release {quoted(root)}"
            )
    return differs
