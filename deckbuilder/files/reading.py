"""A path -> the bytes of a regular file: never a pipe or a device, never more than asked for, never from outside a folder."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
"""Without blocking: what was a file a moment ago may be a pipe by now, which nobody writes to."""
MB = 2**20


class UnfitError(Exception):
    """The file is not read; the message says why, and what to do."""


class OutsideError(UnfitError):
    """The file is a link to one outside the folder."""

    def __init__(self) -> None:
        super().__init__("a link to a file outside the folder; put the file itself there")


class TooLargeError(UnfitError):
    """The file has more bytes than it may have."""

    def __init__(self, most: int) -> None:
        super().__init__(f"larger than {most // MB:,} MB")


def read_whole(path: Path, most: int, within: Path | None = None) -> bytes:
    """The bytes of the file at ``path``, at most ``most``; it, or what it is a link to, lies in the folder ``within``.

    Raises OSError, UnfitError; ValueError for a path that no system knows.
    """
    if within is not None:
        real = os.path.realpath(path)
        # the first suffices where ``within`` has no links in it, and takes a fraction of the time
        if not real.startswith(f"{within}{os.sep}") and not Path(real).is_relative_to(os.path.realpath(within)):
            raise OutsideError
        path = Path(real)
    with opened(path) as file:
        before = os.fstat(file.fileno())
        if before.st_size > most:
            raise TooLargeError(most)
        data = file.read(before.st_size + 1)  # not most: Python makes room for as much as it is asked for
        after = os.fstat(file.fileno())
    if len(data) != before.st_size or (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise UnfitError("changed while it was read; try again")
    return data


def opened(path: Path) -> BinaryIO:
    """The regular file at ``path``, to read from. Raises OSError, UnfitError."""
    _regular(path.stat().st_mode)  # opening a device can do something to it
    handle = os.open(path, _FLAGS)
    try:
        _regular(os.fstat(handle).st_mode)
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def _regular(mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise UnfitError("not a regular file")
