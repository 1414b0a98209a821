from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from deckbuilder.model.likeness import alike, likeness

TEXTS = st.text("abc ", max_size=12)


@given(TEXTS, TEXTS, st.sampled_from([0.0, 0.35, 0.6, 0.9, 1.0]))
def test_the_quick_no_is_right(one: str, other: str, least: float) -> None:
    assert alike(one, other, least) is (likeness(one, other) >= least)


def test_the_ends_of_the_scale() -> None:
    assert (likeness("a", "a"), likeness("a", "b")) == (1, 0)
