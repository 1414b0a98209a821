from __future__ import annotations

import re
from pathlib import Path

import nh3
import pytest
from markdown.util import ETX, STX

from deckbuilder.model import control_characters
from deckbuilder.model.control_characters import CONTROLS, FREE, MARKS, MATHS, PLACEHOLDER_CLOSE, PLACEHOLDER_OPEN, Mark
from tests.support import ROOT

REGISTRY = Path(control_characters.__file__)
_WRITTEN = re.compile(r"\\x[01][0-9a-fA-F](?!-\\x)|\\0|\\u00[01]|[\x00-\x08\x0b-\x1f]")
# A range of all ASCII control characters names no single mark, so any module may write the range.
_RANGE = re.compile(r"\\x00-\\x(?:1f|20|7f)")


def test_no_two_marks_are_the_same_character() -> None:
    marks = [mark.character for mark in MARKS]
    assert len({*marks, *FREE}) == len(marks) + len(FREE)
    assert all(len(mark) == 1 and CONTROLS.fullmatch(mark) for mark in (*marks, *FREE))


def test_every_constant_is_registered() -> None:
    named = {
        name: value for name, value in vars(control_characters).items() if name.isupper() and name not in ("FREE", "SYMBOLS")
    }
    named = {name: value for name, value in named.items() if not name.startswith("_") and name not in ("MARKS", "CONTROLS")}
    texts = [text for value in named.values() for text in (value.values() if isinstance(value, dict) else [value])]
    assert sorted("".join(map("".join, texts))) == sorted(mark.character for mark in MARKS)


def test_every_control_character_is_taken_or_free_or_white_space() -> None:
    others = {"\x0c", "\r", "\x7f"}
    known = {mark.character for mark in MARKS} | set(FREE) | others
    assert known == {chr(code) for code in range(128) if CONTROLS.match(chr(code))}


@pytest.mark.parametrize("path", sorted({*(ROOT / "deckbuilder").rglob("*.py")} - {REGISTRY}), ids=lambda path: path.stem)
def test_no_other_module_writes_one(path: Path) -> None:
    assert not _WRITTEN.findall(_RANGE.sub("", path.read_text(encoding="utf-8")))


def test_the_modules_of_a_mark_exist() -> None:
    modules = {name for mark in MARKS for name in (mark.written_by, mark.read_by)} - {"the library", "nothing"}
    for module in modules:
        path = ROOT / "deckbuilder" / module.replace(".", "/")
        assert path.is_dir() or path.with_suffix(".py").is_file(), module


@pytest.mark.parametrize("mark", MARKS, ids=lambda mark: mark.meaning)
def test_a_mark_is_used_where_the_registry_says(mark: Mark) -> None:
    names = {name for name, value in vars(control_characters).items() if isinstance(value, str) and mark.character in value}
    names |= {"MATHS"} if mark.character in "".join(map("".join, MATHS.values())) else set()
    for module in {mark.written_by, mark.read_by} - {"the library", "nothing"}:
        path = ROOT / "deckbuilder" / module.replace(".", "/")
        files = path.rglob("*.py") if path.is_dir() else [path.with_suffix(".py")]
        assert any(names & set(re.findall(r"\w+", file.read_text(encoding="utf-8"))) for file in files), module


def test_the_placeholders_are_those_of_the_library() -> None:
    assert (PLACEHOLDER_OPEN, PLACEHOLDER_CLOSE) == (STX, ETX)


def test_the_sanitiser_keeps_a_free_character() -> None:
    assert nh3.clean(f"<p>{FREE}</p>") == f"<p>{FREE}</p>"
