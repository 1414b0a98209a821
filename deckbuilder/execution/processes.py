"""Runs a command in an empty folder, without the secrets of the caller's environment, and with limits."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import NamedTuple

from deckbuilder.execution import limited

MOST = 1_000_000
"""Characters of output that are kept."""
_KEPT = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "PATHEXT", "WINDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Variables that programs need to start."""
STOPPED = Event()
"""Set if the user ends the command: then no code runs on."""
_PATIENCE, _MOST_PATIENCE = 3, 15
"""Seconds that a process may take, for each second of the processor that it may have: on a free machine, and on a busy one."""
_STEP = 0.2
"""Seconds between two looks at ``STOPPED``."""
_MARK = "DECKBUILDER_RUN"
"""The variable that marks all processes of one run."""
_LOOKS, _LOOKS_AT_UNKNOWN = 200, 5
"""Looks for processes that left their group, with a hundredth of a second between them."""
_TOOLS = ("CARGO_HOME", "RUSTUP_HOME", "GOROOT", "JAVA_HOME", "DOTNET_ROOT", "NVM_DIR", "PYENV_ROOT")
"""Variables with the places of tools."""


class Ended(NamedTuple):
    """The end of a process."""

    status: int
    """The exit status; negative for a signal."""
    out: str
    err: str
    """``""`` if stderr went to ``out``, in order."""
    late: str = ""
    """The limit of time that the process reached, such as ``"30 s"``; ``""`` if it ended before."""


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
    """Run ``command`` in ``folder`` with ``timeout`` seconds of the processor and ``memory`` megabytes, and return its end.

    A process that waits has ``patience`` seconds. So a machine that does other work at the same time changes no result.
    Everything that the command started ends with it. Raises OSError if the command cannot be started.
    """
    posix = os.name == "posix"
    program = str(folder / command[0]) if os.path.dirname(command[0]) else command[0]  # noqa: PTH120
    found = shutil.which(program, path=env.get("PATH"))
    if found is None:  # the exit status of limited.py is no status of the code
        raise FileNotFoundError(errno.ENOENT, f"no program '{command[0]}' is installed")
    token = f"{_MARK}={secrets.token_hex(8)}"
    limits = [sys.executable, "-I", "-S", limited.__file__, str(memory), str(timeout)] if posix else []
    outputs = [folder.parent / "out", folder.parent / "err"]
    with outputs[0].open("wb") as out, outputs[1].open("wb") as err:
        process = subprocess.Popen(
            [*limits, command[0] if posix else found, *command[1:]],  # Windows itself finds no node.cmd
            cwd=folder,
            env={**env, _MARK: token.partition("=")[2]},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out if merged else err,
            start_new_session=posix,
        )
        try:
            late = _late(process, timeout)
        finally:
            _kill(process)
            process.wait()
            _kill_escaped(token)
    if process.returncode in _BUSY:
        late = f"{timeout} s of the processor"
    return Ended(process.returncode, _text(outputs[0]), _text(outputs[1]), late)


def patience(timeout: int, load: float) -> float:
    """Return the seconds that a process may take, with ``timeout`` seconds of the processor.

    ``load`` is the number of programs that want to run, for each core. A core gives each of them a part of its time.
    """
    return timeout * min(_MOST_PATIENCE, _PATIENCE * max(1.0, load))


def _load() -> float:
    """Return the load of the last minute for each core; 1 on a system that does not say."""
    try:
        return os.getloadavg()[0] / (os.cpu_count() or 1)
    except (AttributeError, OSError):
        return 1


def _late(process: subprocess.Popen[bytes], timeout: int) -> str:
    """Wait until ``process`` ends. Return the time if the process runs on after it, or if the user ends the command."""
    begin = time.monotonic()
    while (left := begin + patience(timeout, _load()) - time.monotonic()) > 0 and not STOPPED.is_set():
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(min(left, _STEP))
            return ""
    return f"{time.monotonic() - begin:.0f} s" if process.poll() is None else ""


_CPU = int(getattr(signal, "SIGXCPU", 0))
_BUSY = {-_CPU, 128 + _CPU} if _CPU else set[int]()
"""Exit statuses of a process, or of a shell whose command had, no time of the processor left."""


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the process and all that it started."""
    try:
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        elif process.poll() is None:
            subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
    except (ProcessLookupError, PermissionError):
        pass


def _kill_escaped(token: str) -> None:
    """End the processes that left the group, as daemons do, and wait until they are gone.

    Only Linux shows the environment of a process. A program that just starts has none yet, and ``env -i`` gives none at
    all: so the looks for those are few.
    """
    for look in range(_LOOKS if sys.platform == "linux" else 0):
        found, unknown = False, False
        for place in Path("/proc").glob("[1-9]*/environ"):
            with contextlib.suppress(OSError):
                variables = place.read_bytes()
                if token.encode() in variables:
                    os.kill(int(place.parent.name), signal.SIGKILL)
                    found = True
                elif not variables:  # a kernel's thread or a dead process has no program
                    unknown = bool(place.with_name("exe").readlink()) or unknown
        if not found and not (unknown and look < _LOOKS_AT_UNKNOWN):
            return
        time.sleep(0.01)


def _text(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(4 * MOST).decode("utf-8", "replace").replace("\r\n", "\n")[:MOST]
