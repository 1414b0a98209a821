"""The name and the bytes of a file -> how Anki shows it, or the reason why Anki does not show it."""

from __future__ import annotations

import codecs
import re
from pathlib import PurePath

PICTURES = (".apng", ".avif", ".bmp", ".gif", ".ico", ".jfif", ".jpeg", ".jpg", ".png", ".svg", ".webp")
"""Suffixes of pictures that the browsers in all clients show: https://developer.mozilla.org/docs/Web/Media/Guides/Formats."""
AUDIO = (".aac", ".flac", ".m4a", ".mp3", ".oga", ".ogg", ".opus", ".spx", ".wav")
VIDEO = (".3gp", ".avi", ".flv", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".ogv", ".ogx", ".webm")
PLAYED = AUDIO + VIDEO
"""Suffixes of sounds and videos, which Anki plays by ``[sound:…]``. Anki's own list is ``audio`` in ``qt/aqt/editor_legacy.py``."""

_SIGNATURES = (
    ("89504e470d0a1a0a", ".png"),
    ("ffd8ff", ".jpg"),
    ("474946383761", ".gif"),
    ("474946383961", ".gif"),
    ("424d", ".bmp"),
    ("00000100", ".ico"),
    ("00000200", ".ico"),
)
"""The first bytes of pictures: https://mimesniff.spec.whatwg.org/#image-type-pattern-matching-algorithm."""
_OTHERS = (
    (b"version https://git-lfs".hex(), "a pointer of Git LFS; run 'git lfs pull' to get the file"),
    (b"%PDF".hex(), "a PDF; save it as PNG, JPEG, WebP or SVG"),
    ("49492a00", "a TIFF; save it as PNG, JPEG or WebP"),
    ("4d4d002a", "a TIFF; save it as PNG, JPEG or WebP"),
    (b"8BPS".hex(), "a Photoshop file; save it as PNG, JPEG or WebP"),
    ("1f8b", "compressed by gzip; unpack it"),
    ("504b0304", "a zip file; unpack it"),
)
"""The first bytes of files that no client shows, and the words about them."""
_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_BYTE_ORDERS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SVG = re.compile(rb"<(?:[\w.-]+:)?svg\b[^>]*", re.IGNORECASE)
_SVG_NAMESPACE = b"http://www.w3.org/2000/svg"
_HEAD = 4096
"""Bytes at the beginning of a file that show the kind of its content."""
_BROWSERS = (b"avif", b"avis")
_APPLE = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
CONVERT = "save it as PNG, JPEG, WebP, SVG, MP3 or MP4, or write its content as text"


def suffix_of(name: str) -> str:
    """Return the suffix of a file's name in lower case, with its dot; ``""`` for none."""
    return PurePath(name).suffix.lower()


def is_shown(name: str) -> bool:
    """Return True if clients show or play a file with this name."""
    return suffix_of(name) in PICTURES or suffix_of(name) in PLAYED


def suffix_for(data: bytes) -> str:
    """Return the suffix for the picture ``data``; ``""`` if ``data`` is no picture that clients show."""
    return _format(data) or (".svg" if data and not _svg_fault(data) else "")


def fault(name: str, data: bytes) -> str:
    """Return words about ``data`` if ``data`` is no file of the kind that ``name`` says: its kind, and the way out. Else ``""``."""
    head = data[:_HEAD].removeprefix(codecs.BOM_UTF8)
    if not data:
        return "empty; save it again"
    known = next((message for begin, message in _OTHERS if head.startswith(bytes.fromhex(begin))), "")
    if known or suffix_of(name) in PLAYED:
        return known or ("a page of HTML; download the file itself" if _HTML.match(head) else "")
    if suffix_of(name) == ".svg":
        return _svg_fault(data)
    if _format(data):
        return ""
    if head[4:8] == b"ftyp" and head[8:12] in _APPLE:
        return "a HEIC picture, which only Apple shows; save it as JPEG, PNG or WebP"
    if _HTML.match(head):
        return "a page of HTML; download the picture itself"
    if _SVG.search(head):
        return "an SVG drawing; rename it to '.svg'"
    return "no picture; save it again, or download it again"


def _format(data: bytes) -> str:
    """Return the suffix of the picture ``data``, except SVG; ``""`` for anything else."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return ".webp"
    if data[4:8] == b"ftyp" and any(brand in data[8 : int.from_bytes(data[:4])] for brand in _BROWSERS):
        return ".avif"
    return next((suffix for begin, suffix in _SIGNATURES if data.startswith(bytes.fromhex(begin))), "")


def _svg_fault(data: bytes) -> str:
    if _HTML.match(data[:_HEAD]):
        return "a page of HTML; download the drawing itself"
    if data.startswith(_BYTE_ORDERS):
        return ""  # UTF-16, as some editors write it
    tag = _SVG.search(data)
    if tag is None:
        right = _format(data)
        return f"no SVG drawing but a picture; rename it to '{right}'" if right else "no SVG drawing; save it again"
    if _SVG_NAMESPACE not in data:
        return f"a drawing without a namespace, which no browser shows; write '<svg xmlns=\"{_SVG_NAMESPACE.decode()}\"'"
    return ""
