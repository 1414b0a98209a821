"""The bytes of a protobuf message -> its fields, as far as Anki's packages need.

https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_LONGEST = 10
"""Bytes of a number of 64 bits. Without a limit, a long number would take quadratic time."""


def fields(data: bytes) -> Iterator[tuple[int, Any]]:
    """Yield (number, value) of each field of the message ``data``. Numbers are int, all other values bytes.

    Raises IndexError or ValueError if ``data`` is no message.
    """
    at = 0

    def varint() -> int:
        nonlocal at
        value = 0
        for shift in range(0, 7 * _LONGEST, 7):
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
        raise ValueError("not a protobuf message")

    while at < len(data):
        key = varint()
        number, wire = key >> 3, key & 7
        if wire == 0:
            yield number, varint()
            continue
        if wire not in (1, 2, 5):
            raise ValueError("not a protobuf message")
        size = varint() if wire == 2 else 8 if wire == 1 else 4
        if size > len(data) - at:
            raise ValueError("a truncated protobuf message")
        yield number, data[at : at + size]
        at += size
