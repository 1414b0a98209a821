"""Walks folders: hidden folders, linked ones and Windows' junctions are passed over."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

_JUNCTION = 0xA0000003
"""``IO_REPARSE_TAG_MOUNT_POINT``: ``os.walk`` enters these before Python 3.12, as if they were folders."""


def walk(
    folder: str | os.PathLike[str], onerror: Callable[[OSError], object] | None = None
) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield what ``os.walk`` yields, without hidden folders, links to folders, and junctions."""
    for parent, folders, names in os.walk(folder, onerror=onerror):
        folders[:] = [name for name in folders if not name.startswith(".") and not _is_junction(os.path.join(parent, name))]  # noqa: PTH118
        yield parent, folders, names


def _is_junction(path: str) -> bool:
    """Return whether ``path`` is a link to a folder that only Windows has."""
    if os.name != "nt":
        return False
    try:
        return getattr(os.lstat(path), "st_reparse_tag", 0) == _JUNCTION
    except OSError:
        return False
