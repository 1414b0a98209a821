"""The examples of CommonMark and GFM, which others wrote: each is as they say, or deviates for a reason that is given here."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

import markdown
import pytest

from deckbuilder.markdown.extension import GitHub
from tests.conftest import lacking
from tests.markdown.specifications import MARKO, Example, download, examples, normalised

pytestmark = pytest.mark.slow

RULE = "a line '---' is always a rule: it ends the question's side of a card"
NO_HTML = "a tag that is no element of HTML is text, also alone on its line and in a block of HTML"
INSTRUCTION = "an instruction, a declaration and CDATA are text: they are no HTML that a card may have"
COMMONMARK = {
    **dict.fromkeys((59, 80, 83, 84, 86, 89, 90, 91, 95, 96, 102, 103, 115, 141, 300), RULE),
    163: NO_HTML,
    **dict.fromkeys((180, 182), INSTRUCTION),
}
SAFETY = "raw HTML is judged by the sanitiser, and not here"
GFM = {652: SAFETY}
COMMENT = "a comment is for authors"
EXTENDED = "a bare address is a link, as GFM has it"
SCHEME = "'<scheme:…>' without a host is text, as in '<int:id>'"
ON_CARDS = COMMONMARK | {
    **dict.fromkeys((177, 179, 183, 308, 309, 625, 626), COMMENT),
    **dict.fromkeys((602, 608, 611, 612), EXTENDED),
    **dict.fromkeys((598, 601), SCHEME),
    **dict.fromkeys((150, 201, 491, 524, 536, 613, 614, 615, 617, 623), NO_HTML),
    **dict.fromkeys((181, 627, 628, 629), INSTRUCTION),
}
"""The examples that differ when cards are rendered, with CommonMark's deviations among them."""

_CODE = re.compile(r'<pre(?: class="[a-z ]*")?(?: data-deckbuilder="[^"]*")?><code>(.*?)</code></pre>', re.DOTALL)
_SPAN = re.compile(r"</?span[^>]*>")


@pytest.fixture(scope="session")
def distribution() -> Path:
    folder = Path(tempfile.gettempdir(), f"specifications-marko-{MARKO}")
    folder.mkdir(exist_ok=True)
    try:
        return download(folder)
    except subprocess.CalledProcessError:
        lacking("the specifications cannot be downloaded")


def adapted(html: str) -> str:
    """Return ``html`` of ours as the specifications write it: code without colours, boxes as form fields, aligned cells."""
    html = _CODE.sub(lambda match: f"<pre><code>{_SPAN.sub('', match[1])}</code></pre>", html)
    html = html.replace('<li class="task">☐', '<li><input disabled="" type="checkbox">')
    html = html.replace('<li class="task done">☑', '<li><input checked="" disabled="" type="checkbox">')
    html = html.replace('<div class="tablewrap">', "").replace("</table></div>", "</table>")
    return re.sub(r' style="text-align:(\w+)"', r' align="\1"', html)


def expected(html: str) -> str:
    """Return ``html`` of a specification without the language, and without the end of the last line, of code."""
    html = re.sub(r' class="language-[^"]*"', "", html)
    return re.sub(r"(<pre><code>[^<]*)\n</code></pre>", r"\1</code></pre>", html)


def wrong(found: list[Example], *, commonmark: bool) -> list[int]:
    """Return the numbers of the examples that come out otherwise."""
    converter = markdown.Markdown(extensions=[GitHub(commonmark=commonmark)], output_format="html")
    return [
        example.number
        for example in found
        if normalised(adapted(converter.reset().convert(example.markdown))) != normalised(expected(example.html))
    ]


def test_commonmark(distribution: Path) -> None:
    found = examples(distribution, "commonmark")
    assert len(found) == 652
    assert wrong(found, commonmark=True) == sorted(COMMONMARK)
    assert len(found) - len(COMMONMARK) >= 634


def test_commonmark_as_cards_are_rendered(distribution: Path) -> None:
    assert wrong(examples(distribution, "commonmark"), commonmark=False) == sorted(ON_CARDS)


def test_gfm(distribution: Path) -> None:
    found = [example for example in examples(distribution, "gfm") if example.extension]
    assert Counter(example.extension for example in found) == {
        "autolink": 11,
        "table": 8,
        "strikethrough": 2,
        "disabled": 2,
        "tagfilter": 1,
    }
    assert wrong(found, commonmark=False) == sorted(GFM)
