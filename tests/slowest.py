"""``python -m tests.slowest [WORD]``: the seconds of each construct of ``linear`` for a megabyte, the slowest first.

With WORD, only constructs with this word in their name run. A construct that takes more than ``PATIENCE`` is stopped.
"""

from __future__ import annotations

import multiprocessing
import sys
import time

from tests.whole.test_linear import RUNS

SIZE = 1_000_000
PATIENCE = 60.0


def main(word: str = "") -> None:
    """Run each construct in a separate process, which can be stopped."""
    found: list[tuple[float, str]] = []
    for kind, (names, run) in RUNS.items():
        for name in (name for name in names if word in f"{kind} {name}"):
            process = multiprocessing.get_context("fork").Process(target=run, args=(name, SIZE))
            begun = time.monotonic()
            process.start()
            process.join(PATIENCE)
            found.append((time.monotonic() - begun, f"{kind} {name}"))
            if process.is_alive():
                process.kill()
            process.join()
            if process.exitcode:
                sys.stdout.write(f"given up, or failed: {kind} {name}\n")
                sys.stdout.flush()
    for seconds, name in sorted(found, reverse=True):
        sys.stdout.write(f"{seconds:8.2f} {name}\n")


if __name__ == "__main__":
    main(*sys.argv[1:2])
