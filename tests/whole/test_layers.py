"""The architecture: imports run downwards, room by room, and each library has one door."""

from __future__ import annotations

import ast
from functools import cache

import pytest

from tests.support import ROOT

PACKAGE = ROOT / "deckbuilder"
MODULES = sorted(path.relative_to(PACKAGE.parent).with_suffix("").as_posix() for path in PACKAGE.rglob("*.py"))

# From the top. A module imports from its own room and from the rooms below.
ROOMS = [
    "__main__",
    "cli",
    "commands",
    "__init__",
    "library",
    "site",
    "preview",
    "learners",
    "adopt",
    "execution",
    "pipeline",
    "check",
    "publish",
    "package",
    "cards",
    "source",
    "diagrams",
    "safety",
    "markdown",
    "model",
    "files",
    "assets",
    "version",
]
DOORS = {
    "click": ["deckbuilder/cli", "deckbuilder/commands/"],
    "genanki": ["deckbuilder/package/write_package"],
    "markdown": ["deckbuilder/markdown/"],
    "nh3": ["deckbuilder/safety/sanitise"],
    "pickle": ["deckbuilder/pipeline/cache"],
    "platformdirs": ["deckbuilder/pipeline/cache_folder"],
    "pygments": ["deckbuilder/markdown/highlight"],
    "yaml": ["deckbuilder/source/yaml_mapping"],
    "zstandard": ["deckbuilder/package/container"],
    "tomllib": ["deckbuilder/source/settings", "deckbuilder/assets/"],
    "anki": ["deckbuilder/package/trial_import"],
    "bs4": [f"deckbuilder/adopt/packages/{name}" for name in ("elements", "raw_html", "decoration", "html_to_markdown")],
    "markdownify": ["deckbuilder/adopt/packages/html_to_markdown"],
    "playwright": ["deckbuilder/preview/drawn_cards"],
    "starlette": ["deckbuilder/preview/server"],
    "matplotlib": ["deckbuilder/learners/plots"],
    "jinja2": ["deckbuilder/site/pages"],
    "mmdr": ["deckbuilder/diagrams/mermaid"],
    "mathjax": ["deckbuilder/preview/mathjax"],
    "uvicorn": ["deckbuilder/preview/server"],
    "watchfiles": ["deckbuilder/pipeline/watch"],
}


@cache
def imported(module: str) -> frozenset[str]:
    """Return the full names of all that ``module`` imports."""
    found = set()
    for node in ast.walk(ast.parse((PACKAGE.parent / f"{module}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return frozenset(found)


def ours(module: str) -> set[str]:
    """Return the paths of our modules that ``module`` imports, without ``deckbuilder`` itself, which is always imported."""
    names = {path.removesuffix("/__init__").replace("/", "."): path for path in MODULES if path != "deckbuilder/__init__"}
    return {names[name] for name in imported(module) if name in names} - {module}


def room(module: str) -> str:
    return module.split("/")[1]


def test_every_module_is_in_a_room() -> None:
    assert {room(module) for module in MODULES} == set(ROOMS)


@pytest.mark.parametrize("name", ROOMS)
def test_imports_run_downwards(name: str) -> None:
    below = ROOMS[ROOMS.index(name) :]
    arrows = [(module, other) for module in MODULES if room(module) == name for other in ours(module)]
    assert [arrow for arrow in arrows if room(arrow[1]) not in below] == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    left = {module: ours(module) - {other for other in MODULES if other.endswith("/__init__")} for module in MODULES}
    while free := [module for module, needs in left.items() if not needs & left.keys()]:
        for module in free:
            del left[module]
    assert sorted(left) == []


def test_no_two_modules_have_one_name() -> None:
    """Commands are excepted: a command's module has the command's name, and a room may have that name, too."""
    names = [module.rpartition("/")[2] for module in MODULES if room(module) != "commands" and not module.endswith("/__init__")]
    assert sorted(names) == sorted(set(names))


def test_every_room_says_what_it_is() -> None:
    for module in MODULES:
        if module.endswith("/__init__"):
            text = ast.get_docstring(ast.parse((PACKAGE.parent / f"{module}.py").read_text(encoding="utf-8"))) or ""
            assert len(text) > 60, module


@pytest.mark.parametrize("library", DOORS)
def test_each_library_has_one_door(library: str) -> None:
    users = [module for module in MODULES if any(name.split(".")[0] == library for name in imported(module))]
    assert [module for module in users if not module.startswith(tuple(DOORS[library]))] == []
    assert users


def test_help_imports_no_more_than_click() -> None:
    heavy = {"genanki", "markdown", "pygments", "yaml", "deckbuilder"}
    names = {name.split(".")[0] for name in imported("deckbuilder/cli")}
    assert names & heavy == {"deckbuilder"}
    assert {name for name in imported("deckbuilder/cli") if name.startswith("deckbuilder.")} == {
        "deckbuilder.version",
        "deckbuilder.version.__version__",
    }
