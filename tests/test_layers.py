"""The architecture: imports run one way, each library has one door."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "deckbuilder"
MODULES = sorted(path.relative_to(PACKAGE.parent).with_suffix("").as_posix() for path in PACKAGE.rglob("*.py"))

# Each module may import only from those below it.
LAYERS = [
    "deckbuilder/__main__",
    "deckbuilder/cli",
    "deckbuilder/commands/ids",
    "deckbuilder/commands/check",
    "deckbuilder/commands/build",
    "deckbuilder/commands/building",
    "deckbuilder/commands/release",
    "deckbuilder/commands/diff",
    "deckbuilder/commands/preview",
    "deckbuilder/preview/server",
    "deckbuilder/preview/page",
    "deckbuilder/preview/live",
    "deckbuilder/preview/state",
    "deckbuilder/commands/new",
    "deckbuilder/commands/adopt",
    "deckbuilder/commands/adopt_package",
    "deckbuilder/commands/adopt_lists",
    "deckbuilder/adopt/package_folder",
    "deckbuilder/adopt/record",
    "deckbuilder/adopt/package_notes",
    "deckbuilder/adopt/convert",
    "deckbuilder/adopt/markdown",
    "deckbuilder/adopt/soup",
    "deckbuilder/adopt/language",
    "deckbuilder/adopt/escaping",
    "deckbuilder/adopt/media",
    "deckbuilder/adopt/templates",
    "deckbuilder/adopt/left",
    "deckbuilder/restore",
    "deckbuilder/compare",
    "deckbuilder/trial",
    "deckbuilder/unpack",
    "deckbuilder/database",
    "deckbuilder/container",
    "deckbuilder/protobuf",
    "deckbuilder/announce",
    "deckbuilder/commands/staging",
    "deckbuilder/commands/common",
    "deckbuilder/watch",
    "deckbuilder/incremental",
    "deckbuilder/record",
    "deckbuilder/preview/typed",
    "deckbuilder/preview/template",
    "deckbuilder/preview/__init__",
    "deckbuilder/adopt/lists",
    "deckbuilder/adopt/leftover",
    "deckbuilder/adopt/written",
    "deckbuilder/adopt/account",
    "deckbuilder/adopt/recognise",
    "deckbuilder/adopt/shapes/obsidian",
    "deckbuilder/adopt/shapes/oneliners",
    "deckbuilder/adopt/shapes/inka",
    "deckbuilder/adopt/shapes/startend",
    "deckbuilder/adopt/shapes/ankcompiler",
    "deckbuilder/adopt/shapes/labels",
    "deckbuilder/adopt/shapes/mdanki",
    "deckbuilder/adopt/shapes/md2anki",
    "deckbuilder/adopt/shapes/files",
    "deckbuilder/adopt/shapes/bold",
    "deckbuilder/adopt/shapes/listed",
    "deckbuilder/adopt/shapes/paragraph",
    "deckbuilder/adopt/shapes/headings",
    "deckbuilder/adopt/shapes/__init__",
    "deckbuilder/adopt/drafts",
    "deckbuilder/adopt/mend",
    "deckbuilder/adopt/answer",
    "deckbuilder/adopt/navigation",
    "deckbuilder/adopt/clozes",
    "deckbuilder/adopt/found",
    "deckbuilder/adopt/verify",
    "deckbuilder/adopt/draft",
    "deckbuilder/adopt/folder",
    "deckbuilder/adopt/__init__",
    "deckbuilder/pin",
    "deckbuilder/issue",
    "deckbuilder/guard",
    "deckbuilder/files",
    "deckbuilder/build",
    "deckbuilder/cache",
    "deckbuilder/workers",
    "deckbuilder/stored",
    "deckbuilder/memory",
    "deckbuilder/clock",
    "deckbuilder/package",
    "deckbuilder/lean",
    "deckbuilder/stage",
    "deckbuilder/check",
    "deckbuilder/rules/published",
    "deckbuilder/rules/foreign",
    "deckbuilder/rules/content",
    "deckbuilder/rules/files",
    "deckbuilder/rules/inert",
    "deckbuilder/rules/looks",
    "deckbuilder/rules/names",
    "deckbuilder/rules/shape",
    "deckbuilder/rules/__init__",
    "deckbuilder/foreign",
    "deckbuilder/stamp",
    "deckbuilder/notetype",
    "deckbuilder/find",
    "deckbuilder/render",
    "deckbuilder/sanitise",
    "deckbuilder/markup/__init__",
    "deckbuilder/markup/inlines",
    "deckbuilder/markup/driver",
    "deckbuilder/markup/links",
    "deckbuilder/markup/containers",
    "deckbuilder/emphasis",
    "deckbuilder/cloze",
    "deckbuilder/ticks",
    "deckbuilder/fence",
    "deckbuilder/media",
    "deckbuilder/source",
    "deckbuilder/settings",
    "deckbuilder/safelist",
    "deckbuilder/harmless",
    "deckbuilder/parse",
    "deckbuilder/executable",
    "deckbuilder/frontmatter",
    "deckbuilder/mapping",
    "deckbuilder/blocks",
    "deckbuilder/leaf",
    "deckbuilder/block",
    "deckbuilder/syntax",
    "deckbuilder/highlight",
    "deckbuilder/field",
    "deckbuilder/identity",
    "deckbuilder/model",
    "deckbuilder/lock",
    "deckbuilder/adopted",
    "deckbuilder/strict",
    "deckbuilder/reading",
    "deckbuilder/portable",
    "deckbuilder/diagnostics",
    "deckbuilder/assets/__init__",
    "deckbuilder/commands/__init__",
    "deckbuilder/__init__",
]
DOORS = {
    "click": ["deckbuilder/cli", "deckbuilder/commands"],
    "genanki": ["deckbuilder/package"],
    "markdown": ["deckbuilder/markup"],
    "nh3": ["deckbuilder/sanitise"],
    "pickle": ["deckbuilder/stored"],
    "platformdirs": ["deckbuilder/memory"],
    "pygments": ["deckbuilder/highlight"],
    "yaml": ["deckbuilder/mapping"],
    "zstandard": ["deckbuilder/container"],
    "tomllib": ["deckbuilder/settings", "deckbuilder/assets"],
    "anki": ["deckbuilder/trial"],
    "bs4": ["deckbuilder/adopt/soup", "deckbuilder/adopt/markdown"],
    "markdownify": ["deckbuilder/adopt/markdown"],
    "starlette": ["deckbuilder/preview/server"],
    "uvicorn": ["deckbuilder/preview/server"],
    "watchfiles": ["deckbuilder/watch"],
}


def imported(module: str) -> set[str]:
    """Full names of what ``module`` imports."""
    found = set()
    for node in ast.walk(ast.parse((PACKAGE.parent / f"{module}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return found


def test_every_module_has_its_layer() -> None:
    assert sorted(LAYERS) == MODULES


@pytest.mark.parametrize("module", LAYERS)
def test_imports_run_one_way(module: str) -> None:
    names = {layer.removesuffix("/__init__").replace("/", "."): layer for layer in LAYERS}
    used = {names[name] for name in imported(module) if name in names} - {"deckbuilder/__init__", "deckbuilder/commands/__init__"}
    assert {other for other in used if LAYERS.index(other) <= LAYERS.index(module)} == set()


@pytest.mark.parametrize("library", DOORS)
def test_each_library_has_one_door(library: str) -> None:
    users = [module for module in MODULES if any(name.split(".")[0] == library for name in imported(module))]
    assert [module for module in users if not module.startswith(tuple(DOORS[library]) or ("none",))] == []
    assert bool(users) == bool(DOORS[library])


def test_help_imports_no_more_than_click() -> None:
    heavy = {"genanki", "markdown", "pygments", "yaml", "deckbuilder"}
    names = {name.split(".")[0] for name in imported("deckbuilder/cli")}
    assert names & heavy == {"deckbuilder"}
    assert {name for name in imported("deckbuilder/cli") if name.startswith("deckbuilder.")} == {"deckbuilder.__version__"}
