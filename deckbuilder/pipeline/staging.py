"""Decides how a build stages files: known files come from the cache, one or several processes stage the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from deckbuilder.model.records import Settings, Source, Staged
from deckbuilder.pipeline import cache, cache_folder, parallel
from deckbuilder.pipeline.build_deck import Stager

Made = Iterator[tuple[Staged, bytes]]
"""The staged files, as ``parallel.staged`` yields them."""
Show = Callable[[Made, int], Made]
"""Passes on the staged files, and may show the progress; the second argument is the number of these files."""


def stager(jobs: int = 0, *, remember: bool = True, show: Show = lambda made, _count: made) -> Stager:
    """Return a stager that uses ``jobs`` processes (0: as many as help), and the cache if ``remember``.

    ``show`` may show the progress of files that are not in the cache.
    """

    def staged(sources: Sequence[Source], settings: Settings) -> Iterable[Staged]:
        def make(missing: Sequence[Source]) -> Made:
            return show(parallel.staged(missing, settings, jobs), len(missing))

        if remember:
            return cache.staged(sources, settings, make, cache_folder.folder() / cache.FILE)
        return (found for found, _ in make(sources))

    return staged


def once(stager: Stager) -> Stager:
    """Return a stager that passes each text to ``stager`` once. All decks must have the same settings."""
    known: dict[Source, Staged] = {}

    def staged(sources: Sequence[Source], settings: Settings) -> Iterable[Staged]:
        missing = [source for source in sources if source not in known]
        known.update(zip(missing, stager(missing, settings), strict=True))
        return [known[source] for source in sources]

    return staged
