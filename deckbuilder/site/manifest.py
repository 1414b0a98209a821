"""The manifest of a site: the files of the last run, and a hash of their sources. A site without a change needs only this module.

This module imports no library of the extra, and nothing that builds: so a run without a change begins fast.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deckbuilder.files.reading import UnfitError, read_whole
from deckbuilder.files.writing import write_whole
from deckbuilder.model.diagnostics import Diagnostic
from deckbuilder.pipeline.last_build import inputs, recall
from deckbuilder.source.deck_folder import Loaded

_FILE = ".deckbuilder-site.json"
_FORMAT = 1
_LARGEST = 2**28
"""Bytes of the largest file that is compared."""
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
    """The result of a run, without the files."""

    questions: int
    diagnostics: tuple[Diagnostic, ...]
    ignored: int
    unreleased: Unreleased = ()
    """Known from the last time; see ``build_site.write``."""


def recalled(loaded: Sequence[Loaded], order: Order) -> Found | None:
    """Return the result of the last time if it would be the same now; else None."""
    last = manifest(order.output)
    if last.get("order") != order_hash(loaded, order):
        return None
    records = [recall(package(loaded, deck, order), deck, fingerprint(deck)) for deck in loaded]
    try:
        same = all(digest(order.output / path) == known for path, known in last["files"].items())
    except OSError:  # writing the files reports it
        same = False
    if None in records or not same:
        return None
    kept = [record for record in records if record]
    problems = tuple(problem for record in kept for problem in record.diagnostics)
    unreleased = tuple((str(path), int(count)) for path, count in last["unreleased"])
    return Found(last["questions"], problems, sum(record.ignored for record in kept), unreleased)


def package(loaded: Sequence[Loaded], deck: Loaded, order: Order) -> Path:
    """Return the path of the package of ``deck``."""
    folder = order.output / deck.place.name if len(loaded) > 1 else order.output
    return folder / f"{deck.place.name}.apkg"


def fingerprint(deck: Loaded) -> str:
    """Return a hash of all that the package and the pages of ``deck`` depend on, except pictures and sounds.

    A build has another one: its record has a summary, and the record of a site has none.
    """
    return f"site {inputs(deck)}"


def order_hash(loaded: Sequence[Loaded], order: Order) -> str:
    """Return a hash of all that the pages depend on, except pictures and sounds."""
    parts = [order.base, order.edit, *(deck.place.name for deck in loaded), *map(fingerprint, loaded)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def manifest(output: Path) -> Mapping[str, Any]:
    """Return what the last run wrote; nothing if this is not known."""
    try:
        values = json.loads(read_whole(output / _FILE, _LARGEST))
    except (OSError, ValueError, UnfitError):
        return {}
    right = isinstance(values, dict) and values.get("format") == _FORMAT and isinstance(values.get("files"), dict)
    return values if right else {}


def digest(path: Path) -> str | None:
    """Return the SHA-256 of a file; None if it does not exist, and ``""`` if it is no regular file. Raises OSError."""
    try:
        return hashlib.sha256(read_whole(path, _LARGEST)).hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnfitError:
        return ""


def save(output: Path, order: str, questions: int, unreleased: Unreleased, digests: Mapping[str, str]) -> None:
    """Write the manifest: ``order`` is the ``order_hash``, ``digests`` has the SHA-256 of each file. Raises OSError."""
    values = {"format": _FORMAT, "order": order, "questions": questions, "unreleased": unreleased, "files": digests}
    write_whole(output / _FILE, json.dumps(values, ensure_ascii=False, indent=0).encode())
