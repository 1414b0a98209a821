"""``deck.toml`` and ``style.css``, separated by a line ``%%``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests.fuzz import parts, promises

QUESTIONS = """# Title

## What? {#a}

That.

## The {{c1::cloze}}. {#b .cloze}

### And

Deeper.
"""


@cache
def folder() -> Path:
    """Write a deck with a question of each note type, once; return its folder."""
    made = promises.scratch() / "toml"
    made.mkdir()
    (made / "1.md").write_text(QUESTIONS, encoding="utf-8")
    return made


def check(data: bytes, *, whole: bool = False) -> None:
    """Check a deck whose settings and style are ``data``."""
    toml, style = parts.split(data, 2)
    (folder() / "deck.toml").write_bytes(toml)
    (folder() / "style.css").write_bytes(style)
    with promises.quick(len(data)):
        promises.deck(folder(), whole=whole)
