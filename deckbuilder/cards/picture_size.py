"""The bytes of a picture -> its width and height, from the first bytes of each format. Nothing is decoded."""

from __future__ import annotations

import re
from collections.abc import Iterator

_JPEG_SIZE = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The segments of a JPEG that have its size: SOF0 to SOF15, without DHT, JPG and DAC (ITU-T T.81, table B.1)."""
_AVIF_SIZE = re.compile(rb"ispe.{4}(.{4})(.{4})", re.DOTALL)
_HEAD = 65_536
"""Bytes of an AVIF picture in which its sizes are."""


def pixels(data: bytes) -> tuple[int, int] | None:
    """Return (width, height) of the picture ``data`` in pixels; None for a drawing, and for an unknown or damaged format."""
    if data[1:4] == b"PNG" and len(data) >= 24:
        return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    if data.startswith((b"GIF87a", b"GIF89a")) and len(data) >= 10:
        return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    if data.startswith(bytes.fromhex("ffd8ff")):
        return next(_jpeg(data), None)
    if data.startswith(b"BM") and len(data) >= 26:
        return int.from_bytes(data[18:22], "little", signed=True), abs(int.from_bytes(data[22:26], "little", signed=True))
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP" and len(data) >= 30:
        return _webp(data)
    if data[4:8] == b"ftyp":
        sizes = [(int.from_bytes(width), int.from_bytes(height)) for width, height in _AVIF_SIZE.findall(data[:_HEAD])]
        return max(sizes, default=None)
    return None


def _jpeg(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield the size in each segment that has one. Fill bytes 0xFF may be before a segment."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in _JPEG_SIZE:
            yield int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7])
        at += 2 + int.from_bytes(data[at + 2 : at + 4])


def _webp(data: bytes) -> tuple[int, int] | None:
    """Return the size in the first chunk: https://developers.google.com/speed/webp/docs/riff_container."""
    if data[12:16] == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if data[12:16] == b"VP8 ":
        return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF
    bits = int.from_bytes(data[21:25], "little")
    return ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1) if data[12:16] == b"VP8L" else None
