"""Suffixes of pictures and sounds -> their media types.

Python's ``mimetypes`` asks the system. Windows does not know all of these suffixes, and its registry may have other types.
"""

from __future__ import annotations

from pathlib import PurePath

_TYPES = {
    "3gp": "video/3gpp",
    "aac": "audio/aac",
    "apng": "image/apng",
    "avi": "video/x-msvideo",
    "avif": "image/avif",
    "bmp": "image/bmp",
    "flac": "audio/flac",
    "flv": "video/x-flv",
    "gif": "image/gif",
    "ico": "image/x-icon",
    "jfif": "image/jpeg",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "m4a": "audio/mp4",
    "m4v": "video/mp4",
    "mkv": "video/x-matroska",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "mpeg": "video/mpeg",
    "mpg": "video/mpeg",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "ogv": "video/ogg",
    "ogx": "application/ogg",
    "opus": "audio/ogg",
    "png": "image/png",
    "spx": "audio/ogg",
    "svg": "image/svg+xml",
    "wav": "audio/wav",
    "webm": "video/webm",
    "webp": "image/webp",
}
"""Media types by suffix: https://www.iana.org/assignments/media-types and https://developer.mozilla.org/docs/Web/Media."""


def media_type(name: str) -> str:
    """Return the media type of the file ``name``; ``application/octet-stream`` for an unknown suffix."""
    return _TYPES.get(PurePath(name).suffix[1:].lower(), "application/octet-stream")
