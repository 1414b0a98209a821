"""The history of a folder in git. Nothing needs git: without git, or without a history, the functions return nothing.

Only plumbing commands run. They start no other program, whatever the configuration of a repository says, and no hook,
filter or pager. No command reaches the network, and none writes into the repository.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

_SECONDS = 60
"""The longest time for one command."""
_END = bytes(1)
"""The byte behind each path in output with ``-z``."""
_COMMITS = 30
"""The most commits that ``once_called`` reads."""
_OF_ANOTHER = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY")
"""Variables that git sets for its hooks. They may name another repository."""


def last_change(path: Path) -> str:
    """Return the commit that last changed the file ``path``, in the history of HEAD.

    Return ``""`` if the file on the disk differs from the file in this commit, except for line ends.
    Return ``""``, too, if the history ends there because the clone is shallow: then an older commit may have the change.
    """
    folder = path.parent
    commit = _text(folder, "rev-list", "--max-count=1", "HEAD", "--", path.name)
    if not commit or _text(folder, "rev-parse", "--is-shallow-repository") != "false":
        return ""
    stored = _output(folder, "cat-file", "blob", f"{commit}:./{path.name}")
    try:
        there = path.read_bytes()
    except OSError:
        return ""
    return commit if stored is not None and _lines(stored) == _lines(there) else ""


def changes(path: Path, most: int) -> list[str]:
    """Return up to ``most`` commits that changed the file ``path``, in the history of HEAD, the newest first."""
    return _text(path.parent, "rev-list", f"--max-count={most}", "HEAD", "--", path.name).split()


def file_at(commit: str, path: Path) -> bytes | None:
    """Return the content of the file ``path`` in ``commit``; None if the commit does not have the file."""
    return _output(path.parent, "cat-file", "blob", f"{commit}:./{path.name}")


def files_at(commit: str, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield (path from ``folder``, with ``/``; content) of each file in ``folder`` as it was in ``commit``.

    Links are not in the result.
    """
    listed = _output(folder, "ls-tree", "-r", "-z", commit, "--", ".") or b""
    for entry in listed.split(_END):
        about, _, name = entry.partition(b"\t")
        parts = about.split()
        if len(parts) == 3 and parts[0].startswith(b"100"):
            content = _output(folder, "cat-file", "blob", parts[2].decode("ascii"))
            if content is not None:
                yield os.fsdecode(name), content


def once_called(name: str, folder: Path) -> Iterator[tuple[str, str, bytes]]:
    """Yield (commit, path from the top, content) for each file ``name`` of any branch that the repository around ``folder`` knows.

    Each path comes once, with its last content, also if the file was deleted since.
    """
    seen: set[str] = set()
    commits = _text(folder, "rev-list", "--all", f"--max-count={_COMMITS}", "--", f":(top,glob)**/{name}").split()
    for commit in commits:
        changes = _output(folder, "diff-tree", "-r", "-z", "--root", "--no-commit-id", "--name-status", commit) or b""
        parts = changes.split(_END)
        for status, path in zip(parts[::2], parts[1::2], strict=False):
            there = os.fsdecode(path)
            if there.rpartition("/")[2] == name and there not in seen:
                seen.add(there)
                at = f"{commit}^" if status == b"D" else commit
                content = _output(folder, "cat-file", "blob", f"{at}:{there}")
                if content is not None:
                    yield at, there, content


def _lines(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n")


def _text(folder: Path, *arguments: str) -> str:
    return os.fsdecode(_output(folder, *arguments) or b"").strip()


def _output(folder: Path, *arguments: str) -> bytes | None:
    """Return the output of a git command in ``folder``, None if git is missing or fails."""
    program = shutil.which("git")
    if program is None:
        return None
    # a clone without all objects would fetch the missing ones
    environment = {name: value for name, value in os.environ.items() if name not in _OF_ANOTHER}
    environment |= {"GIT_ALLOW_PROTOCOL": "", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    command = [program, "-c", "core.fsmonitor=false", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
