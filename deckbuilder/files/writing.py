"""Writes files, whole or not at all.

The data go into a hidden file beside the target, and to the disk; then that file takes the target's name, which systems do
in one step. An error leaves the old file and nothing else. A process that is killed may leave its hidden file: no
question, no package and no lock is ever looked for under such a name, a build that watches does not see it, and the
next write of the same target deletes it once it is old enough to be nobody's.
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
"""Seconds after which a hidden file is that of a process that is gone. One that only slept fails then; its old file stays."""

_PATIENCE, _PAUSE = 1.0, 0.05
"""Seconds to try again, and between two attempts."""
_NO_SUCH_THING = {errno.EINVAL, errno.ENOTSUP, errno.ENOSYS, errno.EBADF, errno.EACCES, errno.EPERM}
"""What systems say that cannot bring a folder to the disk, or not this one."""


def write_whole(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path``: whoever reads it meanwhile, and whoever finds it after a crash, has the old file or the new one.

    The folder is made if need be; the mode of a replaced file is kept. Raises OSError.
    """
    with prepared(path, data) as put:
        put()


@contextlib.contextmanager
def prepared(path: Path, data: bytes) -> Iterator[Callable[[], None]]:
    """A function that puts ``data``, which lie on the disk beside ``path`` already, in its place: little can go wrong then.

    If it is not called, nothing has happened. Both raise OSError.
    """
    path = _replaceable(path)
    # a name of its own length: that of the target may be as long as a name can be
    prefix = f".deckbuilder-{hashlib.sha256(os.fsencode(path.name)).hexdigest()[:12]}-"
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=prefix)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        mode = stat.S_IMODE(path.stat().st_mode) & 0o777 if path.exists() else 0o666 & ~_umask()
        with contextlib.suppress(PermissionError):  # some file systems have no modes; nobody else may read it then
            temporary.chmod(mode)

        def put() -> None:
            patiently(lambda: temporary.replace(path))
            _to_disk(path.parent)
            _tidy(path.parent, prefix)

        yield put
    finally:
        with contextlib.suppress(OSError):
            _delete(temporary)


def patiently(rename: Callable[[], object]) -> None:
    """Do ``rename``, again and again for a second while Windows says that another program has the file open.

    Virus scanners and cloud folders open each new file for a moment. Raises OSError.
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
    """Return whether Windows says: access denied, or a file in use."""
    return getattr(error, "winerror", None) in (5, 32)


def cannot_write(path: Path, error: OSError) -> str:
    """What to tell whoever wanted ``path`` written."""
    why = ""
    if _is_held(error):
        read_only = path.exists() and not path.stat().st_mode & stat.S_IWUSR
        why = "; it is read-only" if read_only else "; is it open in another program?"
    return f"cannot write {shown(path)}: {error.strerror or error}{why}"


def _replaceable(path: Path) -> Path:
    """``path`` without links: a link stays one, its target is replaced. Raises OSError if that is no file, or has no folder."""
    try:
        path = path.resolve()
    except RuntimeError:  # links in a circle, up to Python 3.12
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path)) from None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise NotADirectoryError(errno.ENOTDIR, "a part of the path is no folder", str(path)) from None
    if path.exists() and not path.is_file():  # a device would be replaced by a file
        raise OSError(errno.EINVAL, "there is something of this name that is no file", str(path))
    return path


def _to_disk(folder: Path) -> None:
    """Bring the names in ``folder`` to the disk, where the system can."""
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
    """Delete what killed processes have left of the same target."""
    with contextlib.suppress(OSError):
        for path in folder.glob(f"{prefix}*"):
            if time.time() - path.stat().st_mtime > ABANDONED:
                _delete(path)


def _delete(path: Path) -> None:
    """Delete the file at ``path``, if there is one. Raises OSError."""
    try:
        path.unlink(missing_ok=True)
    except PermissionError:  # Windows deletes no file that is read-only, as the target may be
        path.chmod(0o600)
        path.unlink()


def _umask() -> int:
    """What a new file is not allowed."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
