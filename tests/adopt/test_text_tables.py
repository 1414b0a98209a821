"""CSV and TSV files become questions. The oracle for Anki's text files is the exporter of the real Anki."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from anki.collection import Collection

from deckbuilder.adopt.lists import text_tables
from deckbuilder.model.records import Kind

NOTES: tuple[tuple[str, str, Sequence[str], Sequence[str]], ...] = (
    ("Basic", "Web", ("What is <b>g</b>?", 'A <i>namespace</i>.<br>"Quoted"; <code>a\tb</code>'), ("flask", "web::http")),
    ("Basic", "Web", ("#hash &lt;first&gt;", "*stars* and __init__"), ()),
    ("Basic (and reversed card)", "Web::Words", ("der Hund", "the dog"), ("de",)),
    ("Basic (type in the answer)", "Web", ("404?", "Not found"), ()),
    ("Cloze", "Web", ("{{c1::Paris::city}} is in {{c2::France}}.", "extra"), ()),
    ("Basic", "Web", ("Code?", '<pre><code class="language-python">x = 1\n\ny = 2</code></pre>'), ()),
    ("Basic", "Web", ("List?", "<ul><li>one</li><li>two</li></ul>"), ()),
    ("Basic", "Web", ("Formula?", r"\(a^2\)"), ()),
)


@pytest.fixture
def exported(collection: Collection, tmp_path: Path) -> dict[str, str]:
    """The text files that Anki exports for ``NOTES``: with everything, and the plain text of the fields alone."""
    for name, deck, fields, tags in NOTES:
        kind = collection.models.by_name(name)
        assert kind
        note = collection.new_note(kind)
        note.fields[: len(fields)] = fields
        note.tags = list(tags)
        deck_id = collection.decks.id(deck)
        assert deck_id
        collection.add_note(note, deck_id)
    texts = {}
    for name, every in (("full", True), ("plain", False)):
        path = tmp_path / f"{name}.txt"
        collection.export_note_csv(
            out_path=str(path),
            limit=None,
            with_html=every,
            with_tags=every,
            with_deck=every,
            with_notetype=every,
            with_guid=every,
        )
        texts[name] = path.read_text(encoding="utf-8")
    return texts


def test_notes_that_anki_exports_keep_text_kind_tags_and_deck(exported: dict[str, str]) -> None:
    found = text_tables.find(exported["full"], ".txt")
    assert [(card.question, card.answer) for card in found] == [
        ("What is **g**?", 'A *namespace*.\\\n"Quoted"; `a\tb`'),
        ("#hash \\<first>", "\\*stars\\* and \\_\\_init\\_\\_"),
        ("der Hund", "the dog"),
        ("404?", "Not found"),
        ("{{c1::Paris::city}} is in {{c2::France}}.", "extra"),
        ("Code?", "```python\nx = 1\n\ny = 2\n```"),
        ("List?", "- one\n- two"),
        ("Formula?", "$a^2$"),
    ]
    kinds = [Kind.BASIC, Kind.BASIC, Kind.REVERSED, Kind.TYPED, Kind.CLOZE, Kind.BASIC, Kind.BASIC, Kind.BASIC]
    assert [card.kind for card in found] == kinds
    assert [card.deck for card in found] == [deck for _, deck, _, _ in NOTES]
    assert [list(card.tags) for card in found] == [list(tags) for _, _, _, tags in NOTES]


def test_plain_text_that_anki_exports_is_no_markdown(exported: dict[str, str]) -> None:
    found = text_tables.find(exported["plain"], ".txt")
    assert [card.question for card in found][:2] == ["What is g?", "#hash \\<first>"]
    assert [card.answer for card in found][1:3] == ["\\*stars\\* and \\_\\_init\\_\\_", "the dog"]
    assert found[-1].answer == "$a^2$"


@pytest.mark.parametrize(
    ("text", "suffix", "expected"),
    [
        ('question,answer\n"a, ""b""",c\n', ".csv", [('a, "b"', "c")]),
        ("Front;Back\nx;y\n", ".csv", [("x", "y")]),
        ("问题,答案\n甲,乙\n", ".csv", [("甲", "乙")]),
        ("answer,question\nyes,Is it?\n", ".csv", [("Is it?", "yes")]),
        ("a;b\nc;d\n", ".csv", [("a", "b"), ("c", "d")]),
        ('He said "no"\tthe word "no"\n"a" b\tc\n', ".tsv", [('He said "no"', 'the word "no"'), ('"a" b', "c")]),
        ("x\ty\tz\nv\tw\tz\n", ".tsv", [("x", "y"), ("v", "w")]),
        ("x | y\n", ".txt", [("x", "y")]),
        ("#separator:pipe\n#html:false\n#columns:front|back\na|*b*\n", ".txt", [("a", "\\*b\\*")]),
        ("#separator:semicolon\n# a comment\nx;y\n", ".txt", [("x", "y")]),
        ("question,answer\nwhy,one\\\ntwo\n", ".csv", [("why", "one\\"), ("two", "")]),
        ("question,answer\nwhy,\n", ".csv", [("why", "")]),
        ("id,name,age\n1,Bob,3\n2,Al,4\n", ".csv", []),
        ("a|b ||x||_2 c\nd|e\nf|g\n", ".csv", [("a", "b ||x||_2 c"), ("d", "e"), ("f", "g")]),
        (
            "a,b, or c\nd,e, f, or g\nh,i\nj,k\nl,m\nn,o\n",
            ".csv",
            [("a", "b, or c"), ("d", "e, f, or g"), *zip("hjln", "ikmo", strict=True)],
        ),
        ("a|b|web\nc|d\ne|f\ng|h|web\ni|j\nk|l\n", ".csv", list(zip("acegik", "bdfhjl", strict=True))),
        ("a|b||\nc|d\ne|f\n", ".csv", [("a", "b"), ("c", "d"), ("e", "f")]),
        ("a|b|c d e f g h\nd|e\nf|g\n", ".csv", [("a", "b\n\nc d e f g h"), ("d", "e"), ("f", "g")]),
        ('a, "b, c"\n"d, e", f\ng, "h ""i"" j"\n', ".csv", [("a", "b, c"), ("d, e", "f"), ("g", 'h "i" j')]),
        ('a, "b" c\ne,f\ng,"h, i"\n', ".csv", [("a", '"b" c'), ("e", "f"), ("g", "h, i")]),
        ("Only prose. No table at all.\n", ".txt", []),
        ("", ".csv", []),
    ],
)
def test_tables_by_people(text: str, suffix: str, expected: list[tuple[str, str]]) -> None:
    assert [(card.question, card.answer) for card in text_tables.find(text, suffix)] == expected


def test_lines_and_tags_of_a_row() -> None:
    (first, second) = text_tables.find('q,a,tags\n"x\ny","1\n2","web, http"\nz,3,\n', ".csv")
    assert (first.start, first.end, first.tags, first.answer) == (1, 4, ("web", "http"), "1\\\n2")
    assert (second.start, second.end, second.tags) == (4, 5, ())


@pytest.mark.slow
@pytest.mark.parametrize("piece", ['"a,b\n",c\n', '"', 'a, "b\n', 'a, "b, c"\n', "a,b\n", "#tags:x\n", '"",""\n'])
def test_time_is_linear(piece: str) -> None:
    def seconds(size: int) -> float:
        begin = time.process_time()
        text_tables.find(piece * (size // len(piece)), ".csv")
        return time.process_time() - begin

    assert seconds(400_000) < 8 * seconds(100_000) + 0.1
