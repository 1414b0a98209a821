"""Packages by other tools, an author who edits the adopted decks, and a learner who has the packages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import genanki
from anki.collection import Collection, ImportLogWithChanges
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from tests.support import TIME

Import = Callable[[Path | bytes], ImportLogWithChanges.Log]
OLD = TIME - 10**6
"""The time at which the packages of other tools were made, in seconds."""
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


def model(name: str, number: int, fields: str, *templates: tuple[str, str], cloze: bool = False, css: str = "") -> genanki.Model:
    return genanki.Model(
        number,
        name,
        fields=[{"name": field} for field in fields.split()],
        templates=[{"name": f"Card {at}", "qfmt": front, "afmt": back} for at, (front, back) in enumerate(templates, 1)],
        model_type=genanki.Model.CLOZE if cloze else genanki.Model.FRONT_BACK,
        css=css,
    )


def made(folder: Path, *decks: tuple[str, list[genanki.Note]]) -> Path:
    """Write a package of ``decks`` with genanki to ``folder``, and return the path of the package."""
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


def replace(folder: Path, old: str, new: str) -> None:
    """Replace ``old`` by ``new`` in the only file that contains ``old``, like an author."""
    (path,) = (path for path in folder.glob("*.md") if old in path.read_text(encoding="utf-8"))
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def content(collection: Collection) -> dict[str, tuple[Any, ...]]:
    """Return the fields, the tags, the time and the note type of each note that the learner has."""
    rows = collection.db.all("select guid, flds, tags, mod, mid from notes")  # type: ignore[union-attr]
    return {row[0]: tuple(row[1:]) for row in rows}


def find(collection: Collection, text: str) -> str:
    (found,) = collection.find_notes(text)
    return collection.get_note(found).guid


def counts(log: ImportLogWithChanges.Log) -> tuple[int, int, int, int]:
    return len(log.new), len(log.updated), len(log.duplicate), len(log.conflicting)


def learn(collection: Collection) -> None:
    """Study like a learner: answer every card, and edit and tag one note."""
    collection.decks.set_current(collection.decks.id_for_name("Web") or 1)  # type: ignore[arg-type]
    while card := collection.sched.getCard():
        collection.sched.answerCard(card, 4)
    (number,) = collection.find_notes("WSGI")
    mine = collection.get_note(number)
    mine.fields[1] += " MINE"
    mine.tags.append("mine")
    collection.update_note(mine)
    # The clock of this machine is years after the times in the packages.
    collection.db.execute("update notes set mod = ? where id = ?", TIME + 1000, number)  # type: ignore[union-attr]
    collection.db.execute("update notetypes set mtime_secs = ?", OLD)  # type: ignore[union-attr]
    collection.close()
    collection.reopen()  # Anki caches note types
