"""A path as written in Markdown -> the picture or sound that the path names, or the problem with the path."""

from __future__ import annotations

import errno
import os
import re
import unicodedata
from pathlib import Path
from urllib.parse import unquote

from deckbuilder.cards import embedded, media_kinds, media_names, svg_safety
from deckbuilder.cards.embedded import Names
from deckbuilder.files.reading import MB, OutsideError, TooLargeError, UnfitError, read_whole
from deckbuilder.model.records import Media, MediaProblem

LARGEST = 100 * MB
"""Bytes of a picture or sound. Anki does not sync larger files, so that no phone would have them.

https://github.com/ankitects/anki/blob/main/rslib/src/sync/media/mod.rs (``MAX_INDIVIDUAL_MEDIA_FILE_SIZE``)
"""

_SCHEME = re.compile(r"[a-z][a-z0-9+-]+:|//", re.IGNORECASE)
_OF_WINDOWS = re.compile(r"[a-z]:|\\", re.IGNORECASE)
"""The beginning of a Windows path that names a drive, the root or a computer on the network."""


_SIZE = re.compile(r"(?P<path>.*\S)\s+=(?P<size>\d+%?(?:x\d*)?|x\d+)")
"""A path with a size as other tools write it: ``a.png =200x100``."""


def read_media(root: Path, folder: Path, written: str, names: Names | None = None) -> Media | MediaProblem:
    """Return the file that ``written`` names, or the code of the diagnostic about ``written``.

    ``written`` is the path in a Markdown file in ``folder``. The file must be inside ``root``. ``[[name]]`` is looked for in
    all of ``root``; ``names`` are the files there, if the caller reads several paths.
    The name in the package is flat and has a hash of the content. Two files never share a name.
    A file that learners have under a name never changes, because Anki never replaces a file of the same name.
    A changed picture changes the note, because Anki copies files only for new and updated notes.
    The result is the same on every system.
    """
    if name := embedded.name_in(written):
        return _embedded(root, folder, name, names or Names(root))
    if written.lower().startswith("file:") or _OF_WINDOWS.match(unquote(written)):
        return MediaProblem("media-outside")
    if _SCHEME.match(written):
        return MediaProblem("remote-media")
    if "\\" in unquote(written):
        return MediaProblem("backslash-media")
    tried = [_read(root, folder, name) for name in dict.fromkeys((written, unquote(written)))]
    if found := next((found for found in tried if not isinstance(found, MediaProblem) or found.code != "missing-media"), None):
        return found
    near = names.nearly(unquote(written)) if names else ""
    return MediaProblem("missing-media", _sized(written) or (f"did you mean '![[{near}]]'?" if near else ""))


def shown(found: Media | MediaProblem) -> Media | MediaProblem:
    """Return ``found``, or the problem with it if no client shows or plays such a file."""
    if isinstance(found, MediaProblem):
        return found
    if not media_kinds.is_shown(found.name):
        right = media_kinds.suffix_for(found.data)
        advice = f"it is a picture, so give its name the ending '{right}'" if right else media_kinds.CONVERT
        return MediaProblem("unshown-media", advice)
    fault = media_kinds.fault(found.name, found.data)
    if fault:
        return MediaProblem("broken-media", fault)
    unsafe = svg_safety.unsafe_part(found.data) if media_kinds.suffix_of(found.name) == ".svg" else ""
    return MediaProblem("active-media", unsafe) if unsafe else found


def _embedded(root: Path, folder: Path, name: str, names: Names) -> Media | MediaProblem:
    """Return the file that ``![[name]]`` means: a path from ``root``, a path from ``folder``, or the only file of that name."""
    tried = [_read(root, place, name) for place in dict.fromkeys((root, folder))]
    if found := next((found for found in tried if isinstance(found, Media)), None):
        return found
    if problem := next((found for found in tried if isinstance(found, MediaProblem) and found.code != "missing-media"), None):
        return problem
    paths = names.paths(name)
    if len(paths) > 1:
        return MediaProblem("ambiguous-media", ", ".join(f"'{path}'" for path in paths))
    near = names.nearly(name)
    return _read(root, root, paths[0]) if paths else MediaProblem("missing-media", f"did you mean '{near}'?" if near else "")


def _read(root: Path, folder: Path, name: str) -> Media | MediaProblem:
    """Return the file at the path ``name`` in ``folder``, or the problem with it."""
    if os.name == "nt" and ":" in name:  # Windows would open an alternate stream of a file
        return MediaProblem("missing-media")
    try:
        path = _spelled(folder, name)
        data = read_whole(path, LARGEST, root)
    except OutsideError:
        return MediaProblem("media-outside")
    except TooLargeError:
        return MediaProblem("large-media")
    except (PermissionError, UnfitError):
        return MediaProblem("unreadable-media")
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return MediaProblem("missing-media")
    return media_names.media(Path(os.path.realpath(path)), data)


def _sized(written: str) -> str:
    """Return what to write if ``written`` is a path and a size."""
    found = _SIZE.fullmatch(written)
    size = found["size"].strip("x") if found else ""
    return f"write a size behind the picture, '({found['path']}){{width={size.partition('x')[0]}}}'" if found else ""


def _spelled(folder: Path, name: str) -> Path:
    """Return the stored path of ``name`` in ``folder``. The Unicode form may differ from ``name``, the case may not.

    Some systems store ``ä`` as one character, some as two, and some take both forms for one name.
    A system that ignores case finds ``a.png`` as ``A.png``. A package from another system would lack the file.
    Raises OSError if no file has this name, and ValueError if no path can contain ``name``.
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
    """Return True if ``folder`` has the file ``name`` in another case, too. The stored name is then unknown."""
    other = name.swapcase()
    return other != name and os.path.lexists(folder / other)
