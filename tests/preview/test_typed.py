"""A typed answer is compared with the right answer as in Anki."""

from __future__ import annotations

import pytest
from anki.collection import Collection

from deckbuilder.preview.typed import compared

PAIRS = [
    ("308", "308"),
    ("308", ""),
    ("308", "301"),
    ("abc", "zzz"),
    ("abc", "xabc"),
    ("abc", "ab"),
    ("abc", "bc"),
    ("hello world", "helo worldx"),
    ("a<b & c", "a>b & c"),
    ("签名", "签字"),
    ("url_for('index')", 'url_for("index")'),
]


@pytest.mark.parametrize(("expected", "typed"), PAIRS)
def test_as_anki_does(expected: str, typed: str, collection: Collection) -> None:
    assert compared(expected, typed) == collection.compare_answer(expected, typed)
