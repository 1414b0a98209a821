"""Yields changes to the files of SOURCE as they happen. The only user of watchfiles, which is optional."""

from __future__ import annotations

import contextlib
import errno
import functools
import itertools
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Event

from deckbuilder.files import portable_names
from deckbuilder.files.walking import walk
from deckbuilder.source.deck_folder import places

Changed = frozenset[Path] | None
"""Paths that have changed; None if any path may have changed."""

_TICK = 100
"""Milliseconds after which a new watch reports its start, and checks whether to stop."""
_QUIET = 50
"""Milliseconds without changes that end a group of changes, because editors save in several steps."""
_LONGEST = 500
"""Milliseconds after which a group of changes ends in any case."""


class NoWatchError(Exception):
    """watchfiles is not installed."""


def changes(sources: Sequence[Path], stop: Event | None = None) -> Iterator[Changed]:
    """Yield each group of changes in the deck folders of ``sources``, until ``stop``. Yield None when a watch begins.

    A new watch begins when folders come or go: then any file may have changed. Folders are watched, not files, because many
    editors write a new file and rename it to the old name. For a lone file, its folder is watched without the folders below.
    Raises NoWatchError; OSError if the system cannot watch so many folders, or a folder's name is not Unicode;
    KeyboardInterrupt.
    """
    try:
        from watchfiles import Change, watch  # noqa: PLC0415  # an extra
    except ImportError as error:
        raise NoWatchError from error
    watched = functools.partial(
        watch,
        watch_filter=None,
        step=_QUIET,
        debounce=_LONGEST,
        rust_timeout=_TICK,
        yield_on_timeout=True,
        stop_event=stop,
        recursive=False,
        ignore_permission_denied=True,  # the build reports missing permissions as diagnostics
    )
    while not (stop and stop.is_set()):
        roots = _roots(sources)
        folders = _folders(roots)
        begun = False
        # FileNotFoundError: somebody has just removed a folder
        with contextlib.suppress(FileNotFoundError), contextlib.closing(watched(*folders)) as batches:
            for batch in batches:
                named = ((_as_asked(Path(name), folders), kind) for kind, name in batch)
                changed = {path: kind for path, kind in named if _counts(path, roots)}
                if begun and not changed:
                    continue
                yield frozenset(changed) if begun else None
                begun = True
                replaced = any(path in folders and kind is not Change.modified for path, kind in changed.items())
                if replaced or _roots(sources) != roots or _folders(roots) != folders:
                    break  # watch the new folders, then report that anything may have changed in them


def _roots(sources: Sequence[Path]) -> dict[Path, bool]:
    """Return the folders of the decks at ``sources``, and for each whether files in folders below it count."""
    found: dict[Path, bool] = {}
    for source in sources:
        decks = places(source)[0]
        lone = not source.is_dir() and not any(deck.toml for deck in decks)
        for folder in (source if source.is_dir() else source.parent, *(deck.root for deck in decks)):
            root = Path(os.path.realpath(folder))
            found[root] = found.get(root, False) or not lone
    return found


def _folders(roots: Mapping[Path, bool]) -> set[Path]:
    """Return the folders to watch: each root, the nearest folder above it, and visible folders below it if these count.

    A root that is removed may come back in the folder above it.
    """
    found: set[Path] = set()
    for root, deep in roots.items():
        found |= set(itertools.islice((folder for folder in root.parents if folder.is_dir()), 1))
        for parent, names, _ in walk(root):
            names[:] = names if deep else []
            found.add(Path(parent))
    if unfit := next((folder for folder in found if not portable_names.is_unicode(str(folder))), None):
        raise OSError(errno.EILSEQ, f"the name of the folder {portable_names.shown(unfit)} is not Unicode; rename it")
    return found


_AS_STORED = sys.platform == "darwin"
"""True on systems that report files as the disk spells them, not as the user typed them."""


def _as_asked(path: Path, folders: Iterable[Path]) -> Path:
    """Return ``path`` with the spelling of its folder in ``folders``.

    The system may report ``deck`` for ``Deck``, or decomposed characters for composed ones.
    """
    if not _AS_STORED:
        return path
    parts = [portable_names.key(part) for part in path.parts]
    spelled = {tuple(map(portable_names.key, folder.parts)): folder for folder in folders}
    for count in range(len(parts), 0, -1):
        if folder := spelled.get(tuple(parts[:count])):
            return folder.joinpath(*path.parts[count:])
    return path


def _counts(path: Path, roots: Mapping[Path, bool]) -> bool:
    """Return whether a build may read ``path``: it is in a deck, and not hidden like the unfinished files of editors."""
    for root, deep in roots.items():
        if root.is_relative_to(path):
            return True
        if path.is_relative_to(root):
            below = path.relative_to(root).parts
            return (deep or len(below) == 1) and not any(part.startswith(".") for part in below)
    return False
