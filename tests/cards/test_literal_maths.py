r"""Text that looks like a formula to MathJax has a border in it; formulas, code and tags stay as they are."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from deckbuilder.cards.literal_maths import BORDER, shielded
from deckbuilder.model.control_characters import MATHS
from tests.support import deck, note, text_of

BEGIN, END = MATHS["inline"]
TEXT = [
    r"\(x\)",
    r"a \[x\]",
    r"&#92;(x",
    "&#x5C;[x",
    r"\&#40;x",
    "&bsol;&lpar;x",
    r"<p>\\(x</p>",
    r"<b>\<wbr>(x</b>",
    "\\<wbr><wbr>&#91;",
]
FREE = [
    r"<code>\(x\)</code>",
    r"<pre>a \[x</pre>",
    rf"{BEGIN}\left\( a{END}",
    r'<b title="\(x">x</b>',
    r"C:\<br>(x)",
    r"x\) \] \{",
    "&#920;(x",
    "\\",
    r"\ (x",
]


class _Strings(HTMLParser):
    """The pieces of text that MathJax reads as one: it reads on over ``<wbr>`` only."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found = [""]
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self.found += [] if tag == "wbr" else [""]

    def handle_endtag(self, tag: str) -> None:
        self.handle_starttag(tag, [])

    def handle_data(self, data: str) -> None:
        self.found[-1] += data


@pytest.mark.parametrize("html", TEXT)
def test_text_like_a_formula_has_a_border(html: str) -> None:
    assert any("\\(" in piece or "\\[" in piece for piece in _Strings(html).found)
    assert not any("\\(" in piece or "\\[" in piece for piece in _Strings(shielded(html)).found)
    assert text_of(shielded(html)) == text_of(html)


@pytest.mark.parametrize("html", FREE)
def test_all_else_stays(html: str) -> None:
    assert shielded(html) == html


def test_every_place_of_a_question(tmp_path: Path) -> None:
    text = "## Q \\\\(a {#q hint='\\\\(b'}\n\n| \\\\(c |\n|---|\n| \\\\[d[^1] |\n\n[^1]: \\\\(e\n\nSource: \\\\(f\n"
    fields = "".join(note(tmp_path, text).fields)
    assert fields.count(f"\\{BORDER}(") + fields.count(f"\\{BORDER}[") == 6


def test_a_text_to_type_stays_plain(tmp_path: Path) -> None:
    found = deck(tmp_path, "## Q {#q .typed}\n\n\\\\(x\n\nWhy \\\\(y\n").deck.entries[0].note.fields
    assert [text for text in found if "(" in text] == [f"<p>Why \\{BORDER}(y</p>", "&#92;(x"]
