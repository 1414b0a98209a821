"""``python -m tests.bench.growth [--sizes 1000,10000]``: measures how the cost of each command grows with a deck.

Each number is the processor time of a command, divided by the time for the deck before, which is smaller. Ten times as many
questions may take at most ``LIMIT`` times as long; more is a bug. Processor time is nearly the same on a busy machine.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from tests.bench import corpus

ROOT = Path(__file__).parent.parent.parent
LIMIT = 12.0
"""The most growth of a time or of a memory for ten times as many questions."""
A_LIST = 10_000
"""Questions in a file that is adopted. Ten times as many are larger than deckbuilder reads."""


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of one command, with its processes: processor seconds, and the peak memory of the largest process in MB."""

    seconds: float
    peak: float


def cost(environment: dict[str, str], arguments: tuple[object, ...]) -> Cost:
    """Run ``deckbuilder arguments`` to its end. A refusal raises AssertionError, because its time says nothing."""
    command = [sys.executable, "-m", "deckbuilder", *map(str, arguments)]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        said = errors.read().decode(errors="replace")
    assert not refused(str(arguments[0]), process.returncode, said), said[-2000:]
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024))


def refused(command: str, code: int, said: str) -> bool:
    """Return whether a command did not do its work. It ended with ``code`` and wrote ``said`` to stderr.

    ``check`` and ``diff`` may end with 1, because they find what they should find. ``said`` then has no line of ``click``.
    """
    broken = "Traceback" in said or said.startswith("Error: ") or "\nError: " in said
    return broken or code not in ((0, 1) if command in ("check", "diff") else (0,))


def _write(deck: Path, texts: list[str]) -> None:
    for path in deck.glob("*.md"):
        path.unlink()
    deck.mkdir(exist_ok=True)
    for at in range(0, len(texts), corpus.A_FILE):
        (deck / f"{at // corpus.A_FILE:05}.md").write_text("\n".join(texts[at : at + corpus.A_FILE]), encoding="utf-8")


def _unpinned(text: str) -> str:
    return text.partition(" {#")[0] + "\n" + text.partition("\n")[2]


def commands(size: int, folder: Path) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Yield (name, arguments) of each command to measure, in order: each finds the files that the commands before wrote."""
    deck, old, new = folder / "bench", folder / "old", folder / "new"
    texts = list(corpus.questions(2 * size))
    corpus.write(deck, size)
    yield "build", ("build", deck, "-o", old, "--no-cache")
    yield "check", ("check", deck)
    yield "site", ("site", deck, "-o", folder / "site", "--base", "https://example.org/")
    yield "site, unchanged", ("site", deck, "-o", folder / "site", "--base", "https://example.org/")
    yield "release, first", ("release", deck, "-o", old)
    _write(deck, [text.replace("\n- ", "\n- changed ", 1) for text in texts[:size]])
    yield "release, all changed", ("release", deck, "-o", new)
    yield "diff, all changed", ("diff", old / "bench.apkg", new / "bench.apkg")
    _write(deck, texts[size:])
    yield "check, all ids gone", ("check", deck)
    _write(deck, [text.replace("{#q", "{#new-q", 1) for text in texts[:size]])
    yield "check, all ids renamed", ("check", deck)
    (deck / "deck.lock").unlink()
    _write(deck, texts[size:])
    yield "build, all new", ("build", deck, "-o", new, "--no-cache")
    yield "diff, all new", ("diff", old / "bench.apkg", new / "bench.apkg")
    _write(deck, [_unpinned(text) for text in texts[:size]])
    yield "ids", ("ids", deck)
    yield "ids --write", ("ids", "--write", deck)
    (folder / "lists").mkdir()
    for at in range(0, size, A_LIST):
        part = texts[at : min(size, at + A_LIST)]
        (folder / "lists" / f"{at}.md").write_text("# List\n\n" + "\n".join(map(_unpinned, part)), encoding="utf-8")
    # these questions consist of a few sentences, so some are asked again and again, which "adopt" doubts
    yield "adopt, a list", ("adopt", "--yes", folder / "lists", "-o", folder / "adopted")
    yield "adopt, a package", ("adopt", old / "bench.apkg", "-o", folder / "package")


def measure(size: int) -> dict[str, Cost]:
    """Return the cost of each command for ``size`` questions, without a cache of an earlier run."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = os.environ | {"PYTHONPATH": str(ROOT), "DECKBUILDER_CACHE": str(folder / "cache")}
        found = {}
        for command, arguments in commands(size, folder):
            shutil.rmtree(folder / "cache", ignore_errors=True)
            found[command] = cost(environment, arguments)
            click.echo(f"{size:,} {command}: {found[command].seconds:.1f} s, {found[command].peak:.0f} MB", err=True)
        return found


def table(costs: dict[int, dict[str, Cost]]) -> Iterator[str]:
    """Yield the lines of a table: milliseconds a question, and each size divided by the size before."""
    sizes = list(costs)
    pairs = list(itertools.pairwise(sizes))
    head = [f"ms a question, {sizes[0]:,}"]
    head += [f"{other:,} / {one:,}, {what}" for what in ("time", "memory") for one, other in pairs]
    yield _row("command", head)
    yield _row("---", ["---"] * len(head))
    for command, first in costs[sizes[0]].items():
        grown = [costs[other][command].seconds / costs[one][command].seconds for one, other in pairs]
        grown += [costs[other][command].peak / costs[one][command].peak for one, other in pairs]
        yield _row(command, [f"{first.seconds / sizes[0] * 1000:.1f}", *(f"{growth:.1f}" for growth in grown)])


def _row(name: str, cells: list[str]) -> str:
    return f"| {name} | " + " | ".join(cells) + " |"


@click.command
@click.option("--sizes", default="1000,10000", show_default=True, help="Questions in the decks to measure.")
def main(sizes: str) -> None:
    """Measure the growth of each command's cost. Exit with 1 if a cost grows too much."""
    costs = {size: measure(size) for size in map(int, sizes.split(","))}
    click.echo("\n".join(table(costs)))
    sys.exit(bool(list(too_much(costs, click.echo))))


def too_much(costs: dict[int, dict[str, Cost]], say: Callable[[str], object]) -> Iterator[str]:
    """Yield the commands whose time grows more than ``LIMIT`` for ten times as many questions."""
    for one, other in itertools.pairwise(costs):
        for command, before in costs[one].items():
            limit = LIMIT * other / one / 10
            if costs[other][command].seconds > limit * before.seconds:
                say(f"too much: {command}, {other:,} questions")
                yield command


if __name__ == "__main__":
    main()
