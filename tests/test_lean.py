"""What is imported, and when: most of the time of a small build."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from deckbuilder import stored
from deckbuilder.source import load, places
from deckbuilder.stage import stage
from tests.bench import corpus

HEAVY = {"genanki", "markdown", "pygments", "yaml", "asyncio", "deckbuilder.render", "deckbuilder.check"}


def imported(code: str, **environment: str) -> set[str]:
    """The modules that are there when ``code`` has run."""
    command = [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | environment)
    return set(done.stdout.rsplit("\n", 2)[-2].split())


def test_genanki_comes_without_what_it_asks_for() -> None:
    names = imported("import deckbuilder.package")
    assert "genanki" in names
    assert not {"asyncio", "yaml", "cached_property"} & names


def test_what_stood_in_for_them_is_gone_afterwards() -> None:
    names = imported(
        "import deckbuilder.package, yaml; yaml.safe_load('a: 1')\nimport cached_property; cached_property.threaded_cached_property"
    )
    assert {"asyncio", "yaml.reader"} <= names


def test_what_is_there_already_stays() -> None:
    imported("import yaml, deckbuilder.package, sys; assert sys.modules['yaml'] is yaml; yaml.safe_load('a: 1')")


def test_a_build_that_finds_nothing_new_imports_next_to_nothing(tmp_path: Path) -> None:
    corpus.write(tmp_path / "deck", 3)
    build = f"import sys; sys.argv = ['deckbuilder', 'build', {str(tmp_path / 'deck')!r}, '-o', {str(tmp_path)!r}]\n"
    build += "from deckbuilder.cli import main\ntry: main()\nexcept SystemExit as end: assert not end.code"
    assert {"genanki", "markdown", "pygments"} <= imported(build)
    assert not HEAVY & imported(build)


def test_what_is_stored_comes_back_as_it_was(tmp_path: Path) -> None:
    corpus.write(tmp_path / "deck", 60)
    (tmp_path / "deck" / "wrong.md").write_text("---\ntags: [a b]\n---\nx\n\n## {{c1::a}} {#a .cloze}\n\n```\n", encoding="utf-8")
    loaded = load(places(tmp_path / "deck")[0][0])
    for source in loaded.sources:
        staged = stage(source, loaded.settings)
        assert stored.loads(stored.dumps(staged)) == staged
