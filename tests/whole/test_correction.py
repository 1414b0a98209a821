"""The workflow that answers an export in an issue with a patch: its steps run here in bash, on an export of the real Anki."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from tests.learners.learner import Learner
from tests.support import ROOT, package, write

pytestmark = pytest.mark.slow

WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "correction.yml").read_text(encoding="utf-8"))
FORM = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / "correction.yml").read_text(encoding="utf-8"))
TEXT = "## What is `g`? {#g}\n\nA namespase.\n\n```python\nprint('``````')\n```\n"
ADDRESS = "https://github.com/user-attachments/files/123/deck.zip"
CURL = """#!/bin/sh
# answers for one address only, and writes the file that the test prepared
for last; do :; done
echo "$last" >> "$RUNNER_TEMP/asked"
while [ "$1" != --output ]; do shift; done
cp "$SERVED" "$2" && printf '%s' "$EFFECTIVE"
"""


class Runner:
    """The folders of a runner, and the commands of a job in them."""

    def __init__(self, folder: Path) -> None:
        self.work, self.temp = folder / "work", folder / "temp"
        self.temp.mkdir(parents=True)
        write(self.work / "content", TEXT)
        commands = folder / "bin"
        commands.mkdir()
        program = f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m deckbuilder "$@"\n'
        for name, text in (("deckbuilder", program), ("curl", CURL)):
            (commands / name).write_text(text, encoding="utf-8")
            (commands / name).chmod(0o755)
        self.environment = {
            **os.environ,
            "PATH": f"{commands}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_WORKSPACE": str(self.work),
            "SOURCE": "content",
            "EFFECTIVE": "https://objects.githubusercontent.com/x?y",
            "SERVED": str(folder / "served"),
        }

    def step(self, name: str, **environment: str) -> int:
        (script,) = (step["run"] for step in WORKFLOW["jobs"]["pull"]["steps"] if step.get("name") == name)
        command = ["bash", "-eo", "pipefail", "-c", script]
        done = subprocess.run(command, cwd=self.work, env=self.environment | environment, check=False)
        return done.returncode

    def comment(self, body: str) -> str:
        """Run all steps for an issue with this text, and return the comment."""
        for name, environment in (("Download", {"BODY": body}), ("Compare", {}), ("Write the comment", {})):
            assert self.step(name, **environment) == 0
        return (self.temp / "comment.md").read_text(encoding="utf-8")


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    if sys.platform == "win32":
        pytest.skip("the steps run on Linux")
    return Runner(tmp_path)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """The export of a learner who corrected a word."""
    learner = Learner(tmp_path / "learner")
    learner.takes(package(tmp_path / "released", TEXT))
    learner.edits("g", "Answer", lambda html: html.replace("namespase", "namespace"))
    path = learner.exports("deck.apkg", deck="Test", scheduling=False)
    learner.close()
    return path


def test_the_comment_has_a_patch_that_git_takes(runner: Runner, export: Path, tmp_path: Path) -> None:
    (tmp_path / "served").write_bytes(export.read_bytes())
    comment = runner.comment(f"### The exported deck\n\n[deck.zip]({ADDRESS})\n")
    assert "-A namespase.\n+A namespace.\n" in comment
    assert (runner.temp / "asked").read_text(encoding="utf-8") == f"{ADDRESS}\n"
    fence, patch = re.findall(r"(?ms)^(`{3,})diff\n(.*?)^\1$", comment)[0]
    assert len(fence) == 7, "one more than in the code of the card"
    subprocess.run(["git", "init", "--quiet"], cwd=runner.work, check=True)
    subprocess.run(["git", "apply"], cwd=runner.work, input=patch.encode(), check=True)
    assert (runner.work / "content" / "01.md").read_text(encoding="utf-8") == TEXT.replace("namespase", "namespace")


def test_a_zip_with_the_export_is_unpacked(runner: Runner, export: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "served", "w") as archive:
        archive.write(export, "../../my deck.apkg")
        archive.writestr("evil.sh", "touch evil")
    assert "+A namespace.\n" in runner.comment(ADDRESS)
    assert sorted(path.name for path in (runner.temp / "correction").iterdir()) == ["export.apkg"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "$(touch evil) `touch evil` ; touch evil\n",
        "https://example.org/user-attachments/files/1/deck.zip",
        "http://github.com/user-attachments/files/1/deck.zip",
        "https://github.com.example.org/user-attachments/files/1/deck.zip",
        "https://github.com/user-attachments/assets/1/deck.zip",
        "https://github.com/user-attachments/files/../deck.zip",
    ],
)
def test_nothing_else_is_downloaded(body: str, runner: Runner) -> None:
    assert "GitHub takes no `.apkg`" in runner.comment(f"### The exported deck\n\n{body}")
    assert not (runner.temp / "asked").exists()
    assert not list(runner.work.parent.rglob("evil"))


def test_the_address_is_cut_at_the_first_other_character(runner: Runner, export: Path, tmp_path: Path) -> None:
    (tmp_path / "served").write_bytes(export.read_bytes())
    runner.comment(f"[deck.zip]({ADDRESS}$(touch evil)) --output /etc/passwd {ADDRESS}2")
    assert (runner.temp / "asked").read_text(encoding="utf-8") == f"{ADDRESS}\n"


def test_a_redirect_to_others_and_a_large_file_stop_it(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "served").write_bytes(b"x")
    for address in ("https://example.org/x", "https://objects.githubusercontent.com.example.org/", "http://github.com/x"):
        assert runner.step("Download", BODY=ADDRESS, EFFECTIVE=address) != 0
        (runner.temp / "correction").rename(runner.temp / f"old{len(list(runner.temp.iterdir()))}")
    with (tmp_path / "served").open("wb") as file:
        file.truncate(52428801)
    assert runner.step("Download", BODY=ADDRESS) != 0
    limits = WORKFLOW["jobs"]["pull"]["steps"][3]["run"]
    for limit in ("--max-filesize 52428800", "--max-time", "--max-redirs 3", "--proto '=https'", "head -c 52428800"):
        assert limit in limits


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_a_file_that_is_no_export_is_named(content: bytes, runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "served").write_bytes(content)
    comment = runner.comment(ADDRESS)
    assert "This file gives no patch." in comment
    assert "is no export of Anki, or is damaged" in comment


def test_only_the_job_that_comments_may_write_and_it_reads_no_file_of_a_stranger() -> None:
    jobs = WORKFLOW["jobs"]
    assert "permissions" not in jobs["pull"]
    assert jobs["comment"]["permissions"] == {"issues": "write"}
    assert "token" not in str(jobs["pull"])
    assert not [step for step in jobs["comment"]["steps"] if "checkout" in step.get("uses", "")]
    (label,) = (item["attributes"]["label"] for item in FORM["body"] if item.get("id") == "export")
    assert f"'### {label}'" in jobs["pull"]["if"]
