"""Media types come from our own table: Windows knows fewer types, and its registry may have other types."""

from __future__ import annotations

import mimetypes

import pytest

from deckbuilder.cards.media_kinds import AUDIO, PICTURES, VIDEO
from deckbuilder.preview.media_types import _TYPES, media_type


@pytest.mark.parametrize("suffix", [*AUDIO, *VIDEO, *PICTURES])
def test_what_decks_show_has_a_type(suffix: str) -> None:
    kind = media_type(f"picture-12345678{suffix}")
    assert kind.startswith(("audio/", "image/", "video/", "application/ogg"))
    assert kind == media_type(f"A{suffix.upper()}")
    assert kind.startswith("audio/") == (suffix in AUDIO)


def test_others_are_bytes() -> None:
    assert {media_type(name) for name in ("a", "a.html", "a.js", "png", "a.")} == {"application/octet-stream"}


def test_they_agree_with_those_of_the_standard_library() -> None:
    """Python calls some types by an old name."""
    known = mimetypes.MimeTypes()  # without the tables of the system
    old = {
        "audio/x-wav": "audio/wav",
        "audio/x-aac": "audio/aac",
        "image/vnd.microsoft.icon": "image/x-icon",
        "image/x-ms-bmp": "image/bmp",
    }
    others = {suffix: known.guess_type(f"a.{suffix}")[0] for suffix in _TYPES}
    wrong = {suffix: kind for suffix, kind in others.items() if kind and old.get(kind, kind) != _TYPES[suffix]}
    assert wrong.keys() <= {"m4a", "opus", "flac", "3gp"}, wrong
