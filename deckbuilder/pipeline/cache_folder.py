"""The folder of the cache, and the version of deckbuilder that entries belong to. The only user of platformdirs."""

from __future__ import annotations

import hashlib
import os
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from deckbuilder.diagrams import graphviz
from deckbuilder.model.control_characters import NUL
from deckbuilder.version import __version__

_LIBRARIES = ("markdown", "mmdr", "nh3", "pygments", "yaml")
"""The libraries that change the result of staging a file."""
_OURS = (".py", ".css", ".html", ".toml")
"""Suffixes of the files of deckbuilder that change this result."""


def folder() -> Path:
    """Return the folder: ``DECKBUILDER_CACHE`` if set, else the user's cache folder on this system."""
    if given := os.environ.get("DECKBUILDER_CACHE"):
        return Path(given)
    from platformdirs import user_cache_path  # noqa: PLC0415  'deckbuilder --help' does not need it

    return user_cache_path("deckbuilder", appauthor=False)


@cache
def version() -> str:
    """Return a text that differs for each version of deckbuilder, of the libraries that render, and of Python.

    Another version may render otherwise, so no version uses the entries of another. The text is a hash of the names, sizes
    and times of files: all files of deckbuilder that matter, and the Python files at the top of each library.
    """
    found = hashlib.sha256(f"{sys.version}{NUL}{__version__}".encode())
    here = str(Path(__file__).parent.parent)
    folders = [
        (here, True),
        *((str(Path(spec.origin).parent), False) for spec in map(find_spec, _LIBRARIES) if spec and spec.origin),
    ]
    while folders:
        folder, ours = folders.pop()
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            if entry.name.endswith(_OURS if ours else ".py"):
                state = entry.stat()
                found.update(
                    NUL.join((entry.path, f"{state.st_size}", f"{state.st_mtime_ns}", "")).encode("utf-8", "surrogateescape")
                )
            elif ours and entry.is_dir():
                folders.append((entry.path, True))
    if program := graphviz.program():
        state = program.stat()
        found.update(f"{program}{NUL}{state.st_size}{NUL}{state.st_mtime_ns}".encode("utf-8", "surrogateescape"))
    return found.hexdigest()
