"""Writes files, whole or not at all.

The data go into a hidden file beside the target, and to the disk. Then systems rename this file to the target in one step.
An error keeps the old file and leaves nothing else. A killed process may leave its hidden file. Nothing reads such a name:
questions, packages and locks have other names, and a build that watches ignores it. The next write of the same target
deletes the hidden file once its age is ``ABANDONED``.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from deckbuilder.files.portable_names import shown

ABANDONED = 3600
"""Seconds after which a hidden file counts as abandoned. If its process only slept, that write fails, and the old file stays."""

_PATIENCE, _PAUSE = 1.0, 0.05
"""Seconds in which renaming is tried again, and seconds between two attempts."""
_NO_SUCH_THING = {errno.EINVAL, errno.ENOTSUP, errno.ENOSYS, errno.EBADF, errno.EACCES, errno.EPERM}
"""Errors of systems that cannot write a folder, or this folder, to the disk."""


def write_whole(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Put ``data`` at ``path``: readers see the old file or the new file, also after a crash.

    The folder is made if necessary. A replaced file keeps its mode. Without ``durable``, the system may write to the disk
    later: right for files of which there are many, and which a command makes again. Raises OSError.
    """
    with prepared(path, data, durable=durable) as put:
        put()


@contextlib.contextmanager
def prepared(path: Path, data: bytes, *, durable: bool = True) -> Iterator[Callable[[], None]]:
    """Yield a function that puts ``data`` in place at ``path``. ``durable`` is as in ``write_whole``.

    When the ``with`` block begins, the data are on the disk beside ``path``. So little can go wrong in the call.
    Without the call, ``path`` does not change. Both the context manager and the function raise OSError.
    """
    path = _replaceable(path)
    # a hash, because the name of the target may have the greatest length that systems allow
    prefix = f".deckbuilder-{hashlib.sha256(os.fsencode(path.name)).hexdigest()[:12]}-"
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=prefix)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        mode = stat.S_IMODE(path.stat().st_mode) & 0o777 if path.exists() else 0o666 & ~_umask()
        with contextlib.suppress(PermissionError):  # some file systems have no modes; then nobody else can read the file
            temporary.chmod(mode)

        def put() -> None:
            patiently(lambda: temporary.replace(path))
            if durable:
                _to_disk(path.parent)
            _tidy(path.parent, prefix)

        yield put
    finally:
        with contextlib.suppress(OSError):
            _delete(temporary)


def patiently(rename: Callable[[], object]) -> None:
    """Call ``rename``, and repeat it for a second while Windows reports that another program has the file open.

    Virus scanners and cloud folders open each new file for a moment. Raises the last OSError.
    """
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            rename()
        except PermissionError as error:
            if not _is_held(error) or time.monotonic() > until:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _is_held(error: OSError) -> bool:
    """Return whether Windows denied access, or reports that another program uses the file."""
    return getattr(error, "winerror", None) in (5, 32)


def cannot_write(path: Path, error: OSError) -> str:
    """Return the message for the user: ``path`` is not written because of ``error``."""
    why = ""
    if _is_held(error):
        read_only = path.exists() and not path.stat().st_mode & stat.S_IWUSR
        why = "; it is read-only" if read_only else "; is it open in another program?"
    return f"cannot write {shown(path)}: {error.strerror or error}{why}"


def _replaceable(path: Path) -> Path:
    """Return ``path`` with its links resolved, so that a link stays and its target is replaced. Make the folder of ``path``.

    Raises OSError if ``path`` exists and is not a file, or cannot have a folder.
    """
    try:
        path = path.resolve()
    except RuntimeError:  # links in a circle, up to Python 3.12
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path)) from None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise NotADirectoryError(errno.ENOTDIR, "a part of the path is not a folder", str(path)) from None
    if path.exists() and not path.is_file():  # renaming would replace a device by a file
        raise OSError(errno.EINVAL, "the path exists and is not a file", str(path))
    return path


def _to_disk(folder: Path) -> None:
    """Write the names in ``folder`` to the disk, if the system can. Raises OSError."""
    try:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno not in _NO_SUCH_THING:
            raise


def _tidy(folder: Path, prefix: str) -> None:
    """Delete the hidden files that killed processes left beside the target of ``prefix``."""
    with contextlib.suppress(OSError):
        for path in folder.glob(f"{prefix}*"):
            if time.time() - path.stat().st_mtime > ABANDONED:
                _delete(path)


def _delete(path: Path) -> None:
    """Delete the file at ``path`` if it exists. Raises OSError."""
    try:
        path.unlink(missing_ok=True)
    except PermissionError:  # Windows deletes no read-only file, and the hidden file has the mode of the target
        path.chmod(0o600)
        path.unlink()


def _umask() -> int:
    """Return the permissions that a new file does not get."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
