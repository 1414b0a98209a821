"""``pull``: corrections from Anki become a patch that git applies, and everything else is listed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from deckbuilder.pipeline.build_deck import pack
from deckbuilder.source import lock_file
from tests.learners.learner import Learner
from tests.support import TIME, built, picture, questions, write

Invoke = Callable[..., Result]
TOML = 'id = "pull-test"\nname = "Pull"\ntags = ["deck"]\n'
TEXT = """\
---
tags: [file]
---
# Basics

## What is a *context*? {#context tags="own" hint="think of requests"}

It holds data <!-- a secret --> for one request,
with __two__ parts.

<!-- hidden -->

- one
- two

Source: [docs](https://example.org/a)

## What does this print? {#prints}

```python
print(1)
print(2)
```

---

```output
1
2
```

## Type the status. {#status .typed}

`308`

It keeps the method.

## The {{c1::sky}} is {{c2::blue::colour}}. {#sky .cloze}

## Which ones? {#which .choice}

- [x] first one
- [ ] second one

Because of $a_b$.

| a | b |
| - | - |
| 1 | 2 |
"""


class Case:
    """A deck in git with a release, and learners who have it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.deck = folder / "deck"
        self.deck.mkdir()
        self.file = self.deck / "01.md"
        (self.deck / "deck.toml").write_text(TOML, encoding="utf-8")
        self.file.write_text(TEXT, encoding="utf-8")
        self.now = TIME
        self.learners: list[Learner] = []
        self.git("init", "-q", "-b", "main", ".")
        self.release()

    def git(self, *arguments: str, given: bytes | None = None) -> str:
        names = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "core.autocrlf=false"]
        done = subprocess.run(["git", *names, *arguments], cwd=self.folder, check=True, capture_output=True, input=given)
        return done.stdout.decode()

    def release(self) -> None:
        """Release the deck as it is, and commit it."""
        self.now += 1000
        result = built(self.deck)
        assert result.good, result.diagnostics
        packed = pack(result.deck, self.now)
        self.package = packed.data
        (self.deck / "deck.lock").write_text(lock_file.text(packed.lock), encoding="utf-8")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "release")

    def learner(self, name: str = "anna") -> Learner:
        """Return a new learner who has the last release."""
        learner = Learner(self.folder / name)
        self.learners.append(learner)
        learner.takes(self.package)
        return learner

    def replace(self, old: str, new: str) -> None:
        text = self.file.read_text(encoding="utf-8")
        assert text.count(old) == 1
        self.file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    monkeypatch.chdir(tmp_path)
    case = Case(tmp_path)
    yield case
    for learner in case.learners:
        learner.close()


def changed(before: str, after: str) -> list[str]:
    """Return the lines that differ, with ``-`` and ``+``, but not the empty ones."""
    old, new = (Counter(line for line in text.split("\n") if line) for text in (before, after))
    return [f"-{line}" for line in (old - new).elements()] + [f"+{line}" for line in (new - old).elements()]


def put(old: str, new: str) -> Callable[[str], str]:
    """Return the edit that replaces ``old``."""
    return lambda html: html.replace(old, new)


EDITS = {
    "word": ("context", "Answer", put("for one", "for each"), ["-It holds data <!-- a secret --> for one request,", "+It holds data <!-- a secret --> for each request,"]),
    "bold": ("context", "Answer", put("with", "<b>with</b>"), ["-with __two__ parts.", "+**with** __two__ parts."]),
    "inside bold": ("context", "Answer", put("two</strong>", "three</strong>"), ["-with __two__ parts.", "+with __three__ parts."]),
    "item": ("context", "Answer", put("</li></ul>", "</li><li>three</li></ul>"), ["+- three"]),
    "heading": ("context", "Question", put("What is", "What, then, is"), ['-## What is a *context*? {#context tags="own" hint="think of requests"}', '+## What, then, is a *context*? {#context tags="own" hint="think of requests"}']),
    "hint": ("context", "Hint", put("requests", "one request"), ['-## What is a *context*? {#context tags="own" hint="think of requests"}', '+## What is a *context*? {#context tags="own" hint="think of one request"}']),
    "no hint": ("context", "Hint", lambda _: "", ['-## What is a *context*? {#context tags="own" hint="think of requests"}', '+## What is a *context*? {#context tags="own"}']),
    "new hint": ("prints", "Hint", lambda _: "count", ["-## What does this print? {#prints}", '+## What does this print? {#prints hint="count"}']),
    "source": ("context", "Source", put("docs</a>", "the docs</a>"), ["-Source: [docs](https://example.org/a)", "+Source: [the docs](https://example.org/a)"]),
    "no source": ("context", "Source", lambda _: "", ["-Source: [docs](https://example.org/a)"]),
    "new source": ("prints", "Source", lambda _: "Docs &amp; more", ["+Source: Docs & more"]),
    "code": ("prints", "Question", put("2</span>", "3</span>"), ["-print(2)", "+print(3)"]),
    "split code": ("prints", "Answer", put("1\n2", '1</code></pre><pre class="output"><code>1.5\n2'), ["+1.5"]),
    "android": ("prints", "Answer", put("1\n2", "1<br>3"), ["-2", "+3"]),
    "typed": ("status", "Typed", put("308", "307"), ["-`308`", "+`307`"]),
    "cloze": ("sky", "Text", put("sky", "night sky"), ["-## The {{c1::sky}} is {{c2::blue::colour}}. {#sky .cloze}", "+## The {{c1::night sky}} is {{c2::blue::colour}}. {#sky .cloze}"]),
    "new cloze": ("sky", "Text", put("}}.", "}} {{c3::today}}."), ["-## The {{c1::sky}} is {{c2::blue::colour}}. {#sky .cloze}", "+## The {{c1::sky}} is {{c2::blue::colour}} {{c3::today}}. {#sky .cloze}"]),
    "extra": ("sky", "Extra", lambda _: "<div>By day.</div>", ["+By day."]),
    "question below": ("context", "Question", put("</p>", "</p><p>In Flask.</p>"), ["+In Flask.", "+---"]),
    "option": ("which", "Question", put("second", "other"), ["-- [ ] second one", "+- [ ] other one"]),
    "right option": ("which", "Question", put("first", "only"), ["-- [x] first one", "+- [x] only one"]),
    "right option below": ("which", "Answer", put("first", "only"), ["-- [x] first one", "+- [x] only one"]),
    "maths": ("which", "Answer", put("a_b", "a_c"), ["-Because of $a_b$.", "+Because of $a_c$."]),
    "typed maths": ("which", "Answer", put("Because of", r"Because of \(x&lt;y\)&nbsp;"), ["-Because of $a_b$.", "+Because of $x<y$ $a_b$."]),
    "cell": ("which", "Answer", put("<td>2", "<td>3"), ["-| 1 | 2 |", "+| 1 | 3 |"]),
}  # fmt: skip


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Case, Learner]]:
    """Share a deck and its learner between the tests of single edits, each of which leaves both as they were."""
    case = Case(tmp_path_factory.mktemp("shared"))
    yield case, case.learner()
    case.learners[0].close()


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_becomes_its_line(
    name: str, shared: tuple[Case, Learner], invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The patch has the changed lines alone, git applies it, and then nothing is left to pull."""
    case, learner = shared
    monkeypatch.chdir(case.folder)
    ident, field, edit, lines = EDITS[name]
    before = learner.note(ident)[field]
    learner.edits(ident, field, edit)
    export = learner.exports("phone.apkg")
    try:
        found = invoke("pull", export, "deck")
        assert found.exit_code == 0
        assert case.file.read_text(encoding="utf-8") == TEXT
        case.git("apply", "-", given=found.stdout.encode())
        assert sorted(changed(TEXT, case.file.read_text(encoding="utf-8"))) == sorted(lines)
        assert invoke("pull", export, "deck").stdout == ""
    finally:
        case.file.write_text(TEXT, encoding="utf-8")
        learner.edits(ident, field, lambda _: before)


def test_write_applies_the_patch(case: Case, invoke: Invoke) -> None:
    learner = case.learner()
    learner.edits("context", "Answer", put("for one", "for each"))
    export = learner.exports("phone.apkg")
    patch = invoke("pull", export, "deck").stdout
    found = invoke("pull", export, "deck", "--write")
    assert (found.exit_code, found.stdout) == (0, patch)
    assert "wrote 1 change into 1 file\n" in found.stderr
    assert case.file.read_text(encoding="utf-8") == TEXT.replace("for one", "for each")


def test_no_edit_gives_nothing(case: Case, invoke: Invoke) -> None:
    found = invoke("pull", case.learner().exports("phone.apkg", legacy=True), "deck")
    assert (found.exit_code, found.stdout) == (0, "")
    assert found.stderr == "phone.apkg: 5 notes of Pull, 5 untouched\nPull: 0 proven changes\n"


def pulled(invoke: Invoke, *arguments: object) -> dict[str, Any]:
    """Return the JSON for the one deck."""
    found = invoke("pull", *arguments, "--format", "json")
    (values,) = json.loads(found.stdout)
    assert found.exit_code == bool(values["open"] or values["new"])
    result: dict[str, Any] = values
    return result


@pytest.mark.slow
def test_a_learner_of_an_older_release_reverts_nothing(case: Case, invoke: Invoke) -> None:
    """The learner is two releases behind. An untouched note is no change, and an edit keeps what the author changed since."""
    old, edited = case.learner("old"), case.learner("edited")
    edited.edits("context", "Answer", put("one</li>", "first</li>"))
    case.replace("for one request", "for exactly one request")
    case.release()
    case.replace("with __two__ parts", "with __two__ large parts")
    case.release()
    values = pulled(invoke, old.exports("old.apkg"), "deck")
    assert (values["patches"], values["open"]) == ([], [])
    assert values["learners"]["old.apkg"] == {"notes": 5, "untouched": 4, "older": 1, "done": 0, "retired": 0}
    (patch,) = pulled(invoke, edited.exports("edited.apkg"), "deck", "--write")["patches"]
    assert "-- one\n+- first\n" in patch["patch"]
    text = case.file.read_text(encoding="utf-8")
    assert "for exactly one request" in text
    assert "__two__ large parts" in text


@pytest.mark.slow
def test_the_base_may_be_a_package(case: Case, invoke: Invoke) -> None:
    """Without git, the text of the learner's release is only in its package."""
    learner = case.learner()
    learner.edits("context", "Answer", put("one</li>", "first</li>"))
    export = learner.exports("phone.apkg")
    (case.folder / "old.apkg").write_bytes(case.package)
    case.replace("for one request", "for exactly one request")
    case.release()
    shutil.rmtree(case.folder / ".git")
    (one,) = pulled(invoke, export, "deck", "--base", "old.apkg")["patches"]
    assert "-- one\n+- first\n" in one["patch"]
    case.replace("for exactly one request", "for just one request")
    (doubt,) = pulled(invoke, export, "deck")["open"]
    assert "--base" in doubt["reason"]


@pytest.mark.slow
def test_changes_that_are_not_released_stay(case: Case, invoke: Invoke) -> None:
    """The sources differ from the lock, so the base is the release in git."""
    learner = case.learner()
    learner.edits("context", "Answer", put("one</li>", "first</li>"))
    export = learner.exports("phone.apkg")
    case.replace("for one request", "for exactly one request")
    (patch,) = pulled(invoke, export, "deck", "--write")["patches"]
    assert "-- one\n+- first\n" in patch["patch"]
    assert "exactly" in case.file.read_text(encoding="utf-8")
    assert pulled(invoke, export, "deck")["learners"]["phone.apkg"]["done"] == 1


def test_two_changes_of_the_same_words_are_shown_with_their_line(case: Case, invoke: Invoke) -> None:
    learner = case.learner()
    learner.edits("context", "Answer", put("for one request", "for each request"))
    case.replace("for one request", "for a single request")
    case.release()
    found = invoke("pull", learner.exports("phone.apkg"), "deck")
    assert (found.exit_code, found.stdout) == (1, "")
    assert "deck/01.md:8:1: context, answer, by phone.apkg: you and the learner changed the same words\n" in found.stderr
    assert "    yours:  It holds data for a single request" in found.stderr
    assert "    theirs: It holds data for each request" in found.stderr


@pytest.mark.slow
def test_equal_suggestions_are_counted_and_others_are_shown_both(case: Case, invoke: Invoke) -> None:
    exports = []
    for name, word in (("anna", "each"), ("ben", "each"), ("carl", "every")):
        learner = case.learner(name)
        learner.edits("context", "Answer", put("for one", f"for {word}"))
        learner.edits("prints", "Source", lambda _: "Docs")
        exports.append(learner.exports(f"{name}.apkg"))
    found = invoke("pull", *exports, "deck")
    assert found.exit_code == 1
    assert "# context, answer, by 2 people: anna.apkg, ben.apkg (deck/01.md:8)\n" in found.stdout
    assert "# prints, source, by 3 people: anna.apkg, ben.apkg, carl.apkg (deck/01.md:" in found.stdout
    assert "by carl.apkg: two learners changed the same words in two ways\n" in found.stderr
    assert "    yours:  It holds data for each request" in found.stderr
    assert "    theirs: It holds data for every request" in found.stderr
    case.git("apply", "-", given=found.stdout.encode())
    assert "for each request" in case.file.read_text(encoding="utf-8")


@pytest.mark.slow
def test_changes_of_several_learners_in_one_part_are_joined(case: Case, invoke: Invoke) -> None:
    anna, ben = case.learner("anna"), case.learner("ben")
    anna.edits("context", "Answer", put("for one", "for each"))
    ben.edits("context", "Answer", put("two</li>", "second</li>"))
    values = pulled(invoke, anna.exports("anna.apkg"), ben.exports("ben.apkg"), "deck", "--write")
    assert len(values["patches"]) == 2
    text = case.file.read_text(encoding="utf-8")
    assert "for each request" in text
    assert "- second\n" in text


@pytest.mark.slow
def test_tags_come_back_without_those_of_studying(case: Case, invoke: Invoke) -> None:
    learner = case.learner()
    for ident, tags in (("context", ["deck", "file", "new", "marked"]), ("prints", ["deck", "leech", "a::b"])):
        note = learner.note(ident)
        note.tags = tags
        learner.collection.update_note(note)
    assert pulled(invoke, learner.exports("phone.apkg"), "deck", "--write")["open"] == []
    text = case.file.read_text(encoding="utf-8")
    assert '{#context tags="new" hint="think of requests"}' in text
    assert '{#prints tags="a::b"}' in text
    again = pulled(invoke, learner.exports("phone.apkg"), "deck")
    assert (again["patches"], again["open"]) == ([], [])


@pytest.mark.slow
def test_new_notes_are_listed_as_markdown(case: Case, invoke: Invoke) -> None:
    learner = case.learner()
    kind = learner.collection.models.by_name("Pull · Q&A")
    assert kind
    note = learner.collection.new_note(kind)
    note["Question"], note["Answer"] = "What is <i>new</i>?", "This.<br>And that."
    learner.collection.add_note(note, learner.deck("Pull"))
    basic = learner.collection.models.by_name("Basic")
    assert basic
    for deck in ("Pull::Sub", "Elsewhere"):
        other = learner.collection.new_note(basic)
        other["Front"], other["Back"] = f"In {deck}", "Back"
        learner.collection.add_note(other, learner.deck(deck))
    values = pulled(invoke, learner.exports("phone.apkg"), "deck")
    assert [note["markdown"] for note in values["new"]] == [
        "## What is *new*? {#what-is-new}\n\nThis.\\\nAnd that.",
        "## In Pull::Sub {#in-pull-sub}\n\nBack",
    ]
    assert values["patches"] == values["open"] == []


@pytest.mark.slow
def test_a_new_picture_comes_with_the_patch(case: Case, invoke: Invoke) -> None:
    learner = case.learner()
    (learner.folder / "collection.media" / "paste 1.PNG").write_bytes(picture())
    learner.edits("context", "Answer", lambda html: html + '<div><img src="paste 1.PNG"></div>')
    learner.edits("prints", "Answer", lambda html: html + '<img src="missing.png">')
    export = learner.exports("phone.apkg")
    found = invoke("pull", export, "deck")
    assert found.exit_code == 1
    assert "prints, answer, by phone.apkg: a picture is not in the learner's file\n" in found.stderr
    assert not (case.deck / "media").exists()
    assert invoke("pull", export, "deck", "--write").exit_code == 1
    (path,) = (case.deck / "media").iterdir()
    assert path.read_bytes() == picture()
    assert f"\n\n![](media/{path.name})\n" in case.file.read_text(encoding="utf-8")
    assert built(case.deck).good
    assert pulled(invoke, export, "deck")["patches"] == []


@pytest.mark.slow
def test_other_fields_and_note_types_are_listed(case: Case, invoke: Invoke) -> None:
    learner = case.learner()
    learner.edits("context", "Id", lambda _: "prints")
    learner.edits("status", "Reversed", lambda _: "1")
    values = pulled(invoke, learner.exports("phone.apkg"), "deck")
    assert {(one["id"], one["part"]) for one in values["open"]} == {("context", "Id"), ("status", "Reversed")}


@pytest.mark.slow
@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_line_ends_and_a_byte_order_mark_stay(ends: str, case: Case, invoke: Invoke) -> None:
    data = b"\xef\xbb\xbf" + TEXT.replace("\n", ends).encode()
    case.file.write_bytes(data)
    learner = case.learner()
    learner.edits("context", "Answer", put("two</li>", "two</li><li>three</li>"))
    export = learner.exports("phone.apkg")
    patch = invoke("pull", export, "deck").stdout_bytes
    wanted = data.replace(f"- two{ends}".encode(), f"- two{ends}- three{ends}".encode())
    if ends == "\r\n":
        case.git("apply", "-", given=patch)
        assert case.file.read_bytes() == wanted
        case.file.write_bytes(data)
    invoke("pull", export, "deck", "--write")
    assert case.file.read_bytes() == wanted


@pytest.mark.slow
def test_a_file_without_a_last_newline_keeps_its_end(case: Case, invoke: Invoke) -> None:
    case.file.write_text(TEXT.rstrip("\n"), encoding="utf-8")
    learner = case.learner()
    learner.edits("which", "Answer", put("<td>2", "<td>3"))
    patch = invoke("pull", learner.exports("phone.apkg"), "deck").stdout
    case.git("apply", "-", given=patch.encode())
    assert case.file.read_text(encoding="utf-8") == TEXT.rstrip("\n").replace("| 1 | 2 |", "| 1 | 3 |")


def test_git_applies_the_patch_in_a_folder_below(case: Case, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    learner = case.learner()
    learner.edits("context", "Answer", put("for one", "for each"))
    export = learner.exports("phone.apkg")
    monkeypatch.chdir(case.deck)
    patch = invoke("pull", export, ".").stdout
    assert "--- a/01.md\n" in patch
    subprocess.run(["git", "apply", "-"], cwd=case.deck, check=True, input=patch.encode())
    assert "for each request" in case.file.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_lone_file_without_ids_and_lock(tmp_path: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lone.md").write_text("## One?\n\nAn answer.\n\n## Two?\n\nOther.\n", encoding="utf-8")
    learner = Learner(tmp_path / "anna")
    learner.takes(pack(built(tmp_path / "lone.md").deck, TIME).data)
    (number,) = learner.collection.find_notes("Answer:*Other*")
    note = learner.collection.get_note(number)
    note["Answer"] = "<p>Another one.</p>"
    learner.collection.update_note(note)
    export = learner.exports("phone.apkg")
    learner.close()
    assert invoke("pull", export, "lone.md", "--write").exit_code == 0
    assert (tmp_path / "lone.md").read_text(encoding="utf-8") == "## One?\n\nAn answer.\n\n## Two?\n\nAnother one.\n"


@pytest.mark.slow
def test_files_of_other_decks_are_refused(case: Case, invoke: Invoke, tmp_path: Path) -> None:
    write(tmp_path / "other", "## X?\n\nY\n", toml='id = "other"\nname = "Other"\n')
    (tmp_path / "other.apkg").write_bytes(pack(built(tmp_path / "other").deck, TIME).data)
    found = invoke("pull", "other.apkg", "deck")
    assert (found.exit_code, found.stdout) == (1, "")
    assert found.stderr == "other.apkg: no note of Pull is in this file\n"
    (tmp_path / "broken.apkg").write_bytes(case.package[:1000])
    found = invoke("pull", "broken.apkg", "deck")
    assert found.exit_code == 1
    assert found.stderr.startswith("Error: broken.apkg is no export of Anki, or is damaged: ")


@pytest.mark.slow
def test_a_tie_between_learners_is_for_the_author(case: Case, invoke: Invoke) -> None:
    anna, ben = case.learner("anna"), case.learner("ben")
    anna.edits("context", "Answer", put("for one", "for each"))
    ben.edits("context", "Answer", put("for one", "for every"))
    values = pulled(invoke, anna.exports("anna.apkg"), ben.exports("ben.apkg"), "deck")
    assert values["patches"] == []
    assert [(one["by"], "for every" in one["theirs"]) for one in values["open"]] == [(["anna.apkg"], False), (["ben.apkg"], True)]


@pytest.mark.slow
def test_an_id_from_a_heading_stays(tmp_path: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another heading would be another question for learners."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lone.md").write_text("## One?\n\nAn answer.\n", encoding="utf-8")
    learner = Learner(tmp_path / "anna")
    learner.takes(pack(built(tmp_path / "lone.md").deck, TIME).data)
    learner.edits("one", "Question", put("One", "Only one"))
    export = learner.exports("phone.apkg")
    learner.close()
    (one,) = pulled(invoke, export, "lone.md")["open"]
    assert "deckbuilder ids --write" in one["reason"]


@pytest.mark.slow
def test_adopted_notes_come_back_into_their_fields(tmp_path: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    """A note type of another tool has other fields. Some fields share a side, under a heading each."""
    monkeypatch.chdir(tmp_path)
    author = Learner(tmp_path / "author")
    models = author.collection.models
    kind = models.new("Words")
    for name in ("Word", "Meaning", "Example"):
        models.add_field(kind, models.new_field(name))
    template = models.new_template("Card 1")
    template["qfmt"], template["afmt"] = "{{Word}}", "{{FrontSide}}<hr id=answer>{{Meaning}}<p>{{Example}}"
    models.add_template(kind, template)
    models.add(kind)
    (author.folder / "collection.media" / "a.png").write_bytes(picture())
    for number in range(3):
        note = author.collection.new_note(models.by_name("Words") or kind)
        note["Word"], note["Meaning"] = f"<b>hablar</b> {number}", f'to speak &amp; to talk<br><img src="a.png"> {number}'
        note["Example"] = f"Yo <i>hablo</i> {number}."
        author.collection.add_note(note, author.deck("Spanish"))
    assert invoke("adopt", author.exports("in.apkg", deck="Spanish"), "-o", "deck").exit_code == 0
    notes = {note["Example"]: note for note in map(author.collection.get_note, author.collection.find_notes("note:Words"))}
    assert pulled(invoke, author.exports("same.apkg"), "deck")["patches"] == []
    for number, field, old, new in (
        (0, "Word", "hablar", "hablar (irr.)"),
        (1, "Meaning", "to talk", "to chat"),
        (2, "Example", "hablo", "habla"),
    ):
        note = notes[f"Yo <i>hablo</i> {number}."]
        note[field] = note[field].replace(old, new)
        author.collection.update_note(note)
    export = author.exports("phone.apkg")
    author.close()
    values = pulled(invoke, export, "deck", "--write")
    assert values["open"] == []
    assert len(values["patches"]) == 3
    (file,) = (path for path in Path("deck").glob("*.md"))
    text = file.read_text(encoding="utf-8")
    assert all(word in text for word in ("**hablar (irr.)** 0", "to speak & to chat", "Yo *habla* 2."))
    assert pulled(invoke, export, "deck")["patches"] == []


HOSTILE = {
    "script": ("<script>alert(1)</script>", "listed"),
    "script in a link": ('<a href="javascript:alert(1)">x</a>', "listed"),
    "script in a formula": (r"\(\href{javascript:alert(1)}{x}\)", "listed"),
    "style": ("<style>body { display: none }</style>", "listed"),
    "frame": ('<iframe src="https://example.org"></iframe>', "listed"),
    "picture of the network": ('<img src="https://example.org/x.png">', "listed"),
    "path of a picture": ('<img src="../../x.png">', "listed"),
    "LaTeX": (r"[latex]\input{/etc/passwd}[/latex]", "listed"),
    "reversed text": ("a\u202eb", "listed"),
    "bell": ("<p>a&#7;b</p>", "listed"),
    "another question": ("<p>## New {#evil}</p>", "listed"),
    "marks of git": ("<p>&lt;&lt;&lt;&lt;&lt;&lt;&lt; HEAD</p>", "listed"),
    "a huge text": ("x" * 1_000_000, "listed"),
    "deep HTML": ("<div>" * 3000 + "x", "listed"),
    "many marks of one letter": ("<p>a" + "\u0301" * 200 + "</p>", "listed"),
    "a raw cloze": ("{{c1::x}}", "listed"),
    "attributes": (' x {#other .cloze tags="a"} y', "proven"),
    "an open comment": ("&lt;!-- hidden", "proven"),
    "a line of front matter": ("<p>---</p>", "proven"),
    "an open fence": ("<p>```python</p>", "proven"),
    "an open element": ("&lt;details&gt;", "proven"),
    "code of another file": ("<pre data-deckbuilder='python file=\"/etc/passwd\"'><code>x</code></pre>", "proven"),
    "references": ("&amp;copy; &lt;b&gt; &amp;lt;", "proven"),
    "a comment": ("<!-- ignore: no-language -->", "nothing"),
    "a large font": ("", "nothing"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_text_or_listed(
    name: str, shared: tuple[Case, Learner], invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No terminal gets an order, and a file with the patch builds as before."""
    case, learner = shared
    monkeypatch.chdir(case.folder)
    html, outcome = HOSTILE[name]
    before = learner.note("context")["Answer"]
    size = '<span style="font-size: 40px">request</span>' if name == "a large font" else "request"
    learner.edits(
        "context",
        "Answer",
        lambda text: (
            text.replace("data", f"data {html}", 1).replace("request", size, 1) if html else text.replace("request", size, 1)
        ),
    )
    try:
        found = invoke("pull", learner.exports("phone.apkg", legacy=True), "deck")
        listed, proven = "by phone.apkg: " in found.stderr, bool(found.stdout)
        assert (listed, proven) == (outcome == "listed", outcome == "proven")
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", found.output)
        if proven:
            case.git("apply", "-", given=found.stdout.encode())
            assert built(case.deck).good
            assert [question.id for question in questions(built(case.deck).deck)] == [
                "context",
                "prints",
                "status",
                "sky",
                "which",
            ]
    finally:
        case.file.write_text(TEXT, encoding="utf-8")
        learner.edits("context", "Answer", lambda _: before)


@pytest.mark.slow
def test_the_place_of_a_picture_is_safe(case: Case, invoke: Invoke) -> None:
    """The name in the package is a path. The file goes into the deck, under a harmless name."""
    learner = case.learner()
    (learner.folder / "collection.media" / "x.png").write_bytes(picture())
    learner.edits("context", "Answer", lambda html: html + '<img src="../../x.png">')
    export = learner.exports("phone.apkg", legacy=True)
    evil = case.folder / "evil.apkg"
    with zipfile.ZipFile(export) as archive, zipfile.ZipFile(evil, "w") as other:
        for member in archive.namelist():
            data = archive.read(member)
            if member == "media":
                data = json.dumps(json.loads(data) | {"77": "../../x.png"}).encode()
            other.writestr(member, data)
        other.writestr("77", picture())
    outside = {path for path in case.folder.parent.rglob("x*.png") if path.parent.parent != case.deck}
    invoke("pull", evil, "deck", "--write")
    assert {path for path in case.folder.parent.rglob("x*.png") if path.parent.parent != case.deck} == outside
    assert [path.name.startswith("x-") for path in (case.deck / "media").iterdir()] == [True]


@pytest.mark.slow
def test_neighbouring_blocks_of_code_stay_apart(case: Case, invoke: Invoke) -> None:
    """Cards of 0.1.0 have no languages. Only a split that the release does not have is joined."""
    case.replace("```python\nprint(1)\nprint(2)\n```\n", "```dockerfile\nFROM x\n```\n\n```python\nprint(1)\nprint(2)\n```\n")
    case.release()
    learner = case.learner()
    learner.edits("prints", "Question", lambda html: re.sub(' data-deckbuilder="[a-z]*"', "", html))
    assert pulled(invoke, learner.exports("phone.apkg"), "deck")["patches"] == []
    learner.edits("prints", "Question", put(">x<", ">y<"))
    assert pulled(invoke, learner.exports("phone.apkg"), "deck", "--write")["open"] == []
    assert "```dockerfile\nFROM y\n```\n\n```python\n" in case.file.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_deck_elsewhere_gives_paths_from_its_folder(case: Case, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    learner = case.learner()
    learner.edits("context", "Answer", put("for one", "for each"))
    export = learner.exports("phone.apkg")
    monkeypatch.chdir(case.folder / "anna")
    found = invoke("pull", export, case.deck)
    assert "--- a/01.md\n" in found.stdout
    assert f"git -C {case.deck} apply" in found.stderr
    subprocess.run(["git", "-C", str(case.deck), "apply", "-"], check=True, input=found.stdout.encode())
    assert "for each request" in case.file.read_text(encoding="utf-8")
