"""``diff``, compared with the real Anki on the same two packages."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from anki.collection import Collection, DeckIdLimit, ExportAnkiPackageOptions, ImportLogWithChanges
from anki.decks import DeckId
from click.testing import Result

from deckbuilder.package.comparison import Comparison, compare
from deckbuilder.package.read_package import unpack
from tests.support import TIME, package, picture
from tests.whole.test_anki import FIRST, SECOND

pytestmark = pytest.mark.slow

Import = Callable[[bytes], ImportLogWithChanges.Log]
Invoke = Callable[..., Result]
TOML = 'id = "test-deck"\nname = "Test"\n'


def both(tmp_path: Path, old: bytes, new: bytes) -> Comparison:
    (tmp_path / "old.apkg").write_bytes(old)
    (tmp_path / "new.apkg").write_bytes(new)
    return compare(unpack(tmp_path / "old.apkg"), unpack(tmp_path / "new.apkg"))


@pytest.mark.parametrize(
    ("texts", "later", "toml", "expected"),
    [
        ([FIRST], 0, TOML, {"untouched": 3}),
        ([FIRST], 1, TOML, {"restamped": 3}),
        ([FIRST.replace("A namespace", "Another")], 0, TOML, {"stuck": 1, "untouched": 2}),
        ([FIRST.replace("A namespace", "Another")], 1, TOML, {"changed": 1, "restamped": 2}),
        ([FIRST, SECOND], 0, TOML, {"new": 3, "untouched": 3}),
        ([FIRST.replace("{#g}", "{#h}")], 0, TOML, {"doubled": 1, "gone": 1, "untouched": 2}),
        ([FIRST.replace("{#g}", "{#g .cloze}").replace("is `g`", "{{c1::is}}")], 1, TOML, {"conflicting": 1, "restamped": 2}),
        ([FIRST.replace("encrypted}}", "encrypted}} {{c3::x}}")], 1, TOML, {"changed": 1, "restamped": 2}),
        (["---\ndeck: Sub\n---\n" + FIRST], 0, TOML, {"moved": 3, "untouched": 3}),
        ([FIRST], 0, TOML + 'tags = ["t"]\n', {"stuck": 3}),
    ],
)
def test_every_kind_of_change_as_anki_sees_it(
    texts: list[str], later: int, toml: str, expected: dict[str, int], tmp_path: Path, import_package: Import
) -> None:
    old, new = package(tmp_path / "old", FIRST), package(tmp_path / "new", *texts, now=TIME + later, toml=toml)
    found = both(tmp_path, old, new)
    kinds = ("new", "changed", "gone", "restamped", "stuck", "conflicting", "doubled", "moved")
    counts = {kind: len(getattr(found, kind)) for kind in kinds} | {"untouched": found.untouched}
    assert {kind: count for kind, count in counts.items() if count} == expected
    assert found.hurts == bool(expected.keys() & {"restamped", "stuck", "conflicting", "doubled", "moved"})
    import_package(old)
    log = import_package(new)
    assert len(log.new) == len(found.new) + len(found.doubled)
    assert len(log.updated) == len(found.changed) + len(found.restamped)
    assert len(log.conflicting) == len(found.conflicting)
    assert len(log.duplicate) == found.untouched + len(found.stuck)


@pytest.mark.parametrize("legacy", [True, False], ids=["legacy", "zstd"])
def test_packages_that_anki_writes(legacy: bool, tmp_path: Path, collection: Collection, import_package: Import) -> None:
    folder = tmp_path / "deck"
    folder.mkdir()
    (folder / "p.png").write_bytes(picture())
    data = package(folder, FIRST, SECOND, "---\ndeck: Sub\n---\n## ![](p.png) {#p}\n\nx\n")
    import_package(data)
    deck_id = next(DeckId(found.id) for found in collection.decks.all_names_and_ids() if found.name == "Test")
    options = ExportAnkiPackageOptions(with_scheduling=True, with_media=True, legacy=legacy)
    collection.export_anki_package(out_path=str(tmp_path / "theirs.apkg"), options=options, limit=DeckIdLimit(deck_id))
    found = both(tmp_path, data, (tmp_path / "theirs.apkg").read_bytes())
    assert found == Comparison(untouched=7)


def test_output_and_exit_code(tmp_path: Path, invoke: Invoke) -> None:
    (tmp_path / "old.apkg").write_bytes(package(tmp_path / "old", FIRST))
    (tmp_path / "new.apkg").write_bytes(package(tmp_path / "new", FIRST.replace("A namespace", "A better one"), now=TIME + 1))
    result = invoke("diff", tmp_path / "old.apkg", tmp_path / "new.apkg")
    assert result.exit_code == 1
    assert "1 changed\n  g: What is g?\n    Answer - A namespace.\n           + A better one.\n" in result.stdout
    assert result.stdout.startswith("2 re-stamped: not changed, but learners lose their own edits\n")
    result = invoke("diff", tmp_path / "old.apkg", tmp_path / "old.apkg")
    assert (result.exit_code, result.stdout) == (0, "3 untouched; safe for learners\n")
    result = invoke("diff", tmp_path / "old.apkg", tmp_path / "new.apkg", "--format", "json")
    values = json.loads(result.stdout)
    assert (values["hurts"], values["untouched"], [note["title"] for note in values["changed"]]) == (True, 0, ["g: What is g?"])


@pytest.mark.parametrize("content", [b"", b"PK", b"no package", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_package_is_said(content: bytes, tmp_path: Path, invoke: Invoke) -> None:
    (tmp_path / "x.apkg").write_bytes(content)
    result = invoke("diff", tmp_path / "x.apkg", tmp_path / "x.apkg")
    assert result.exit_code == 1
    assert "x.apkg is not an Anki package, or is damaged: " in result.stderr


def test_a_trial_in_anki(tmp_path: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "old.apkg").write_bytes(package(tmp_path / "old", FIRST))
    (tmp_path / "new.apkg").write_bytes(package(tmp_path / "new", FIRST.replace("A namespace", "Another"), SECOND, now=TIME + 1))
    result = invoke("diff", tmp_path / "old.apkg", tmp_path / "new.apkg", "--anki")
    assert result.stdout.splitlines()[-1] == (
        "in Anki: 3 new, 3 updated, 0 untouched, 0 conflicting; edits lost on 3 of 3 notes, 0 schedules changed"
    )
    result = invoke("diff", tmp_path / "old.apkg", tmp_path / "old.apkg", "--anki", "--format", "json")
    assert json.loads(result.stdout)["anki"] == {
        "new": 0,
        "updated": 0,
        "untouched": 3,
        "conflicting": 0,
        "edits_lost": 0,
        "edits": 3,
        "schedules_changed": 0,
        "copied_types": [],
    }
    monkeypatch.setitem(sys.modules, "anki.collection", None)
    result = invoke("diff", tmp_path / "old.apkg", tmp_path / "new.apkg", "--anki")
    assert result.exit_code == 1
    assert 'install it with: pip install "anki-deckbuilder[anki]"' in result.stderr


def test_damage_in_a_package_is_said(tmp_path: Path, invoke: Invoke) -> None:
    data = package(tmp_path / "deck", FIRST)
    path = tmp_path / "x.apkg"
    for begin in range(40, len(data) - 100, max(1, len(data) // 40)):
        path.write_bytes(data[:begin] + bytes(byte ^ 0x55 for byte in data[begin : begin + 60]) + data[begin + 60 :])
        result = invoke("diff", path, path)
        assert result.exit_code in (0, 1)
        assert result.stdout or "is not an Anki package, or is damaged" in result.stderr


def test_only_the_differing_part_of_a_long_text_is_shown(tmp_path: Path, invoke: Invoke) -> None:
    long = "word " * 6000
    for name, text, now in (("old", "one", TIME), ("new", "two", TIME + 1)):
        (tmp_path / f"{name}.apkg").write_bytes(package(tmp_path / name, f"## Q {{#q}}\n\n{long}{text} {long}\n", now=now))
    result = invoke("diff", tmp_path / "old.apkg", tmp_path / "new.apkg")
    assert "word one word" in result.stdout
    assert "word two word" in result.stdout
    assert len(result.stdout) < 800
