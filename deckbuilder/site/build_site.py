"""Decks -> a site in a folder: only files that differ are written."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from deckbuilder.files.writing import write_whole
from deckbuilder.pipeline.build_deck import Built, build, pack
from deckbuilder.pipeline.last_build import Record, media_of, remember
from deckbuilder.pipeline.staging import Show, stager
from deckbuilder.preview import mathjax
from deckbuilder.site.manifest import Found, Order, Unreleased, digest, fingerprint, manifest, order_hash, package, save
from deckbuilder.site.pages import files
from deckbuilder.site.site_decks import SiteDeck, site_deck
from deckbuilder.source.deck_folder import Loaded


class ForeignFileError(Exception):
    """A file at the place of a page is not from this command."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


def built(loaded: Sequence[Loaded], show: Show) -> tuple[tuple[Built, ...], Found]:
    """Build the decks, with the cache, and return them. ``show`` may show the progress."""
    found = tuple(build(deck, stager(show=show)) for deck in loaded)
    return found, Found(
        sum(len(one.deck.entries) for one in found),
        tuple(problem for one in found for problem in one.diagnostics),
        sum(one.ignored for one in found),
    )


def write(loaded: Sequence[Loaded], found: Sequence[Built], order: Order) -> tuple[int, Unreleased]:
    """Write the files of the site that differ, and delete those that it no longer has.

    Return the number of these files, and the packages whose content no release has. Raises ForeignFileError before anything is written, and OSError.
    """
    packed = [pack(one.deck, order.now, draft=one.deck.lock is None) for one in found]
    decks = [site_deck(deck.place.name, one, order.edit) for deck, one in zip(loaded, packed, strict=True)]
    wanted = {**dict(files(decks, order.base)), **(_maths() if _has_maths(decks) else {})}
    old = manifest(order.output).get("files", {})
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in wanted.items()}
    there = {path: digest(order.output / path) for path in wanted}
    for path, known in there.items():
        if known not in (None, digests[path]) and path not in old:
            raise ForeignFileError(order.output / path)
    changed = [path for path in wanted if there[path] != digests[path]]
    for path in changed:
        write_whole(order.output / path, wanted[path], durable=False)
    gone = [path for path in old if path not in wanted]
    for path in gone:
        _delete(order.output, path)
    packages = [package(loaded, deck, order).relative_to(order.output).as_posix() for deck in loaded]
    counts = [len(one.stamps.new) + len(one.stamps.changed) for one in packed]
    unreleased = tuple((path, count) for path, count in zip(packages, counts, strict=True) if count)
    save(order.output, order_hash(loaded, order), sum(len(one.deck.entries) for one in found), unreleased, digests)
    for deck, one, path in zip(loaded, found, packages, strict=True):
        media = tuple(media_of(deck, one.deck))
        remember(order.output / path, Record(fingerprint(deck), digests[path], "", one.diagnostics, one.ignored, media))
    return len(changed) + len(gone), unreleased


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
