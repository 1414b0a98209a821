"""``--update`` writes the real output, and changes no other byte."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest
from click.testing import Result

from tests.execution.conftest import Tried, code

ANY = "## Q? {#q}\n\n"


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("before", ["", "- ", "1. ", "> ", "> - "])
def test_only_the_output_changes(tried: Tried, invoke: Callable[..., Result], before: str, ending: str) -> None:
    rest = re.sub(r"[-\d.]", " ", before)
    lines = ["```python", "print('a\\n\\n  b')", "```", "", "```output", "x", "```"]
    text = "\n".join(
        [f"{before}text", *(f"{rest}{line}".rstrip() for line in ["", *lines, ""]), "end  ", "", "## R? {#r}", "", "no"]
    )
    trial = tried("## Q? {#q}\n\nx\n")
    wanted = (ANY + text).replace("\n", ending)
    (trial.folder / "01.md").write_bytes(wanted.encode())
    blank = rest.rstrip() + ending
    wanted = wanted.replace(f"{rest}x{ending}", f"{rest}a{ending}{blank}{rest}  b{ending}")
    for _ in range(2):  # the second run changes nothing
        assert invoke("test", "--trust", "--update", "--yes", trial.folder).exit_code == 0
        assert (trial.folder / "01.md").read_bytes() == wanted.encode()


def test_dots_stay_and_other_lines_change(tried: Tried) -> None:
    text = code("python", "print('a', id(1))\nprint('b')\nprint('c')", "a ...\nx\nc")
    trial = tried(text, "--update", "--yes")
    assert trial.problems == []
    assert "```output\na ...\nb\nc\n```" in trial.text


def test_random_outputs_come_right(tried: Tried) -> None:
    """Whatever code prints, ``--update`` writes it so that the next run agrees; or it says so and changes nothing."""
    generator = random.Random(3)
    pieces = ["a", " ", "\n", "\n\n", "`", "```", "~~~", "#", "\t", "...", "中", "&lt;", "<b>", "-->", "---", "\\", "- ", "> "]
    texts = ["".join(generator.choices(pieces, k=generator.randrange(1, 9))) for _ in range(60)]
    deck = "".join(code("python", f"print({text!r})", "old", ident=f"q{at}") for at, text in enumerate(texts))
    trial = tried(deck, "--update", "--yes")
    fenced = [at for at, text in enumerate(texts) if re.search(r"(?m)^\s*(?:```|~~~)", text) or not text.strip()]
    left = {line for line, _ in trial.problems}
    assert len(left) <= len(fenced)
    assert all(name == "output-differs" for _, name in trial.problems)
    assert tried(trial.text).problems == trial.problems


def test_output_that_differs_in_each_run_is_refused(tried: Tried) -> None:
    text = code("python", "import time\nprint(time.time_ns())", "1")
    trial = tried(text, "--update", "--yes")
    assert trial.text == text
    longer = tried(code("python", "print('a\\nb\\nc')", "x", ident="r") + text, "--update", "--yes")
    assert longer.problems == [(23, "not-stable")], "a new line above moves the place"
    assert trial.problems == [(9, "not-stable")], "no message says that --update can write the output"
    assert "write '...' at the place that differs" in trial.values[0]["message"]
    assert "replace" not in trial.values[0]["message"], "Python has no such table"
    assert "--update" not in trial.result.stdout + trial.result.stderr
