"""The largest decks, built, packaged and imported into the real Anki. ``python -m tests.fuzz limits`` runs all."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from deckbuilder.pipeline.build_deck import build, pack
from deckbuilder.source.deck_folder import load, places
from tests.bench import corpus
from tests.fuzz import promises
from tests.support import TIME

TOML = 'id = "limits"\nname = "Limits"\n'


def one(text: str) -> Callable[[Path], None]:
    """Return a function that writes a deck with one file."""

    def make(folder: Path) -> None:
        folder.mkdir()
        (folder / "deck.toml").write_text(TOML, encoding="utf-8")
        (folder / "1.md").write_text(text, encoding="utf-8")

    return make


def pictures(count: int) -> Callable[[Path], None]:
    """Return a function that writes a deck with ``count`` pictures in one question."""

    def make(folder: Path) -> None:
        one("## What? {#a}\n\n" + "".join(f"![](p{at}.png)\n" for at in range(count)))(folder)
        for at in range(count):
            (folder / f"p{at}.png").write_bytes(b"\x89PNG\r\n\x1a\n%d" % at)

    return make


def files(count: int) -> Callable[[Path], None]:
    """Return a function that writes a deck with ``count`` files of one question each."""

    def make(folder: Path) -> None:
        one("## What? {#a}\n\nThat.\n")(folder)
        for at in range(count - 1):
            (folder / f"f{at:05}.md").write_text(f"## What is {at}? {{#f{at}}}\n\nThat.\n", encoding="utf-8")

    return make


def levels(count: int) -> str:
    """Return a question with ``count`` levels of lists, of quotes, and of both."""
    items = "".join("  " * level + "- a\n" for level in range(count))
    return f"## What? {{#a}}\n\n{items}\n{'> ' * count}b\n\n{'> - ' * (count // 2)}c\n"


SMALL: dict[str, Callable[[Path], None]] = {
    "50 levels of lists and of quotes": one(levels(50)),
    "1,000 tags": one(f'## What? {{#a tags="{" ".join(f"t{at}" for at in range(1000))}"}}\n\nThat.\n'),
    "200 pictures": pictures(200),
    "a heading of 100 kB": one(f"## {'word ' * 20_000}? {{#a}}\n\nThat.\n"),
    "an answer of 500 kB": one("## What? {#a}\n\n" + "A *word* and `code`.\n\n" * 23_000),
    "200 files": files(200),
}
"""The sizes that the suite has time for."""

LARGE: dict[str, Callable[[Path], None]] = {
    **{name: SMALL[name] for name in list(SMALL)[:2]},
    "2,000 pictures": pictures(2_000),
    "a heading of 1 MB": one(f"## {'word ' * 200_000}? {{#a}}\n\nThat.\n"),
    "an answer of 10 MB": one("## What? {#a}\n\n" + "A *word* and `code`.\n\n" * 460_000),
    "10,000 files": files(10_000),
    "100,000 questions": lambda folder: corpus.write(folder, 100_000),
}


def check(make: Callable[[Path], None], *, into_anki: bool = True) -> str:
    """Build and package the deck that ``make`` writes, and import the package into Anki; return sizes and times as text."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "deck")
        make(folder)
        begun = time.perf_counter()
        (place,), _ = places(folder)
        built = build(load(place))
        assert built.good, built.diagnostics[:5]
        package = pack(built.deck, TIME)
        done = time.perf_counter()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        if into_anki:
            promises.imported(package)
        anki = time.perf_counter() - done
        return f"{len(package.notes):,} notes, {len(package.data) / 1e6:.1f} MB: {done - begun:.1f} s, peak {peak:.0f} MB; Anki {anki:.1f} s"


def main() -> None:
    """Run each limit in a separate process, which measures the memory of that limit alone."""
    for name in LARGE:
        code = f"from tests.fuzz.limits import *; print({name!r}, check(LARGE[{name!r}]), sep=': ')"
        subprocess.run([sys.executable, "-c", code], check=False)
