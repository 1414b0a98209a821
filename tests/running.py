"""Commands that run until Ctrl-C, each in its own process; and the ways in which editors save."""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from tests.support import ROOT

PATIENCE = 20.0


class Running:
    """A process of ``deckbuilder`` that runs until ``end``, and the lines of both its streams."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "deckbuilder", *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding=os.environ.get("PYTHONIOENCODING", "utf-8"),
        )
        self.lines: queue.Queue[str] = queue.Queue()
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))

    def says(self, pattern: str) -> str:
        """Return the next line, which must match ``pattern``."""
        line = self.lines.get(timeout=PATIENCE)
        assert re.search(pattern, line), line
        return line

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(timeout=PATIENCE)
        self.reader.join()
        assert self.process.stdout
        self.process.stdout.close()
        return code


Start = Callable[..., Running]
"""A function of (folder, *arguments) that returns the running command."""


def rename_over(path: Path, text: str) -> None:
    """Save like vim and many other editors: a new file replaces the old one."""
    new = path.with_name(f"{path.name}.tmp4913")
    new.write_text(text, encoding="utf-8")
    new.replace(path)
