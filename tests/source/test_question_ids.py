from __future__ import annotations

import pytest

from deckbuilder.source.question_ids import free_id, free_name, is_id, slug


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What is `g`?", "what-is-g"),
        ("{{c1::Flask}} 是什么", "flask-是什么"),
        ("Straße", "strasse"),
        ("???", ""),
        ("a" * 80, "a" * 60),
        ("☁\ufe0f Cloud", "cloud"),
        ("a\ufe0fb", "ab"),
        ("1\ufe0f\u20e3 First", "1-first"),
        ("#\ufe0f\u20e3", ""),
        ("葛\U000e0100城", "葛城"),
        ("a\u3164b", "ab"),
        ("👩🏽\u200d💻 Work ❤\ufe0f", "work"),
        ("प्रश्न", "प्रश्न"),
    ],
)
def test_slug(text: str, expected: str) -> None:
    assert slug(text) == expected
    assert is_id(expected) is bool(expected)


@pytest.mark.parametrize("text", ["", "a b", "a_b", "a.b"])
def test_what_is_no_id(text: str) -> None:
    assert not is_id(text)


def test_ids_give_way_to_those_that_are_taken() -> None:
    taken = {"a-2": 1}
    assert [free_id(text, taken) for text in ("A", "a", "A!", "?", "?")] == ["a", "a-3", "a-4", "question", "question-2"]


def test_names_keep_their_ending_and_their_case() -> None:
    taken: dict[str, int] = {}
    assert [free_name("A", taken, ending) for ending in (".png", ".PNG", ".txt")] == ["A.png", "A-2.PNG", "A.txt"]
