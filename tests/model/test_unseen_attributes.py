"""The attributes that keys and the fold need are on a card, and in no hash."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deckbuilder.model.unseen_attributes import names_language, reachable, without
from deckbuilder.publish.canonical_html import canonical
from deckbuilder.publish.stamps import content_hash, first_hash
from tests.support import TORTURE, built, deck

OURS = re.compile(r' (?:data-deckbuilder="[^"]*"|(?<!"diagram" )tabindex="0"|data-short)(?=[ >])')
"""The attributes. That of a diagram is a part of the drawing, which the content hash does not have; 0.1.0 drew none."""
FIELDS = {
    "code": ('<pre class="highlight" data-deckbuilder="python"><code>', ' data-deckbuilder="python" tabindex="0"'),
    "no language": ("<pre><code>a", '<pre data-deckbuilder="text" tabindex="0">'),
    "numbered": ('<pre class="highlight" data-deckbuilder="c++" style="counter-reset:line 0">', '"c++" tabindex="0" style='),
    "output wraps": ('<pre class="output"><code>', '<pre class="output"><code>'),
    "output that scrolls": (
        '<pre class="output scroll"><code>',
        '<pre class="output scroll" data-deckbuilder="text" tabindex="0">',
    ),
    "wrapped": ('<pre class="highlight wrap" data-deckbuilder="go"><code>', ' data-deckbuilder="go"><code>'),
    "short": (
        '<pre class="highlight long" data-deckbuilder="go"><code>' + "a\n" * 9 + "a</code></pre>",
        ' tabindex="0" data-short>',
    ),
    "long": ('<pre class="highlight long" data-deckbuilder="go"><code>' + "a\n" * 10 + "a</code></pre>", ' tabindex="0"><code>'),
    "short output": (
        '<pre class="output long">' + "a\n" * 6 + "a</pre>",
        '<pre class="output long" data-deckbuilder="text" data-short>',
    ),
    "table": ('<div class="tablewrap"><table>', '<div class="tablewrap" data-deckbuilder="table" tabindex="0"><table>'),
    "text about code": ("<p>&lt;pre&gt; and pre</p>", "<p>&lt;pre&gt; and pre</p>"),
}


@pytest.mark.parametrize("name", FIELDS)
def test_what_scrolls_takes_the_focus(name: str) -> None:
    html, expected = FIELDS[name]
    found = reachable(html)
    assert expected in found
    plain = html.replace(' data-deckbuilder="', "\0").split("\0")
    assert without(found) == without(html) == "".join([plain[0], *(part.partition('"')[2] for part in plain[1:])])
    assert canonical(found) == canonical(html)


def test_attributes_of_others_stay_in_the_hash() -> None:
    """An adopted deck may have them; its notes must not look unchanged if an author changes them."""
    for html in (
        '<pre class="shiki" tabindex="0">a</pre>',
        "<pre data-short>a</pre>",
        '<div class="tablewrap" tabindex="0">a</div>',
    ):
        assert without(html) == html
        assert reachable(html).count("tabindex") <= 1
        assert canonical(html) != canonical(html.replace(' tabindex="0"', "").replace(" data-short", ""))


def test_no_hash_of_a_note_sees_them() -> None:
    for entry in built(TORTURE).deck.entries:
        bare = entry.note._replace(fields=tuple(OURS.sub("", field) for field in entry.note.fields))
        assert content_hash(bare) == content_hash(entry.note)
        assert first_hash(bare) == first_hash(entry.note)
        assert tuple(map(reachable, entry.note.fields)) == entry.note.fields  # raw HTML, too
    assert any("tabindex" in field for entry in built(TORTURE).deck.entries for field in entry.note.fields)


def test_only_a_language_of_the_author_counts_as_one() -> None:
    assert not names_language(reachable('<pre><code>a</code></pre><div class="tablewrap"><table>'))
    assert names_language(reachable('<pre>a</pre><pre class="highlight" data-deckbuilder="ini">a</pre>'))


def test_an_author_cannot_take_the_focus(tmp_path: Path) -> None:
    found = deck(tmp_path, '## Q {#q}\n\n<pre tabindex="7">a</pre>\n')
    assert "7" not in found.deck.entries[0].note.fields[1]
