"""The preview waits with a limit: on Windows, Ctrl-C cannot end a wait without a limit."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from deckbuilder.pipeline.watch import Changed
from deckbuilder.preview.live import Live


class Event(threading.Event):
    """An event that records the limit of each wait."""

    def __init__(self, limits: list[float | None]) -> None:
        super().__init__()
        self.limits = limits

    def wait(self, timeout: float | None = None) -> bool:
        self.limits.append(timeout)
        return super().wait(timeout)


def test_no_wait_is_without_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[float | None] = []
    go, stop = threading.Event(), threading.Event()

    def changes() -> Iterator[Changed]:
        go.wait(10)
        yield None
        stop.wait(10)

    live = Live(changes(), lambda: ([], []))
    monkeypatch.setattr(live, "_first", Event(limits))
    join = live._thread.join

    def joined(timeout: float | None = None) -> None:
        limits.append(timeout)
        join(timeout)

    monkeypatch.setattr(live._thread, "join", joined)
    threading.Timer(0.5, go.set).start()
    live.start()
    assert len(limits) >= 2, "it has waited once, and for the whole time"
    waits = len(limits)
    threading.Timer(0.5, stop.set).start()
    live.join()
    assert len(limits) >= waits + 2
    assert all(limit is not None and limit < 1 for limit in limits)
