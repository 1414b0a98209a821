"""The distribution is ``anki-deckbuilder``, because the name ``deckbuilder`` on the package index is another project's."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.support import ROOT

NAME = "anki-deckbuilder"
WRONG = re.compile(r"(?<!anki-)deckbuilder\[\w|\b(?:pip|pipx|tool|uv) +install\b[^\n|;&]*[\s\"'=](?<!anki-)deckbuilder(?![\w/-])")
SUFFIXES = {".md", ".py", ".toml", ".yml", ".yaml", ".txt", ".html", ".js", ".css", ""}


def texts() -> list[Path]:
    """Return the path of every text of the repository, or, without git, of the folders in a source archive."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode == 0:
        paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:
        paths = [path for part in ("deckbuilder", "tests", "content") for path in (ROOT / part).rglob("*")]
        paths += [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "pyproject.toml"]
    return [path for path in paths if path.suffix in SUFFIXES and path.is_file()]


def test_no_text_installs_the_project_of_somebody_else() -> None:
    found = texts()
    assert {"README.md", "common.py", "pyproject.toml"} <= {path.name for path in found}
    here = Path(__file__)
    wrong = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in found
        if path != here
        for match in WRONG.finditer(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "pip install 'deckbuilder[preview]'",
        "pip install deckbuilder",
        'pip install -q "deckbuilder"',
        "pipx install deckbuilder",
        "uv tool install deckbuilder",
        'test = ["deckbuilder[adopt]"]',
        "pip install 'deckbuilder>=1'",
    ],
)
def test_the_test_sees_the_wrong_name(text: str) -> None:
    assert WRONG.search(text)
    assert not WRONG.search(text.replace("deckbuilder", NAME))
    assert not WRONG.search("pip install . && .venv/bin/deckbuilder build")


def test_the_project_has_the_name_and_its_own_extras() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["name"] == NAME
    assert project["scripts"] == {"deckbuilder": "deckbuilder.cli:main"}
    assert project["optional-dependencies"]["test"][0].startswith(f"{NAME}[")
    assert set(project["urls"]) == {"Homepage", "Issues", "Changelog"}
