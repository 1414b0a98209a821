"""Runs a command in an empty folder, without the secrets of the caller's environment, and with limits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from deckbuilder.execution import limited

MOST = 1_000_000
"""Characters of output that are kept."""
_KEPT = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "PATHEXT", "WINDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Variables that programs need to start."""
_TOOLS = ("CARGO_HOME", "RUSTUP_HOME", "GOROOT", "JAVA_HOME", "DOTNET_ROOT", "NVM_DIR", "PYENV_ROOT")
"""Variables with the places of tools."""


class Ended(NamedTuple):
    """The end of a process."""

    status: int
    """The exit status; negative for a signal."""
    out: str
    err: str
    """``""`` if stderr went to ``out``, in order."""
    late: bool = False
    """True if the time ran out."""


def environment(folder: Path, more: Mapping[str, str]) -> dict[str, str]:
    """Return the variables for code in ``folder``: the same on every machine, except for the places of programs."""
    kept = {name: os.environ[name] for name in (*_KEPT, *_TOOLS) if name in os.environ}
    home = os.path.expanduser("~")  # noqa: PTH111  a Path raises for a user without a home
    for name, place in (("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")):
        kept.setdefault(name, os.path.join(home, place))  # noqa: PTH118
    fixed = {
        "HOME": str(folder),
        "USERPROFILE": str(folder),
        "TMPDIR": str(folder),
        "TEMP": str(folder),
        "TMP": str(folder),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "dumb",
        "COLUMNS": "80",
        "NO_COLOR": "1",
        "PYTHON_COLORS": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONUTF8": "1",
    }
    return kept | fixed | dict(more)


def run(command: Sequence[str], folder: Path, env: Mapping[str, str], *, timeout: int, memory: int, merged: bool = True) -> Ended:
    """Run ``command`` in ``folder`` for at most ``timeout`` seconds with ``memory`` megabytes, and return its end.

    Everything that the command started ends with it. Raises OSError if the command cannot be started.
    """
    posix = os.name == "posix"
    limits = [sys.executable, "-I", "-S", limited.__file__, str(memory), str(timeout + 1)] if posix else []
    outputs = [folder.parent / "out", folder.parent / "err"]
    with outputs[0].open("wb") as out, outputs[1].open("wb") as err:
        process = subprocess.Popen(
            [*limits, *command],
            cwd=folder,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out if merged else err,
            start_new_session=posix,
        )
        try:
            process.wait(timeout)
            late = False
        except subprocess.TimeoutExpired:
            late = True
        finally:
            _kill(process)
            process.wait()
    late = late or process.returncode == -_CPU
    return Ended(process.returncode, _text(outputs[0]), _text(outputs[1]), late)


_CPU = int(getattr(signal, "SIGXCPU", 0))


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the process and all that it started."""
    try:
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        elif process.poll() is None:
            subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
    except (ProcessLookupError, PermissionError):
        pass


def _text(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(4 * MOST).decode("utf-8", "replace").replace("\r\n", "\n")[:MOST]
