"""A path as written in Markdown -> the picture or sound it names, or what is wrong with it."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import unicodedata
from pathlib import Path
from urllib.parse import unquote

from deckbuilder.files.reading import MB, OutsideError, TooLargeError, UnfitError, read_whole
from deckbuilder.model.records import Media, MediaProblem

LARGEST = 100 * MB
"""Bytes of a picture or sound: larger ones are not synced, so that no phone would have them.

https://github.com/ankitects/anki/blob/main/rslib/src/sync/media/mod.rs (``MAX_INDIVIDUAL_MEDIA_FILE_SIZE``)
"""

_SCHEME = re.compile(r"[a-z][a-z0-9+-]+:|//", re.IGNORECASE)
_OF_WINDOWS = re.compile(r"[a-z]:|\\", re.IGNORECASE)
"""How a path begins there that has a drive, or that begins at the root or on the network."""


def read_media(root: Path, folder: Path, written: str) -> Media | MediaProblem:
    """Return the file that ``written`` in a Markdown file in ``folder`` names, or what is wrong with it.

    It is packed under a flat name with a hash of its content: what learners have under a name never
    changes, two files never share one, and a changed picture changes the note (Anki copies a file
    only for a note that is new or updated, and never replaces one of the same name).
    The verdict is the same on every system.
    """
    if written.lower().startswith("file:") or _OF_WINDOWS.match(unquote(written)):
        return MediaProblem("media-outside")
    if _SCHEME.match(written):
        return MediaProblem("remote-media")
    if "\\" in unquote(written):
        return MediaProblem("backslash-media")
    problem = MediaProblem("missing-media")
    for name in dict.fromkeys((written, unquote(written))):
        if os.name == "nt" and ":" in name:  # a stream of a file
            continue
        try:
            path = _spelled(folder, name)
            return _media(Path(os.path.realpath(path)), read_whole(path, LARGEST, root))
        except OutsideError:
            return MediaProblem("media-outside")
        except TooLargeError:
            return MediaProblem("large-media")
        except (PermissionError, UnfitError):
            problem = MediaProblem("unreadable-media")
        except (OSError, ValueError):  # ValueError: a NUL in the path
            continue
    return problem


def _spelled(folder: Path, name: str) -> Path:
    """Return the path ``name`` from ``folder``, as it is stored: Unicode's forms may differ, upper and lower case may not.

    Some systems take ``ä`` apart, others take both forms for one. Some systems find ``a.png`` by the name ``A.png``, others
    do not: the package would lack the picture there. Raises OSError, ValueError.
    """
    path = folder
    for part in Path(name).parts:
        there = path / part
        if _ignores_case(path, part) if os.path.lexists(there) else not part.isascii():
            wanted = unicodedata.normalize("NFC", part)
            stored = (found for found in path.iterdir() if unicodedata.normalize("NFC", found.name) == wanted)
            if (found := next(stored, None)) is None:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(there))
            there = found
        path = there
    return path


def _ignores_case(folder: Path, name: str) -> bool:
    """Return whether ``folder`` has the file ``name`` under another case, too: it then may be stored in any."""
    other = name.swapcase()
    return other != name and os.path.lexists(folder / other)


def _media(path: Path, data: bytes) -> Media:
    stem = unicodedata.normalize("NFKD", path.stem).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9._-]+", "-", stem).strip("._-")[:60] or "media"
    suffix = re.sub(r"[^a-z0-9.]", "", path.suffix.lower())[:40]  # Anki cuts a name that has more than 120 bytes
    return Media(f"{stem}-{hashlib.sha256(data).hexdigest()[:8]}{suffix}", data)
