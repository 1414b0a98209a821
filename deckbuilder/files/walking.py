"""Walks folders, but enters no hidden folders, no linked folders and no junctions of Windows."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator

_JUNCTION = 0xA0000003
"""``IO_REPARSE_TAG_MOUNT_POINT``: before Python 3.12, ``os.walk`` enters junctions like folders."""


def walk(
    folder: str | os.PathLike[str], onerror: Callable[[OSError], object] | None = None
) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield the tuples of ``os.walk``, without hidden folders and junctions. The walk enters no links to folders.

    ``onerror`` gets the OSError of each folder that cannot be read; by default, such folders are skipped.
    """
    waiting: list[str | os.PathLike[str]] = [folder]
    while waiting:
        # one folder at a time: before Python 3.12, os.walk calls itself for each level, and 1,000 levels are too many
        for parent, folders, names in itertools.islice(os.walk(waiting.pop(), onerror=onerror), 1):
            inner = {name: os.path.join(parent, name) for name in folders if not name.startswith(".")}  # noqa: PTH118
            folders[:] = [name for name, path in inner.items() if not _is_junction(path)]
            yield parent, folders, names
            waiting += [inner[name] for name in reversed(folders) if not os.path.islink(inner[name])]  # noqa: PTH114


def _is_junction(path: str) -> bool:
    """Return whether ``path`` is a junction, a link to a folder that only Windows has."""
    if os.name != "nt":
        return False
    try:
        return getattr(os.lstat(path), "st_reparse_tag", 0) == _JUNCTION
    except OSError:
        return False
