"""A wrong output and the real one, side by side, as wide as the terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.execution.conftest import TOML, Tried, code
from tests.support import ROOT, write

LONG = "0123456789" * 7
"""70 characters: more than half of 80 columns, less than half of 160."""


def test_a_page_has_two_columns_and_marks_what_it_cuts(tried: Tried, invoke: Callable[..., Result]) -> None:
    trial = tried(code("python", f"print('{LONG}')\nfor n in range(30): print(n)", "x"))
    assert trial.values[0]["got"].startswith(LONG)
    lines = invoke("test", "--trust", trial.folder).stderr.splitlines()
    shown = next(line for line in lines if "0123" in line and line.startswith("  "))
    assert shown == f"  {'x':<37} | {LONG[:36]}…"
    assert len(shown) == 79
    assert "  … and 11 more lines; '--format json' has the whole texts" in lines


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of POSIX")
def test_a_wide_terminal_shows_wide_lines(tmp_path: Path) -> None:
    import fcntl  # noqa: PLC0415  # Windows has no such modules
    import pty  # noqa: PLC0415
    import struct  # noqa: PLC0415
    import termios  # noqa: PLC0415

    write(tmp_path / "deck", code("python", f"print('{LONG}')", "x"), toml=TOML)
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 160, 0, 0))
    command = [sys.executable, "-m", "deckbuilder", "test", "--trust", str(tmp_path / "deck")]
    subprocess.run(command, cwd=ROOT, stdout=theirs, stderr=theirs, check=False, env={**os.environ, "NO_COLOR": "1"})
    os.close(theirs)
    said = os.read(ours, 100_000).decode()
    os.close(ours)
    assert f" | {LONG}\r\n" in said
