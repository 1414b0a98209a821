"""Locks on folders, so that one process at a time works in a folder. The only user of the system's file locks."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_TAKEN = {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK}
"""Errors of a lock that another process holds."""


class BusyError(BlockingIOError):
    """Another process holds the folder."""


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold ``folder`` during the ``with`` block: no other process can hold ``folder`` at the same time.

    If this process is killed, the system frees ``folder``. Where the system has no locks, as on some network drives,
    nothing is held. Raises BusyError if another process holds ``folder``.
    """
    try:
        handle = _opened(folder)
    except OSError:
        yield
        return
    try:
        try:
            _hold(handle)
        except OSError as error:
            if error.errno in _TAKEN:
                raise BusyError(errno.EAGAIN, "another process is working in this folder", str(folder)) from None
        yield
    finally:
        os.close(handle)
        if sys.platform == "win32":
            with contextlib.suppress(OSError):  # another process may have the file open
                _instead(folder).unlink()


def _opened(folder: Path) -> int:
    if sys.platform == "win32":
        return os.open(_instead(folder), os.O_RDWR | os.O_CREAT)
    return os.open(folder, os.O_RDONLY)


def _instead(folder: Path) -> Path:
    """Return the file that is held on Windows for ``folder``.

    The file is outside ``folder``, because Windows deletes no folder that contains an open file.
    """
    name = hashlib.sha256(os.path.normcase(os.path.realpath(folder)).encode("utf-8", "surrogatepass")).hexdigest()[:24]
    return Path(tempfile.gettempdir(), f"deckbuilder-held-{name}")


def _hold(handle: int) -> None:
    if sys.platform == "win32":
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
