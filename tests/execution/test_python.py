"""The Python on cards runs as in CPython, and as in doctest."""

from __future__ import annotations

import doctest
import io
import os
import random
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from tests.execution.conftest import Tried, code

SNIPPETS = [
    "print(1)",
    "import sys\nsys.stdout.write('no newline')",
    "print('a  ')\nprint()\nprint('b')",
    "import os\nos.write(1, b'from below\\n')",
    "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'print(42)'])",
    "print('中文 é 😀')",
    "if __name__ == '__main__':\n    print('main', __name__)",
    "def f():\n    return 1 / 0\n\ntry:\n    f()\nexcept ZeroDivisionError as error:\n    print(error)",
    "import sys\nprint('seen')\nprint('unseen', file=sys.stderr)",
    "import threading\nthread = threading.Thread(target=print, args=('thread',))\nthread.start()\nthread.join()",
    "import asyncio\nasync def main():\n    print('async')\nasyncio.run(main())",
    "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int\nprint(A(1))",
    "import pickle\nclass A:\n    pass\nprint(type(pickle.loads(pickle.dumps(A()))).__name__)",
    "import inspect, sys\nprint(sys.argv[0].endswith('card.py'), len(sys.argv))",
    "class A:\n    def __del__(self):\n        print('gone')\nA()",
    "raise SystemExit(0)",
]


def oracle(text: str, folder: Path) -> str:
    """Return the stdout of the script ``text``, run by CPython."""
    script = folder / "script" / "card.py"
    script.parent.mkdir(exist_ok=True)
    script.write_text(text, encoding="utf-8")
    command = [sys.executable, "-X", "utf8", "-W", "ignore", str(script)]
    env = os.environ | {"PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, capture_output=True, check=False, encoding="utf-8", env=env).stdout


@pytest.mark.parametrize("text", SNIPPETS)
def test_a_block_prints_what_a_script_prints(tried: Tried, tmp_path: Path, text: str) -> None:
    expected = oracle(text, tmp_path)
    trial = tried(code("python", text, "some other text"))
    (found,) = trial.values
    assert found["got"] == expected
    assert tried(trial.text, "--update", "--yes").problems == []


def test_blocks_of_a_question_are_one_script(tried: Tried, tmp_path: Path) -> None:
    """Random programs, cut at random lines into visible and hidden blocks, print as a whole script does."""
    generator = random.Random(18)
    questions, expected = [], []
    for number in range(12):
        lines = [f"x{at} = {generator.randrange(100)} + {f'x{at - 1}' if at else 0}" for at in range(8)]
        lines = [line for at, text in enumerate(lines) for line in (text, f"print('line', x{at})")]
        cuts = sorted(generator.sample(range(1, len(lines)), 3))
        parts = [lines[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(lines)], strict=True)]
        marks = [("```python\n", "```\n"), ("<!-- invisible-code-block: python\n", "-->\n")]
        text = "\n".join(mark[0] + "\n".join(part) + "\n" + mark[1] for part in parts for mark in [generator.choice(marks)])
        questions.append(f"## Q{number}? {{#q{number}}}\n\n{text}\n```output\n-\n```\n")
        expected.append(oracle("\n".join(lines), tmp_path))
    assert [value["got"] for value in tried("\n".join(questions)).values] == expected


SESSIONS = [
    ">>> 1 + 1\n2\n>>> x = 3\n>>> x\n3",
    ">>> def f():\n...     return 1\n...\n>>> f()\n1",
    ">>> 1 / 0\nTraceback (most recent call last):\n  ...\nZeroDivisionError: division by zero",
    ">>> print('a')\na\n>>> 'b'\n'b'",
    ">>> for i in range(2):\n...     print(i)\n0\n1",
    ">>> None\n>>> [1,\n...  2]\n[1, 2]",
    ">>> object()\n<object object at 0x...>",
    # and wrong ones
    ">>> 1 + 1\n3",
    ">>> x = 3\n>>> x\n4\n>>> x + 1\n4",
    ">>> 1 / 0\nTraceback (most recent call last):\n  ...\nValueError: division by zero",
    ">>> 1 / 0",
    ">>> print('a')\nb",
]


@pytest.mark.parametrize("text", SESSIONS)
def test_a_session_is_judged_as_by_doctest(tried: Tried, text: str) -> None:
    test = doctest.DocTestParser().get_doctest(text + "\n", {}, "session", "session", 0)
    with redirect_stdout(io.StringIO()):
        failed = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS, verbose=False).run(test).failed
    assert len(tried(code("pycon", text)).problems) == failed


def test_an_exception_names_the_line_of_its_statement(tried: Tried) -> None:
    text = "def f():\n    return 1 / 0\n\n\nf()"
    trial = tried(code("python", "x = 1") + code("python", text, ident="r"))
    assert trial.problems == [(13, "code-fails")]
    assert "'ZeroDivisionError: division by zero'" in trial.values[0]["message"]
    assert tried(code("python", text, "ZeroDivisionError: division by zero")).problems == []
    assert tried(code("python", "x = (", "SyntaxError: '(' was never closed")).problems == []
    assert tried(code("python", "x = (", "...\nSyntaxError: ...")).problems == []
    assert tried(code("python", "x = (", "...\nNameError: ...")).problems == [(8, "output-differs")]


def test_code_in_a_list_and_in_a_quote_has_its_lines(tried: Tried) -> None:
    text = "## Q? {#q}\n\n- a\n\n  ```python\n  print(1)\n  ```\n\n  ```output\n  2\n  ```\n\n> ```python\n> 1/0\n> ```\n"
    assert tried(text).problems == [(10, "output-differs"), (14, "code-fails")]


def test_a_module_that_is_missing_names_the_remedy(tried: Tried) -> None:
    (value,) = tried(code("python", "import no_such_module")).values
    assert "[test] python in deck.toml" in value["message"]


def test_marks_skip_blocks(tried: Tried) -> None:
    bad = "```python\n1/0\n```\n\n```output\n2\n```\n"
    ask = "## Q? {#q}\n\n"
    assert tried(f'{ask}<!-- skip: next "why" -->\n\n{bad}').problems == []
    assert tried(f"{ask}<!-- skip: start -->\n\n{bad}\n{bad}\n<!-- skip: end -->\n\n{bad}").problems != []
    assert tried(f"{ask}<!-- skip: start -->\n\n{bad}\n{bad}\n<!-- skip: end -->\n").problems == []
    assert tried(f'{ask}```python skip="why"\n1/0\n```\n').problems == []
    trial = tried(f'{ask}<!-- skip: next "why" -->\n\n{bad}')
    assert not (trial.folder / "deck.tested").exists()


def test_the_setup_and_the_interpreter_of_the_deck(tried: Tried) -> None:
    toml = f'[test]\npython = "{Path(sys.executable).as_posix()}"\nsetup = "code/setup.py"\n'
    files = {"code/setup.py": "import math\nprint('setup')\n"}
    assert tried(code("python", "print(math.pi)", "3.14..."), toml=toml, files=files).problems == []
    wrong = tried(code("python", "x = 1"), toml='[test]\npython = ".no/bin/python"\n')
    assert wrong.result.exit_code == 1
    assert "'.no/bin/python' is neither in the deck's folder nor above it" in wrong.result.stderr
    lost = tried(code("python", "x = 1"), toml='[test]\nsetup = "none.py"\n')
    assert "which does not exist in the deck's folder" in lost.result.stderr
    fails = tried(code("python", "x = 1"), toml='[test]\nsetup = "bad.py"\n', files={"bad.py": "1/0\n"})
    assert [name for _, name in fails.problems] == ["code-fails"]
