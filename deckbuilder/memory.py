"""What is remembered of builds: where, and for which deckbuilder. The only user of platformdirs."""

from __future__ import annotations

import hashlib
import os
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_LIBRARIES = ("markdown", "nh3", "pygments", "yaml")
_OURS = (".py", ".css", ".html", ".toml")


def folder() -> Path:
    """Where it is: ``DECKBUILDER_CACHE``, or the user's cache folder, as the system has it."""
    if given := os.environ.get("DECKBUILDER_CACHE"):
        return Path(given)
    from platformdirs import user_cache_path  # noqa: PLC0415  'deckbuilder --help' needs none

    return user_cache_path("deckbuilder", appauthor=False)


@cache
def version() -> str:
    """What deckbuilder and its libraries are, as a hash; another version renders otherwise."""
    found = hashlib.sha256(sys.version.encode())
    here = Path(__file__).parent
    for parent, folders, names in os.walk(here):
        folders.sort()
        for name in sorted(names):
            if name.endswith(_OURS):
                found.update(f"{parent.removeprefix(str(here))}\x00{name}\x00".encode() + Path(parent, name).read_bytes())
    for library in _LIBRARIES:
        origin = (spec := find_spec(library)) and spec.origin
        for path in sorted(Path(origin).parent.glob("*.py")) if origin else ():
            state = path.stat()
            found.update(f"{path}\x00{state.st_size}\x00{state.st_mtime_ns}".encode())
    return found.hexdigest()
