"""How the commands stage files: what is remembered is not staged again, the rest by several processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from deckbuilder import cache, memory, workers
from deckbuilder.build import Stager
from deckbuilder.commands import common
from deckbuilder.model import Settings, Source, Staged


def stager(label: str, jobs: int = 0, *, remember: bool = True, quiet: bool = False) -> Stager:
    """A stager that remembers what it has staged, if it shall, and shows a bar called ``label``, but not if ``quiet``."""

    def staged(sources: Sequence[Source], settings: Settings) -> Iterable[Staged]:
        def make(missing: Sequence[Source]) -> Iterator[tuple[Staged, bytes]]:
            made = workers.staged(missing, settings, jobs)
            return made if quiet else common.progress(label, made, len(missing))

        if remember:
            return cache.staged(sources, settings, make, memory.folder() / cache.FILE)
        return (found for found, _ in make(sources))

    return staged
