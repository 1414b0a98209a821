"""Names of files and folders, of pictures, and of decks in front matter.

Each line of an input is such a name. Its first letter is the kind: ``f`` is a Markdown file, ``p`` a picture,
``w`` a picture as the Markdown writes it. ``d`` is a subdeck, ``n`` the deck's folder, and any other line a file.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.fuzz import promises

_LONGEST = 20
"""The most names of a kind."""


def check(data: bytes, *, whole: bool = False) -> None:
    """Check a deck with the names in ``data``, without and with a ``deck.toml``."""
    kinds: dict[bytes, list[bytes]] = {b"f": [], b"p": [], b"w": [], b"d": [], b"n": []}
    for line in data.split(b"\n"):
        kinds.get(line[:1], kinds[b"f"]).append(line[1:])
    root = promises.scratch() / "names"
    folder = root / (_name(b"".join(kinds[b"n"][:1])) or "deck")
    try:
        folder.mkdir(parents=True)
        files = [_write(folder, name + b".md", _text(kinds)) for name in kinds[b"f"][:_LONGEST]]
        for name in kinds[b"p"][:_LONGEST]:
            _write(folder, name, b"\x89PNG\r\n\x1a\n" + name)
        with promises.quick(len(data)):
            promises.deck(folder, whole=whole)
        if any(files) and _write(folder, b"deck.toml", b'id = "fuzz"\nname = "Fuzz"\n'):
            with promises.quick(len(data)):
                promises.deck(folder, whole=whole)
    finally:
        shutil.rmtree(root)


def _name(name: bytes) -> str:
    bare = name.replace(b"\0", b"").replace(b"/", b"")[:200]
    return "" if bare in (b".", b"..") else os.fsdecode(bare)


def _write(folder: Path, name: bytes, content: bytes) -> bool:
    """Write a file, and new folders for each ``/`` in its name; return ``False`` if the system refuses the name."""
    path = folder.joinpath(*filter(None, map(_name, name.split(b"/")[:5])))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(content)
    except OSError:
        return False
    return True


def _text(kinds: dict[bytes, list[bytes]]) -> bytes:
    lines = [b"---", b"deck: " + b"".join(kinds[b"d"][:1]), b"---", b"", b"## A question", b""]
    for written in kinds[b"w"][:_LONGEST]:
        lines += [b"![x](" + written + b") ![y](<" + written + b'>) <img src="' + written + b'">', b""]
    return b"\n".join([*lines, b"An answer."])
