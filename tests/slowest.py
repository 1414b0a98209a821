"""``python -m tests.slowest [WORD]``: the seconds of each construct of ``linear`` for a megabyte, the slowest first.

With WORD, only constructs with this word in their name run. A construct that takes more than ``PATIENCE`` is stopped.
The seconds are those of the processor, so that other work on the computer does not count. Needs a POSIX system.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
from collections.abc import Callable

from tests.whole.test_linear import RUNS

SIZE = 1_000_000
PATIENCE = 60


def limited(run: Callable[[str, int], None], name: str) -> None:
    """Run a construct; the system ends the process after ``PATIENCE``."""
    resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))
    run(name, SIZE)


def spent() -> float:
    """Return the seconds of the processor that all ended child processes took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(word: str = "") -> None:
    """Run each construct in a separate process, which can be stopped."""
    found: list[tuple[float, str]] = []
    for kind, (names, run) in RUNS.items():
        for name in (name for name in names if word in f"{kind} {name}"):
            process = multiprocessing.get_context("fork").Process(target=limited, args=(run, name))
            begun = spent()
            process.start()
            process.join()
            found.append((spent() - begun, f"{kind} {name}"))
            if process.exitcode:
                sys.stdout.write(f"given up, or failed: {kind} {name}\n")
                sys.stdout.flush()
    for seconds, name in sorted(found, reverse=True):
        sys.stdout.write(f"{seconds:8.2f} {name}\n")


if __name__ == "__main__":
    main(*sys.argv[1:2])
