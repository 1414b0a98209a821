"""Docstrings, comments, messages and pages are plain English; ``english.py`` has the rules. ``test_docs`` checks the guides."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import ROOT
from tests.whole import english

SOURCES = [path for room in ("deckbuilder", "tests") for path in sorted((ROOT / room).rglob("*.py"))]
PAGES = [*sorted((ROOT / "deckbuilder" / "docs" / "diagnostics").glob("*.md")), ROOT / ".github" / "pull_request_template.md"]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", [*SOURCES, *PAGES], ids=name)
def test_the_english_is_plain(path: Path) -> None:
    assert english.findings(path) == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (" ".join(["word"] * 21), "21 words"),
        ("What is written here is read.", "begins with a clause"),
        ("Short. Of two files, the first is read.", "begins with a clause"),
        ("A blank line stands between both.", "'stands'"),
        ("A note is left out.", "'left out'"),
    ],
)
def test_a_broken_rule_is_found(text: str, rule: str) -> None:
    assert [found for found, _ in english.faults(text)] == [rule]


@pytest.mark.parametrize(
    "text",
    [
        " ".join(["word"] * 20),
        f"{' '.join(['word'] * 20)}. {' '.join(['word'] * 20)}",
        "What is written here?",
        "The code ``stands = what`` is no text.",
        "问题写在这里",
    ],
)
def test_a_plain_text_passes(text: str) -> None:
    assert list(english.faults(text)) == []


def test_every_text_of_a_module_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(english, "ROOT", tmp_path)
    path = tmp_path / "module.py"
    path.write_text(
        '"""A module that stands here."""\n\n'
        "LIMIT = 1\n"
        '"""What is allowed."""\n'
        "# A comment that tells why\n"
        "# over two lines.\n"
        "def value() -> str:\n"
        '    """A value."""\n'
        '    return f"a note of {LIMIT} words is left out"\n',
        encoding="utf-8",
    )
    found = {(finding.line, finding.rule) for finding in english.findings(path)}
    assert found == {
        (1, "'stands'"),
        (4, "begins with a clause"),
        (5, "'tells'"),
        (7, "begins with no verb"),
        (9, "'left out'"),
    }
