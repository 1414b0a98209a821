"""A file -> its name in the package, and the bytes that every system packs for it.

The name has a hash of the bytes. So a changed picture has another name, and the note that shows the picture changes, too.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import PurePath

from deckbuilder.cards.media_kinds import suffix_of
from deckbuilder.model.control_characters import NUL
from deckbuilder.model.records import Media

_TEXTS = (".svg",)
"""Suffixes of pictures that are text: git may write other line ends into them on another system."""
_SHORT, _MOST = 8, 64
"""Hexadecimal digits of SHA-256 in a name: in most names, and in the longest names."""
_HASHED = re.compile(r"(?P<stem>.*)-(?P<digits>[0-9a-f]{8,64})(?P<suffix>(?:\.[a-z0-9.]*)?)", re.DOTALL)


def media(path: PurePath, data: bytes) -> Media:
    """Return the file ``path`` with the content ``data``, as it is packed: the line ends of a text are ``\\n``."""
    packed = _with_line_ends(data, b"\n") if suffix_of(path.name) in _TEXTS else data
    stem = unicodedata.normalize("NFKD", path.stem).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9._-]+", "-", stem).strip("._-")[:60] or "media"
    suffix = re.sub(r"[^a-z0-9.]", "", path.suffix.lower())[:40]  # Anki cuts a name of more than 120 bytes
    return Media(f"{stem}-{_hash(packed)[:_SHORT]}{suffix}", packed)


def longer(file: Media) -> Media | None:
    """Return ``file`` with twice as many digits in its name, None if it has all digits.

    A short name may be that of another file.
    """
    found = _HASHED.fullmatch(file.name)
    if not found or len(found["digits"]) >= _MOST:
        return None
    return Media(f"{found['stem']}-{_hash(file.data)[: 2 * len(found['digits'])]}{found['suffix']}", file.data)


def with_windows_lines(file: Media) -> Media:
    """Return ``file`` as 0.1.0 packed it on a system where git writes ``\\r\\n``."""
    found = _HASHED.fullmatch(file.name)
    if not found or suffix_of(file.name) not in _TEXTS:
        return file
    data = _with_line_ends(file.data, b"\r\n")
    return Media(f"{found['stem']}-{_hash(data)[:_SHORT]}{found['suffix']}", data)


def digest(data: bytes) -> str:
    """Return a hash of ``data``: 16 hexadecimal digits of SHA-1, which packages of Anki have of each file, too."""
    return short_digest(hashlib.sha1(data, usedforsecurity=False).hexdigest())


def short_digest(sha1: str) -> str:
    """Return the ``digest`` of the file with this SHA-1, in hexadecimal digits."""
    return sha1[:16]


def digests(data: bytes) -> set[str]:
    """Return the hashes of ``data`` with each kind of line ends."""
    return {digest(form) for form in (data, _with_line_ends(data, b"\n"), _with_line_ends(data, b"\r\n"))}


def _with_line_ends(data: bytes, ends: bytes) -> bytes:
    """Return ``data`` with ``ends``. Data with a NUL is no text for git, which changes no line end in such data."""
    return data if NUL.encode() in data else data.replace(b"\r\n", b"\n").replace(b"\n", ends)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
