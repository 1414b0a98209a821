"""An author edits one word in each answer of an adopted package. After an import in the real Anki, only these words differ."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from random import Random

import genanki
import pytest
from anki.collection import Collection
from click.testing import Result

from deckbuilder.adopt.packages import package_notes
from tests.adopt.packages import BACK, CODE, Import, content, counts, made, model, note, notes
from tests.support import TIME

pytestmark = pytest.mark.slow

Invoke = Callable[..., Result]
FIELDS = "Word Meaning Example Notes Picture Extra"
FRONTS = [
    "{{Word}}",
    "<b>{{Word}}</b>{{#Picture}}<br>{{Picture}}{{/Picture}}",
    "{{#Notes}}{{Word}}{{/Notes}}{{^Notes}}{{Word}}?{{/Notes}}",
]
BACKS = [
    BACK + "{{Meaning}}<p>{{Example}}</p>{{#Notes}}<small>{{Notes}}</small>{{/Notes}}",
    "{{Example}}{{^Example}}no example{{/Example}}<div>{{Meaning}}</div>{{hint:Notes}}{{Extra}}",
    BACK + "{{#Example}}{{#Notes}}{{Notes}}{{/Notes}}{{Example}}{{/Example}}{{Meaning}}{{furigana:Extra}}",
]
SECOND = [("{{Meaning}}", BACK + "{{Word}}"), ("{{Example}}{{Notes}}", "{{Word}} {{Meaning}}"), ("{{#Extra}}{{Extra}}{{/Extra}}", "{{Word}}")]  # fmt: skip
HTML = [
    "word",
    "word and another",
    'a <span style="font-size: 20px">big word</span> here',
    "<div>first word</div><div><br></div><div>second</div>",
    "<ul><li>one word</li><li>two <b>bold</b></li></ul>",
    '<h2>Title word<a class="anchor" href="#t"><svg class="octicon"><path d="M1"/></svg></a></h2>text ¶',
    f'<pre class="x"><code>{CODE.replace("<", "&lt;")}\n\n\nword = 1  \n</code></pre>',
    '<table><tr><td>cell</td><td colspan="2">word</td></tr></table>',
    r"\(x^2\) is a word &amp; more",
    "<style>.x { color: red }</style>styled word",
    '<font color="#ff0000">red</font> word [sound:word.mp3]',
    '<img src="a b.png"> a word',
    "一个 word 中文",
    "5 < 6 word",
]


_HINT = re.compile(r"hint[0-9a-f]{8,}")


def types(random: Random, number: int) -> genanki.Model:
    """Return a note type with some of the shapes above, and with one, two or three cards."""
    cards = [(random.choice(FRONTS), random.choice(BACKS)), *random.sample(SECOND, random.choice([0, 0, 1, 2]))]
    return model(f"Words {number}", 500 + number, FIELDS, *cards)


def of_type(random: Random, kind: genanki.Model, number: int) -> genanki.Note:
    filled = [f"w{number}", *("" if random.random() < 0.3 else random.choice(HTML) for _ in FIELDS.split()[1:])]
    filled[1] = filled[1] or "meaning word"
    return note(kind, *(re.sub(r"\bword\b(?!\.mp3)", f"word{number}x{at}", text) for at, text in enumerate(filled)))


@pytest.mark.parametrize("seed", range(int(os.environ.get("HISTORIES", "200")) // 20))
def test_only_the_edited_word_differs(
    seed: int, invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, import_package: Import, collection: Collection
) -> None:
    random = Random(seed)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(TIME))
    kinds = [types(random, number) for number in range(3)]
    items = [of_type(random, random.choice(kinds), number) for number in range(12)]
    package = made(tmp_path, ("Words", [*items, *notes()] if seed == 0 else items))
    import_package(package)
    before, looks = content(collection), {number: cards(collection, number) for number in collection.find_notes("")}
    (deck,) = package_notes.adopt(package).decks
    assert invoke("adopt", package, "-o", "deck").exit_code == 0
    (path,) = (tmp_path / "deck").glob("*.md")
    text = path.read_text(encoding="utf-8")
    edited = {}
    for item in deck.notes:
        answer = [at for part in ("answer", "typed") for at in item.layout.places.get(part, ())]
        found = [(at, word) for at in answer for word in re.findall(r"word\d+x\d+(?!\.mp3)", item.note.fields[at])]
        if found:
            at, word = random.choice(found)
            assert text.count(word) >= 1, "each field is in the Markdown"
            text = re.sub(rf"{word}(?![\d.])", f"{word}New", text)
            edited[item.note.guid] = (at, word)
    assert len(edited) > 6
    path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(TIME + 86_400))
    result = invoke("release", "deck")
    assert result.exit_code == 0, result.output
    log = import_package(tmp_path / "dist" / "deck.apkg")
    assert counts(log) == (0, len(edited), len(deck.notes) - len(edited), 0)
    collection.close()
    collection.reopen()  # Anki caches note types
    after = content(collection)
    for guid, row in before.items():
        fields = row[0].split("\x1f")
        if guid in edited:
            at, word = edited[guid]
            fields[at] = re.sub(rf"{word}(?![\d.])", f"{word}New", fields[at])
        assert after[guid][0].split("\x1f") == fields
        assert after[guid][1] == row[1]
    for number, look in looks.items():
        assert [tuple(side.replace("New", "") for side in card) for card in cards(collection, number)] == look


def cards(collection: Collection, number: int) -> list[tuple[str, str]]:
    """Return front and back of each card of a note, with the style of its note type. Anki hashes the text of a hint for its id."""
    sides = [(card.question(), card.answer()) for card in collection.get_note(number).cards()]  # type: ignore[arg-type]
    return [(_HINT.sub("hint", question), _HINT.sub("hint", answer)) for question, answer in sides]
