"""Run a target under atheris, or run its check once over files."""

from __future__ import annotations

import argparse
import hashlib
import importlib
import sys
import tempfile
import time
import traceback
import zlib
from pathlib import Path
from typing import Any

from tests.fuzz import CASES, TARGETS

WHOLE = 64
"""One in so many inputs goes through all steps, into the real Anki."""
LARGEST, SLOWEST = 65_536, 60
"""Bytes of an input, and wall-clock seconds before libFuzzer reports a hang; ``promises.quick`` counts processor time."""
TOKENS = Path(__file__).parent / "tokens.dict"


def main() -> None:
    """Run the command line ``python -m tests.fuzz``."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", choices=[*TARGETS, "limits"])
    parser.add_argument("files", nargs="*", type=Path, help="check these files with all steps, without fuzzing")
    parser.add_argument("--seconds", type=int, default=0, help="seconds to run")
    parser.add_argument("--runs", type=int, default=-1, help="number of inputs to try")
    parser.add_argument("--seed", type=int, default=0, help="start of the random numbers; the same seed repeats a run")
    parser.add_argument("--corpus", type=Path, help="folder for inputs that reach new code; the seeds are always read")
    parser.add_argument("--found", type=Path, default=Path.cwd(), help="folder for inputs that break a promise")
    parser.add_argument(
        "--keep-going", action="store_true", help="keep one broken promise of each kind, and do not stop at the first"
    )
    given = parser.parse_args()
    if given.target == "limits":
        importlib.import_module("tests.fuzz.limits").main()
        return
    if given.files:
        check = importlib.import_module(f"tests.fuzz.{given.target}").check
        for file in given.files:
            begun = time.perf_counter()
            check(file.read_bytes(), whole=True)
            print(f"{file}: {time.perf_counter() - begun:.2f} s")  # noqa: T201
        return
    with tempfile.TemporaryDirectory() as scratch:
        corpus = given.corpus or Path(scratch)
        corpus.mkdir(parents=True, exist_ok=True)
        given.found.mkdir(parents=True, exist_ok=True)
        options = [
            f"-max_len={LARGEST}",
            f"-timeout={SLOWEST}",
            f"-max_total_time={given.seconds}",
            f"-runs={given.runs}",
            f"-seed={given.seed}",
            f"-dict={TOKENS}",
            f"-artifact_prefix={given.found}/",
            "-rss_limit_mb=4096",
            "-print_final_stats=1",
        ]
        options += [str(corpus), str(CASES / given.target)]
        fuzz(given.target, options, given.found if given.keep_going else None)


def fuzz(target: str, options: list[str], found: Path | None) -> None:
    """Run until a limit in ``options``; without the folder ``found``, until an input breaks a promise. Ends the process."""
    import atheris  # type: ignore[import-untyped]  # noqa: PLC0415  only on some systems

    with atheris.instrument_imports(include=["deckbuilder", "markdown", "yaml"]):
        check: Any = importlib.import_module(f"tests.fuzz.{target}").check
        promises = importlib.import_module("tests.fuzz.promises")

    kinds: set[tuple[str, ...]] = set()

    def one(data: bytes) -> None:
        try:
            check(data, whole=zlib.crc32(data) % WHOLE == 0)
        except Exception as error:
            if found is None:
                raise
            kind = (
                type(error).__name__,
                *(f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-2:]),
            )
            if kind not in kinds:
                kinds.add(kind)
                path = found / f"found-{hashlib.sha256(data).hexdigest()[:12]}"
                path.write_bytes(data)
                traceback.print_exc()
                print(f"found {len(kinds)}: {path}", file=sys.stderr, flush=True)  # noqa: T201

    one(b"")
    promises.warm()
    atheris.Setup([sys.argv[0], *options], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
