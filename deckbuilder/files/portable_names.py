"""Names of files that mean the same on every system."""

from __future__ import annotations

import os
import re
import shlex
import unicodedata
from pathlib import PurePath

DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³])(?:[ .]|$)", re.IGNORECASE)
"""What Windows takes for a device, whatever the suffix.

https://learn.microsoft.com/windows/win32/fileio/naming-a-file
"""
_UNFIT = re.compile(r'[<>:"|?*\\\x00-\x1f\x7f\ud800-\udfff]')
LONGEST = 255
"""Bytes of a name that every file system holds."""


def problem_of(path: str) -> str | None:
    """Return why ``path``, with ``/`` between its parts, cannot be on every system; None if it can."""
    for part in path.split("/"):
        if DEVICES.match(part):
            return f"Windows takes '{part}' for a device"
        if found := _UNFIT.search(part):
            shown = found[0] if found[0].isprintable() else f"U+{ord(found[0]):04X}"
            return f"Windows allows no '{shown}' in a name"
        if part not in ("", ".", "..") and part[-1] in ". ":
            return f"Windows allows no '{part[-1]}' at the end of a name"
        if len(part.encode("utf-8", "replace")) > LONGEST:
            return f"a name has at most {LONGEST} bytes"
    return None


def shown(path: PurePath) -> str:
    """Return ``path`` as messages show it: with ``/`` on Windows, too, as in the places of diagnostics."""
    return path.as_posix()


def quoted(path: PurePath) -> str:
    """Return ``path`` as a command line takes it: quoted if need be, in double quotes on Windows, where cmd knows no others."""
    if os.name != "nt":
        return shlex.quote(str(path))
    return shown(path) if re.fullmatch(r"[\w./:~+-]+", shown(path)) else f'"{shown(path)}"'


def key(path: str) -> str:
    """The same for all spellings of ``path`` that some system takes for one: in upper or lower case, composed or not."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
