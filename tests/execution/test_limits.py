"""Code on cards has an empty folder, no secrets, and an end."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from tests.execution.conftest import Tried, code


def test_the_folder_is_empty_and_the_environment_has_no_secrets(tried: Tried, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", "secret")
    text = "import os\nprint(os.listdir(), 'API_TOKEN' in os.environ, os.environ['HOME'] == os.getcwd(), os.environ['TZ'])"
    assert tried(code("python", text, "[] False True UTC")).problems == []
    assert tried(code("bash", "ls -A; echo ${API_TOKEN-none}", "card.sh\nnone"), toml="[test.bash]\n").problems == []


def test_questions_know_nothing_of_each_other(tried: Tried) -> None:
    first = code("python", "open('x', 'w').close()\nimport builtins\nbuiltins.shared = 1")
    second = code("python", "import os, builtins\nprint(os.listdir(), hasattr(builtins, 'shared'))", "[] False", ident="r")
    assert tried(first + second).problems == []


def test_time_runs_out_also_for_what_the_code_started(tried: Tried) -> None:
    toml = "[test]\ntimeout = 1\n"
    text = (
        "import subprocess, sys, time\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(3141)'])\ntime.sleep(60)"
    )
    begun = time.monotonic()
    assert tried(code("python", text), toml=toml).problems == [(4, "code-timeout")]
    assert time.monotonic() - begun < 40
    assert tried(code("python", "while True: pass"), toml=toml).problems == [(4, "code-timeout")]
    assert tried(code("bash", "sleep 60"), toml=f"{toml}[test.bash]\n").problems == [(4, "code-timeout")]
    if os.name == "posix":
        assert "sleep(3141)" not in subprocess.run(["ps", "-ef"], capture_output=True, check=True, text=True).stdout


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process")
def test_memory_runs_out(tried: Tried) -> None:
    toml = "[test]\nmemory = 300\n"
    assert tried(code("python", "x = 'x' * 10**9", "MemoryError"), toml=toml).problems == []


def test_the_end_of_the_process_is_no_success(tried: Tried) -> None:
    """No way to end the process hides the blocks below."""
    for end in (
        "import os\nos._exit(0)",
        "import os, signal\nos.kill(os.getpid(), 9)",
        "raise SystemExit(3)",
        "import sys\nsys.exit('no')",
    ):
        assert [name for _, name in tried(code("python", f"{end}\nprint(1)", "1")).problems] == ["code-fails"], end
    assert [name for _, name in tried(code("python", "exit(0)") + "```python\n1/0\n```\n").problems] == ["code-fails"]


def test_much_output_ends(tried: Tried) -> None:
    (value,) = tried(code("python", "for i in range(10**6): print('0123456789' * 10)", "x")).values
    assert len(value["got"]) <= 10**6 + 100
    assert tried(code("python", "print('\\x1b[31m\\x00')", "x")).result.exit_code == 1
