"""Packages in the real Anki: imported, studied, edited, rebuilt, imported again."""

from __future__ import annotations

import io
import re
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from anki.collection import Collection, ImportLogWithChanges
from anki.decks import DeckId

from deckbuilder import assets
from deckbuilder.cards.note_types import note_types
from deckbuilder.package.write_package import package as make
from deckbuilder.publish.stamps import stamps
from tests.support import PNG, TIME, deck, package, text_of

pytestmark = pytest.mark.slow

Import = Callable[[bytes], ImportLogWithChanges.Log]

FIRST = """# Contexts

## What is `g`? {#g}

A namespace.

## How long does it live? {#lifetime hint="not for ever"}

One context.

## The cookie is {{c1::signed}}, not {{c2::encrypted}}. {#signed .cloze}

More.
"""
SECOND = """# More

## Both ways {#both .reversed}

Indeed.

## Which status? {#status .typed}

308

Because.

## Which one? {#choice .choice}

- [x] this
- [ ] that
"""


def state(collection: Collection) -> dict[str, Any]:
    """Return the scheduling of every card, by note and ordinal."""
    query = "select n.guid, c.ord, c.id, c.did, c.type, c.queue, c.due, c.ivl, c.factor, c.reps, c.lapses from cards c join notes n on n.id = c.nid"
    return {f"{row[0]}/{row[1]}": tuple(row[2:]) for row in collection.db.all(query)}  # type: ignore[union-attr]


def fields(collection: Collection, question: str) -> list[str]:
    (note_id,) = collection.find_notes(f"Id:{question}")
    return collection.get_note(note_id).fields


def study(collection: Collection, count: int = 4) -> int:
    """Let a learner answer new cards; return the number of answers."""
    done = 0
    collection.decks.set_current(next(DeckId(found.id) for found in collection.decks.all_names_and_ids() if found.name == "Test"))
    while done < count and (card := collection.sched.getCard()):
        collection.sched.answerCard(card, 3)
        done += 1
    return done


def test_an_import_into_an_empty_collection(tmp_path: Path, collection: Collection, import_package: Import) -> None:
    log = import_package(package(tmp_path / "deck", FIRST, SECOND))
    assert (len(log.new), len(log.updated), len(log.duplicate), len(log.conflicting)) == (6, 0, 0, 0)
    assert collection.note_count() == 6
    assert collection.card_count() == 8
    for card_id in collection.find_cards(""):
        card = collection.get_card(card_id)
        for html in (card.question(), card.answer()):
            assert "{{" not in html
            assert card.note()[card.note().keys()[0]]
            assert len(html) > 100
    assert collection.fix_integrity()[1]
    assert list(collection.get_empty_cards().notes) == []


def test_the_cards_are_those_that_anki_would_make(tmp_path: Path, collection: Collection, import_package: Import) -> None:
    import_package(
        package(
            tmp_path / "deck",
            FIRST,
            SECOND,
            "## {{c1::a {{c12::b}}}} `{{c3::x}}` {#n .cloze}\n\n{{c2::\n\n- y\n\n}}\n\n---\n\nz\n",
        )
    )
    before = sorted(state(collection))
    for note_id in collection.find_notes(""):
        note = collection.get_note(note_id)
        note.fields[-1] += "edited"
        collection.update_note(note)  # makes Anki generate what is missing
    assert sorted(state(collection)) == before


def test_an_edited_rebuild_updates_in_place(tmp_path: Path, collection: Collection, import_package: Import) -> None:
    import_package(package(tmp_path / "one", FIRST, SECOND))
    assert study(collection) == 4
    before = state(collection)
    assert sum(row[7] > 0 for row in before.values()) == 4
    inserted = "## Inserted {#inserted}\n\nAt the top.\n\n"
    edited = FIRST.replace("A namespace.", "A namespace on the app context.").replace("How long does it", "How long may it")
    second = package(tmp_path / "two", SECOND, "# Renamed file\n\n" + inserted + edited, now=TIME + 1000)
    log = import_package(second)
    assert (len(log.new), len(log.updated), len(log.conflicting)) == (1, 6, 0)
    after = state(collection)
    assert {key: after[key] for key in before} == before
    assert collection.note_count() == 7
    assert fields(collection, "g")[1] == "<p>A namespace on the app context.</p>"
    assert fields(collection, "lifetime")[0] == "<p>How long may it live?</p>"
    assert not [name for name in collection.models.all_names() if name.endswith("+")]
    assert len(collection.find_notes("Id:g")) == 1


def test_the_stamp_of_each_note_decides_whether_it_is_updated(tmp_path: Path, import_package: Import) -> None:
    import_package(package(tmp_path / "one", FIRST))
    log = import_package(package(tmp_path / "two", FIRST.replace("A namespace.", "Newer."), now=TIME))
    assert (len(log.updated), len(log.duplicate)) == (0, 3)
    log = import_package(package(tmp_path / "three", FIRST.replace("A namespace.", "Newer."), now=TIME + 1))
    assert (len(log.updated), len(log.duplicate)) == (3, 0)


def test_a_card_added_later_and_a_changed_template_make_no_duplicates(
    tmp_path: Path, collection: Collection, import_package: Import
) -> None:
    """If a front changes, Anki 26.09 makes the cards of a note again if their ids are not consecutive."""
    ids: dict[str, int] = {}
    texts = [FIRST, FIRST.replace("{#g}", "{#g .reversed}"), FIRST.replace("{#g}", "{#g .reversed}")]
    for number, (text, language) in enumerate(zip(texts, ("en", "en", "zh"), strict=True)):
        deck_ = deck(tmp_path / str(number), text, toml=f'id = "test-deck"\nname = "Test"\nlanguage = "{language}"\n').deck
        notes = [card.note for card in deck_.entries]
        now = TIME + 100_000 * number
        given = stamps(None, notes, types := note_types(deck_.settings), now)
        ids = ids or dict(given.ids)
        import_package(make(deck_.settings, types, notes, [], given._replace(ids=ids), now=now))
        assert collection.fix_integrity()[1]
        assert collection.card_count() == (4 if number == 0 else 5)


def test_pictures_and_sounds_arrive(tmp_path: Path, collection: Collection, import_package: Import) -> None:
    folder = tmp_path / "deck"
    folder.mkdir()
    (folder / "p.png").write_bytes(PNG)
    (folder / "s.mp3").write_bytes(b"sound")
    import_package(package(folder, "## ![a > b](p.png) {#p}\n\n![](s.mp3) and [sound:s.mp3]\n"))
    (card_id,) = collection.find_cards("")
    card = collection.get_card(card_id)
    assert sorted(path.name for path in Path(collection.media.dir()).iterdir()) == ["p-4c4b6a3b.png", "s-dd29442d.mp3"]
    assert 'src="p-4c4b6a3b.png"' in card.question()
    assert [tag.filename for tag in card.answer_av_tags()] == ["s-dd29442d.mp3"] * 2  # type: ignore[union-attr]
    report = collection.media.check()
    assert (list(report.missing), list(report.unused)) == ([], [])


def test_videos_are_played_and_pictures_of_the_description_stay(
    tmp_path: Path, collection: Collection, import_package: Import
) -> None:
    folder = tmp_path / "deck"
    (folder / "media").mkdir(parents=True)
    for name, data in (("a b.png", PNG), ("clip.mp4", b"video"), ("CLIP.MKV", b"other"), ("cover.png", PNG + b"1")):
        (folder / "media" / name).write_bytes(data)
    toml = 'id = "test-deck"\nname = "Test"\ndescription = "A deck ![|90](media/cover.png) ![[cover.png]]"\n'
    text = "## Videos? ![[clip.mp4]] {#v}\n\n![[a b.png|200]] ![](media/CLIP.MKV) [x](obsidian://open?a=b&c=d)\n"
    import_package(package(folder, text, toml=toml))
    card = collection.get_card(collection.find_cards("")[0])
    files = {f"{path.name.rpartition('-')[0]}{path.suffix}": path.name for path in Path(collection.media.dir()).iterdir()}
    assert files.keys() == {"_cover.png", "a-b.png", "clip.mkv", "clip.mp4"}
    played = [[tag.filename for tag in tags] for tags in (card.question_av_tags(), card.answer_av_tags())]  # type: ignore[union-attr]
    assert played == [[files["clip.mp4"]], [files["clip.mp4"], files["clip.mkv"]]]
    assert f'<img alt="" src="{files["a-b.png"]}" width="200">' in card.answer()
    assert 'href="obsidian://open?a=b&amp;c=d"' in card.answer()
    about = collection.decks.by_name("Test")
    assert about is not None
    assert about["desc"].count(f'src="{files["_cover.png"]}"') == 2
    report = collection.media.check()
    assert (list(report.missing), list(report.unused)) == ([], [])


def test_two_decks_do_not_collide(tmp_path: Path, collection: Collection, import_package: Import) -> None:
    import_package(package(tmp_path / "one", FIRST))
    log = import_package(package(tmp_path / "two", FIRST, toml='id = "other"\nname = "Other"\n'))
    assert (len(log.new), len(log.conflicting)) == (3, 0)
    assert collection.note_count() == 6
    assert {"Test · Q&A", "Test · Cloze", "Other · Q&A", "Other · Cloze"} <= {
        found.name for found in collection.models.all_names_and_ids()
    }


def test_new_cards_come_in_the_authors_order(tmp_path: Path, collection: Collection, import_package: Import) -> None:
    import_package(package(tmp_path / "deck", FIRST, SECOND))
    rows = collection.db.all("select n.id, c.due from cards c join notes n on n.id = c.nid where ord = 0 order by c.due")  # type: ignore[union-attr]
    ids = [collection.get_note(note_id)["Id"] for note_id, _ in rows]
    assert ids == ["g", "lifetime", "signed", "both", "status", "choice"]


@pytest.mark.parametrize(
    "code",
    [
        "{{ url_for('x') }} {% if a %}{{Front}}{% endif %}",
        "a[::2] {'a': {'b': 1}}",
        "[sound:x.mp3] [latex]x[/latex] [$]y[/$]",
        r"\(a\) \[b\]",
        "{{c1::x}} [[type:Id]] [anki:tts lang=en_US]x[/anki:tts]",
        "<script>alert(1)</script> &amp; <!-- x -->",
    ],
)
@pytest.mark.parametrize("wrap", ["`{}`", "```\n{}\n```", "    {}"], ids=["span", "fence", "indented"])
def test_code_that_anki_would_act_on_shows_literally(
    tmp_path: Path, collection: Collection, import_package: Import, code: str, wrap: str
) -> None:
    block = wrap.format(code)
    text = f"## Basic {{#a}}\n\n{block}\n\n---\n\n{block}\n\n## Cloze {{#b .cloze}}\n\n{{{{c1::\n\n{block}\n\n}}}}\n\n---\n\n{block}\n"
    import_package(package(tmp_path / "deck", text))
    assert collection.card_count() == 2
    for card_id in collection.find_cards(""):
        card = collection.get_card(card_id)
        assert card.answer_av_tags() == []
        sides = [card.answer()] if card.note()["Id"] == "b" else [card.question(), card.answer()]
        for side in sides:
            text_shown = text_of(side)
            assert text_shown.count(code) == (1 if side != card.answer() else 2), text_shown
            assert "MathJax" not in side
            assert "&#92;(" in side or "\\(" not in side


def test_text_that_looks_like_a_template_shows_literally(tmp_path: Path, collection: Collection, import_package: Import) -> None:
    text = "{{#Front}} {{/Front}} {{^x}} {{FrontSide}} {{Question}} {{text:Answer}} {{c1::x}}"
    import_package(package(tmp_path / "deck", f"## What is {text} {{#a}}\n\nIt is {text}.\n"))
    card = collection.get_card(collection.find_cards("")[0])
    assert text_of(card.question()).count(text) == 1
    assert text_of(card.answer()).count(text) == 2


def test_a_hint_in_a_cloze_and_text_that_looks_like_its_end(
    tmp_path: Path, collection: Collection, import_package: Import
) -> None:
    import_package(package(tmp_path / "deck", "## {{c1::`a[::2]` of `{{ x }}`::what?}} stays {#a .cloze}\n"))
    (card_id,) = collection.find_cards("")
    card = collection.get_card(card_id)
    assert "[what?]</span> stays" in card.question()
    assert "<code>a[&#58;&#58;2]</code> of <code>{{ x &#125;&#125;</code></span> stays" in card.answer()


def test_maths_and_money(tmp_path: Path, collection: Collection, import_package: Import) -> None:
    import_package(package(tmp_path / "deck", "## $x^2$ for $5 and $6? {#a}\n\n$$\n\\frac{a}{b_1 < c_2}\n$$\n"))
    question, answer = fields(collection, "a")[:2]
    assert question == r"<p>\(x^2\) for $5 and $6?</p>"
    assert answer == r"<p>\[\frac{a}{b_1 &lt; c_2}\]</p>"
    assert deck(tmp_path / "deck").good


def test_what_each_side_shows(tmp_path: Path, collection: Collection, import_package: Import) -> None:
    text = '## Q {#typed .typed hint="a number"}\n\n308\n\nwhy\n\nSource: RFC\n\n## {{c1::C}} {#cloze .cloze hint="h"}\n\nextra\n\nSource: doc\n'
    import_package(package(tmp_path / "deck", text, toml='id = "test-deck"\nname = "Test"\nlanguage = "zh-CN"\n'))
    for ident, hint, source, extra in (("typed", "a number", "RFC", "why"), ("cloze", "h", "doc", "extra")):
        (card_id,) = collection.find_cards(f"Id:{ident}")
        card = collection.get_card(card_id)
        question, answer = card.question(), card.answer()
        assert f"<summary>提示</summary>{hint}</details>" in question
        assert all('<div class="deckbuilder" lang="zh-CN">' in side for side in (question, answer))
        assert f"来源：{source}</div>" in answer
        assert f'<div class="id">{ident}</div>' in answer
        assert extra in answer
        assert extra not in question
        assert ("[[type:Typed]]" in question) == (ident == "typed")
    for kind in note_types(deck(tmp_path / "deck").deck.settings):
        for template in kind.templates:
            assert not re.search(r"<script|https?:|\son\w+=|LANGUAGE|HINT|SOURCE", template.front + template.back)


def test_the_css_on_a_phone() -> None:
    """The measurements of cards on phones need these rules; tests in a browser check whole cards."""
    rules = dict(
        re.findall(r"(?m)^([^\n{}]+) \{\s*([^{}]*)\}", re.sub(r"/\*.*?\*/", "", assets.text("card.css"), flags=re.DOTALL))
    )
    everything = " ".join(re.findall(r"(?s)\.card \{(.*?)\}", assets.text("card.css")))
    assert "--text-size: 17px; --code-size: 13px" in everything
    assert "text-align: left" in everything
    assert "overflow-x: auto" in rules[".deckbuilder pre"]
    assert "overflow-x: auto" in rules[".tablewrap"]
    assert "max-width: 100%" in rules[".deckbuilder img, .deckbuilder video"]


def test_the_editor_folds_the_fields_that_learners_need_not_see(
    tmp_path: Path, collection: Collection, import_package: Import
) -> None:
    """Learners get folded fields with the next look: no full sync, no conflict. Anki lists a note by its question."""
    import_package(without_folds(package(tmp_path / "deck", FIRST, now=TIME)))
    assert folded(collection) == set()
    assert collection.db is not None
    schema = collection.db.scalar("select scm from col")
    (tmp_path / "deck" / "style.css").write_text(".card { font-size: 20px; }", encoding="utf-8")
    log = import_package(package(tmp_path / "deck", FIRST, now=TIME + 100))
    assert not log.conflicting
    collection.models._cache = {}  # Anki caches note types
    assert folded(collection) == {"Reversed", "Id", "Spare 1", "Spare 2", "Spare 3"}
    assert collection.db.scalar("select scm from col") == schema
    shown = set(collection.db.list("select sfld from notes"))
    assert shown == {"What is g?", "How long does it live?", "The cookie is {{c1::signed}}, not {{c2::encrypted}}."}


def folded(collection: Collection) -> set[str]:
    """Return the names of the fields that the editor folds, in any note type of ours."""
    kinds = [kind for kind in collection.models.all() if kind["name"].startswith("Test")]
    assert all(kind["sortf"] == 0 for kind in kinds)
    return {field["name"] for kind in kinds for field in kind["flds"] if field["collapsed"]}


def without_folds(data: bytes) -> bytes:
    """Return the package ``data`` as version 0.1.0 made it: its note types say nothing about the editor."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "collection.anki2":
                connection = sqlite3.connect(":memory:")
                connection.deserialize(content)
                (models,) = connection.execute("select models from col").fetchone()
                assert ', "collapsed": true' in models
                connection.execute("update col set models = ?", (models.replace(', "collapsed": true', ""),))
                connection.commit()
                content = connection.serialize()
                connection.close()
            new.writestr(name, content)
    return target.getvalue()


def test_the_description_of_a_deck(tmp_path: Path, collection: Collection, import_package: Import) -> None:
    import_package(package(tmp_path / "deck", FIRST, toml='id = "test-deck"\nname = "Test"\ndescription = "For **you**"\n'))
    found = collection.decks.by_name("Test")
    assert found is not None
    assert found["desc"] == "<p>For <strong>you</strong></p><p><small>Version 2023-11-14 22:13 UTC</small></p>"
