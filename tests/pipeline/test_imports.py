"""Modules are imported only if a build needs them, because imports take most of the time of a small build."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from deckbuilder.pipeline import cache
from deckbuilder.pipeline.stage import stage
from deckbuilder.source.deck_folder import load, places
from tests.bench import corpus

HEAVY = {"genanki", "markdown", "pygments", "yaml", "asyncio", "deckbuilder.cards.render", "deckbuilder.check.run_rules"}


def imported(code: str, **environment: str) -> set[str]:
    """Return the names of the modules that are loaded after ``code`` has run."""
    command = [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | environment)
    return set(done.stdout.rsplit("\n", 2)[-2].split())


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
        assert cache.loads(cache.dumps(staged)) == staged
