"""The bytes of a Markdown file -> its package."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests.fuzz import promises

TOML = 'id = "fuzz"\nname = "Fuzz"\nlanguage = "zh-CN"\ntags = ["fuzz"]\ndescription = "A *deck*."\n'


@cache
def folder() -> Path:
    """Write a deck without questions, with a picture and a sound, once; return its folder."""
    made = promises.scratch() / "markdown"
    made.mkdir()
    (made / "deck.toml").write_text(TOML, encoding="utf-8")
    (made / "p.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (made / "s.mp3").write_bytes(b"ID3")
    return made


def check(data: bytes, *, whole: bool = False) -> None:
    """Check a deck whose only file is ``data``."""
    (folder() / "1.md").write_bytes(data)
    with promises.quick(len(data)):
        promises.deck(folder(), whole=whole)
