r"""A mark such as ``\(`` is reported in words on a card, but not in attributes, addresses, pictures and code."""

from __future__ import annotations

from pathlib import Path

import pytest

from deckbuilder.check.prose import shown_words
from tests.support import deck

MARKS = [
    r"\\(t\\)",
    r"\(t^2\)",
    r"\begin{align}",
    "[$]x[/$]",
    "$ x^2 $",
    r"$5%$",
    r"$\frac{a$",
    "[[Note]]",
    "x %%a%% y",
    "H~2~O",
    "x ^[note]",
    "{% raw %}",
]
"""Each of these has a warning in running text."""
HIDDEN = [
    '<span title="{}">x</span>',
    "<abbr\n  title='{}'>x</abbr>",
    "<code>{}</code>",
    "<kbd>a <b>b</b> {}</kbd>",
    '[a](https://example.org "{}")',
    '![a](https://example.org/a.png "{}")',
]
SHOWN = [
    "<b>{}</b>",
    '<span title="x">{}</span>',
    "<code>a</code> {} <code>a</code>",
    '[a](https://example.org "b") {}',
    "<path {}",
    "](x {}",
]


def reported(folder: Path, text: str) -> list[str]:
    found = deck(folder, f"## What is it? {{#a}}\n\nSee {text} here.\n").diagnostics
    codes = {
        "tex-delimiter",
        "stray-dollar",
        "tex-comment",
        "broken-formula",
        "obsidian-syntax",
        "obsidian-comment",
        "literal-mark",
    }
    return [problem.code for problem in found if problem.code in codes]


@pytest.mark.parametrize("place", HIDDEN)
@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_that_is_no_word_on_the_card_is_free(mark: str, place: str, tmp_path: Path) -> None:
    assert reported(tmp_path, place.format(mark)) == []


@pytest.mark.parametrize("place", SHOWN)
@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_on_the_card_is_reported(mark: str, place: str, tmp_path: Path) -> None:
    assert reported(tmp_path, place.format(mark)) != []


def test_a_link_that_is_none_is_looked_for_outside_tags(tmp_path: Path) -> None:
    link = "[a] (https://example.org)"
    assert reported(tmp_path, link) == ["literal-mark"]
    assert reported(tmp_path, f'<span title="{link}">x</span>') == []


def test_words_keep_their_places() -> None:
    text = 'a <b title="c\nd">e</b> `f` [g](h "i") <https://j> ![k](l) <code>m <i>n</i></code> o <p q'
    read = shown_words(text)
    assert "".join(read.split()) == "ae[go<pq"
    assert [at for at, char in enumerate(text) if char == "\n"] == [at for at, char in enumerate(read) if char == "\n"]
    assert all(char in (" ", "\n") or char == text[at] for at, char in enumerate(read))
    assert len(read) == len(text)
