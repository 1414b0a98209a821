"""A path -> the bytes of a regular file. Pipes, devices, larger files and files outside a folder are not read."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
"""Opening must not block: another program can replace a file by a pipe that nobody writes to."""
MB = 2**20


class UnfitError(Exception):
    """The file is not read. The message gives the reason."""


class OutsideError(UnfitError):
    """The file is a link to a file outside the folder."""

    def __init__(self) -> None:
        super().__init__("a link to a file outside the folder; replace the link with the file itself")


class TooLargeError(UnfitError):
    """The file has more bytes than allowed."""

    def __init__(self, most: int) -> None:
        super().__init__(f"larger than {most // MB:,} MB")


def read_whole(path: Path, most: int, within: Path | None = None) -> bytes:
    """Return the bytes of the file at ``path``. The file may have at most ``most`` bytes.

    With ``within``, the file must be in this folder after all links are resolved. Raises OSError; UnfitError if the file is
    outside, too large, not regular, or changes meanwhile; ValueError for a path that no system allows.
    """
    if within is not None:
        real = os.path.realpath(path)
        # the first check suffices if ``within`` has no links in it, and is much faster
        if not real.startswith(f"{within}{os.sep}") and not Path(real).is_relative_to(os.path.realpath(within)):
            raise OutsideError
        path = Path(real)
    with opened(path) as file:
        before = os.fstat(file.fileno())
        if before.st_size > most:
            raise TooLargeError(most)
        data = file.read(before.st_size + 1)  # not ``most``: Python allocates the memory for all bytes it is asked for
        after = os.fstat(file.fileno())
    if len(data) != before.st_size or (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise UnfitError("changed while it was read; try again")
    return data


def opened(path: Path) -> BinaryIO:
    """Open the regular file at ``path`` for reading. Raises OSError, and UnfitError for anything but a regular file."""
    _regular(path.stat().st_mode)  # before opening, because opening a device can change its state
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
