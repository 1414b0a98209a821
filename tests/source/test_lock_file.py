"""``deck.lock`` through the versions: a lock of 0.1.0 is read, keys of later versions are kept, a later format is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from deckbuilder.source import adopted_file, lock_file
from tests.conftest import CASES
from tests.support import CONTENT, write

Invoke = Callable[..., Result]
RELEASED = sorted([*CONTENT.rglob(lock_file.FILE), *CASES.rglob(lock_file.FILE)])
NEWER = {"seen_by": ["a", 1, None], "note": {"deep": True}, "empty": {}, "off": False}


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: f"{path.parent.parent.name}-{path.parent.name}")
def test_a_lock_of_an_earlier_release_is_read_and_written_back_as_it_was(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lock, problems = lock_file.read("deck.lock", text)
    if not problems:
        assert lock is not None
        assert records(lock_file.text(lock)) == records(text)


def records(text: str) -> list[str]:
    return sorted(line for line in text.splitlines() if not line.startswith("#"))


def test_some_of_them_can_be_read() -> None:
    assert sum(not lock_file.read("deck.lock", path.read_text(encoding="utf-8"))[1] for path in RELEASED) > 10


def with_more_keys(text: str) -> str:
    """Return ``text`` with the keys of a later version on each line that has keys."""
    lines = text.splitlines()
    more = [json.dumps(json.loads(line) | NEWER, ensure_ascii=False) if line.startswith("{") else line for line in lines[:-1]]
    return "\n".join([*more, lines[-1], ""])


def test_a_release_keeps_what_a_later_version_wrote(tmp_path: Path, invoke: Invoke) -> None:
    write(tmp_path / "deck", "## A {#a}\n\nx\n\n## B {{c1::y}} {#b .cloze}\n\n## C {#c}\n\nz\n")
    assert invoke("release", tmp_path / "deck", "-o", tmp_path / "dist").exit_code == 0
    lock = tmp_path / "deck" / lock_file.FILE
    lock.write_text(with_more_keys(lock.read_text(encoding="utf-8")), encoding="utf-8")
    questions = tmp_path / "deck" / "01.md"
    questions.write_text("## A {#a}\n\nanother\n\n## B {{c1::y}} {#b .cloze}\n", encoding="utf-8")
    assert invoke("release", tmp_path / "deck", "-o", tmp_path / "dist", "--retire", "c").exit_code == 0
    after = [json.loads(line) for line in lock.read_text(encoding="utf-8").splitlines()[1:-1]]
    assert len(after) == 6
    assert [{key: line.get(key) for key in NEWER} for line in after] == [NEWER] * 6


def test_a_later_format_is_refused() -> None:
    text = re.sub(r'"format": \d', '"format": 3', RELEASED[0].read_text(encoding="utf-8"), count=1)
    lock, (problem,) = lock_file.read("deck.lock", text)
    assert lock is None
    assert problem.message == "written by a newer deckbuilder (format 3); update deckbuilder"


def test_what_a_later_version_adds_to_adopted_notes_is_passed_over() -> None:
    path = next(CASES.rglob(adopted_file.FILE))
    text = path.read_text(encoding="utf-8")
    adopted, problems = adopted_file.read("deck.adopted", text)
    again, more = adopted_file.read("deck.adopted", with_more_keys(text))
    assert not problems
    assert not more
    assert adopted is not None
    assert adopted.notes
    assert again == adopted
