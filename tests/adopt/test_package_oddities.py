"""Packages by the real Anki with odd names, templates or note types, and packages that Anki itself refuses."""

from __future__ import annotations

import base64
import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from anki.collection import Collection, ExportAnkiPackageOptions
from click.testing import Result

from tests.adopt.packages import OLD, Import, content, counts, replace

pytestmark = pytest.mark.slow

Invoke = Callable[..., Result]
Fill = Callable[[Collection, Path], None]
Change = Callable[[sqlite3.Connection], object]

PICTURE = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


def quotes(author: Collection, _: Path) -> None:
    kind = author.models.by_name("Basic")
    assert kind
    kind["name"] = 'Basic "x" & <b>'
    author.models.update_dict(kind)
    card = author.new_note(kind)
    card["Front"], card["Back"] = "What is one?", "the <b>first</b> number"
    author.add_note(card, author.decks.id('My "deck"::sub "a"') or 1)  # type: ignore[arg-type]


def delimiters(author: Collection, _: Path) -> None:
    kind = author.models.new("Other marks")
    for name in ("Q", "A", "More"):
        author.models.add_field(kind, author.models.new_field(name))
    template = author.models.new_template("Card")
    template["qfmt"] = "{{=<% %>=}}<%Q%> {{A}}"
    template["afmt"] = "{{=<% %>=}}\n<%FrontSide%><hr><%A%><%#More%><p><%More%></p><%/More%>"
    author.models.add_template(kind, template)
    author.models.add_dict(kind)
    card = author.new_note(author.models.by_name("Other marks") or kind)
    card["Q"], card["A"], card["More"] = "What is one?", "the least", "a number"
    author.add_note(card, author.decks.id("D") or 1)  # type: ignore[arg-type]


def occlusion(author: Collection, folder: Path) -> None:
    (folder / "heart.png").write_bytes(PICTURE)
    author.add_image_occlusion_notetype()
    kind = next(kind for kind in author.models.all() if kind.get("originalStockKind") == 6)
    author.add_image_occlusion_note(
        notetype_id=kind["id"],
        image_path=str(folder / "heart.png"),
        occlusions="{{c1::image-occlusion:rect:left=.1:top=.2:width=.3:height=.1}}<br>"
        "{{c2::image-occlusion:rect:left=.5:top=.6:width=.1:height=.2:oi=1}}<br>",
        header="The heart",
        back_extra="a number of chambers",
        tags=["bio"],
    )


def empty_cloze(author: Collection, _: Path) -> None:
    text = "<pre>{{c1::a_long_name_of_a_block {}}\n    {{c1::another_long_name_in_the_block;}}\n{{c1::}}}</pre>The {{c2::&nbsp;}}{{c1::number}} of {{c1::::kind}}{{c3::<br>}}cards"
    card = author.new_note(author.models.by_name("Cloze") or {})
    card["Text"], card["Back Extra"] = text, "more"
    author.add_note(card, author.decks.id("D") or 1)  # type: ignore[arg-type]


def scripts(author: Collection, _: Path) -> None:
    card = author.new_note(author.models.by_name("Basic") or {})
    card["Front"] = '<section class="tab"><button class="tab"><span>Tab</span></button><div>What is one?</div></section>'
    card["Back"] = (
        '<link rel="stylesheet" href="https://example.org/a.css">\n <script src="https://example.org/a.js"></script>\n\na number'
    )
    author.add_note(card, author.decks.id("D") or 1)  # type: ignore[arg-type]


def exported(folder: Path, fill: Fill, *, legacy: bool) -> Path:
    """Return a package that the real Anki exports from the collection that ``fill`` fills."""
    (folder / "author").mkdir()
    author = Collection(str(folder / "author" / "collection.anki2"))
    try:
        fill(author, folder)
        author.db.execute("update notes set mod = ?", OLD)  # type: ignore[union-attr]
        path = folder / "exported.apkg"
        author.export_anki_package(
            out_path=str(path), options=ExportAnkiPackageOptions(with_media=True, legacy=legacy), limit=None
        )
    finally:
        author.close()
    return path


@pytest.mark.parametrize("legacy", [True, False])
@pytest.mark.parametrize("fill", [quotes, delimiters, occlusion, empty_cloze, scripts])
def test_only_the_edited_word_differs(
    fill: Fill,
    legacy: bool,
    invoke: Invoke,
    release: Callable[..., Path],
    import_package: Import,
    collection: Collection,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    package = exported(tmp_path, fill, legacy=legacy)
    assert counts(import_package(package)) == (1, 0, 0, 0)
    before, cards = content(collection), collection.card_count()
    result = invoke("adopt", package, "-o", "deck")
    assert result.exit_code == 0, result.output
    assert counts(import_package(release())) == (0, 0, 1, 0)
    assert content(collection) == before
    replace(tmp_path / "deck", "number", "numeral")
    assert counts(import_package(release())) == (0, 1, 0, 0)
    assert collection.card_count() == cards
    (was,), (now,) = before.values(), content(collection).values()
    assert now[0] == was[0].replace("number", "numeral")
    assert (now[1], now[3]) == (was[1], was[3])


def test_release_notes_part_the_fields(
    invoke: Invoke, release: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    invoke("adopt", exported(tmp_path, delimiters, legacy=False), "-o", "deck")
    release()
    replace(tmp_path / "deck", "number", "numeral")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(OLD + 10**7))
    told = invoke("release", "deck").output
    assert "- What is one?: the least More: a number → the least More: a numeral" in told


def sql(*statements: str) -> Change:
    return lambda connection: [connection.execute(statement) for statement in statements]


def models(change: Callable[[dict[str, Any]], object], column: str = "models") -> Change:
    def apply(connection: sqlite3.Connection) -> None:
        found = json.loads(connection.execute(f"select {column} from col").fetchone()[0])  # noqa: S608
        for item in found.values():
            change(item)
        connection.execute(f"update col set {column} = ?", (json.dumps(found),))  # noqa: S608

    return apply


def without(key: str) -> Callable[[dict[str, Any]], object]:
    return lambda item: item.pop(key)


def field_without(key: str) -> Callable[[dict[str, Any]], object]:
    return lambda kind: kind["flds"][0].pop(key)


DAMAGES: dict[str, Change] = {
    "nothing": sql(),
    **{f"version {number}": sql(f"update col set ver = {number}") for number in (0, 10, 12, 18)},  # noqa: S608
    **{f"no table {name}": sql(f"drop table {name}") for name in ("revlog", "graves", "cards")},
    **{f"{name} is no JSON": sql(f"update col set {name} = 'x'") for name in ("conf", "dconf", "models", "decks", "tags")},  # noqa: S608
    "empty configuration": sql("update col set conf = '{}', dconf = '{}', tags = '{}'"),
    "a text for a number": sql("update col set crt = 'x'"),
    "a note type is missing": sql("update notes set mid = 5"),
    "a field is missing": sql("update notes set flds = 'a'"),
    "a field more": sql("update notes set flds = 'a' || char(31) || 'b' || char(31) || 'c'"),
    "a queue": sql("update cards set queue = 99"),
    "an interval": sql("update cards set ivl = 99999999999"),
    "a time of a card": sql("update cards set due = -5"),
    **{f"a note type without {key}": models(without(key)) for key in ("sortf", "usn", "did", "tmpls")},
    "no field": models(lambda kind: kind.update(flds=[])),
    "a field without a name": models(lambda kind: kind["flds"][0].update(name="")),
    **{f"a field without {key}": models(field_without(key)) for key in ("font", "rtl", "size")},
    **{f"a deck without {key}": models(without(key), "decks") for key in ("usn", "conf", "newToday", "desc")},
}


def damaged(package: Path, change: Change, folder: Path) -> Path:
    """Return a copy of the legacy ``package`` with ``change`` applied to its collection."""
    with zipfile.ZipFile(package) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = next(name for name in ("collection.anki21", "collection.anki2") if name in members)
    (folder / "damaged.db").write_bytes(members[name])
    connection = sqlite3.connect(folder / "damaged.db")
    try:
        change(connection)
        connection.commit()
    finally:
        connection.close()
    members[name] = (folder / "damaged.db").read_bytes()
    with zipfile.ZipFile(folder / "damaged.apkg", "w") as archive:
        for member, data in members.items():
            archive.writestr(member, data)
    return folder / "damaged.apkg"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def fill(author: Collection, _: Path) -> None:
        kind = author.models.by_name("Basic")
        assert kind
        card = author.new_note(kind)
        card["Front"], card["Back"] = "What is one?", "a number"
        author.add_note(card, author.decks.id("D") or 1)  # type: ignore[arg-type]

    return exported(tmp_path_factory.mktemp("sound"), fill, legacy=True)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_package_that_anki_refuses_is_refused(
    damage: str, sound: Path, invoke: Invoke, import_package: Import, tmp_path: Path
) -> None:
    package = damaged(sound, DAMAGES[damage], tmp_path)
    try:
        import_package(package)
        refused = False
    except Exception:  # noqa: BLE001  Anki has many
        refused = True
    result = invoke("adopt", package, "-o", tmp_path / "deck")
    assert (result.exit_code == 1) == refused, result.output
    assert not refused or "Anki itself refuses " in result.stderr or "is not an Anki package, or is damaged" in result.stderr
