"""Records what each package was built from, so that an unchanged package is not built again. Compares hashes, never times."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from deckbuilder.cards.embedded import Names
from deckbuilder.cards.media import read_media
from deckbuilder.cards.media_names import digest
from deckbuilder.files.reading import UnfitError, read_whole
from deckbuilder.files.writing import write_whole
from deckbuilder.model.control_characters import NUL
from deckbuilder.model.deck import Deck
from deckbuilder.model.diagnostics import Diagnostic, Mend, Span
from deckbuilder.model.records import Media, MediaProblem
from deckbuilder.pipeline import cache_folder
from deckbuilder.source.deck_folder import Loaded

_LARGEST = 2**32
"""Bytes of the largest package, with its media, that is read again for comparison."""


@dataclass(frozen=True, slots=True)
class Record:
    """The inputs and the results of one build."""

    inputs: str
    """Hash of the texts, the settings, the lock, ``SOURCE_DATE_EPOCH``, and deckbuilder itself."""
    package: str
    """SHA-256 of the package."""
    summary: str
    """The line that the build printed about the package."""
    diagnostics: tuple[Diagnostic, ...] = ()
    ignored: int = 0
    """The number of diagnostics that the author ignores."""
    media: tuple[tuple[str, str, str], ...] = ()
    """(folder of the file, path as written, hash of its bytes or code of its problem) for each medium."""


def inputs(loaded: Loaded) -> str:
    """Return a hash of all that a deck's package depends on, except its pictures and sounds."""
    found = hashlib.sha256()
    # every field, also one that is added later: a field without a part here would leave an old package in place
    parts = [cache_folder.version(), os.environ.get("SOURCE_DATE_EPOCH", ""), repr(replace(loaded, sources=()))]
    parts += [part for source in loaded.sources for part in (repr(source._replace(text="")), source.text)]
    for part in parts:
        found.update((part + NUL).encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def media_of(loaded: Loaded, deck: Deck) -> Iterator[tuple[str, str, str]]:
    """Yield the items of ``Record.media`` for the media of the adopted note types, the description and the cards."""
    folders = {source.path: str(source.folder) for source in loaded.sources}
    root = loaded.place.root
    for path in (path for kind in loaded.adopted.types.values() for path in kind.media.values()):
        yield str(root), path, _found(read_media(root, root, path))
    for path, file in deck.described.items():
        yield str(root), path, _found(file)
    for entry in deck.entries:
        for path, media in entry.of_author():
            yield folders[entry.question.span.path], path, _found(media)
        for path, problem in entry.media_problems.items():
            yield folders[entry.question.span.path], path, problem.code


def recall(target: Path, loaded: Loaded, fingerprint: str) -> Record | None:
    """Return the record of the last build of the package ``target``; None if the package must be built again.

    ``fingerprint`` is the result of ``inputs`` for ``loaded``. The result is None if the record has another fingerprint.
    The result is None, too, if the package or its media have changed.
    """
    try:
        with _place(target).open(encoding="utf-8", errors="surrogatepass") as file:
            values = json.loads(file.readline())
            if values["inputs"] != fingerprint:  # the usual case, and the rest of the file may be large
                return None
            if values["package"] != hashlib.sha256(read_whole(target, _LARGEST)).hexdigest():
                return None
            record = _read(values, json.loads(file.readline()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, UnfitError):
        return None
    root, names = loaded.place.root, Names(loaded.place.root)
    same = (_found(read_media(root, Path(folder), path, names)) == name for folder, path, name in record.media)
    return record if all(same) else None


def remember(target: Path, record: Record) -> None:
    """Store the record of the package ``target``. If the record cannot be stored, the next build builds the package again."""
    values = {
        "inputs": record.inputs,
        "package": record.package,
        "summary": record.summary,
        "ignored": record.ignored,
        "media": record.media,
    }
    lines = [json.dumps(part, ensure_ascii=False) for part in (values, record.diagnostics)]
    with contextlib.suppress(OSError):
        write_whole(_place(target), "\n".join([*lines, ""]).encode("utf-8", "surrogatepass"))


def _place(target: Path) -> Path:
    name = hashlib.sha256(os.path.realpath(target).encode("utf-8", "surrogateescape")).hexdigest()[:24]
    return cache_folder.folder() / f"built-{name}.json"


def _found(media: Media | MediaProblem) -> str:
    return digest(media.data) if isinstance(media, Media) else media.code


def _read(values: dict[str, Any], diagnostics: list[list[Any]]) -> Record:
    """Return the record. Raises ValueError, KeyError or TypeError for values that ``remember`` did not write."""
    problems = (
        Diagnostic(Span(*span), code, message, mend=Mend(*mend) if mend else None) for span, code, message, _, mend in diagnostics
    )
    media = tuple((folder, path, name) for folder, path, name in values["media"])
    return Record(values["inputs"], values["package"], values["summary"], tuple(problems), values["ignored"], media)
