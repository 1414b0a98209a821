"""Writes files, whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path``: into a temporary file beside it, which then takes its place.

    Whoever reads ``path`` meanwhile, and whoever finds it after a crash, has the old file or the new one.
    The folder is made if need be; the mode of a replaced file is kept. Raises OSError.
    """
    path = path.resolve()  # a link stays one, its target is replaced
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _umask() -> int:
    """What a new file is not allowed."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
