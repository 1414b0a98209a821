"""Packages of shapes that a first look may refuse: shared GUIDs, clozes without more text, further cards, several fields."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from anki.collection import Collection
from click.testing import Result

from deckbuilder.package.read_package import unpack
from tests.adopt.packages import BACK, BASIC, Import, content, counts, made, model, note, replace
from tests.support import TIME

pytestmark = pytest.mark.slow

Invoke = Callable[..., Result]


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(TIME))


def test_anki_updates_the_newest_note_of_a_guid(
    invoke: Invoke, tmp_path: Path, import_package: Import, collection: Collection
) -> None:
    items = [note(BASIC, "one", "first"), note(BASIC, "two", "x"), note(BASIC, "one", "second")]
    items[2].guid = items[0].guid
    package = made(tmp_path, ("Web", items))
    assert counts(import_package(package)) == (3, 0, 0, 0)
    result = invoke("adopt", package, "-o", "deck")
    assert "1 note skipped: another note in the package has its GUID, and Anki updates only the newest such note" in result.stderr
    assert "deck: 2 questions in 1 file, 0 pictures and sounds; 1 note skipped, see README.left-out.md\n" in result.stdout
    assert "```html\none\nfirst\n```" in (tmp_path / "deck" / "README.left-out.md").read_text(encoding="utf-8")
    replace(tmp_path / "deck", "second", "third")
    assert invoke("release", "deck").exit_code == 0
    assert counts(import_package(tmp_path / "dist" / "deck.apkg")) == (0, 1, 1, 0)
    assert sorted(collection.db.list("select flds from notes")) == ["one\x1ffirst", "one\x1fthird", "two\x1fx"]  # type: ignore[union-attr]


def test_our_clozes_without_more_text_come_back(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "gaps").mkdir()
    (tmp_path / "gaps" / "a.md").write_text(
        "## One is {{c1::1}}. {#one .cloze}\n\n## Two is {{c1::2}}. {#two .cloze}\n", encoding="utf-8"
    )
    assert invoke("build", "gaps").exit_code == 0
    result = invoke("adopt", "dist/gaps.apkg", "-o", "deck")
    assert "deck: 2 questions in 1 file" in result.stdout
    assert "## One is {{c1::1}}. {#one .cloze}\n" in next((tmp_path / "deck").glob("*.md")).read_text(encoding="utf-8")


def test_a_style_sheet_in_the_text_gives_no_id(invoke: Invoke, tmp_path: Path) -> None:
    package = made(tmp_path, ("Web", [note(BASIC, "<style>.card { color: red }</style>one", "first")]))
    result = invoke("adopt", package, "-o", "deck")
    assert (
        "not carried over in 1 note: the <style> in the text; it stays until an edit changes more than the text" in result.stderr
    )
    assert "## one {#one}\n" in next((tmp_path / "deck").glob("*.md")).read_text(encoding="utf-8")


def test_each_field_is_edited_alone(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, import_package: Import, collection: Collection
) -> None:
    """A field may be filled, emptied or rewritten; the template's conditions and further cards stay."""
    sides = (
        ("{{Word}}", BACK + "{{Meaning}}{{#Example}}<i>{{Example}}</i>{{/Example}}{{Picture}}"),
        ("{{Meaning}}", "{{Word}}"),
        ("{{#Sound}}{{Sound}}{{/Sound}}", "{{Word}}"),
    )
    words = model("Words", 77, "Word Meaning Example Picture Sound", *sides)
    package = made(
        tmp_path,
        ("Web", [note(words, "hablar", "to speak", "Yo hablo.", "", "[sound:word.mp3]"), note(words, "ir", "to go", "", "", "")]),
    )
    import_package(package)
    (guid,) = (guid for guid, row in content(collection).items() if "hablar" in row[0])
    assert invoke("adopt", package, "-o", "deck").exit_code == 0
    text = next((tmp_path / "deck").glob("*.md")).read_text(encoding="utf-8")
    assert "## hablar {#hablar}\n\nto speak\n\n### Example\n\nYo hablo.\n\n### Sound\n\n![](media/word.mp3)\n" in text
    assert "## ir {#ir .reversed}\n\nto go\n" in text
    fields = ["hablar", "to speak", "Yo hablo.", "", "[sound:word.mp3]"]
    for day, (old, new, at, html) in enumerate(
        [
            ("Yo hablo.\n", "Yo **hablo**.\n\n- tú\n", 2, "<p>Yo <strong>hablo</strong>.</p><ul><li>tú</li></ul>"),
            ("### Sound", "### picture\n\nA mouth.\n\n### Sound", 3, "A mouth."),
            ("to speak", "to talk", 1, "to talk"),
            ("### Example\n\nYo **hablo**.\n\n- tú\n\n", "", 2, ""),
        ],
        1,
    ):
        replace(tmp_path / "deck", old, new)
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(TIME + day * 86_400))
        assert invoke("release", "deck").exit_code == 0
        assert counts(import_package(tmp_path / "dist" / "deck.apkg")) == (0, 1, 1, 0)
        fields[at] = html
        assert content(collection)[guid][0].split("\x1f") == fields
    assert len(unpack(tmp_path / "dist" / "deck.apkg").notes[guid].cards) == 3
    assert collection.fix_integrity()[1]
