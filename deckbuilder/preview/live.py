"""Changes of files -> the newest state, built in a thread beside the server. No content of a file can end the thread."""

from __future__ import annotations

import itertools
import secrets
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace

from deckbuilder.model.diagnostics import Diagnostic, Span, visible
from deckbuilder.pipeline.incremental import Incremental, Load, Round
from deckbuilder.pipeline.watch import Changed
from deckbuilder.preview.state import State, state

_STEP = 0.2
"""Seconds: on Windows, Ctrl-C does not end a wait without a limit."""


class Live:
    """A thread that builds at each of the ``changes``. ``current`` is the state to show."""

    def __init__(self, changes: Iterator[Changed], load: Load) -> None:
        self.current = State()
        self.failure: Exception | None = None
        """The exception that has ended ``changes``, if there was one."""
        self._changes = changes
        self._incremental = Incremental(load)
        self._first = threading.Event()
        self._thread = threading.Thread(target=self._run, name="build", daemon=True)

    def start(self) -> None:
        """Start the thread, and wait for its first build. Raises an exception of ``changes`` from before this build."""
        self._thread.start()
        while not self._first.wait(_STEP):
            pass
        if self.failure:
            raise self.failure

    def join(self) -> None:
        """Wait until the thread ends. The caller must end ``changes`` first."""
        while self._thread.is_alive():
            self._thread.join(_STEP)

    def _run(self) -> None:
        """Build at each change, until ``changes`` ends. This is the work of the thread."""
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
                except Exception as error:  # noqa: BLE001  # a bug of ours must not stop the author's work
                    print(visible(traceback.format_exc()), file=sys.stderr)  # noqa: T201
                    self._show_problem(
                        version,
                        "internal-error",
                        f"deckbuilder has a bug ({error!r}); the page still shows the cards from before; please report this",
                    )
                    last = None
                self._first.set()
        except Exception as error:  # noqa: BLE001  # ``start`` raises it, or the page shows it
            self.failure = error
            self._show_problem(
                f"{series}-end", "not-watching", f"the preview cannot watch the files any more: {error}; start the preview again"
            )
        finally:
            self._first.set()

    def _show_problem(self, version: str, code: str, message: str) -> None:
        """Show a problem of deckbuilder itself above the other problems."""
        others = tuple(problem for problem in self.current.problems if problem.code != code)
        self.current = replace(self.current, version=version, problems=(Diagnostic(Span("preview"), code, message), *others))
