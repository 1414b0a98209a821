"""The deck folders whose code the user allows to run on this machine."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from deckbuilder.files.writing import write_whole

FILE = "trusted.txt"


def is_trusted(root: Path, folder: Path) -> bool:
    """Return whether the user trusts the deck in ``root``, or a folder above. ``folder`` has the file with the answers."""
    real = Path(os.path.realpath(root))
    known = _known(folder)
    return any(str(place) in known for place in (real, *real.parents))


def trust(root: Path, folder: Path) -> None:
    """Remember that the user trusts the deck in ``root``."""
    known = _known(folder)
    with contextlib.suppress(OSError):  # then the user is asked again
        write_whole(
            folder / FILE, "".join(f"{place}\n" for place in [*known, os.path.realpath(root)]).encode("utf-8", "surrogateescape")
        )


def _known(folder: Path) -> list[str]:
    try:
        return (folder / FILE).read_bytes().decode("utf-8", "surrogateescape").splitlines()
    except OSError:
        return []
