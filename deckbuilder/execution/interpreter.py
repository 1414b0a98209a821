"""The Python that runs the code of a deck, and all that its answers depend on."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

_ASK = """
import glob, os, sys
print(sys.version)
for folder in sys.path[1:]:
    for name in sorted(os.listdir(folder) if os.path.isdir(folder) else []):
        if name.endswith((".dist-info", ".egg-info", ".egg-link", ".pth")):
            print(name)
"""
"""Prints the version of Python, and the name and version of every installed distribution."""


class NoInterpreterError(Exception):
    """The Python of ``deck.toml`` cannot be run. The text is the reason."""


def find(python: str, root: Path) -> str:
    """Return the path of the Python that ``deck.toml`` in ``root`` names; ``""`` means the Python of deckbuilder.

    A path is looked for in the deck's folder, and in the folders above it. Raises NoInterpreterError.
    """
    if not python:
        return sys.executable
    if "/" not in python and "\\" not in python:
        if found := shutil.which(python):
            return found
        raise NoInterpreterError(f"no program '{python}' is installed")
    real = Path(os.path.realpath(root))
    places = (python, *((python.replace("/bin/python", "/Scripts/python") + ".exe",) if os.name == "nt" else ()))
    for folder in (real, *real.parents):
        for place in places:
            if (folder / place).is_file():
                return str(folder / place)  # not resolved: a virtual environment is found by the link
            if (folder / place).is_symlink():
                raise NoInterpreterError(f"'{python}' is a link to a file that does not exist; make the environment anew")
    raise NoInterpreterError(f"'{python}' is neither in the deck's folder nor above it")


@cache
def versions(python: str) -> str:
    """Return a hash of the version of ``python`` and of all distributions that are installed there. Raises NoInterpreterError."""
    try:
        found = subprocess.run([python, "-c", _ASK], capture_output=True, timeout=30, check=True)
    except subprocess.CalledProcessError as error:
        raise NoInterpreterError(f"'{python}' does not run as Python: it ends with the exit status {error.returncode}") from None
    except (OSError, subprocess.SubprocessError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it takes longer than 30 s"
        raise NoInterpreterError(f"'{python}' does not run as Python: {reason}") from None
    return hashlib.sha256(found.stdout).hexdigest()


@cache
def program_version(command: tuple[str, ...], ask: tuple[str, ...]) -> str:
    """Return a text that differs for another version of the program that ``command`` begins with.

    The text has the path, size and time of the program, and the output of the command ``ask``.
    """
    path = shutil.which(command[0])
    if path is None:
        return ""
    state = os.stat(os.path.realpath(path))  # noqa: PTH116
    said = b""
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        said = subprocess.run(ask, capture_output=True, timeout=30, check=False).stdout if ask else b""
    return f"{os.path.realpath(path)} {state.st_size} {state.st_mtime_ns} {said!r}"
