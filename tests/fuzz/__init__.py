"""Fuzzing from any bytes to a package: ``python -m tests.fuzz TARGET --seconds 60``.

A target is a module here with ``check(data, whole=…)``, which raises if ``data`` breaks a promise of ``promises``. The same
function runs under atheris, which is guided by coverage, and under hypothesis. It also runs over the files in
``tests/cases/fuzz/TARGET``: the seeds, and the cases that were found.
"""

from pathlib import Path

CASES = Path(__file__).parent.parent / "cases" / "fuzz"
TARGETS = ("markdown", "frontmatter", "toml", "lock", "apkg", "names")
