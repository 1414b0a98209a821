"""``python -m tests.bench [--sizes 24,1000,10000] [--rounds 3] [--json]``: measures builds side by side and prints ratios.

Absolute times compare only within one run on a quiet machine. Ratios are medians over the rounds; each round runs all
compared commands in turn.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from tests.bench import corpus

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True, slots=True)
class Took:
    """One run of one command: wall seconds, and peak memory of the command's largest process in MB."""

    wall: float
    peak: float


@dataclass(frozen=True, slots=True)
class Run:
    """Runs measured commands in an environment."""

    environment: dict[str, str]

    def __call__(self, *arguments: object) -> Took:
        """Run ``python arguments`` to its end. Raises CalledProcessError if the command fails."""
        command = [sys.executable, *map(str, arguments)]
        begun = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        return Took(wall, usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024))


def _environment(folder: Path) -> dict[str, str]:
    """Return an environment with the bytecode of modules in ``folder``: the second run starts like an installed program."""
    found = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    found.pop("PYTHONDONTWRITEBYTECODE", None)
    return found


def measure(size: int, rounds: int, folder: Path) -> dict[str, list[Took]]:
    """Return the times of all compared commands for a deck of ``size`` questions, each run ``rounds`` times in turn."""
    temporary, cache = folder / "tmp", folder / "cache"
    temporary.mkdir(parents=True)
    run = Run(_environment(folder) | {"TMPDIR": str(temporary), "DECKBUILDER_CACHE": str(cache)})
    deck, ours, theirs = folder / "bench", folder / "dist" / "bench.apkg", folder / "plain.apkg"
    corpus.write(deck, size)
    build = ("-m", "deckbuilder", "build", deck, "-o", ours.parent)
    took: dict[str, list[Took]] = {}
    first = folder / "first"
    corpus.write(first, 10)  # with Python code in it, so that each command imports all its modules once
    for command in (
        ("deckbuilder", "build", first, "-o", first),
        ("tests.bench.plain", first, theirs),
        ("tests.bench.floor", first),
    ):
        run("-m", *command)
    _empty(temporary)
    for number in range(rounds):

        def add(name: str, *arguments: object) -> None:
            took.setdefault(name, []).append(run(*arguments))

        shutil.rmtree(cache, ignore_errors=True)
        add("cold", *build)
        add("unchanged", *build)
        _change(deck, 0, f"{number}-question")
        add("one question", *build)
        _change(deck, None, f"{number}-file")
        add("one file", *build)
        if number == 0:
            run("-m", "tests.bench.bare", deck, ours, cache / "staged.sqlite")  # makes the rows that later runs write
        add("bare rebuild", "-m", "tests.bench.bare", deck, ours, cache / "staged.sqlite")
        add("floor", "-m", "tests.bench.floor", deck)
        add("left", "-c", "pass")
        left = sum(path.is_file() for path in temporary.iterdir())
        assert not left, "a build leaves files in the temporary folder"
        add("plain", "-m", "tests.bench.plain", deck, theirs)
        _empty(temporary)
    took["size"] = [Took(ours.stat().st_size / theirs.stat().st_size, 0)]
    return took


def _empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def _change(deck: Path, which: int | None, mark: str) -> None:
    """Change the first question of the first file, or all its questions if ``which`` is None."""
    path = min(deck.glob("*.md"))
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("\n- ", f"\n- {mark} ", 1 if which is not None else -1), encoding="utf-8")


def ratios(took: dict[str, list[Took]], size: int) -> dict[str, float]:
    """Return the medians of the ratios, and two absolute values."""

    def ratio(one: str, other: str) -> float:
        return statistics.median(a.wall / b.wall for a, b in zip(took[one], took[other], strict=True))

    return {
        "cold / floor": ratio("cold", "floor"),
        "cold / plain script": ratio("cold", "plain"),
        "unchanged / cold": ratio("unchanged", "cold"),
        "one question / cold": ratio("one question", "cold"),
        "one question / bare rebuild": ratio("one question", "bare rebuild"),
        "one file / cold": ratio("one file", "cold"),
        "size / plain script's": took["size"][0].wall,
        "ms a note, cold": statistics.median(one.wall for one in took["cold"]) / size * 1000,
        "peak MB, cold": max(one.peak for one in took["cold"]),
        "peak MB, one question": max(one.peak for one in took["one question"]),
    }


def starting(rounds: int, folder: Path) -> dict[str, float]:
    """Return the ratios of two times: ``--help`` to an empty click app, and a build to ``--help``.

    The build finds nothing new in our own decks.
    """
    run = Run(_environment(folder) | {"DECKBUILDER_CACHE": str(folder / "cache")})
    ours, bare = ("-m", "deckbuilder", "--help"), ("-m", "tests.bench.click_app", "--help")
    content = ("-m", "deckbuilder", "build", ROOT / "content", "-o", folder / "dist")
    for command in (content, ours, bare):
        run(*command)
    took = [(run(*ours).wall, run(*bare).wall, run(*content).wall) for _ in range(rounds)]
    return {
        "--help / bare click app": statistics.median(one / other for one, other, _ in took),
        "our decks, unchanged / --help": statistics.median(build / one for one, _, build in took),
    }


@click.command
@click.option("--sizes", default="24,1000,10000", show_default=True, help="Questions in the decks to measure.")
@click.option("--rounds", default=3, show_default=True, help="Rounds; each round runs every command in turn.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def main(sizes: str, rounds: int, as_json: bool) -> None:
    """Measure builds side by side and print ratios."""
    with tempfile.TemporaryDirectory() as folder:
        found: dict[str, dict[str, float]] = {"start": starting(max(9, rounds), Path(folder))}
    for size in map(int, sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            found[f"{size:,}"] = ratios(measure(size, rounds, Path(folder) / "run"), size)
    if as_json:
        click.echo(json.dumps({"machine": _machine(), "rounds": rounds, "ratios": found}, indent=2))
    else:
        _print(found)


def _machine() -> str:
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def _print(found: dict[str, dict[str, float]]) -> None:
    sizes = [size for size in found if size != "start"]
    click.echo("; ".join([_machine(), *(f"{name}: {ratio:.2f}" for name, ratio in found["start"].items())]) + "\n")
    click.echo(_row("", sizes))
    for name in found[sizes[0]]:
        click.echo(_row(name, [f"{found[size][name]:.2f}" for size in sizes]))


def _row(name: str, cells: Sequence[str]) -> str:
    return f"{name:30}" + "".join(f"{cell:>12}" for cell in cells)


if __name__ == "__main__":
    main()
