"""``deck.lock`` and ``deck.adopted`` of an adopted deck, and the mistakes that stop its release."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from anki.collection import Collection
from click.testing import Result

from deckbuilder.publish import adopted_notes
from deckbuilder.source import adopted_file, lock_file
from tests.adopt.packages import Import, counts, replace
from tests.support import ROOT

pytestmark = pytest.mark.slow

Invoke = Callable[..., Result]


def test_what_would_hurt_learners_stops(adopted: Path, invoke: Invoke, release: Callable[..., Path]) -> None:
    release()
    for old, new, code in (
        ("{#asgi}", "{#asgi .reversed}", "changed-kind"),
        (".typed}", "}", "changed-kind"),
        ("\n410\n", "\n410\n\nBecause.\n", "no-field"),
        ("{#asgi}", "{#asgi-renamed}", "renamed-id"),
        ("{{c1::signed}}, not {{c3::`encrypted`::how?}}", "{{c3::signed}}, not {{c1::`encrypted`::how?}}", "renumbered-cloze"),
        ("deck: ", "tags: [x]\ndeck: More # ", "moved-note"),
    ):
        texts = {path: path.read_bytes() for path in adopted.glob("*.md")}
        replace(adopted, old, new)
        result = invoke("release", "deck")
        assert result.exit_code == 1
        assert f"[{code}]" in result.stderr
        allowed = code != "renamed-id"  # a contributor renamed it: an error at once, not at the next release
        assert (invoke("build", "deck").exit_code == 0) is allowed, "a build for the author's own phone is allowed"
        for path, text in texts.items():
            path.write_bytes(text)
    release()
    for name, message in (
        ("deck.adopted", "6 adopted questions (first '"),
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
        lambda text: text.replace('"format": 1', '"format": 3'),
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


def test_anki_takes_a_note_type_whose_first_tool_named_no_field_to_sort_by(
    invoke: Invoke, tmp_path: Path, import_package: Import
) -> None:
    shutil.copytree(ROOT / "tests/cases/rules/adopted_notes_known/good", tmp_path / "deck")
    path = tmp_path / "deck" / "deck.adopted"
    text = path.read_text(encoding="utf-8")
    assert '"sortf": 0, ' in text
    path.write_text(text.replace('"sortf": 0, ', ""), encoding="utf-8")
    assert invoke("build", tmp_path / "deck", "-o", tmp_path).exit_code == 0
    assert import_package(tmp_path / "deck.apkg").new


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
