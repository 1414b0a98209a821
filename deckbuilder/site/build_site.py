"""Decks -> a site in a folder. A manifest in the folder says what was written, so that an unchanged site costs nothing."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from deckbuilder.files.reading import UnfitError, read_whole
from deckbuilder.files.writing import write_whole
from deckbuilder.model.diagnostics import Diagnostic
from deckbuilder.pipeline.build_deck import Built, build, pack
from deckbuilder.pipeline.last_build import Record, inputs, media_of, recall, remember
from deckbuilder.pipeline.staging import Show, stager
from deckbuilder.preview import mathjax
from deckbuilder.site.pages import files
from deckbuilder.site.site_decks import SiteDeck, site_deck
from deckbuilder.source.deck_folder import Loaded

MANIFEST = ".deckbuilder-site.json"
_FORMAT = 1
_LARGEST = 2**28
"""Bytes of the largest file that is compared."""


class ForeignFileError(Exception):
    """A file at the place of a page is not from this command."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


Unreleased = tuple[tuple[str, int], ...]
"""For each package with questions in a form that no release has, its path in the site and their number."""


@dataclass(frozen=True, slots=True)
class Order:
    """The wishes of a user."""

    output: Path
    base: str
    """The address of the site with ``/`` at its end, or ``""``."""
    edit: str
    """The address to edit a question, with ``{file}`` and ``{line}``, or ``""``."""
    now: int
    """The time of new notes in the packages, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Found:
    """The decks, built, or what is known of them from the last time."""

    questions: int
    diagnostics: tuple[Diagnostic, ...]
    ignored: int
    unreleased: Unreleased = ()
    """Known from the last time; see ``write``."""
    built: tuple[Built, ...] = field(default=(), repr=False)


def built(loaded: Sequence[Loaded], show: Show) -> Found:
    """Build the decks, with the cache. ``show`` may show the progress."""
    found = tuple(build(deck, stager(show=show)) for deck in loaded)
    return Found(
        sum(len(one.deck.entries) for one in found),
        tuple(problem for one in found for problem in one.diagnostics),
        sum(one.ignored for one in found),
        built=found,
    )


def recalled(loaded: Sequence[Loaded], order: Order) -> Found | None:
    """Return the result of the last time if it would be the same now; else None."""
    manifest = _manifest(order.output)
    if manifest.get("order") != _hash(loaded, order):
        return None
    records = [recall(_package(loaded, deck, order), deck, _fingerprint(deck)) for deck in loaded]
    if None in records or any(_digest(order.output / path) != digest for path, digest in manifest["files"].items()):
        return None
    kept = [record for record in records if record]
    problems = tuple(problem for record in kept for problem in record.diagnostics)
    unreleased = tuple((str(path), int(count)) for path, count in manifest["unreleased"])
    return Found(manifest["questions"], problems, sum(record.ignored for record in kept), unreleased)


def write(loaded: Sequence[Loaded], found: Found, order: Order) -> tuple[int, Unreleased]:
    """Write the files of the site that differ, and delete those that it no longer has.

    Return the number of these files, and the packages whose content no release has. Raises ForeignFileError before anything is written, and OSError.
    """
    packed = [pack(one.deck, order.now, draft=one.deck.lock is None) for one in found.built]
    decks = [site_deck(deck.place.name, one, order.edit) for deck, one in zip(loaded, packed, strict=True)]
    wanted = {**dict(files(decks, order.base)), **(_maths() if _has_maths(decks) else {})}
    old = _manifest(order.output).get("files", {})
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in wanted.items()}
    there = {path: _digest(order.output / path) for path in wanted}
    for path, digest in there.items():
        if digest not in (None, digests[path]) and path not in old:
            raise ForeignFileError(order.output / path)
    changed = [path for path in wanted if there[path] != digests[path]]
    for path in changed:
        write_whole(order.output / path, wanted[path], durable=False)
    gone = [path for path in old if path not in wanted]
    for path in gone:
        _delete(order.output, path)
    packages = [_package(loaded, deck, order).relative_to(order.output).as_posix() for deck in loaded]
    counts = [len(one.stamps.new) + len(one.stamps.changed) for one in packed]
    unreleased = tuple((path, count) for path, count in zip(packages, counts, strict=True) if count)
    about = {"format": _FORMAT, "order": _hash(loaded, order), "questions": found.questions, "unreleased": unreleased}
    values = {**about, "files": digests}
    write_whole(order.output / MANIFEST, json.dumps(values, ensure_ascii=False, indent=0).encode())
    for deck, one, path in zip(loaded, found.built, packages, strict=True):
        media = tuple(media_of(deck, one.deck))
        remember(order.output / path, Record(_fingerprint(deck), digests[path], "", one.diagnostics, one.ignored, media))
    return len(changed) + len(gone), unreleased


def _package(loaded: Sequence[Loaded], deck: Loaded, order: Order) -> Path:
    folder = order.output / deck.place.name if len(loaded) > 1 else order.output
    return folder / f"{deck.place.name}.apkg"


def _fingerprint(deck: Loaded) -> str:
    return f"{inputs(deck)} {deck.tested}"


def _hash(loaded: Sequence[Loaded], order: Order) -> str:
    """Return a hash of all that the pages depend on, except pictures and sounds."""
    parts = [order.base, order.edit, *(deck.place.name for deck in loaded), *map(_fingerprint, loaded)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _manifest(output: Path) -> Mapping[str, Any]:
    """Return what the last run wrote; nothing if this is not known."""
    try:
        values = json.loads(read_whole(output / MANIFEST, _LARGEST))
    except (OSError, ValueError, UnfitError):
        return {}
    right = isinstance(values, dict) and values.get("format") == _FORMAT and isinstance(values.get("files"), dict)
    return values if right else {}


def _digest(path: Path) -> str | None:
    """Return the SHA-256 of a file; None if it does not exist, and ``""`` if it is no regular file."""
    try:
        return hashlib.sha256(read_whole(path, _LARGEST)).hexdigest()
    except FileNotFoundError:
        return None
    except (OSError, UnfitError):
        return ""


def _delete(output: Path, path: str) -> None:
    """Delete a file of the last run, and its folder if that is empty then. A path that leaves ``output`` is not ours."""
    inside = PurePosixPath(path)
    if inside.is_absolute() or ".." in inside.parts:
        return
    place = output / inside
    with contextlib.suppress(FileNotFoundError):
        place.unlink()
    with contextlib.suppress(OSError):
        place.parent.rmdir()


def _has_maths(decks: Sequence[SiteDeck]) -> bool:
    return any(question.maths for deck in decks for question in deck.questions)


def _maths() -> dict[str, bytes]:
    """Return the files of MathJax by path. Only a site with formulas has these files."""
    return {f"mathjax/{path}": data for path, data in mathjax.all_files()}
