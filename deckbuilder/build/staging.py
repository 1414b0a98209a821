"""How a build stages files: those that the cache knows come from it, the others from one or several processes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from deckbuilder.build import cache, cache_folder, parallel
from deckbuilder.build.pipeline import Stager
from deckbuilder.model.records import Settings, Source, Staged

Made = Iterator[tuple[Staged, bytes]]
Show = Callable[[Made, int], Made]
"""Passes on what is staged, of which there will be so many, and may show how far it is."""


def stager(jobs: int = 0, *, remember: bool = True, show: Show = lambda made, _count: made) -> Stager:
    """Return a stager that uses ``jobs`` processes (0: as many as pay), and the cache if ``remember``."""

    def staged(sources: Sequence[Source], settings: Settings) -> Iterable[Staged]:
        def make(missing: Sequence[Source]) -> Made:
            return show(parallel.staged(missing, settings, jobs), len(missing))

        if remember:
            return cache.staged(sources, settings, make, cache_folder.folder() / cache.FILE)
        return (found for found, _ in make(sources))

    return staged
