"""The rules about running text read every place where a question has running text."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import deck

PLACES = {
    "heading": "## Q {} {{#q}}\n\na\n",
    "paragraph": "## Q {{#q}}\n\na {}\n",
    "item": "## Q {{#q}}\n\n- a {}\n",
    "hint": "## Q {{#q hint='a {}'}}\n\na\n",
    "source": "## Q {{#q}}\n\na\n\nSource: a {}\n",
    "footnote": "## Q {{#q}}\n\na[^1]\n\n[^1]: a {}\n",
    "second paragraph of a footnote": "## Q {{#q}}\n\na[^1]\n\n[^1]: b\n\n    a {}\n",
    "cell of a footnote": "## Q {{#q}}\n\na[^1]\n\n[^1]: b\n\n    | b |\n    |---|\n    | a {} |\n",
}
BAD = {
    r"\(x^2\) b": "tex-delimiter",
    r"\\(x^2\\) b": "tex-delimiter",
    "$ x^2 $ b": "stray-dollar",
    "$5%$ b": "tex-comment",
    r"$\frac{a}{b$": "broken-formula",
    "**Note: b": "literal-mark",
    "[b] (https://example.org/a)": "literal-mark",
    "![[Note]]": "no-embed",
    "git <path>": "unknown-tag",
    "see [[Note]]": "obsidian-syntax",
    "H~2~O": "literal-mark",
}
GOOD = "$x^2$, **b**, [b](https://example.org/a), `[[Note]]`, <b>b</b>, `\\(x\\)`, $5, 2 ** 3 and ~5%"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("bad", BAD)
def test_a_mistake_is_found_at_its_place(bad: str, place: str, tmp_path: Path) -> None:
    text = PLACES[place].format(bad)
    (problem,) = deck(tmp_path, text).diagnostics
    line, column = next((at, shown.find(bad[:2]) + 1) for at, shown in enumerate(text.split("\n"), 1) if bad in shown)
    assert problem.code == BAD[bad]
    assert problem.span.line == line
    assert column <= problem.span.column < column + len(bad)


@pytest.mark.parametrize("place", PLACES)
def test_good_text_is_good_in_every_place(place: str, tmp_path: Path) -> None:
    assert deck(tmp_path, PLACES[place].format(GOOD)).diagnostics == ()
