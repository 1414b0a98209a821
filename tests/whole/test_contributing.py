"""The page for contributors is true: its recipes, paths and steps exist, and the forms are valid."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from deckbuilder.check.run_rules import OF_FILE
from tests.conftest import SLOW
from tests.support import ROOT
from tests.whole.test_layers import ROOMS
from tests.whole.test_readme import blocks

PAGE = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
FORMS = ROOT / ".github" / "ISSUE_TEMPLATE"
RUN = (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def just(*arguments: str) -> str:
    """Return the output of ``just``, which comes from this Python's environment."""
    command = shutil.which("just", path=str(Path(sys.executable).parent)) or "just"
    done = subprocess.run([command, *arguments], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_every_recipe_that_is_named_exists_and_says_what_it_does() -> None:
    recipes = set(just("--summary").split())
    listed = just("--list")
    for recipe in recipes:
        assert re.search(rf"(?m)^ +{recipe}\b.* # [A-Z]", listed), recipe
    workflow = (ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8")
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    for text in (PAGE, workflow, hooks, RUN):
        named = re.findall(r"(?m)(?:`|^|run: |entry: |[/\\])just ([a-z]+)", text)
        assert set(named) <= recipes, named
    assert {"setup", "fast", "test", "lint", "docs", "ci"} <= recipes


def test_the_recipe_for_all_tests_does_what_the_readme_says() -> None:
    """A dry run prints the commands."""
    steps = [
        line.replace("Scripts/python.exe", "bin/python").strip().split(maxsplit=1)[1]
        for line in just("--dry-run", "test").splitlines()
    ]
    readme = [step.strip() for step in blocks("sh")[1].replace("'", '"').split("&&")]
    assert steps == ["-m " + readme[1].removeprefix(".venv/bin/"), readme[2].removeprefix(".venv/bin/python ")]


def test_ci_runs_the_steps_of_the_page() -> None:
    """CI runs all steps in a separate clone, and fails if one step fails."""
    (steps,) = blocks("sh", PAGE)
    assert steps.splitlines()[1:] == [".venv/bin/just fast", ".venv/bin/just lint"]
    assert "set -euo pipefail" in RUN
    assert (
        """(cd "$contributor/deckbuilder" && PATH="$contributor/bin:$PATH" bash -euxo pipefail -c "$(contributing)")\n""" in RUN
    )


def test_windows_has_the_same_steps() -> None:
    (unix,), (windows,) = blocks("sh", PAGE), blocks("bat", PAGE)
    adapted = unix.strip().replace("python3 -m venv", "py -m venv").replace(".venv/bin/", ".venv\\Scripts\\")
    assert windows.splitlines() == adapted.replace("\n", " && ").split(" && ")


def test_every_path_that_is_named_exists() -> None:
    words = re.findall(r"`([\w./-]+)`", PAGE)
    paths = [word for word in words if "/" in word and not re.search(r"^\.venv/|\b(?:NAME|CODE)\b", word)]
    assert len(paths) > 20
    beside = {"out/"}
    assert [path for path in paths if not (ROOT / path).exists() and path not in beside] == []
    links = [link for link in re.findall(r"\]\(([^)]+)\)", PAGE) if "//" not in link]
    assert links
    assert [link for link in links if not (ROOT / ".github" / link).exists()] == []
    assert "answered" in {rule.__name__ for rule in OF_FILE}


def test_the_rooms_are_all_there_in_their_order() -> None:
    named = re.findall(r"(?m)^\| `deckbuilder/(\w+)/` \|", PAGE)
    folders = {path.name for path in (ROOT / "deckbuilder").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert set(named) == folders
    ordered = [room for room in ROOMS if room in folders]
    assert [room for room in named if room in ordered] == ordered


def test_it_is_short() -> None:
    assert len(PAGE.splitlines()) < 150


@pytest.mark.parametrize(
    "path", sorted(path for path in FORMS.glob("*.yml") if path.name != "config.yml"), ids=lambda path: path.stem
)
def test_a_form_is_as_github_wants_it(path: Path) -> None:
    form: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert form.keys() <= {"name", "description", "title", "labels", "body"}
    assert form["name"]
    assert form["description"]
    asked = [item for item in form["body"] if item["type"] != "markdown"]
    assert len({item["id"] for item in asked}) == len(asked) == len({item["attributes"]["label"] for item in asked})
    for item in form["body"]:
        assert item.keys() <= {"type", "id", "attributes", "validations"}
        known = {
            "markdown": {"value"},
            "input": {"label", "description", "placeholder", "value"},
            "textarea": {"label", "description", "placeholder", "value", "render"},
            "dropdown": {"label", "description", "options", "multiple", "default"},
        }[item["type"]]
        assert item["attributes"].keys() <= known
    assert any(item.get("validations", {}).get("required") for item in asked)


def test_the_forms_ask_for_what_a_maintainer_needs() -> None:
    bug, card = ((FORMS / name).read_text(encoding="utf-8") for name in ("bug.yml", "wrong-card.yml"))
    assert "`deckbuilder --version`" in bug
    assert "A small input" in bug
    assert "Id of the card" in card
    assert "Evidence" in card
    for link in re.findall(r"template=([\w.-]+)", bug):
        assert (FORMS / link).exists()
    decks = {path.name for path in (ROOT / "content").iterdir() if (path / "deck.toml").exists()}
    (options,) = (item["attributes"]["options"] for item in yaml.safe_load(card)["body"] if item["type"] == "dropdown")
    assert {*options} - {"both"} == decks
    assert yaml.safe_load((FORMS / "config.yml").read_text(encoding="utf-8"))["blank_issues_enabled"] is True


def test_each_commit_can_be_linted() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    (hook,) = (hook for repo in config["repos"] for hook in repo["hooks"])
    assert hook["entry"] == "just lint"
    assert hook["pass_filenames"] is False


def test_pytest_looks_into_every_room(request: pytest.FixtureRequest) -> None:
    """By default pytest skips folders named build."""
    rooms = {part for path in (ROOT / "tests").rglob("test_*.py") for part in path.relative_to(ROOT).parent.parts}
    assert "pipeline" in rooms
    assert [room for room in rooms if any(fnmatch(room, skipped) for skipped in request.config.getini("norecursedirs"))] == []


@pytest.mark.slow
def test_the_fast_tests_are_many_and_no_other_is_lost(request: pytest.FixtureRequest) -> None:
    """With exactly ``not slow``, ``conftest.py`` skips modules unread, by a pattern. All tests of such a module must be slow."""
    items = request.session.items
    if {item.path for item in items} != {*(ROOT / "tests").rglob("test_*.py")}:
        pytest.skip("needs a run of all tests")
    fast = [item for item in items if not item.get_closest_marker("slow")]
    assert len(fast) >= 1500
    paths = {item.path for item in fast}
    assert [path for path in paths if SLOW.search(path.read_text(encoding="utf-8"))] == []
    assert [path for path in paths if {"browser", "versions"} & {*path.relative_to(ROOT).parts}] == []
    named = next(line for line in RUN.splitlines() if line.endswith("test_proofs.py")).partition(" -m versions ")[2].split()
    marked = {item.path for item in items if item.get_closest_marker("versions")}
    assert [path for path in marked if not any(path.is_relative_to(ROOT / name) for name in named)] == []
