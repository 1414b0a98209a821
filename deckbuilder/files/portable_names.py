"""File names that mean the same on every system."""

from __future__ import annotations

import os
import re
import shlex
import unicodedata
from pathlib import PurePath

DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³])(?:[ .]|$)", re.IGNORECASE)
"""Names that Windows takes for devices, with any suffix.

https://learn.microsoft.com/windows/win32/fileio/naming-a-file
"""
_UNFIT = re.compile(r'[<>:"|?*\\\x00-\x1f\x7f\ud800-\udfff]')
LONGEST = 255
"""Bytes in a name that every file system accepts."""


def problem_of(path: str) -> str | None:
    """Return the reason why some system does not allow ``path``, with ``/`` between its parts; None if all systems do."""
    for part in path.split("/"):
        if DEVICES.match(part):
            return f"'{part}' is the name of a device on Windows"
        if found := _UNFIT.search(part):
            shown = found[0] if found[0].isprintable() else f"U+{ord(found[0]):04X}"
            return f"Windows allows no '{shown}' in a name"
        if part not in ("", ".", "..") and part[-1] in ". ":
            return f"Windows allows no '{part[-1]}' at the end of a name"
        if len(part.encode("utf-8", "replace")) > LONGEST:
            return f"a name has at most {LONGEST} bytes"
    return None


def is_unicode(text: str) -> bool:
    """Return whether ``text`` can be in a file. On Linux, Python gives other bytes of an argument as lone surrogates."""
    return re.search("[\ud800-\udfff]", text) is None


def shown(path: PurePath) -> str:
    """Return ``path`` as messages show it: with ``/`` between its parts on every system."""
    return path.as_posix()


def quoted(path: PurePath) -> str:
    """Return ``path`` for a command line, quoted if necessary. On Windows cmd knows double quotes only."""
    if os.name != "nt":
        return shlex.quote(str(path))
    return shown(path) if re.fullmatch(r"[\w./:~+-]+", shown(path)) else f'"{shown(path)}"'


def key(path: str) -> str:
    """Return the key of ``path``: two paths have the same key if some system takes both for one file.

    Such paths differ only in case, or in composed and decomposed characters.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
