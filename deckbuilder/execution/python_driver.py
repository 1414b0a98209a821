"""A program of its own, which runs the Python code of one question: ``python python_driver.py PLAN RESULT``.

PLAN is a JSON list of blocks: ``{"code": …, "line": …, "mode": …, "shown": …}``. The mode is that of ``compile``; ``shown`` is true if
the card shows the error of the block. RESULT gets a line of JSON for each block that has run:
``{"out": …, "error": …, "line": …, "exit": …}``. A last line ``{"end": …}`` has the output after the last block. This file imports nothing of deckbuilder, because the Python that the author
chose need not have it.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import sys
import threading
import traceback
import types
import warnings
from typing import Any

CARD = "card.py"
"""The name of the file that the code seems to be in."""
MOST = 1000000
"""Characters of a block's output that are kept."""


class Capture:
    """Takes all that the process writes to stdout, also from below Python. A card shows no stderr, which has times and paths."""

    def __init__(self, path: str) -> None:
        self.file = open(path, "w+b")  # noqa: SIM115, PTH123
        self.at = 0
        os.dup2(self.file.fileno(), 1)
        self.stream = sys.stdout = open(1, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115

    def take(self) -> str:
        """Return the output since the last call."""
        with contextlib.suppress(OSError, ValueError):  # the code may have closed the stream
            self.stream.flush()
        size = os.fstat(self.file.fileno()).st_size
        data = os.pread(self.file.fileno(), min(size - self.at, 4 * MOST), self.at) if hasattr(os, "pread") else self._read(size)
        self.at = size
        return data.decode("utf-8", "replace").replace("\r\n", "\n")[:MOST]

    def _read(self, size: int) -> bytes:
        self.file.seek(self.at)
        data = self.file.read(size - self.at)
        self.file.seek(size)
        return data


def run(block: dict[str, Any], module: types.ModuleType, path: str) -> tuple[str | None, int | None, int | None]:
    """Run one block. Return (last lines of the traceback, line of the statement, exit status); None for each if all went well."""
    try:
        code = "\n" * (block["line"] - 1) + block["code"]
        exec(compile(code, path, block["mode"], dont_inherit=True), module.__dict__)  # noqa: S102
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 0 if error.code is None else 1
        if status:
            return None, line_of(error, path), status
        return None, None, 0
    except BaseException as error:  # noqa: BLE001  the card must show the error
        lines = traceback.format_exception_only(type(error), error)
        if isinstance(error, SyntaxError):  # above the last line: the place in the file, which is no place on the card
            lines = [line for line in lines if not line.startswith("  ")]
        text = "".join(lines).encode("utf-8", "backslashreplace").decode()
        return text, line_of(error, path), None
    return None, None, None


def line_of(error: BaseException, path: str) -> int | None:
    """Return the line of the card's statement in the traceback, or None."""
    if isinstance(error, SyntaxError) and error.filename == path:
        return error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    return lines[-1] if lines else None


def main(plan: str, result: str) -> None:
    """Run the blocks of ``plan`` in one module, and write ``result``. The first error that no output shows is the end."""
    with open(plan, encoding="utf-8") as file:  # noqa: PTH123
        blocks = json.load(file)
    path = os.path.join(os.getcwd(), CARD)  # noqa: PTH109, PTH118
    module = types.ModuleType("__main__")
    module.__file__ = path
    sys.modules["__main__"] = sys.modules["card"] = module  # a library may import the module of the app by its name
    sys.argv = [path]
    sys.path[0] = os.getcwd()  # noqa: PTH109  as for a script in this folder
    warnings.simplefilter("ignore")
    with open(result, "w", encoding="utf-8") as results:  # noqa: PTH123
        capture = Capture(result + ".out")
        for block in blocks:
            error, line, status = run(block, module, path)
            found = {"out": capture.take(), "error": error, "line": line, "exit": status}
            results.write(json.dumps(found) + "\n")
            results.flush()
            if status is not None or (error and not block["shown"]):
                break
        end_program()
        if out := capture.take():
            results.write(json.dumps({"end": out}) + "\n")


def end_program() -> None:
    """Wait for threads, and call the functions that the code registered for the end, as Python does. Their output counts."""
    with contextlib.suppress(Exception):
        getattr(threading, "_shutdown", int)()
        getattr(atexit, "_run_exitfuncs", int)()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
    sys.stdout.flush()
