"""Random histories: authors write and release; learners study, edit and import; nothing may be lost.

Meanwhile other versions of libraries draw the cards, git writes other line ends, and 0.1.0 writes the first locks.

The number of histories is HISTORIES in the environment, 200 by default. A failure names its seed.
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random

import pytest
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.decks import DeckId

from deckbuilder.check.run_rules import for_release
from deckbuilder.model.diagnostics import Severity
from deckbuilder.model.note import Note
from deckbuilder.model.records import Settings, Source, Staged
from deckbuilder.pipeline.build_deck import build, one_by_one, pack
from deckbuilder.source import lock_file
from deckbuilder.source.deck_folder import load, places
from tests.support import TIME, lock_of_0_1_0, picture

pytestmark = pytest.mark.slow

HISTORIES = int(os.environ.get("HISTORIES", "200"))
DAY = 86_400


State = tuple[tuple[str, ...], tuple[str, ...], int, tuple[object, ...]]
"""The fields of a note as drawn, its tags, the time of its last change, and its source."""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="9">\n<rect width="9" height="9"/>\n</svg>\n'


def drawn(text: str, library: int) -> str:
    """Return the field ``text`` as another version of a library may draw it. Version 0 draws it as the installed ones."""
    if library == 1:  # without colours, with other references
        text = re.sub(r'<span class="[a-z]{1,2}">([^<]*)</span>', r"\1", text)
        return text.replace("&quot;", '"').replace("&gt;", ">").replace("'", "&#39;")
    if library == 2:  # with other colours, and tags in another spelling
        text = re.sub(r'<span class="[a-z]{1,2}">', '<span class="gd">', text)
        text = re.sub(r"<code>([a-z])", r'<code><span class="k">\1</span>', text)
        return text.replace("<br>", "<br />").replace(' alt="" src=', " src=").replace("<img", '<img alt=""')
    return text


def undrawn(text: str) -> str:
    """Return ``text`` without the differences between versions of libraries. All spans here are colours."""
    return html.unescape(re.sub(r"</?span[^>]*>", "", text).replace(' alt=""', "").replace("<br />", "<br>"))


class Library:
    """Draws notes as a version of the libraries does."""

    def __init__(self, version: int) -> None:
        self.version = version

    def __call__(self, sources: Sequence[Source], settings: Settings) -> Iterable[Staged]:
        for staged in one_by_one(sources, settings):
            yield staged._replace(notes=tuple(self.draw(note) for note in staged.notes))

    def draw(self, note: Note) -> Note:
        return note._replace(fields=tuple(drawn(text, self.version) for text in note.fields))


class Author:
    """Keeps a deck folder; each release is a package with the state of all its notes."""

    def __init__(self, folder: Path, random: Random) -> None:
        self.folder, self.random = folder, random
        self.notes: dict[str, list[str]] = {}
        self.files: dict[str, int] = {}
        self.language = self.shown = "en"
        self.count = 0
        self.library = random.choice([0, 1, 2])
        self.ends = "\n"
        self.picture = "p.svg"
        self.width = 9
        self.old = random.choice([0, 1, 2])
        """The number of releases that 0.1.0 makes."""
        self.released: list[tuple[bytes, dict[str, State], int]] = []
        for _ in range(4):
            self.insert()

    def insert(self) -> None:
        self.count += 1
        name = f"question-{self.count}"
        kind = self.random.choice(["", "", " .reversed", " .cloze", " .typed"])
        heading = (
            f"What is the {self.count}th {{{{c1::thing}}}} of them"
            if "cloze" in kind
            else f"What is the {self.count}th thing of them"
        )
        answer = f"answer {self.count}"
        if "typed" not in kind:
            answer = f'```python\nx = "{self.count}" < 2  # it\'s\n```\n\n`code` & {answer}'
        self.notes[name] = [f"{heading} {{#{name}{kind}", "", answer, ""]
        self.files[name] = self.random.randint(0, 2)

    def change(self) -> None:
        name = self.random.choice(sorted(self.notes))
        changes = ["insert", "answer", "tags", "retire", "move", "picture", "style", "heading", "nothing"]
        what = self.random.choice([*changes, "drawing", "library", "lines", "rename"])
        if what == "insert":
            self.insert()
        elif what == "answer":
            self.notes[name][2] += f" more{self.random.randint(0, 9)}"
        elif what == "tags":
            self.notes[name][1] = f' tags="t{self.random.randint(0, 9)}"'
        elif what == "retire" and len(self.notes) > 2:
            del self.notes[name]
        elif what == "move":
            self.files[name] = self.random.randint(0, 2)
        elif what == "picture":
            (self.folder / "p.png").write_bytes(picture(self.random.randbytes(8).hex()))
            self.notes[name][3] = "\n\n![](p.png)"
        elif what == "drawing":
            self.width += 1
            self.notes[name][3] = "\n\n![](SVG)"
        elif what == "library" and len(self.released) > self.old:  # else nothing could prove that a note is unchanged
            self.library = self.random.choice([0, 1, 2])
        elif what == "lines":
            self.ends = self.random.choice(["\n", "\r\n"])
        elif what == "rename" and len(self.released) > self.old:  # locks of 0.1.0 have no names of pictures
            self.picture = self.random.choice(["p.svg", "q.svg", "Deep name.svg"])
        elif what == "style":
            self.language = self.random.choice(["en", "zh", "fr"])
        elif what == "heading":
            self.notes[name][0] = self.notes[name][0].replace(" of", " of all", 1)

    def release(self, now: int) -> None:
        self.folder.mkdir(exist_ok=True)
        (self.folder / "deck.toml").write_text(f'id = "h"\nname = "H"\nlanguage = "{self.language}"\n', encoding="utf-8")
        for file in range(3):
            texts = [
                f"## {head}{tags}}}\n\n{answer}{rest}\n"
                for name, (head, tags, answer, rest) in self.notes.items()
                if self.files[name] == file
            ]
            text = "\n".join(["prose", *texts]).replace("(SVG)", f"(<{self.picture}>)")
            (self.folder / f"{file}.md").write_bytes(text.replace("\n", self.ends).encode())
        for path in self.folder.glob("*.svg"):
            path.unlink()
        (self.folder / self.picture).write_bytes(SVG.format(self.width).replace("\n", self.ends).encode())
        (place,), _ = places(self.folder)
        built = build(load(place), Library(self.library))
        wrong = [problem for problem in for_release(built.diagnostics) if problem.severity is Severity.ERROR]
        assert not [problem for problem in wrong if problem.code not in ("vanished-id", "renamed-id")], wrong
        packed = pack(built.deck, now)
        if len(self.released) > self.old:  # another machine checks with other libraries, and finds the same
            other = pack(build(load(place), Library(self.random.choice([0, 1, 2]))).deck, now)
            assert (other.stamps, other.lock) == (packed.stamps, packed.lock)
        text = lock_of_0_1_0(packed) if len(self.released) < self.old else lock_file.text(packed.lock)
        (self.folder / lock_file.FILE).write_text(text, encoding="utf-8")
        names = {path: media.name for card in built.deck.entries for path, media in card.media.items()}
        # The time of a note's last change comes from its source, because the stamps are under test.
        last = self.released[-1] if self.released else None
        state: dict[str, State] = {}
        for card in built.deck.entries:
            fields = tuple(undrawn(_bind(text, names)) for text in card.note.fields)
            source = self.source(card.note.id)
            old = last[1].get(card.note.guid) if last else None
            state[card.note.guid] = (fields, card.note.tags, old[2] if old and old[3] == source else now, source)
        styled = last[2] if last and self.language == self.shown else now
        self.shown = self.language
        self.released.append((packed.data, state, styled))

    def source(self, name: str) -> tuple[object, ...]:
        """Return everything that decides how the question looks."""
        head, tags, answer, rest = self.notes[name]
        pictures = (self.folder / "p.png").read_bytes() if "p.png" in rest else self.width if "SVG" in rest else b""
        return head, tags, answer, rest, pictures


def _bind(text: str, names: dict[str, str]) -> str:
    for path, name in names.items():
        text = text.replace(f'src="{path}"', f'src="{name}"')
    return text


class Learner:
    """A real collection, and the time of each edit in it."""

    def __init__(self, collection: Collection, random: Random) -> None:
        self.collection, self.random = collection, random
        self.edited: dict[str, tuple[int, tuple[str, ...], tuple[str, ...]]] = {}
        self.styled = 0

    def cards(self) -> dict[int, tuple[object, ...]]:
        rows = self.collection.db.all("select id, nid, did, ord, type, queue, due, ivl, factor, reps, lapses, flags from cards")  # type: ignore[union-attr]
        return {row[0]: tuple(row[1:]) for row in rows}

    def act(self, now: int) -> None:
        found = sorted(self.collection.find_notes(""))
        what = self.random.choice(["study", "study", "edit", "tag", "flag", "suspend", "move", "delete", "style"])
        note = self.collection.get_note(self.random.choice(found)) if found else None
        if note is None:
            return
        if what == "study":
            self.collection.decks.set_current(DeckId(self.collection.decks.id_for_name("H") or 1))
            for _ in range(3):
                if card := self.collection.sched.getCard():
                    self.collection.sched.answerCard(card, self.random.choice([1, 3, 4]))
        elif what in ("edit", "tag"):
            if what == "edit":
                note.fields[1] += " MINE"
            else:
                note.tags.append("mine")
            self.collection.update_note(note)
            self.collection.db.execute("update notes set mod = ? where id = ?", now, note.id)  # type: ignore[union-attr]
            self.edited[note.guid] = (now, tuple(note.fields), tuple(note.tags))
        elif what == "flag":
            self.collection.set_user_flag_for_cards(self.random.randint(1, 4), note.card_ids())
        elif what == "suspend":
            self.collection.sched.suspend_cards(note.card_ids())
        elif what == "move":
            deck = self.collection.decks.id("My own")
            self.collection.set_deck(note.card_ids(), DeckId(deck or 1))
        elif what == "delete":
            self.collection.remove_notes([note.id])
            self.edited.pop(note.guid, None)
        else:
            kind = note.note_type()
            assert kind is not None
            kind["css"] += "/* mine */"
            self.collection.models.update_dict(kind)
            self.collection.db.execute("update notetypes set mtime_secs = ? where name like 'H ·%'", now)  # type: ignore[union-attr]
            self.styled = now

    def imports(self, package: bytes) -> None:
        """Import ``package``; assert that no card or note is lost, doubled or conflicting."""
        before = self.cards()
        path = Path(self.collection.path).parent / "import.apkg"
        path.write_bytes(package)
        log = self.collection.import_anki_package(
            ImportAnkiPackageRequest(package_path=str(path), options=ImportAnkiPackageOptions())
        ).log
        assert len(log.conflicting) == 0
        after = self.cards()
        assert {card: after.get(card) for card in before} == before
        guids = [guid for (guid,) in self.collection.db.all("select guid from notes")]  # type: ignore[union-attr]
        assert len(guids) == len(set(guids))
        pairs = [(row[0], row[2]) for row in after.values()]
        assert len(pairs) == len(set(pairs))
        assert not [kind.name for kind in self.collection.models.all_names_and_ids() if kind.name.endswith("+")]


@pytest.fixture
def collections(tmp_path: Path) -> Iterator[Collection]:
    opened = Collection(str(tmp_path / "collection.anki2"))
    yield opened
    opened.close()


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_nothing_is_lost_in_any_history(seed: int, collections: Collection, tmp_path: Path) -> None:
    random = Random(seed)
    (tmp_path / "deck").mkdir()
    author, learner = Author(tmp_path / "deck", random), Learner(collections, random)
    now, newest = TIME, -1
    author.release(now)
    for _ in range(random.randint(3, 8)):
        now += DAY
        step = random.choice(["author", "author", "learner", "learner", "import", "old"])
        if step == "author":
            for _ in range(random.randint(0, 3)):
                author.change()
            author.release(now)
        elif step == "learner":
            for _ in range(random.randint(1, 3)):
                now += 60
                learner.act(now)
        elif step == "import" or newest < 0:
            learner.imports(author.released[-1][0])
            newest = len(author.released) - 1
            expect(author, learner, newest)
        else:
            learner.imports(author.released[random.randint(0, newest)][0])
            expect(author, learner, newest, deleted_may_return=True)
    learner.imports(author.released[-1][0])
    expect(author, learner, len(author.released) - 1)


def expect(author: Author, learner: Learner, newest: int, *, deleted_may_return: bool = False) -> None:
    """Assert that a learner's later edits are kept, and that all else is the author's newest version."""
    _, state, style_time = author.released[newest]
    collection = learner.collection
    for guid, (fields, tags, mod, _) in state.items():
        rows = collection.db.all("select id from notes where guid = ?", guid)  # type: ignore[union-attr]
        if not rows and deleted_may_return:
            continue
        note = collection.get_note(rows[0][0])
        when, mine, my_tags = learner.edited.get(guid, (0, (), ()))
        if when > mod:
            assert (tuple(note.fields), set(note.tags)) == (mine, set(my_tags))
        elif not deleted_may_return:
            assert tuple(map(undrawn, note.fields)) == fields
            assert set(note.tags) == set(tags)
    if learner.styled > style_time:
        assert any("/* mine */" in kind["css"] for kind in collection.models.all() if kind["name"].startswith("H ·"))
