"""CI for decks: the workflow's steps and the pre-commit hook do what the guides say."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result

from deckbuilder.cards.media_kinds import PICTURES, PLAYED
from tests.support import ROOT, write
from tests.whole.docs import DOCS
from tests.whole.test_readme import blocks

Invoke = Callable[..., Result]
WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "deck.yml").read_text(encoding="utf-8"))
TRIGGERS = WORKFLOW[True]  # YAML 1.1 takes "on" for yes
PAGES = yaml.safe_load((ROOT / ".github" / "workflows" / "pages.yml").read_text(encoding="utf-8"))
GOOD, BAD = "## What is `g`? {#g}\n\nA namespace.\n", "## What is `g`? {#g}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def steps(job: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = WORKFLOW["jobs"][job]["steps"]
    return found


def run(folder: Path, name: str, source: str) -> subprocess.CompletedProcess[str]:
    """Run a step of the build job in bash, as on GitHub, with the deckbuilder under test."""
    if sys.platform == "win32":
        pytest.skip("the steps run on Linux")
    command = folder / "bin" / "deckbuilder"
    command.parent.mkdir(exist_ok=True)
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m deckbuilder "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    (script,) = (step["run"] for step in [*steps("build"), *PAGES["jobs"]["write"]["steps"]] if step.get("name") == name)
    surroundings = {**os.environ, "PATH": f"{command.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "SOURCE": source}
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script], cwd=folder, env=surroundings, capture_output=True, text=True, check=False
    )


@pytest.mark.slow  # needs bash, too
def test_its_steps_check_and_build_a_deck(folder: Path) -> None:
    write(folder / "my deck", GOOD)
    assert run(folder, "Check", "my deck").returncode == 0
    assert run(folder, "Build", "my deck").stdout == ""
    assert (folder / "dist" / "my deck.apkg").exists()


@pytest.mark.slow
def test_a_mistake_is_annotated_and_stops_it(folder: Path) -> None:
    write(folder / "deck", BAD)
    done = run(folder, "Check", "deck")
    assert done.returncode == 1
    assert done.stdout.startswith("::error file=deck/01.md,line=1,col=1,title=missing-answer::")


@pytest.mark.slow
def test_a_tag_publishes_only_what_was_released(folder: Path, invoke: Invoke) -> None:
    write(folder / "deck", GOOD)
    assert run(folder, "Released", "deck").returncode == 1
    assert invoke("release", "deck").exit_code == 0
    assert run(folder, "Released", "deck").returncode == 0
    assert next(step["if"] for step in steps("build") if step.get("name") == "Released") == WORKFLOW["jobs"]["release"]["if"]


@pytest.mark.slow
def test_each_source_gives_an_artefact_a_name_of_its_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run may call the workflow for several decks, and GitHub refuses some characters in names of artefacts."""
    out = folder / "output"
    monkeypatch.setenv("GITHUB_OUTPUT", str(out))
    for source in ("content", 'my decks/c:"*?\\<>|d', "中文"):
        assert run(folder, "Name", source).returncode == 0
    names = [line.removeprefix("artefact=") for line in out.read_text(encoding="utf-8").splitlines()]
    assert names == ["decks-content", "decks-my decks-c--------d", "decks-中文"]
    assert WORKFLOW["jobs"]["build"]["outputs"]["artefact"] == "${{ steps.name.outputs.artefact }}"


@pytest.mark.slow
def test_pages_are_those_of_a_release(folder: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without GitHub Pages, and before a release, the run writes nothing and does not fail."""
    out, github = folder / "output", folder / "bin" / "gh"
    for name, value in (("OUTPUT", str(out)), ("REPOSITORY", "o/r"), ("SERVER_URL", "https://github.com"), ("REF_NAME", "main")):
        monkeypatch.setenv(f"GITHUB_{name}", value)
    write(folder / "deck", GOOD)
    github.parent.mkdir()
    for answer, notice in (("exit 1", "Pages is off"), ("echo https://o.github.io/r/", "not released")):
        github.write_text(f"#!/bin/sh\n{answer}\n", encoding="utf-8")
        github.chmod(0o755)
        done = run(folder, "Write", "deck")
        assert done.returncode == 0, done.stderr
        assert notice in done.stdout
        assert not out.exists()
    assert invoke("release", "deck").exit_code == 0
    assert run(folder, "Write", "deck").returncode == 0
    assert out.read_text(encoding="utf-8") == "written=true\n"
    page = (folder / "dist" / "site" / "g" / "index.html").read_text(encoding="utf-8")
    assert 'href="https://o.github.io/r/g/"' in page
    assert 'href="https://github.com/o/r/edit/main/deck/01.md#L1"' in page
    (upload,) = (step for step in PAGES["jobs"]["write"]["steps"] if "upload-pages-artifact" in step.get("uses", ""))
    assert upload["with"]["path"] == "dist/site"


def test_the_lines_to_copy_call_it() -> None:
    lines, pages, _, hook = blocks("yaml", (DOCS / "automation.md").read_text(encoding="utf-8"))
    caller = yaml.safe_load(lines)
    (job,) = caller["jobs"].values()
    assert re.fullmatch(r"OWNER/deckbuilder/\.github/workflows/deck\.yml@v\d+\.\d+\.\d+", job["uses"])
    assert job["with"].keys() == TRIGGERS["workflow_call"]["inputs"].keys()
    assert caller["permissions"] == {"contents": "write"}
    (job,) = yaml.safe_load(pages).values()
    assert re.fullmatch(r"OWNER/deckbuilder/\.github/workflows/pages\.yml@v\d+\.\d+\.\d+", job["uses"])
    assert job["with"].keys() == PAGES[True]["workflow_call"]["inputs"].keys()
    needed = [step.get("permissions", {}) for step in PAGES["jobs"].values()]
    assert job["permissions"] == {"contents": "read", "pages": "write", "id-token": "write"} == needed[0] | needed[1]
    (named,) = yaml.safe_load(hook)["repos"][0]["hooks"]
    assert named["id"] in {entry["id"] for entry in hooks()}


def hooks() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    return found


def test_the_hook_checks_the_deck(invoke: Invoke, folder: Path) -> None:
    (hook,) = hooks()
    write(folder / "deck", GOOD)
    command, *arguments = shlex.split(hook["entry"])
    assert command == "deckbuilder"
    assert invoke(*arguments, "deck").exit_code == 0
    write(folder / "deck", BAD)
    assert invoke(*arguments, "deck").exit_code == 1
    for name, runs in (
        ("deck/01.md", True),
        ("a/deck.toml", True),
        ("deck.lock", True),
        ("style.css", True),
        *((f"media/x{suffix.upper()}", True) for suffix in (*PLAYED, *PICTURES)),
        ("deck/x.py", False),
    ):
        assert bool(re.search(hook["files"], name)) == runs, name


def test_json_is_as_its_schema_says(invoke: Invoke, folder: Path) -> None:
    (schema,) = (json.loads(text) for text in blocks("json", (DOCS / "commands.md").read_text(encoding="utf-8")))
    write(folder / "deck", BAD + "\n## Q\n\n```python\n" + 50 * "x" + "\n```\n")
    found = json.loads(invoke("check", "deck", "--format", "json").stdout)
    properties = schema["items"]["properties"]
    assert {problem["severity"] for problem in found} == set(properties["severity"]["enum"])
    kinds = {"string": str, "integer": int, "object": dict, "null": type(None)}
    for problem in found:
        assert list(problem) == list(properties) == schema["items"]["required"]
        for key, about in properties.items():
            allowed = about.get("type", "string")
            assert any(isinstance(problem[key], kinds[kind]) for kind in ([allowed] if isinstance(allowed, str) else allowed))
        assert re.search(properties["code"]["pattern"], problem["code"])
        assert min(problem["line"], problem["column"]) >= 1
