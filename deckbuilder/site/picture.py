"""A deck's id -> a picture that chats and social networks show beside a link to the deck: a card, in a colour of the deck.

The picture has no letters: no font has all scripts, and the network writes the deck's name beside the picture. The same id
gives the same picture.
"""

from __future__ import annotations

import colorsys
import hashlib
import struct
import zlib

WIDTH, HEIGHT = 1200, 630
"""Pixels, the form that the readers of https://ogp.me show large."""
_GROUND, _CARD, _TEXT, _QUIET, _BLOCK, _ACCENT, _STRING = range(7)
"""Places in the palette."""
_SHAPES = (
    (300, 60, 600, 510, 28, _CARD),
    (350, 110, 430, 26, 13, _TEXT),
    (350, 154, 290, 26, 13, _TEXT),
    (350, 210, 500, 130, 14, _BLOCK),
    (375, 234, 90, 18, 9, _ACCENT),
    (480, 234, 180, 18, 9, _QUIET),
    (415, 266, 140, 18, 9, _QUIET),
    (570, 266, 150, 18, 9, _STRING),
    (415, 298, 70, 18, 9, _ACCENT),
    (500, 298, 110, 18, 9, _QUIET),
    (350, 370, 500, 3, 0, _BLOCK),
    (350, 404, 470, 20, 10, _QUIET),
    (350, 440, 400, 20, 10, _QUIET),
    (350, 476, 440, 20, 10, _QUIET),
)
"""Rectangles: left, top, width, height, radius of the corners, place of the colour in the palette. Later ones are above."""


def picture(seed: str) -> bytes:
    """Return a PNG of ``WIDTH`` by ``HEIGHT`` pixels. ``seed`` decides the colour."""
    rows = [bytearray([_GROUND]) * WIDTH for _ in range(HEIGHT)]
    for left, top, width, height, radius, colour in _SHAPES:
        for y in range(height):
            cut = _cut(min(y, height - 1 - y), radius)
            rows[top + y][left + cut : left + width - cut] = bytes([colour]) * (width - 2 * cut)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    pixels = zlib.compress(b"".join(bytes(1) + row for row in rows), 9)
    chunks = ((b"IHDR", header), (b"PLTE", _palette(seed)), (b"IDAT", pixels), (b"IEND", b""))
    return bytes.fromhex("89504e470d0a1a0a") + b"".join(_chunk(name, data) for name, data in chunks)


def _cut(distance: int, radius: int) -> int:
    """Return the pixels that a round corner takes from a row ``distance`` rows from the edge."""
    return 0 if distance >= radius else round(radius - (radius**2 - (radius - distance - 0.5) ** 2) ** 0.5)


def _palette(seed: str) -> bytes:
    """Return the red, green and blue of each colour."""
    hue = hashlib.sha256(seed.encode()).digest()[0] / 256
    shades = ((0.42, 0.45), (0.98, 0.3), (0.2, 0.2), (0.72, 0.12), (0.93, 0.3), (0.45, 0.6), (0.55, 0.45))
    colours = [colorsys.hls_to_rgb(hue if at != _STRING else (hue + 0.4) % 1, *shade) for at, shade in enumerate(shades)]
    return bytes(round(255 * part) for colour in colours for part in colour)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
