"""Decks made elsewhere: adopted, edited, released, and imported over the original, in the real Anki."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import sys
import zipfile
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from random import Random
from typing import Any

import genanki
import pytest
from anki.collection import Collection, ExportAnkiPackageOptions, ImportLogWithChanges
from click.testing import Result
from hypothesis import given, settings
from hypothesis import strategies as st
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from deckbuilder.adopt.draft import compose
from deckbuilder.adopt.packages.convert import Sides, converted
from deckbuilder.adopt.packages.left_out import NotCarriedError
from deckbuilder.adopt.packages.raw_html import words
from deckbuilder.cards.render import render
from deckbuilder.model.diagnostics import Span
from deckbuilder.model.records import Kind, Settings, Source
from deckbuilder.package.comparison import compare
from deckbuilder.package.read_package import unpack
from deckbuilder.publish import adopted_notes
from deckbuilder.source import adopted_file, lock_file
from deckbuilder.source.parse import parse
from tests.support import ROOT, TIME, built
from tests.whole.test_anki import state

SETTINGS = Settings(id="x", name="X", span=Span(""))
Invoke = Callable[..., Result]
Import = Callable[[Path | bytes], ImportLogWithChanges.Log]

OLD = TIME - 10**6
"""When the packages of other tools were made."""
BACK = '{{FrontSide}}<hr id="answer">'
BASIC = genanki.Model(
    1607392319,
    "Simple",
    fields=[{"name": "Question"}, {"name": "Answer"}],
    templates=[{"name": "Card 1", "qfmt": "{{Question}}", "afmt": BACK + "{{Answer}}"}],
    css=".card { text-align: center } .k { color: green }",
)
BOTH_WAYS = genanki.Model(
    1607392320,
    "Both ways",
    fields=[{"name": "Term"}, {"name": "Meaning"}, {"name": "Reverse?"}, {"name": "Source"}],
    templates=[
        {"name": "There", "qfmt": "{{Term}}", "afmt": BACK + "{{Meaning}}{{#Source}}<p>{{Source}}</p>{{/Source}}"},
        {"name": "Back", "qfmt": "{{#Reverse?}}{{Meaning}}{{/Reverse?}}", "afmt": BACK + "{{Term}}"},
    ],
)
CLOZE = genanki.Model(
    1607392321,
    "Gaps",
    fields=[{"name": "Title"}, {"name": "Text"}, {"name": "Extra"}],
    templates=[
        {"name": "Cloze", "qfmt": "<h4>{{Title}}</h4>{{cloze:Text}}", "afmt": "<h4>{{Title}}</h4>{{cloze:Text}}<br>{{Extra}}"}
    ],
    model_type=genanki.Model.CLOZE,
)
TYPED = genanki.Model(
    1607392322,
    "Type it",
    fields=[{"name": "Front"}, {"name": "Back"}],
    templates=[{"name": "Card 1", "qfmt": "{{Front}}{{type:Back}}", "afmt": "{{Front}}<hr id=answer>{{type:Back}}"}],
)
CODE = "def half(x):\n    return x / 2  # a *star*, <b> & `tick`\n"


def coloured(language: str = "python", **options: Any) -> str:
    html: str = highlight(CODE, PythonLexer(), HtmlFormatter(**options))
    return html.replace('class="highlight"', f'class="highlight language-{language}"')


def note(model: genanki.Model, *fields: str, tags: tuple[str, ...] = ()) -> genanki.Note:
    return genanki.Note(model, list(fields), tags=list(tags))


def notes() -> list[genanki.Note]:
    return [
        note(BASIC, "What is the <b>GIL</b>?", "A lock.<br>One for all.", tags=("python", "level::mid")),
        note(BASIC, f"What does this print?{coloured()}", '<img src="a b.png"> and [sound:word.mp3]'),
        note(BOTH_WAYS, "WSGI", "a <i>gateway</i> interface", "y", '<a href="https://peps.python.org/pep-3333/">PEP 3333</a>'),
        note(BOTH_WAYS, "ASGI", "the same, asynchronous", "", ""),
        note(CLOZE, "Cookies", "They are {{c1::signed}}, not {{c3::<code>encrypted</code>::how?}}.", "Anyone can read them."),
        note(TYPED, "Which status is <i>gone</i>?", "410"),
    ]


def made(folder: Path, *decks: tuple[str, list[genanki.Note]]) -> Path:
    """A package by genanki, as another tool would have made it."""
    (folder / "a b.png").write_bytes(b"a picture")
    (folder / "word.mp3").write_bytes(b"a word")
    content = []
    for number, (name, items) in enumerate(decks):
        content.append(genanki.Deck(2059400110 + number, name))
        for item in items:
            content[-1].add_note(item)
    package = genanki.Package(content, media_files=[str(folder / "a b.png"), str(folder / "word.mp3")])
    path = folder / "made.apkg"
    package.write_to_file(str(path), timestamp=OLD)
    return path


@pytest.fixture
def genanki_package(tmp_path: Path) -> Path:
    items = notes()
    return made(tmp_path, ("Web", items[:4]), ("Web::Sub & more", items[4:]))


@pytest.fixture(params=["genanki", "anki legacy", "anki zstd"])
def package(request: pytest.FixtureRequest, genanki_package: Path, tmp_path: Path) -> Path:
    """The same notes made by genanki, or made by hand in Anki with its own note types and exported."""
    if request.param == "genanki":
        return genanki_package
    (tmp_path / "author").mkdir()
    author = Collection(str(tmp_path / "author" / "collection.anki2"))
    try:
        for name in ("a b.png", "word.mp3"):
            author.media.add_file(str(tmp_path / name))
        for item, deck in zip(notes(), ["Web"] * 4 + ["Web::Sub & more"] * 2, strict=True):
            add(author, item, deck)
        author.db.execute("update notes set mod = ?", OLD)  # type: ignore[union-attr]
        path = tmp_path / "exported.apkg"
        options = ExportAnkiPackageOptions(with_media=True, legacy=request.param == "anki legacy")
        author.export_anki_package(out_path=str(path), options=options, limit=None)
    finally:
        author.close()
    return path


STOCK = {
    "Simple": "Basic",
    "Gaps": "Cloze",
    "Type it": "Basic (type in the answer)",
    "Both ways": "Basic (optional reversed card)",
}


def add(collection: Collection, item: genanki.Note, deck: str) -> None:
    kind = collection.models.by_name(STOCK[item.model.name])
    assert kind
    found = collection.new_note(kind)
    fields = item.fields[1:] if item.model is CLOZE else item.fields[:3]
    for at, text in enumerate(fields):
        found.fields[at] = text
    found.tags = list(item.tags)
    deck_id = collection.decks.id(deck)
    assert deck_id
    collection.add_note(found, deck_id)


@pytest.fixture
def adopted(invoke: Invoke, package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The deck folder that ``package`` became."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(TIME))
    result = invoke("adopt", package, "-o", "deck")
    assert result.exit_code == 0, result.output
    assert "deck: 6 questions in 2 files, 2 pictures and sounds\n" in result.stdout
    assert "left out" not in result.output
    return tmp_path / "deck"


@pytest.fixture
def release(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Release the deck folder, each time a day later."""
    days: Iterator[int] = iter(range(1, 100))

    def run(*options: str) -> Path:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(TIME + next(days) * 86_400))
        result = invoke("release", "deck", *options)
        assert result.exit_code == 0, result.output
        return tmp_path / "dist" / "deck.apkg"

    return run


def replace(folder: Path, old: str, new: str) -> None:
    """The author edits the one file that has ``old``."""
    (path,) = (path for path in folder.glob("*.md") if old in path.read_text(encoding="utf-8"))
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def content(collection: Collection) -> dict[str, tuple[Any, ...]]:
    """What the learner has: fields, tags, time and note type of each note."""
    rows = collection.db.all("select guid, flds, tags, mod, mid from notes")  # type: ignore[union-attr]
    return {row[0]: tuple(row[1:]) for row in rows}


def find(collection: Collection, text: str) -> str:
    (found,) = collection.find_notes(text)
    return collection.get_note(found).guid


def counts(log: ImportLogWithChanges.Log) -> tuple[int, int, int, int]:
    return len(log.new), len(log.updated), len(log.duplicate), len(log.conflicting)


def learn(collection: Collection) -> None:
    """A learner answers every card, and writes into one note and tags it."""
    collection.decks.set_current(collection.decks.id_for_name("Web") or 1)  # type: ignore[arg-type]
    while card := collection.sched.getCard():
        collection.sched.answerCard(card, 4)
    (number,) = collection.find_notes("WSGI")
    mine = collection.get_note(number)
    mine.fields[1] += " MINE"
    mine.tags.append("mine")
    collection.update_note(mine)
    # the test's own clock is years after that of the packages
    collection.db.execute("update notes set mod = ? where id = ?", TIME + 1000, number)  # type: ignore[union-attr]
    collection.db.execute("update notetypes set mtime_secs = ?", OLD)  # type: ignore[union-attr]
    collection.close()
    collection.reopen()  # Anki keeps note types in mind


def type_names(collection: Collection) -> set[str]:
    return {kind.name for kind in collection.models.all_names_and_ids()}


def test_learners_are_updated_in_place(
    package: Path, adopted: Path, release: Callable[..., Path], import_package: Import, collection: Collection
) -> None:
    assert counts(import_package(package))[0] == 6
    learn(collection)
    before, cards, types = content(collection), state(collection), type_names(collection)
    assert len(cards) == 8
    assert all(row[7] > 0 for row in cards.values())

    # nothing edited: not one byte of any note
    assert counts(import_package(release())) == (0, 0, 6, 0)
    assert content(collection) == before

    # one answer edited
    replace(adopted, "One for all.", "One for the whole process.")
    assert counts(import_package(release())) == (0, 1, 5, 0)
    gil = find(collection, "GIL")
    after = content(collection)
    assert {guid for guid in before if before[guid] != after[guid]} == {gil}
    question, answer = after[gil][0].split("\x1f")[:2]
    assert question == "What is the <b>GIL</b>?", "the part that was not edited, byte for byte"
    assert "One for the whole process." in answer
    assert after[gil][3] == before[gil][3]
    assert "MINE" in after[find(collection, "WSGI")][0]
    assert "mine" in after[find(collection, "WSGI")][1]
    assert {key: row for key, row in state(collection).items() if key in cards} == cards

    # a question added: of our own note type
    with (adopted / "01-web.md").open("a", encoding="utf-8") as file:
        file.write("\n## New? {#new}\n\n```python\nx\n```\n")
    assert counts(import_package(release())) == (1, 0, 6, 0)
    assert {guid: row for guid, row in content(collection).items() if guid in before} == after
    assert {key: row for key, row in state(collection).items() if key in cards} == cards
    assert type_names(collection) == types | {"Web · Q&A"}
    assert collection.note_count() == 7


def test_every_part_of_every_kind_can_be_edited(
    package: Path, adopted: Path, release: Callable[..., Path], import_package: Import, collection: Collection
) -> None:
    import_package(package)
    learn(collection)
    cards = state(collection)
    for old, new in (
        ("## What is the **GIL**?", "## What *is* the GIL?"),
        ("What does this print?", "What would this print?"),
        ("the same, asynchronous", "the same, but asynchronous"),
        ("They are {{c1::signed}}", "They are {{c1::signed}} by {{c4::the server}}"),
        ("Anyone can read", "Everybody can read"),
        ("\n410\n", "\n411\n"),
    ):
        replace(adopted, old, new)
    log = import_package(release())
    assert counts(log) == (0, 5, 1, 0)
    assert {key: row for key, row in state(collection).items() if key in cards} == cards
    assert len(state(collection)) == len(cards) + 1, "the new cloze"
    for card_id in collection.find_cards(""):
        card = collection.get_card(card_id)
        for html in (card.question(), card.answer()):
            assert "{{" not in html
            assert len(html) > len("<style></style>")
    (card_id,) = collection.find_cards("411")
    assert "[[type:Back]]" in collection.get_card(card_id).question()
    assert list(collection.get_empty_cards().notes) == []
    assert collection.fix_integrity()[1]
    (number,) = collection.find_notes("would this print")
    question = collection.get_note(number).fields[0]
    assert '<div class="deckbuilder"><p>What would this print?</p><pre class="highlight"><code><span class="k">def' in question
    assert ".deckbuilder .highlight .k {" in collection.get_card(collection.get_note(number).card_ids()[0]).question()


def test_new_learners_get_what_the_old_package_had(
    package: Path, adopted: Path, release: Callable[..., Path], import_package: Import, collection: Collection
) -> None:
    assert adopted.is_dir()
    data = release()
    old, new = unpack(package), unpack(data)
    found = compare(old, new)
    assert (found.untouched, found.hurts, found.styles, found.media_gone, found.media_changed) == (6, False, (), (), ())
    assert counts(import_package(data)) == (6, 0, 0, 0)
    assert sorted(item.fields for item in new.notes.values()) == sorted(item.fields for item in old.notes.values())
    assert collection.media.have("a b.png")
    assert collection.media.have("word.mp3")
    assert collection.card_count() == 8
    assert {kind.model["sortf"] for kind in new.types.values()} == {0}


def test_an_edit_taken_back_gives_the_old_text_again(
    genanki_package: Path, invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, release: Callable[..., Path]
) -> None:
    monkeypatch.chdir(tmp_path)
    invoke("adopt", genanki_package, "-o", "deck")
    first = unpack(release())
    replace(tmp_path / "deck", "A lock.", "One lock.")
    second = unpack(release())
    replace(tmp_path / "deck", "One lock.", "A lock.")
    third = unpack(release())
    (gil,) = (guid for guid, item in first.notes.items() if "GIL" in item.fields[0])
    assert first.notes[gil].fields == third.notes[gil].fields != second.notes[gil].fields
    assert first.notes[gil].mod < second.notes[gil].mod < third.notes[gil].mod
    others = [guid for guid in first.notes if guid != gil]
    assert all(first.notes[guid].mod == third.notes[guid].mod == OLD for guid in others)


def test_the_markdown_reads_well(genanki_package: Path, invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    invoke("adopt", genanki_package, "-o", "deck")
    assert (tmp_path / "deck" / "01-web.md").read_text(encoding="utf-8") == (
        "# Web\n\n"
        '## What is the **GIL**? {#what-is-the-gil tags="python level::mid"}\n\nA lock.\\\nOne for all.\n\n'
        "## What does this print? {#what-does-this-print-def-half-x-return-x-2-a-star-b-tick}\n\n"
        f"```python\n{CODE}```\n\n---\n\n![](media/a-b.png) and ![](media/word.mp3)\n\n"
        "## WSGI {#wsgi .reversed}\n\na *gateway* interface\n\nSource: [PEP 3333](https://peps.python.org/pep-3333/)\n\n"
        "## ASGI {#asgi}\n\nthe same, asynchronous\n"
    )
    assert (tmp_path / "deck" / "02-sub-more.md").read_text(encoding="utf-8") == (
        '---\ndeck: "Sub & more"\n---\n\n# Sub & more\n\n'
        "## They are {{c1::signed}}, not {{c3::`encrypted`::how?}}. {#they-are-signed-not-encrypted-cookies .cloze}\n\n"
        "Cookies\n\n---\n\nAnyone can read them.\n\n"
        "## Which status is *gone*? {#which-status-is-gone .typed}\n\n410\n"
    )
    assert re.fullmatch(r'id = "web-[0-9a-f]{6}"\nname = "Web"\n', (tmp_path / "deck" / "deck.toml").read_text(encoding="utf-8"))
    assert sorted(path.name for path in (tmp_path / "deck" / "media").iterdir()) == ["a-b.png", "word.mp3"]
    assert [item.code for item in built(tmp_path / "deck").diagnostics if item.code != "long-line"] == []


@pytest.mark.parametrize("name", ["flask-en", "flask-zh"])
def test_a_deck_of_ours_whose_sources_are_lost(
    name: str, invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(TIME))
    assert invoke("build", ROOT / "content" / name).exit_code == 0
    result = invoke("adopt", f"dist/{name}.apkg", "-o", "deck")
    notes = len(unpack(tmp_path / "dist" / f"{name}.apkg").notes)
    assert f"deck: {notes} questions" in result.stdout
    assert "left out" not in result.output
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(TIME + 86_400))
    assert invoke("release", "deck").exit_code == 0
    found = compare(unpack(tmp_path / "dist" / f"{name}.apkg"), unpack(tmp_path / "dist" / "deck.apkg"))
    assert (found.untouched, found.changed, found.hurts, found.styles) == (notes, (), False, ())
    ids = {card.question.id for card in built(ROOT / "content" / name).deck.cards}
    assert {card.question.id for card in built(tmp_path / "deck").deck.cards} == ids


def nothing(_name: str) -> str:
    return ""


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("a&nbsp;&nbsp;b", "a b"),
        ("<div>one</div><div>two</div><div><br></div><div>three</div>", "one\n\ntwo\n\nthree"),
        ("a<br>b<br><br>c<br>", "a\\\nb\n\nc"),
        ("<p>a line\nof text</p>\n\n<p>b</p>", "a line of text\n\nb"),
        ("<b>bold:</b>text <b>one<br></b>two", "<b>bold:</b>text **one**\\\ntwo"),
        ("<b><div>one</div><div>two</div></b>", "**one**\n\n**two**"),
        ("中文<b>注意：</b>这里", "中文**注意：**这里"),
        ("a &lt; b &amp;&amp; *args, __x__ snake_case `t`", "a < b && \\*args, \\_\\_x\\_\\_ snake_case \\`t\\`"),
        ("List&lt;String&gt; is &amp;lt;", "List\\<String> is &amp;lt;"),
        ("1. one<br>- two<br># three<br>&gt; four", "1\\. one\\\n\\- two\\\n\\# three\\\n\\> four"),
        ("[x](y) [ ] z ![i](j) [a]: b", "\\[x\\](y) \\[ ] z \\![i\\](j) [a]: b"),
        ("costs $5 and $6, or $x$", "costs \\$5 and \\$6, or \\$x\\$"),
        ("\\(x^2\\) and a\\(y_1\\)b, \\[ z &lt; 1 \\]", "$x^2$ and a<span>$y_1$</span>b, $$z < 1$$"),
        ("<ul><li>a</li><ul><li>b</li></ul><li>c</li></ul>", "- a\n  - b\n- c"),
        ("<ol start=3><li>c</li><li><p>d</p><pre>x\n\n  y</pre></li></ol>", "3. c\n4. d\n\n   ```\n   x\n\n     y\n   ```"),
        (
            "<table><tr><td>a|b</td><td><code>c|d</code></td></tr><tr><td>e<br>f</td></tr></table>",
            "| a\\|b | `c\\|d` |\n| --- | --- |\n| e<br>f |",
        ),
        ("<blockquote>a<br>b</blockquote>", "> a\\\n> b"),
        (
            '<span style="color: red; font-size: 9px">r</span> <font color="#00f">b</font>',
            '<span style="color: red">r</span> <span style="color: #00f">b</span>',
        ),
        ("x<sup>2</sup> <u>u</u> <kbd>C_x_</kbd>", "x<sup>2</sup> <u>u</u> <kbd>C_x\\_</kbd>"),
        ('<a href="https://a.b/c d(e)">x</a> https://a_b.c/_d_', "[x](https://a.b/c%20d%28e%29) https://a_b.c/_d_"),
        ("https://a.b/c", "https://a.b/c"),
        ("picture.png", "picture.png"),
        ("a<hr>b", "a\n\n***\n\nb"),
        ("<code>a`b</code> and <code>**c**</code>", "``a`b`` and `**c**`"),
        ("<details><summary>S</summary>body</details>", "**S**\n\nbody"),
        # what Markdown has no signs for stays HTML
        ('<table><tr><td colspan="2">a</td></tr></table>', '<div><table><tr><td colspan="2">a</td></tr></table></div>'),
        (
            "<table><tr><td><pre>a\n\nb</pre></td></tr></table>",
            "<div><table><tr><td><pre>a&#10;&#10;b</pre></td></tr></table></div>",
        ),
        ("<dl><dt>a</dt><dd>b</dd></dl>", "<div><dl><dt>a</dt><dd>b</dd></dl></div>"),
    ],
)
def test_html_becomes_markdown(html: str, markdown: str) -> None:
    assert converted(Sides(Kind.BASIC, {"question": ["Q"], "answer": [html]}), nothing).answer == markdown


def lines(html: str) -> str:
    """``html`` as Anki's editor keeps the lines of code."""
    return html.replace("\n", "<br>").replace("    ", "&nbsp; &nbsp; ")


@pytest.mark.parametrize(
    ("html", "language"),
    [
        (coloured(), "python"),
        (coloured().replace("language-python", "highlight-python"), "python"),
        (coloured(linenos="table").replace('class="highlighttable"', 'class="highlighttable language-python"'), "python"),
        (coloured(linenos="inline"), "python"),
        (coloured(noclasses=True), "python"),
        (
            f'<div class="codehilite"><pre><span></span><code>{coloured().partition("<span></span>")[2].partition("</pre>")[0]}</code></pre></div>',
            "",
        ),
        (
            f'<pre><code class="hljs language-python">{lines(coloured().partition("<pre>")[2].partition("</pre>")[0])}</code></pre>',
            "python",
        ),
        (f'<pre><code class="hljs python">{CODE.replace("<", "&lt;").replace("& ", "&amp; ")}</code></pre>', "python"),
        (f'<pre class="brush: python">{CODE.replace("<", "&lt;").replace("& ", "&amp; ")}</pre>', "python"),
        (
            "<pre>"
            + "".join(f"<div>{line}</div>" for line in CODE.replace("<b>", "&lt;b&gt;").replace("& ", "&amp; ").splitlines())
            + "</pre>",
            "",
        ),
        (f'<pre><code class="language-nonsense">{CODE.replace("<", "&lt;").replace("& ", "&amp; ")}</code></pre>', ""),
    ],
)
def test_highlighted_code_becomes_a_fence(html: str, language: str) -> None:
    draft = converted(Sides(Kind.BASIC, {"question": [f"Q{html}"], "answer": ["A"]}), nothing)
    assert (draft.heading, draft.body) == ("Q", f"```{language}\n{CODE}```")


@pytest.mark.parametrize(
    ("html", "heading", "body"),
    [
        ("{{c1::a}} b {{c2::<b>c</b>::hint}}", "{{c1::a}} b {{c2::**c**::hint}}", ""),
        ("<code>f({{c1::x::int}})</code>", "`f(`{{c1::`x`::int}}`)`", ""),
        ("A<pre>b {{c1::c}}\nd</pre>", "A", "```text cloze\nb {{c1::c}}\nd\n```"),
        ('A<pre><code class="language-python">b {{c1::c}}</code></pre>', "A", "```python cloze\nb {{c1::c}}\n```"),
        ("{{c1::<pre>x\ny</pre>}}", "{{c1::", "```\nx\ny\n```\n\n}}"),
        ("{{c1::a {{c2::b}}}} {{c3::\\(x\\)}}", "{{c1::a {{c2::b}}}} {{c3::$x$}}", ""),
    ],
)
def test_clozes_stay_clozes(html: str, heading: str, body: str) -> None:
    draft = converted(Sides(Kind.CLOZE, {"question": [html]}), nothing)
    assert (draft.heading, draft.body) == (heading, body)


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<script>x()</script>", "<script> in its text"),
        ('<a onclick="x()">y</a>', "a script in its text (onclick=…)"),
        ("[latex]x[/latex]", "LaTeX that Anki makes pictures of"),
        ("{{c1::a}} \\({{c2::x}}\\)", "a cloze inside maths"),
    ],
)
def test_what_cannot_be_written_is_said(html: str, reason: str) -> None:
    with pytest.raises(NotCarriedError, match=re.escape(reason)):
        converted(Sides(Kind.CLOZE, {"question": [html]}), nothing)


def model(name: str, number: int, fields: str, *templates: tuple[str, str], cloze: bool = False, css: str = "") -> genanki.Model:
    return genanki.Model(
        number,
        name,
        fields=[{"name": field} for field in fields.split()],
        templates=[{"name": f"Card {at}", "qfmt": front, "afmt": back} for at, (front, back) in enumerate(templates, 1)],
        model_type=genanki.Model.CLOZE if cloze else genanki.Model.FRONT_BACK,
        css=css,
    )


def test_what_is_left_out_is_listed_and_counted(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, collection: Collection, import_package: Import
) -> None:
    monkeypatch.chdir(tmp_path)
    three = model("Three", 11, "A B C", ("{{A}}", "{{B}}"), ("{{B}}", "{{C}}"))
    third = model("Third", 12, "A B C", ("{{A}}", "{{B}}"), ("{{B}}", "{{A}}"), ("{{C}}", "{{A}}"))
    flags = model("Flags", 13, "A B C", ("{{#C}}{{A}}{{/C}}{{^C}}{{B}}{{/C}}", "{{#C}}{{B}}{{/C}}{{^C}}{{A}}{{/C}}"))
    either = model("Either", 14, "A B", ("{{#B}}{{A}}{{/B}}", "{{B}}{{^A}}{{/A}}"))
    occlusion = model("Occlusion", 15, "Text Image", ("{{cloze:Text}}<div id=image-occlusion>", "{{Image}}"), cloze=True)
    delimiters = model("Delimiters", 16, "A B", ("{{=<% %>=}}<%A%>{{A}}", "{{B}}"))
    items = [
        note(BASIC, "fine", "yes"),
        note(three, "three", "b", "c"),
        note(third, "third", "b", "c"),
        note(flags, "flags", "b", "c"),
        note(either, "either", "or"),
        note(occlusion, "{{c1::image-occlusion:rect:left=.1}}", "<img src=x.png>"),
        note(delimiters, "delimiters", "b"),
        note(BASIC, "script", "<script>1</script>"),
        note(BASIC, "no answer", "<br>"),
        note(TYPED, "two lines", "one<br>two"),
        note(CLOZE, "", "<b>{{c1::half</b> bold}}", ""),
        note(BASIC, "latex", "[$]x[/$]"),
    ]
    package = made(tmp_path, ("Web", items))
    result = invoke("adopt", package, "-o", "deck")
    assert result.exit_code == 0
    questions = built(tmp_path / "deck").deck.cards
    assert {card.question.id for card in questions} == {"fine", "either", "flags"}
    total = len(unpack(package).notes)
    assert (
        f"deck: {len(questions)} questions in 1 file, 0 pictures and sounds; {total - len(questions)} notes left out\n"
        in result.stdout
    )
    listed = re.findall(r"(?m)^left out: (\d+) notes?: (.*)\n((?:  .*\n)+)", result.stderr)
    assert {(reason, titles.strip()) for _, reason, titles in listed} == {
        ("note type 'Three': its templates show fields under conditions that are not understood", "three"),
        ("note type 'Third': its cards ask more than a question and its reverse", "third"),
        ("note type 'Occlusion': image occlusion", "image-occlusion:rect:left=.1"),
        ("note type 'Delimiters': other delimiters", "delimiters"),
        ("<script> in its text", "script"),
        ("question has no answer; write it below the heading [missing-answer]", "no answer"),
        (
            "what the learner types must be one line of text; put the rest below, after a blank line [bad-typed-answer]",
            "two lines",
        ),
        ("a cloze begins and ends in different pieces of formatting; let it hold whole ones [broken-cloze]", "half bold"),
        ("LaTeX that Anki makes pictures of", "latex"),
    }
    assert sum(int(count) for count, _, _ in listed) == total - len(questions)
    # learners keep what was left out
    import_package(package)
    notes = content(collection)
    assert invoke("release", "deck").exit_code == 0
    assert counts(import_package(tmp_path / "dist" / "deck.apkg")) == (0, 0, 3, 0)
    assert content(collection) == notes


def test_names_of_media_never_leave_the_folder(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    hostile = [
        "../up.png",
        "/etc/abs.png",
        "a/b.png",
        "..\\win.png",
        "C:\\x.png",
        "..",
        "con.png",
        ".hidden.png",
        "deck.toml",
        "q.md",
        "x" * 300 + ".png",
    ]
    plain = ["a b.png", "A B.png", "ä.png", "_font.woff2", "q?<>|.png", "-rf.png", "100%.png"]
    source = made(
        tmp_path, ("Web", [note(BASIC, f"q{at}", f'this: <img src="{escape(name)}">') for at, name in enumerate(hostile + plain)])
    )
    path = tmp_path / "hostile.apkg"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
        new.writestr("collection.anki2", old.read("collection.anki2"))
        new.writestr("media", json.dumps({str(at): name for at, name in enumerate(hostile + plain)}))
        for at, name in enumerate(hostile + plain):
            new.writestr(str(at), f"content of {name}")
    before = {item for item in tmp_path.rglob("*") if item.is_file()}
    result = invoke("adopt", path, "-o", "deck")
    assert result.exit_code == 0
    new_files = {item for item in tmp_path.rglob("*") if item.is_file()} - before
    assert all(item.is_relative_to(tmp_path / "deck") for item in new_files)
    names = {item.name for item in new_files if item.parent.name == "media"}
    assert names == {
        *("file-con.png", "hidden.png", "deck.toml.bin", "q.md.bin", "x" * 100 + ".png"),
        *("A-B.png", "a-b-2.png", "ä.png", "_font.woff2", "q.png", "rf.png", "100.png"),
    }
    for name in ("../up.png", "/etc/abs.png", "a/b.png", "..\\win.png", "C:\\x.png", ".."):
        assert f"not carried over: the file {name!r}, whose name is a path\n" in result.stderr
    assert {item.name for item in (tmp_path / "deck").iterdir()} == {
        "01-web.md",
        "deck.toml",
        "deck.lock",
        "deck.adopted",
        "media",
    }
    assert invoke("release", "deck").exit_code == 0
    with zipfile.ZipFile(tmp_path / "dist" / "deck.apkg") as released:
        media = json.loads(released.read("media"))
        assert {released.read(member).decode() for member in media} == {f"content of {name}" for name in media.values()}
    assert set(media.values()) == {*plain, "con.png", ".hidden.png", "deck.toml", "q.md", "x" * 300 + ".png"}


def test_files_of_templates_are_packed_again(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, import_package: Import, collection: Collection
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "_look.css").write_bytes(b"x")
    styled = model("Styled", 21, "A B", ("{{A}}<script>1</script>", "{{B}}"), css='@import url("_look.css");')
    deck = genanki.Deck(1, "Web")
    deck.add_note(note(styled, "q", "a"))
    genanki.Package(deck, media_files=["_look.css"]).write_to_file("made.apkg", timestamp=OLD)
    result = invoke("adopt", "made.apkg", "-o", "deck")
    assert "kept as they are: the scripts in the templates of the note type 'Styled'" in result.stderr
    invoke("release", "deck")
    import_package(tmp_path / "dist" / "deck.apkg")
    assert collection.media.have("_look.css")
    (tmp_path / "deck" / "media" / "_look.css").unlink()
    result = invoke("build", "deck")
    assert result.exit_code == 1
    assert "the adopted note types need '_look.css', which is gone; restore it from git [missing-media]" in result.stderr


def test_pictures_that_are_not_there(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made(tmp_path, ("Web", [note(BASIC, "q", 'see <img src="gone.png"> and <img src="https://x.y/z.png">')]))
    result = invoke("adopt", "made.apkg", "-o", "deck")
    assert "not carried over in 1 note: 'gone.png', which is not in the package" in result.stderr
    assert "not carried over in 1 note: pictures on the network" in result.stderr
    text = (tmp_path / "deck" / "01-web.md").read_text(encoding="utf-8")
    assert "see <!-- not packed: gone.png --> and <!-- not packed: https://x.y/z.png -->" in text
    assert invoke("release", "deck").exit_code == 0
    (item,) = unpack(tmp_path / "dist" / "deck.apkg").notes.values()
    assert item.fields[1] == 'see <img src="gone.png"> and <img src="https://x.y/z.png">'


def test_tools_whose_note_type_ids_are_hashes(
    invoke: Invoke,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    release: Callable[..., Path],
    import_package: Import,
) -> None:
    """As ankdown's are, of 64 bits."""
    monkeypatch.chdir(tmp_path)
    model = genanki.Model(2**62 + 1, "Hashed", fields=BASIC.fields, templates=BASIC.templates)
    path = made(tmp_path, ("Web", [note(model, *("x" for _ in BASIC.fields))]))
    import_package(path)
    assert invoke("adopt", path, "-o", "deck").exit_code == 0
    assert counts(import_package(release())) == (0, 0, 1, 0)


def test_tools_that_write_milliseconds(
    genanki_package: Path,
    invoke: Invoke,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    release: Callable[..., Path],
    import_package: Import,
    collection: Collection,
) -> None:
    """As mdanki's library does. A learner's edit is in seconds, so that each import of theirs overwrites it; ours must not."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "milliseconds.apkg"
    with zipfile.ZipFile(genanki_package) as old, zipfile.ZipFile(path, "w") as new:
        connection = sqlite3.connect(":memory:")
        connection.deserialize(old.read("collection.anki2"))
        connection.execute("update notes set mod = mod * 1000 + 7")
        connection.commit()
        new.writestr("collection.anki2", connection.serialize())
        connection.close()
        for name in old.namelist()[1:]:
            new.writestr(name, old.read(name))
    import_package(path)
    learn(collection)
    before, cards = content(collection), state(collection)
    assert invoke("adopt", path, "-o", "deck").exit_code == 0
    assert counts(import_package(release())) == (0, 0, 6, 0)
    assert content(collection) == before
    replace(tmp_path / "deck", "One for all.", "One for the process.")
    assert counts(import_package(release())) == (0, 1, 5, 0)
    replace(tmp_path / "deck", "One for the process.", "One for each process.")
    with (tmp_path / "deck" / "01-web.md").open("a", encoding="utf-8") as file:
        file.write("\n## New? {#new}\n\nx\n")
    assert counts(import_package(release())) == (1, 1, 5, 0)
    assert "each process" in content(collection)[find(collection, "GIL")][0]
    assert "MINE" in content(collection)[find(collection, "WSGI")][0]
    assert {key: row for key, row in state(collection).items() if key in cards} == cards
    (new_one,) = (item for item in unpack(tmp_path / "dist" / "deck.apkg").notes.values() if "New?" in item.fields[0])
    assert new_one.mod < 2**33, "new ones have a time as it should be"


def test_what_markdown_cannot_hold_stays_until_that_part_is_edited(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    several = model("Several", 31, "Title Question Answer More Unseen", ("{{Title}} {{Question}}", "{{Answer}} {{More}}"))
    made(tmp_path, ("Web", [note(several, "T", "Q?", "A", "<ul><li>M</li></ul>", "U", tags=("a,b", "good", "marked"))]))
    result = invoke("adopt", "made.apkg", "-o", "deck")
    assert "not carried over in 1 note: the tag 'a,b', which Markdown cannot hold" in result.stderr
    assert '## T {#t-q tags="good"}\n\nQ?\n\n---\n\nA\n\n- M\n' in (tmp_path / "deck" / "01-web.md").read_text(encoding="utf-8")

    def packed() -> tuple[tuple[str, ...], tuple[str, ...]]:
        assert invoke("release", "deck").exit_code == 0
        (item,) = unpack(tmp_path / "dist" / "deck.apkg").notes.values()
        return item.fields, item.tags

    assert packed() == (("T", "Q?", "A", "<ul><li>M</li></ul>", "U"), ("a,b", "good"))
    replace(tmp_path / "deck", "Q?", "Why?")
    assert packed() == (("<p>T</p><p>Why?</p>", "", "A", "<ul><li>M</li></ul>", "U"), ("a,b", "good"))
    replace(tmp_path / "deck", "- M", "- M\n- N")
    replace(tmp_path / "deck", "good", "better")
    fields, tags = packed()
    assert fields == ("<p>T</p><p>Why?</p>", "", "<p>A</p><ul><li>M</li><li>N</li></ul>", "", "U")
    assert tags == ("better",)


def test_several_decks_become_several_folders(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made(
        tmp_path,
        ("Web::A", [note(BASIC, "one", "1")]),
        ("Web::B", [note(BASIC, "two", "2")]),
        ("Other", [note(BASIC, "three", "3")]),
    )
    assert invoke("adopt", "made.apkg", "-o", "decks").exit_code == 0
    assert sorted(item.relative_to(tmp_path / "decks").as_posix() for item in (tmp_path / "decks").rglob("*.*")) == [
        *("other/01-other.md", "other/deck.adopted", "other/deck.lock", "other/deck.toml"),
        *("web/01-a.md", "web/02-b.md", "web/deck.adopted", "web/deck.lock", "web/deck.toml"),
    ]
    assert invoke("release", "decks").exit_code == 0
    first = unpack(tmp_path / "made.apkg")
    for name in ("web", "other"):
        found = compare(first, unpack(tmp_path / "dist" / f"{name}.apkg"))
        assert (found.changed, found.hurts, found.new) == ((), False, ())


def test_nothing_is_overwritten_and_nothing_is_left_half_done(
    genanki_package: Path, invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deck").mkdir()
    assert invoke("adopt", genanki_package, "-o", "deck").exit_code == 0, "an empty folder will do"
    content = {path: path.read_bytes() for path in (tmp_path / "deck").rglob("*") if path.is_file()}
    result = invoke("adopt", genanki_package, "-o", "deck")
    assert result.exit_code == 1
    assert "deck is there already, and is no empty folder" in result.stderr
    assert {path: path.read_bytes() for path in (tmp_path / "deck").rglob("*") if path.is_file()} == content
    monkeypatch.setattr(lock_file, "text", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        invoke("adopt", genanki_package, "-o", "other")
    assert not [path for path in tmp_path.iterdir() if "other" in path.name]
    made(tmp_path, ("Web", [note(BASIC, "script", "<script>1</script>")]))
    result = invoke("adopt", "made.apkg", "-o", "other")
    assert result.exit_code == 1
    assert "nothing written: no note of it can be carried over: <script> in its text" in result.stderr
    (tmp_path / "x.apkg").write_bytes(b"PK")
    assert "x.apkg is no Anki package, or a damaged one" in invoke("adopt", "x.apkg", "-o", "other").stderr
    assert not [path for path in tmp_path.iterdir() if "other" in path.name]
    assert invoke("adopt", genanki_package).exit_code == 2


def test_the_libraries_are_an_extra(
    genanki_package: Path, invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("deckbuilder.adopt")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("deckbuilder.adopt.packages.package_folder", raising=False)
    monkeypatch.setitem(sys.modules, "markdownify", None)
    result = invoke("adopt", genanki_package, "-o", tmp_path / "deck")
    assert result.exit_code == 1
    assert 'install them with: pip install "anki-deckbuilder[adopt]"' in result.stderr


def test_what_would_hurt_learners_stops(adopted: Path, invoke: Invoke, release: Callable[..., Path]) -> None:
    release()
    for old, new, code in (
        ("{#asgi}", "{#asgi .reversed}", "changed-kind"),
        (".typed}", "}", "changed-kind"),
        ("\n410\n", "\n410\n\nBecause.\n", "no-field"),
        ("{#asgi}", "{#asgi-renamed}", "vanished-id"),
        ("{{c1::signed}}, not {{c3::`encrypted`::how?}}", "{{c3::signed}}, not {{c1::`encrypted`::how?}}", "renumbered-cloze"),
        ("deck: ", "tags: [x]\ndeck: More # ", "moved-note"),
    ):
        texts = {path: path.read_bytes() for path in adopted.glob("*.md")}
        replace(adopted, old, new)
        result = invoke("release", "deck")
        assert result.exit_code == 1
        assert f"[{code}]" in result.stderr
        assert invoke("build", "deck").exit_code == 0, "the author's own phone follows"
        for path, text in texts.items():
            path.write_bytes(text)
    release()
    for name, message in (
        ("deck.adopted", "6 adopted (the first is '"),
        ("deck.lock", "or rebuild it: deckbuilder release --from the last package"),
    ):
        text = (adopted / name).read_bytes()
        (adopted / name).unlink()
        result = invoke("build", "deck")
        assert result.exit_code == 1
        assert message in result.stderr
        (adopted / name).write_bytes(text)


def test_a_retired_question_is_found_by_its_number(
    genanki_package: Path,
    invoke: Invoke,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    import_package: Import,
    collection: Collection,
) -> None:
    monkeypatch.chdir(tmp_path)
    import_package(genanki_package)
    invoke("adopt", genanki_package, "-o", "deck")
    replace(tmp_path / "deck", "## ASGI {#asgi}\n\nthe same, asynchronous\n", "")
    result = invoke("release", "deck", "--retire", "asgi")
    assert result.exit_code == 0
    search = re.search(r"search in the browser for `(nid:\d+)`", result.stdout)
    assert search
    (number,) = collection.find_notes(search[1])
    assert collection.get_note(number).fields[0] == "ASGI"
    assert counts(import_package(tmp_path / "dist" / "deck.apkg")) == (0, 0, 5, 0)


def test_a_lost_lock_is_rebuilt(adopted: Path, invoke: Invoke, release: Callable[..., Path], tmp_path: Path) -> None:
    replace(adopted, "One for all.", "One for the process.")
    replace(adopted, "## ASGI {#asgi}\n\nthe same, asynchronous\n", "## New {#new}\n\nx\n")
    first = release("--retire", "asgi").read_bytes()
    path = adopted / "deck.lock"
    before, _ = lock_file.read("", path.read_text(encoding="utf-8"))
    path.unlink()
    result = invoke("release", "deck", "--from", "dist/deck.apkg")
    assert result.exit_code == 0, result.output
    after, _ = lock_file.read("", path.read_text(encoding="utf-8"))
    assert before is not None
    assert after is not None
    assert after.types == before.types
    for key, note_before in before.notes.items():
        note_after = after.notes[key]
        for what in ("guid", "kind", "deck", "retired", "adopted"):
            assert getattr(note_after, what) == getattr(note_before, what), key
        if not note_before.retired:
            assert (note_after.mod, note_after.hash, note_after.note_id) == (
                note_before.mod,
                note_before.hash,
                note_before.note_id,
            )
            assert note_after.clozes.keys() == note_before.clozes.keys()
    assert release().read_bytes() == first
    assert (tmp_path / "dist" / "deck.apkg").exists()


@pytest.mark.parametrize(
    "harm",
    [
        lambda text: text.replace('{"end": true}', ""),
        lambda text: text.replace('"places": {"question": [0]', '"places": {"question": [9]'),
        lambda text: text.replace('"fields": [', '"fields": [1, ', 1),
        lambda text: text.replace('"sortf": 0', '"sortf": 7'),
        lambda text: text.replace('"format": 1', '"format": 2'),
        lambda text: text.replace('"ords": [0]', '"ords": ["0"]'),
        lambda text: text.replace('"type_id": ', '"type_id": 1'),
        lambda text: text.replace('"model": {', '"model": [{'),
        lambda text: text.replace('"media": {', '"media": {"x": 1, ', 1),
        lambda text: text.replace('{"id"', '<<<<<<< HEAD\n{"id"', 1),
    ],
)
def test_a_damaged_file_is_never_guessed_at(harm: Callable[[str], str], invoke: Invoke, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tests/cases/rules/adopted_notes_known/good", tmp_path / "deck")
    path = tmp_path / "deck" / "deck.adopted"
    text = path.read_text(encoding="utf-8")
    assert harm(text) != text
    path.write_text(harm(text), encoding="utf-8")
    result = invoke("build", tmp_path / "deck")
    assert result.exit_code == 1
    assert "[bad-adopted]" in result.stderr


def test_the_file_reads_back_as_it_was_written(adopted: Path) -> None:
    text = (adopted / "deck.adopted").read_text(encoding="utf-8")
    found, problems = adopted_file.read("", text)
    assert problems == []
    assert found
    assert adopted_file.text(found) == text


def test_our_style_stays_in_what_is_ours() -> None:
    css = adopted_notes.style()
    selectors = [part.strip() for rule in re.findall(r"([^{}]+)\{[^{}]*\}", css) for part in rule.split(",")]
    assert len(selectors) > 80
    assert all(part.startswith((".deckbuilder", ".nightMode .deckbuilder")) for part in selectors)
    assert css.count("{") == css.count("}")


@pytest.mark.parametrize("seed", range(int(os.environ.get("HISTORIES", "200")) // 5))
def test_nothing_is_lost_in_any_history(
    seed: int,
    genanki_package: Path,
    invoke: Invoke,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    release: Callable[..., Path],
    import_package: Import,
    collection: Collection,
) -> None:
    """An author edits what was adopted, a learner writes into it, in any order."""
    random = Random(seed)
    monkeypatch.chdir(tmp_path)
    import_package(genanki_package)
    invoke("adopt", genanki_package, "-o", "deck")
    edits = [("A lock", "One lock"), ("What does this", "What would this"), ("a *gateway* interface", "an interface")]
    edits += [
        ("the same, asynchronous", "asynchronous, too"),
        ("{{c1::signed}}", "{{c1::signed by the server}}"),
        ("\n410\n", "\n411\n"),
    ]
    edits += [("python level::mid", "python"), ("ASGI {", "The ASGI {"), ("Cookies\n", "About cookies\n")]
    mine: dict[str, tuple[int, tuple[Any, ...]]] = {}
    edited: dict[str, int] = {}
    day = 0
    for _ in range(6):
        what = random.choice(["author", "learner", "study"])
        if what == "author" and edits:
            day += 1
            before = {item.guid: item.fields + item.tags for item in unpack(release()).notes.values()}
            replace(tmp_path / "deck", *edits.pop(random.randrange(len(edits))))
            day += 1
            after = unpack(release())
            changed = [guid for guid, item in after.notes.items() if item.fields + item.tags != before[guid]]
            assert len(changed) == 1
            edited[changed[0]] = TIME + day * 86_400
            cards = state(collection)
            log = import_package(tmp_path / "dist" / "deck.apkg")
            assert (len(log.new), len(log.conflicting)) == (0, 0)
            assert {key: row for key, row in state(collection).items() if key in cards} == cards
        elif what == "learner":
            number = random.choice(collection.find_notes(""))
            item = collection.get_note(number)
            item.fields[-1] += " MINE"
            item.tags.append("mine")
            collection.update_note(item)
            now = TIME + day * 86_400 + 1000
            collection.db.execute("update notes set mod = ? where id = ?", now, number)  # type: ignore[union-attr]
            mine[item.guid] = (now, content(collection)[item.guid][:2])
        else:
            collection.decks.set_current(collection.decks.id_for_name("Web") or 1)  # type: ignore[arg-type]
            if card := collection.sched.getCard():
                collection.sched.answerCard(card, 3)
        have = content(collection)
        for guid, (when, written) in mine.items():
            assert (have[guid][:2] == written) == (when > edited.get(guid, 0))


PIECES = st.sampled_from(
    [
        *("<b>", "</b>", "<div>", "</div>", "<br>", "<ul><li>", "</li>", "</ul>", "<pre>", "</pre>", "<code>", "</code>"),
        *(
            "<table><tr><td>",
            "</td></tr></table>",
            "<span style='color:red'>",
            "</span>",
            "<a href='x'>",
            "</a>",
            "<img src='x'>",
        ),
        *("a", " ", "\n", "*", "_", "`", "$", "\\(", "\\)", "{{c1::", "::", "}}", "# ", "- ", "1. ", "> ", "|", "---", "[", "]("),
        *("&lt;", "&amp;", "~~", "[sound:x.mp3]", "中", "Source: "),
    ]
)


@settings(deadline=None, max_examples=300)
@given(st.lists(PIECES, max_size=14).map("".join), st.sampled_from([Kind.BASIC, Kind.CLOZE]))
def test_no_field_is_read_otherwise(html: str, kind: Kind) -> None:
    """It is written so that it reads the same, or said to be left out: nothing is lost silently."""
    try:
        draft = converted(Sides(kind, {"question": ["Q " + html], "answer": [html]}), lambda _: "media/x.mp3")
    except NotCarriedError:
        return
    (question,) = parse(Source("", Path(), compose("", [draft]))).questions
    shown = render(question, SETTINGS)
    assert words(shown.fields[0]) == words("Q " + html)
    assert words(shown.fields[1]) == words(html)
