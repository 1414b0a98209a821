"""Code on cards has an empty folder, no secrets, and an end."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deckbuilder.execution import processes
from tests.execution.conftest import Tried, code
from tests.support import ROOT, write


def test_the_folder_is_empty_and_the_environment_has_no_secrets(tried: Tried, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", "secret")
    text = "import os\nprint(os.listdir(), 'API_TOKEN' in os.environ, os.environ['HOME'] == os.getcwd(), os.environ['TZ'])"
    assert tried(code("python", text, "[] False True UTC")).problems == []
    assert tried(code("bash", "ls -A; echo ${API_TOKEN-none}", "none"), toml="[test.bash]\n").problems == []


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
    assert time.monotonic() - begun < 60
    assert tried(code("python", "while True: pass"), toml=toml).problems == [(4, "code-timeout")]
    assert tried(code("bash", "sleep 60"), toml=f"{toml}[test.bash]\n").problems == [(4, "code-timeout")]
    assert tried(code("python", "import time\ntime.sleep(1.5)"), toml=toml).problems == [], "waiting costs less than work"
    if os.name == "posix":
        trial = tried(code("bash", "bash -c 'while :; do :; done'"), toml=f"{toml}[test.bash]\n")
        assert [value["message"].partition(";")[0] for value in trial.values] == [
            "the code has not ended after 1 s of the processor"
        ]
        assert "sleep(3141)" not in subprocess.run(["ps", "-ef"], capture_output=True, check=True, text=True).stdout


def test_a_busy_machine_has_more_patience() -> None:
    found = [processes.patience(10, load) for load in (0, 0.5, 1, 2, 4, 100)]
    assert found == [30, 30, 30, 60, 120, 150]


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


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows the environment of a process")
def test_daemons_end_with_their_question(tried: Tried) -> None:
    for text in ("setsid sleep 31415 &\necho hi", "(setsid nohup sleep 31415 > /dev/null 2>&1 &)\necho hi"):
        assert tried(code("bash", text, "hi"), toml="[test.bash]\n").problems == []
        assert b"31415" not in _arguments_of_all()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows the environment of a process")
def test_the_end_of_a_run_is_the_end_of_its_daemons(tmp_path: Path) -> None:
    """A process dies some time after the signal: only a look straight after the run shows that the run waits for it."""
    daemon = "(setsid nohup sleep 31416 > /dev/null 2>&1 &)\n"
    for n in range(10):
        folder = tmp_path / str(n) / "empty"
        folder.mkdir(parents=True)
        env = processes.environment(folder, {})
        processes.run(["bash", "-c", f"{daemon}{daemon}echo hi"], folder, env, timeout=20, memory=500)
        assert b"31416" not in _arguments_of_all()


def _arguments_of_all() -> set[bytes]:
    found: set[bytes] = set()
    for place in Path("/proc").glob("[1-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found.update(place.read_bytes().split(b"\0"))
    return found


def test_the_user_can_end_the_command_in_the_middle(tmp_path: Path) -> None:
    """Ctrl-C ends the command and its code at once, and nothing is remembered of a question that has not ended."""
    if os.name != "posix":
        pytest.skip("needs signals")
    text = "".join(
        code("python", f"open('/{tmp_path}/{n}', 'w').close()\nimport time\ntime.sleep(500)", ident=f"q{n}") for n in "ab"
    )
    write(tmp_path / "deck", text, toml='id = "slow"\nname = "Slow"\n[test]\ntimeout = 600\n')
    command = [sys.executable, "-m", "deckbuilder", "test", "--trust", "-j", "2", str(tmp_path / "deck")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        while not (tmp_path / "a").exists():
            assert process.poll() is None
            time.sleep(0.1)
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    assert (process.returncode, said.strip()) == (1, "Aborted!")
    assert time.monotonic() - begun < 60
    assert not (tmp_path / "deck" / "deck.tested").exists()
