"""The folder that a package becomes: the texts, the media, and the notes that are skipped."""

from __future__ import annotations

import json
import re
import sys
import zipfile
from collections.abc import Callable
from html import escape
from pathlib import Path

import genanki
import pytest
from anki.collection import Collection
from click.testing import Result

from deckbuilder.package.comparison import compare
from deckbuilder.package.read_package import unpack
from deckbuilder.source import lock_file
from tests.adopt.packages import BASIC, CLOZE, CODE, OLD, TYPED, Import, content, counts, made, model, note, replace
from tests.support import ROOT, TIME, built

pytestmark = pytest.mark.slow

Invoke = Callable[..., Result]


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
        "## They are {{c1::signed}}, not {{c3::`encrypted`::how?}}. {#they-are-signed-not-encrypted .cloze}\n\n"
        "### Title\n\nCookies\n\n---\n\nAnyone can read them.\n\n"
        "## Which status is *gone*? {#which-status-is-gone .typed}\n\n410\n"
    )
    assert re.fullmatch(r'id = "web-[0-9a-f]{6}"\nname = "Web"\n', (tmp_path / "deck" / "deck.toml").read_text(encoding="utf-8"))
    assert sorted(path.name for path in (tmp_path / "deck" / "media").iterdir()) == ["a-b.png", "word.mp3"]
    assert [item.code for item in built(tmp_path / "deck").diagnostics if item.code not in ("long-line", "missing-alt")] == []


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
    assert "skipped" not in result.output
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(TIME + 86_400))
    assert invoke("release", "deck").exit_code == 0
    found = compare(unpack(tmp_path / "dist" / f"{name}.apkg"), unpack(tmp_path / "dist" / "deck.apkg"))
    assert (found.untouched, found.changed, found.hurts, found.styles) == (notes, (), False, ())
    ids = {card.question.id for card in built(ROOT / "content" / name).deck.entries}
    assert {card.question.id for card in built(tmp_path / "deck").deck.entries} == ids


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
    pictures = model("Pictures", 17, "A B", ("[latex] {{A}} [/latex]", "[latex]{{A}}[/latex]{{B}}"))
    half = model("Half", 18, "A B", ("{{A}}", "[$]a[/$]{{A}}{{^B}}{{/B}}[$]{{B}}[/$]"))
    beside = model("Beside", 19, "A B", ("[latex]a[/latex]{{A}}", "{{A}}{{B}}[$$]b[/$$]"))
    items = [
        note(BASIC, "fine", "yes"),
        note(pictures, "pictures", r"\begin{align*}"),
        note(half, "half", "x^2"),
        note(beside, "beside", "a formula of the template"),
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
    questions = built(tmp_path / "deck").deck.entries
    assert {card.question.id for card in questions} == {
        "fine",
        "beside",
        "delimiters",
        "question",
        "three",
        "third",
        "either",
        "flags",
        "two-lines",
    }
    total = len(unpack(package).notes)
    assert (
        f"deck: {len(questions)} questions in 1 file, 0 pictures and sounds; {total - len(questions)} notes skipped, see README.left-out.md\n"
        in result.stdout
    )
    listed = re.findall(r"(?m)^(\d+) notes? skipped: (.*)\n((?:  .*\n)+)", result.stderr)
    assert {(reason, titles.strip()) for _, reason, titles in listed} == {
        ("<script> in its text", "script"),
        ("it has no answer", "no answer"),
        (
            "cloze '{{c1::' begins in one part (bold text, a paragraph, an item, a cell) and ends in another; move one end [broken-cloze]",
            "half bold",
        ),
        ("LaTeX that Anki shows as a picture", "latex"),
        ("note type 'Pictures': LaTeX that Anki shows as a picture", "pictures"),
        ("note type 'Half': LaTeX that Anki shows as a picture", "half"),
    }
    assert sum(int(count) for count, _, _ in listed) == total - len(questions)
    # Learners keep the skipped notes.
    import_package(package)
    notes = content(collection)
    assert invoke("release", "deck").exit_code == 0
    assert counts(import_package(tmp_path / "dist" / "deck.apkg")) == (0, 0, 9, 0)
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
    assert "kept unchanged: the scripts in the templates of the note type 'Styled'" in result.stderr
    invoke("release", "deck")
    import_package(tmp_path / "dist" / "deck.apkg")
    assert collection.media.have("_look.css")
    (tmp_path / "deck" / "media" / "_look.css").unlink()
    result = invoke("build", "deck")
    assert result.exit_code == 1
    assert "the adopted note types need '_look.css', which does not exist; restore it from git [missing-media]" in result.stderr


def test_pictures_that_are_not_there(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made(tmp_path, ("Web", [note(BASIC, "q", 'see <img src="gone.png"> and <img src="https://x.y/z.png">')]))
    result = invoke("adopt", "made.apkg", "-o", "deck")
    assert "not carried over: 1 file, which is not in the package: 'gone.png'\n" in result.stderr
    assert "not carried over in 1 note: pictures on the network" in result.stderr
    text = (tmp_path / "deck" / "01-web.md").read_text(encoding="utf-8")
    assert "see <!-- not packed: gone.png --> and <!-- not packed: https://x.y/z.png -->" in text
    assert invoke("release", "deck").exit_code == 0
    (item,) = unpack(tmp_path / "dist" / "deck.apkg").notes.values()
    assert item.fields[1] == 'see <img src="gone.png"> and <img src="https://x.y/z.png">'


def test_missing_files_are_named_in_one_line(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    pictures = [f'<img src="{at}.png">' for at in range(8)]
    items = [note(BASIC, f"see {at}", f"a text, {picture}") for at, picture in enumerate(pictures[:6])]
    items += [note(BASIC, "only a picture", pictures[6]), note(BASIC, "two of them", f"<div>{pictures[7]}</div>[sound:a.mp3]")]
    items += [note(BASIC, f"{pictures[6]}<br>", "a front"), note(BASIC, "text behind it", f"{pictures[7]}<p>words</p>")]
    made(tmp_path, ("Web", items))
    result = invoke("adopt", "made.apkg", "-o", "deck")
    names = "'0.png', '1.png', '2.png', '3.png', '4.png' … and 2 more"
    assert f"not carried over: 7 files, which are not in the package: {names}\n" in result.stderr
    only = "2 notes skipped: its answer is only a file that is not in the package\n  only a picture: '6.png'\n  two of them: '7.png'\n"
    assert only in result.stderr
    assert "1 note skipped: its question is only a file that is not in the package\n  a front: '6.png'\n" in result.stderr
    assert "deck: 7 questions in 1 file" in result.stdout


def test_a_control_character_in_a_files_name_reaches_no_markdown(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made(tmp_path, ("Web", [note(BASIC, "q", 'see <img src="a\x00b\x1b\x7f.png">')]))
    assert invoke("adopt", "made.apkg", "-o", "deck").exit_code == 0
    text = (tmp_path / "deck" / "01-web.md").read_text(encoding="utf-8")
    assert "see <!-- not packed: a b .png -->" in text
    assert "control-character" not in invoke("check", "deck").stderr


def test_what_markdown_cannot_hold_stays_until_that_part_is_edited(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    several = model("Several", 31, "Title Question Answer More Unseen", ("{{Title}} {{Question}}", "{{Answer}} {{More}}"))
    made(tmp_path, ("Web", [note(several, "T", "Q?", "A", "<ul><li>M</li></ul>", "U", tags=("a,b", "good", "marked"))]))
    result = invoke("adopt", "made.apkg", "-o", "deck")
    assert "not carried over in 1 note: the tag 'a,b', which deckbuilder cannot write in Markdown" in result.stderr
    written = '## T {#t tags="good"}\n\n### Question\n\nQ?\n\n---\n\nA\n\n### More\n\n- M\n'
    assert written in (tmp_path / "deck" / "01-web.md").read_text(encoding="utf-8")

    def packed(*options: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        assert invoke("release", "deck", *options).exit_code == 0
        (item,) = unpack(tmp_path / "dist" / "deck.apkg").notes.values()
        return item.fields, item.tags

    assert packed() == (("T", "Q?", "A", "<ul><li>M</li></ul>", "U"), ("a,b", "good"))
    replace(tmp_path / "deck", "Q?", "Why?")
    assert packed("--reworded", "t") == (("T", "Why?", "A", "<ul><li>M</li></ul>", "U"), ("a,b", "good"))
    replace(tmp_path / "deck", "- M", "- M\n- N")
    replace(tmp_path / "deck", "good", "better")
    fields, tags = packed()
    assert fields == ("T", "Why?", "A", "<ul><li>M</li><li>N</li></ul>", "U")
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
    assert "deck already exists and is not an empty folder" in result.stderr
    assert {path: path.read_bytes() for path in (tmp_path / "deck").rglob("*") if path.is_file()} == content
    monkeypatch.setattr(lock_file, "text", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        invoke("adopt", genanki_package, "-o", "other")
    assert not [path for path in tmp_path.iterdir() if "other" in path.name]
    made(tmp_path, ("Web", [note(BASIC, "script", "<script>1</script>")]))
    result = invoke("adopt", "made.apkg", "-o", "other")
    assert result.exit_code == 1
    assert "nothing written: none of its notes can become a question: <script> in its text" in result.stderr
    (tmp_path / "x.apkg").write_bytes(b"PK")
    assert "x.apkg is not an Anki package, or is damaged" in invoke("adopt", "x.apkg", "-o", "other").stderr
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
