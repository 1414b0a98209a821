"""Fuzzing from any bytes to a package: ``python -m tests.fuzz TARGET --seconds 60``.

A target is a module here with ``check(data, whole=…)``, which raises if ``data`` breaks a promise of ``promises``. The same
function runs under atheris, which goes by coverage, under hypothesis, and over ``tests/cases/fuzz/TARGET``: seeds, and
each case that was once found.
"""

from pathlib import Path

CASES = Path(__file__).parent.parent / "cases" / "fuzz"
TARGETS = ("markdown", "frontmatter", "toml", "lock", "apkg", "names")
