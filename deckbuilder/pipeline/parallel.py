"""Stages files, or reads notes, in several processes. Only this module starts a pool of processes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

from deckbuilder.model.records import Settings, Source, Staged
from deckbuilder.pipeline import cache
from deckbuilder.pipeline.stage import stage

Item = TypeVar("Item")
Result = TypeVar("Result")

WORTH = 400_000
"""Characters of Markdown in a deck. For fewer, the start of processes takes more time than the processes save."""
_MOST_ON_WINDOWS = 61
"""Processes that Windows can wait for at once; ``ProcessPoolExecutor`` refuses more there."""
_CHUNKS = 24
"""Parts of the work for each process, so that no process is left with one long last part."""


def staged(sources: Sequence[Source], settings: Settings, jobs: int = 0) -> Iterator[tuple[Staged, bytes]]:
    """Yield (``Staged``, bytes) of each file, in the order of ``sources``.

    ``jobs`` processes do the work; 0 means as many as help, at most one per core. If another process staged the file, the bytes
    are the result of ``cache.dumps``, which a cache need not make again; else the bytes are empty.
    """
    wanted = _processes(sources, jobs)
    if wanted <= 1:
        yield from ((stage(source, settings), b"") for source in sources)
        return
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  small decks start faster without it

    with ProcessPoolExecutor(wanted, initializer=_end_with_parent) as pool:
        for data in pool.map(partial(_stored, settings), sources, chunksize=max(1, len(sources) // (wanted * _CHUNKS))):
            yield cache.loads(data), data


def mapped(function: Callable[[Item], Result], items: Sequence[Item], size: int) -> Iterator[Result]:
    """Yield ``function(item)`` of each of ``items``, in their order. With a ``size`` of ``WORTH``, processes do the work.

    ``size`` is the number of characters in all items. ``function`` is a function or a bound method that pickle can store.
    """
    wanted = _limited(_cores(), items) if size > WORTH else 1
    if wanted <= 1:
        yield from map(function, items)
        return
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  as above

    with ProcessPoolExecutor(wanted, initializer=_begin, initargs=(function,)) as pool:
        yield from pool.map(_mapped, items, chunksize=max(1, len(items) // (wanted * _CHUNKS)))


_given: list[Callable[[Any], Any]] = []
"""The function of this process in a pool. It is sent once, because it may hold large data."""


def _begin(function: Callable[[Any], Any]) -> None:
    _end_with_parent()
    _given[:] = [function]


def _mapped(item: Any) -> Any:
    return _given[0](item)


def _processes(sources: Sequence[Source], jobs: int) -> int:
    """Return how many processes to use: ``jobs`` (0: as many as help), but no more than files and than Windows allows."""
    return _limited(jobs or (_cores() if sum(len(source.text) for source in sources) > WORTH else 1), sources)


def _limited(wanted: int, items: Sequence[object]) -> int:
    return min(wanted, len(items), _MOST_ON_WINDOWS if sys.platform == "win32" else wanted)


def _stored(settings: Settings, source: Source) -> bytes:
    return cache.dumps(stage(source, settings))


def _end_with_parent() -> None:
    """End this process when its parent ends or is killed. Without a parent, this process would wait for ever."""
    import multiprocessing  # noqa: PLC0415  as above
    import threading  # noqa: PLC0415

    def wait() -> None:
        if parent := multiprocessing.parent_process():
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _cores() -> int:
    """Return the cores that this process may use; in a container or under ``taskset``, some cores of the machine are missing."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
