"""Walks folders, but enters no hidden folders, no linked folders and no junctions of Windows."""

from __future__ import annotations

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
    for parent, folders, names in os.walk(folder, onerror=onerror):
        folders[:] = [name for name in folders if not name.startswith(".") and not _is_junction(os.path.join(parent, name))]  # noqa: PTH118
        yield parent, folders, names


def _is_junction(path: str) -> bool:
    """Return whether ``path`` is a junction, a link to a folder that only Windows has."""
    if os.name != "nt":
        return False
    try:
        return getattr(os.lstat(path), "st_reparse_tag", 0) == _JUNCTION
    except OSError:
        return False
