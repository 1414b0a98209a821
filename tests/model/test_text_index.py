"""The index of texts, compared with a look at all texts."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest

from deckbuilder.model.likeness import in_order, likeness
from deckbuilder.model.text_index import MOST, TextIndex
from tests.support import CONTENT

LEAST = 0.6


def headings(deck: str) -> list[str]:
    """Return the questions of one of our decks, as a lock keeps them."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((CONTENT / deck).glob("*.md"))]
    return [found[:100] for text in texts for found in re.findall(r"^## (.*?)(?: \{.*)?$", text, re.MULTILINE)]


def edited(rng: random.Random, text: str, pool: list[str], share: float) -> str:
    """Return ``text`` with about this share of its words removed, replaced or added."""
    between = " " if " " in text else ""
    pieces: list[str] = []
    for piece in text.split(" ") if between else list(text):
        kind = rng.random() / share
        pieces += (
            [] if kind < 1 / 3 else [rng.choice(pool)] if kind < 2 / 3 else [piece, rng.choice(pool)] if kind < 1 else [piece]
        )
    return between.join(pieces)[:100]


def by_all(text: str, texts: list[str]) -> float:
    """Return the likeness of the first of ``texts`` that is like ``text``, by a look at each in turn."""
    return next((found for found in (likeness(text, other) for other in texts) if found >= LEAST), 0.0)


def likeliest(index: TextIndex, texts: list[str], text: str) -> float:
    """Return the likeness of the most alike text that ``index`` finds."""
    return max((likeness(text, texts[number]) for number in index.like(text)), default=0.0)


@pytest.mark.slow
@pytest.mark.parametrize("deck", ["flask-en", "flask-zh"])
@pytest.mark.parametrize("seed", range(2))
def test_it_finds_as_good_a_text_as_a_look_at_each(deck: str, seed: int) -> None:
    rng, old = random.Random(seed), headings(deck)
    pool = [piece for text in old for piece in (text.split(" ") if " " in text else text)]
    new = [edited(rng, text, pool, rng.choice([0.05, 0.2, 0.4, 0.6, 1])) for text in old]
    rng.shuffle(new)
    index = TextIndex(new)
    good = [likeliest(index, new, text) >= by_all(text, new) for text in rng.sample(old, 100)]
    assert sum(good) >= 99


def test_a_few_texts_are_all_compared() -> None:
    texts = [f"{number:04}" for number in range(MOST)]
    assert TextIndex(texts).like("x") == [*range(MOST)]
    assert len(TextIndex([*texts, "0000"]).like("x")) == 0


@pytest.mark.parametrize(
    "make",
    [
        lambda _: "the same text for each question",
        lambda number: f"What is the output of the following program? Number {number}",
        lambda number: f"{number} " + "a b " * 20,
        lambda number: "問題" * 10 + str(number),
    ],
)
def test_a_search_looks_at_few_texts_even_if_all_are_alike(make: Callable[[int], str]) -> None:
    texts = [make(number) for number in range(5_000)]
    index = TextIndex(texts)
    assert len(index.like(make(10_000))) == MOST
    assert likeliest(index, texts, make(7)) == 1


def test_letters_in_order_are_at_least_as_many_as_in_equal_blocks() -> None:
    rng = random.Random(1)
    for _ in range(100):
        one, other = ("".join(rng.choices("ab c中", k=rng.randint(0, 30))) for _ in range(2))
        assert in_order(one, other) >= likeness(one, other) - 1e-9
        assert in_order(one, other) == pytest.approx(2 * slowly(one, other) / (len(one) + len(other) or 1) if one or other else 1)


def slowly(one: str, other: str) -> int:
    """Return the number of letters in the same order by the table of every textbook."""
    row = [0] * (len(other) + 1)
    for letter in one:
        before = 0
        for at, another in enumerate(other, 1):
            before, row[at] = row[at], before + 1 if letter == another else max(row[at], row[at - 1])
    return row[-1]
