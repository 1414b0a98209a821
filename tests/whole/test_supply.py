"""Our libraries and archives: bounds are tested, libraries are audited, and archives hold our files only."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deckbuilder.preview.server import HOST
from tests.lowest import OURS, PROJECT, lowest, needed
from tests.support import ROOT

pytestmark = pytest.mark.slow

RUN = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
AUDIT = yaml.safe_load((ROOT / ".github" / "workflows" / "audit.yml").read_text(encoding="utf-8"))
PARTS = ("deckbuilder", "tests", "content", "README.md", "LICENSE", "CHANGELOG.md")
RUBBISH = (
    ".env",
    "dist/flask-en.apkg",
    "content/dist/flask-en.apkg",
    "content/flask-en/.obsidian/workspace.json",
    "content/flask-en/.01-basics.md.swp",
    "deckbuilder/.DS_Store",
    "deckbuilder/__pycache__/cli.cpython-311.pyc",
    "tests/.hypothesis/examples/1",
    "tests/.pytest_cache/README.md",
    ".venv/lowest.txt",
    "build/lib/deckbuilder/cli.py",
)
EXTRAS = [name for name in PROJECT["optional-dependencies"] if name not in OURS]


@pytest.mark.parametrize("requirement", needed(), ids=str)
def test_every_library_has_a_lower_bound(requirement: Requirement) -> None:
    assert requirement.specifier.contains(lowest(Requirement(str(requirement))).partition("==")[2])


def test_a_bound_is_read_or_missed() -> None:
    assert lowest(Requirement("a>=1.2")) == "a==1.2"
    assert lowest(Requirement("a[b]>=1.2,<3,!=2.1; python_version < '4'")) == 'a==1.2; python_version < "4"'
    for without in ("a", "a<3", "a==1.*", "a!=1", "a>1"):
        with pytest.raises(ValueError, match="needs one lower bound"):
            lowest(Requirement(without))


PROGRAMS = {"graphviz-pure"}
"""Requirements that are programs: we run these, and import nothing of theirs."""


def test_what_we_import_is_declared_and_the_other_way_round() -> None:
    found: set[str] = set()
    for path in (ROOT / "deckbuilder").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            found.update(name.partition(".")[0] for name in names)
    owners = packages_distributions()
    imported = {canonicalize_name(owners[name][0]) for name in found - sys.stdlib_module_names - {"deckbuilder"}}
    assert imported | PROGRAMS == {canonicalize_name(requirement.name) for requirement in needed()}
    assert not imported & PROGRAMS


def test_ci_tries_the_newest_and_the_lowest() -> None:
    """The run with the lowest libraries skips only the parts named here, and selects no test by name."""
    lines = [line for line in RUN.partition("$(readme 2)")[2].splitlines() if not line.startswith("#")]
    assert lines[-6:] == [
        "ignored=(--ignore tests/browser --ignore tests/site/test_site_in_browser.py --ignore tests/execution)",
        "ignored+=(--ignore tests/check/test_rewordings.py --ignore tests/learners/test_pull_edits.py)",
        'for name in content proofs linear faults fuzz bench contributing supply patterns; do ignored+=(--ignore "tests/whole/test_$name.py"); done',
        ".venv/bin/python -m venv .venv/lowest",
        ".venv/lowest/bin/pip install --quiet --editable '.[suite]' --requirement .venv/lowest.txt",
        '.venv/lowest/bin/python -m pytest -n auto --dist worksteal "${ignored[@]}"',
    ]
    assert ".venv/bin/python -m tests.lowest > .venv/lowest.txt" in lines
    assert "set -euo pipefail" in RUN
    newest = lines[lines.index("sed 's/==[^;]*//' .venv/lowest.txt > .venv/newest.txt") + 1 :]
    assert newest[0] == "ahead=$(.venv/bin/pip install --dry-run --upgrade --no-deps --requirement .venv/newest.txt)"


def test_the_list_for_ci_is_of_everything() -> None:
    done = subprocess.run([sys.executable, "-m", "tests.lowest"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = [Requirement(line).name for line in done.stdout.splitlines()]
    lines = [*PROJECT["dependencies"], *(line for name in EXTRAS for line in PROJECT["optional-dependencies"][name])]
    assert listed == [Requirement(line).name for line in lines]
    assert {"genanki", "anki", "starlette", "markdownify"} <= set(listed)


def test_the_tests_have_every_extra() -> None:
    (whole,) = PROJECT["optional-dependencies"]["test"]
    assert Requirement(whole).extras == {*EXTRAS, *OURS} - {"test", "dev"}


def steps() -> list[dict[str, Any]]:
    (job,) = AUDIT["jobs"].values()
    found: list[dict[str, Any]] = job["steps"]
    return found


def script(name: str) -> str:
    (found,) = (step["run"] for step in steps() if step.get("name") == name)
    return str(found)


def test_the_audit_runs_with_every_change_and_every_week_and_may_only_read() -> None:
    triggers = AUDIT[True]  # YAML 1.1 takes "on" for yes
    assert triggers["push"] == {"branches": ["main"]}
    assert "pull_request" in triggers
    (weekly,) = triggers["schedule"]
    assert re.fullmatch(r"\d+ \d+ \* \* \d", weekly["cron"])
    assert AUDIT["permissions"] == {"contents": "read"}
    assert not [job for job in AUDIT["jobs"].values() if "permissions" in job]
    assert not [step for step in steps() if "secrets." in str(step) or "${{" in str(step) or "continue-on-error" in step]


def test_the_audit_is_of_all_that_a_user_installs() -> None:
    assert f"'.[{','.join(EXTRAS)}]'" in script("Install")
    command = script("Audit").split()
    assert command[0] == "audit/bin/pip-audit"
    assert "--strict" in command
    assert not [word for word in command if word.startswith("--ignore")]


def test_the_audit_reads_versions_and_leaves_ourselves_out(tmp_path: Path) -> None:
    (tmp_path / "decks" / "bin").mkdir(parents=True)
    (tmp_path / "decks" / "bin" / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    (tmp_path / "decks" / "bin" / "python").chmod(0o755)
    subprocess.run(["bash", "-eo", "pipefail", "-c", script("List")], cwd=tmp_path, check=True)
    assert script("Audit").endswith("--requirement installed.txt")
    listed = (tmp_path / "installed.txt").read_text(encoding="utf-8").splitlines()
    names = {canonicalize_name(line.partition("==")[0]) for line in listed if "==" in line}
    assert {canonicalize_name(requirement.name) for requirement in needed()} <= names
    assert "deckbuilder" not in "".join(line.partition("==")[0] for line in listed)


def test_the_guide_says_what_is_trusted() -> None:
    section = (ROOT / "deckbuilder" / "docs" / "security.md").read_text(encoding="utf-8")
    for said in ("**Trusted**", "**Not trusted**", HOST, cache_variable(), "security/advisories/new", "--no-cache"):
        assert said in section


def cache_variable() -> str:
    """Return the name of the variable for the cache folder, from the code."""
    (name,) = re.findall(
        r'environ\.get\("(\w+)"\)', (ROOT / "deckbuilder" / "pipeline" / "cache_folder.py").read_text(encoding="utf-8")
    )
    return str(name)


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, bytes]]:
    """The wheel and the sdist of two copies of our files, by name; the second copy has other times, and rubbish."""
    made = []
    for name in ("one", "two"):
        folder = tmp_path_factory.mktemp(name) / "deckbuilder"
        for part in (*PARTS, "pyproject.toml", ".gitignore"):
            original = ROOT / part
            if original.is_dir():
                shutil.copytree(original, folder / part, ignore=shutil.ignore_patterns("__pycache__", ".*"))
            else:
                folder.mkdir(exist_ok=True)
                shutil.copyfile(original, folder / part)
        if name == "two":
            for rubbish in RUBBISH:
                (folder / rubbish).parent.mkdir(parents=True, exist_ok=True)
                (folder / rubbish).write_text("secret", encoding="utf-8")
            for path in folder.rglob("*"):
                os.utime(path, (1, 1))
        out = folder.parent / "out"
        command = [sys.executable, "-m", "build", "--no-isolation", "--sdist", "--wheel", "--outdir", str(out), str(folder)]
        surroundings = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
        subprocess.run(command, check=True, capture_output=True, env=surroundings)
        made.append({path.name: path.read_bytes() for path in sorted(out.iterdir())})
    return made


def test_the_archives_are_the_same_bytes_wherever_and_whenever_they_are_made(archives: list[dict[str, bytes]]) -> None:
    one, two = archives
    assert [name.rpartition(".")[2] for name in one] == ["whl", "gz"]
    assert one == two


def test_the_archives_hold_our_files_alone(archives: list[dict[str, bytes]], tmp_path: Path) -> None:
    (wheel, sdist) = archives[1]
    for name, data in archives[1].items():
        (tmp_path / name).write_bytes(data)
    with zipfile.ZipFile(tmp_path / wheel) as archive:
        packed = archive.namelist()
    assert {name.partition("/")[0] for name in packed} == {"deckbuilder", wheel.partition("-py3")[0] + ".dist-info"}
    with tarfile.open(tmp_path / sdist) as tar:
        shipped = [name.partition("/")[2] for name in tar.getnames()]
    assert {name.partition("/")[0] for name in shipped} == {*PARTS, "pyproject.toml", "PKG-INFO", ".gitignore"}
    for name in (*packed, *shipped):
        made = r"(?:^|/)(?:\.(?!gitignore$)|dist/|__pycache__/)|\.(?:pyc|apkg|sqlite)$"
        assert name.startswith("tests/fuzz/packages/") or not re.search(made, name), name
    ours = {path.relative_to(ROOT).as_posix() for path in (ROOT / "deckbuilder").rglob("*") if path.is_file()}
    ours = {name for name in ours if "__pycache__" not in name and "/." not in name}
    assert {name for name in packed if name.startswith("deckbuilder/")} == ours
