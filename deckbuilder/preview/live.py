"""Changes of files -> the newest state, kept up to date beside the server. Nothing that is in a file ends it."""

from __future__ import annotations

import itertools
import secrets
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace

from deckbuilder.build.incremental import Incremental, Load, Round
from deckbuilder.build.watch import Changed
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.preview.state import State, state

_STEP = 0.2
"""Seconds: on Windows, Ctrl-C does not end a wait without a limit."""


class Live:
    """Builds in a thread of its own, whenever ``changes`` has one; ``current`` is what there is to show."""

    def __init__(self, changes: Iterator[Changed], load: Load) -> None:
        self.current = State()
        self.failure: Exception | None = None
        """Why ``changes`` has ended, if it was not told to."""
        self._changes = changes
        self._incremental = Incremental(load)
        self._first = threading.Event()
        self._thread = threading.Thread(target=self._run, name="build", daemon=True)

    def start(self) -> None:
        """Build for the first time, and go on beside; raises what ``changes`` raises before that."""
        self._thread.start()
        while not self._first.wait(_STEP):
            pass
        if self.failure:
            raise self.failure

    def join(self) -> None:
        """Wait for the end, which ``changes`` was told of."""
        while self._thread.is_alive():
            self._thread.join(_STEP)

    def _run(self) -> None:
        series, numbers = secrets.token_hex(4), itertools.count(1)
        last: Round | None = None
        try:
            for changed in self._changes:
                version = f"{series}-{next(numbers)}"
                try:
                    found = self._incremental.round(changed)
                    if found != last:
                        self.current = state(found, version, int(time.time()))
                        last = found
                except Exception as error:  # noqa: BLE001  # our mistake, but the author's work goes on
                    traceback.print_exc(file=sys.stderr)
                    self._tell(version, "internal-error", f"deckbuilder fails ({error!r}); what you see is from before")
                    last = None
                self._first.set()
        except Exception as error:  # noqa: BLE001  # handed to who waits, shown to who looks
            self.failure = error
            self._tell(f"{series}-end", "not-watching", f"files are watched no more: {error}; start the preview again")
        finally:
            self._first.set()

    def _tell(self, version: str, code: str, message: str) -> None:
        """Show a problem of our own above what there is."""
        others = tuple(problem for problem in self.current.problems if problem.code != code)
        self.current = replace(self.current, version=version, problems=(Diagnostic(Span("preview"), code, message), *others))
