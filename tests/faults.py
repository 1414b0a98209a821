"""Runs ``deckbuilder`` repeatedly in copies of a folder, each time with a fault at another file operation.

A separate process without threads imports everything first; each run is a fork of that process, and takes milliseconds.
An operation is any call that touches a path in the folder or the cache. Python's audit events report most calls, such as
opening, making, renaming, deleting, listing; wrappers report the others. Operations are also each write (a fault writes
half of the data), each fsync, and each statement of SQLite.

``python -m tests.faults PLAN RESULT``: both files are pickles, of a ``Plan`` and of its ``Run``s.
"""

from __future__ import annotations

import builtins
import errno
import gc
import io
import os
import pickle
import random
import shutil
import signal
import sqlite3
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

ERRORS = (errno.ENOSPC, errno.EACCES, errno.EIO, errno.EROFS)
_EVENTS = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.listdir", "os.scandir", "os.truncate")
_WRAPPED = ("stat", "lstat", "fsync", "readlink")
_LOOKS = ("stat", "lstat", "readlink", "os.listdir", "os.scandir")
_GUARDED = ("sqlite3.connect", "fcntl.flock")


@dataclass(frozen=True)
class Plan:
    """A command, the folder in which the command runs, and the folder for copies of that folder."""

    folder: Path
    scratch: Path
    arguments: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    """The kinds of faults; or ``together`` for two runs at once, or ``whenever`` for kill -9 within ``seconds``."""
    rounds: int = 0
    """The number of rounds for ``together`` and ``whenever``."""
    seconds: float = 0.0


@dataclass(frozen=True)
class Run:
    """One run with a fault, and the next run in the same folder, without a fault."""

    kind: str
    number: int
    what: str
    code: int
    """The exit code of the run; below 0, the signal that ended the run."""
    output: str
    files: dict[str, bytes]
    again: int
    again_output: str
    healed: dict[str, bytes]

    def __str__(self) -> str:
        return (
            f"{self.kind} at {self.number}: {self.what} -> {self.code}\n{self.output}\nagain -> {self.again}\n{self.again_output}"
        )


class _Faults:
    """Counts operations, and makes one of the operations fail."""

    def __init__(self, root: Path, strike: int, act: Callable[[int], None]) -> None:
        self.root, self.strike, self.act = f"{root}{os.sep}", strike, act
        self.count = 0
        self.log: list[str] = []

    def here(self, path: object) -> bool:
        if isinstance(path, int):
            return False
        try:
            return os.path.abspath(os.fspath(path)).startswith(self.root)  # type: ignore[no-any-return, call-overload]  # noqa: PTH100
        except (TypeError, ValueError):
            return False

    def operation(self, what: str, half: Callable[[], object] = lambda: None) -> None:
        self.count += 1
        self.log.append(what)
        if self.count == self.strike:
            half()
            self.act(self.count)

    def install(self) -> None:
        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            if event in _EVENTS and arguments and self.here(arguments[0]):
                self.operation(f"{event} {os.path.relpath(arguments[0], self.root)}")
            elif event in _GUARDED and not str(arguments[0]).startswith(":memory:"):
                self.operation(event)

        sys.addaudithook(hook)
        for name in _WRAPPED:
            setattr(os, name, self._wrapped(name, getattr(os, name)))
        plain = io.open

        def opened(file: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
            found = plain(file, mode, *rest, **named)
            name = getattr(found, "name", "")
            written = any(letter in mode for letter in "wax+") and (isinstance(name, int) or self.here(name))
            return _File(found, self) if written else found

        io.open = builtins.open = opened
        sqlite3.connect = self._connect(sqlite3.connect)

    def _wrapped(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any, *rest: Any, **named: Any) -> Any:
            if name == "fsync" or self.here(path):
                self.operation(f"{name} {path if isinstance(path, int) else os.path.relpath(path, self.root)}")
            return original(path, *rest, **named)

        return call

    def _connect(self, original: Callable[..., Any]) -> Any:
        faults = self

        def strike(what: str) -> None:
            try:
                faults.operation(f"sqlite {what}")
            except OSError as error:
                raise sqlite3.OperationalError(str(error)) from None

        class Connection(sqlite3.Connection):
            def execute(self, *arguments: Any) -> sqlite3.Cursor:
                strike("execute")
                return super().execute(*arguments)

            def executemany(self, *arguments: Any) -> sqlite3.Cursor:
                strike("executemany")
                return super().executemany(*arguments)

            def __exit__(self, *arguments: object) -> Any:
                strike("commit")
                return super().__exit__(*arguments)  # type: ignore[arg-type]

        def connect(database: Any, *rest: Any, **named: Any) -> Any:
            return original(database, *rest, **named, **({} if database == ":memory:" else {"factory": Connection}))

        return connect


class _File:
    """A file whose writes are operations; a fault writes half of the data."""

    def __init__(self, file: Any, faults: _Faults) -> None:
        self._file, self._faults = file, faults

    def write(self, data: Any) -> Any:
        def half() -> None:
            self._file.write(data[: len(data) // 2])
            self._file.flush()

        self._faults.operation(f"write {len(data)}", half)
        return self._file.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _child(plan: Plan, root: Path, output: Path, faults: _Faults | None) -> tuple[int, str]:
    """Run the command in a fork; return its exit code and its output."""
    code = _end(_start(plan, root, output, faults))
    return code, output.read_text(encoding="utf-8", errors="replace")


def _start(plan: Plan, root: Path, output: Path, faults: _Faults | None) -> int:
    output.touch()
    process = os.fork()
    if process == 0:
        code = 70
        try:
            code = _run(plan, root, output, faults)
        finally:
            os._exit(code)
    return process


def _end(process: int) -> int:
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status)


def _run(plan: Plan, root: Path, output: Path, faults: _Faults | None) -> int:
    from deckbuilder.cli import main  # noqa: PLC0415  imported before the fork

    os.environ.update(plan.environment, DECKBUILDER_CACHE=str(root / "cache"))
    os.chdir(root / "work")
    with output.open("w", encoding="utf-8") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    log = output.with_suffix(".log").open("w", encoding="utf-8") if faults else None
    os.fsync = lambda fd: None  # noqa: ARG005  faults kill a process, not the machine; disks are slow
    if faults:
        faults.install()
    code = 0
    try:
        main(list(plan.arguments), prog_name="deckbuilder")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
    except BaseException:  # noqa: BLE001  the test looks for tracebacks
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    if log and faults:
        log.write("\n".join(faults.log))
        log.close()
    return code


def contents(folder: Path) -> dict[str, bytes]:
    """Return the content of every file below ``folder``, by its path from there."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _no_act(_: int) -> None:
    return


def _raise(number: int) -> None:
    code = ERRORS[number % len(ERRORS)]
    raise OSError(code, os.strerror(code))


def _raise_next(number: int) -> None:
    _raise(number + 2)


def _kill(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _interrupt(_: int) -> None:
    raise KeyboardInterrupt


_ACTS = {"raise": _raise, "raise again": _raise_next, "kill": _kill, "interrupt": _interrupt}


def runs(plan: Plan) -> Sequence[Run]:
    """Return a run without a fault, which counts the operations (number 0), then one run for each kind and operation."""
    plan.scratch.mkdir(parents=True, exist_ok=True)
    first, operations = _run_with(plan, "none", 0, "nothing", None)
    numbered = list(enumerate(operations, 1))
    # Nothing changes between two looks, so a kill at either has the same effect. The same look is tried twice.
    acts = [(number, what) for number, what in numbered if not what.startswith(_LOOKS)]
    looks = {
        number: what
        for found in ({what: number for number, what in order} for order in (numbered, numbered[::-1]))
        for what, number in found.items()
    }
    strikes = [
        (kind, number, what)
        for kind in plan.kinds
        for number, what in (sorted({*acts, *looks.items()}) if kind == "raise" else acts)
    ]
    return [first, *_in_parts(lambda strike: _run_with(plan, strike[0], strike[1], strike[2], first)[0], strikes)]


def _run_with(plan: Plan, kind: str, number: int, what: str, first: Run | None) -> tuple[Run, list[str]]:
    """Return (a run with a fault and the run after it, the operations of the run with the fault)."""
    root = plan.scratch / f"{kind}-{number}".replace(" ", "-")
    shutil.copytree(plan.folder, root)
    output = root / "output"
    before = contents(root)
    code, said = _child(plan, root, output, _Faults(root, number, _ACTS.get(kind, _no_act)))
    files = contents(root / "work")
    again, said_again, healed = 0, "not run: all is as at first", first.healed if first else files
    if not what.startswith(_LOOKS) or any(before.get(f"work/{name}") != data for name, data in files.items()):
        again, said_again = _child(plan, root, output, None)
        healed = contents(root / "work")
    log = output.with_suffix(".log")
    operations = log.read_text(encoding="utf-8").split("\n") if log.stat().st_size else []
    shutil.rmtree(root)
    return Run(kind, number, what, code, said, files, again, said_again, healed), operations


def _in_parts(work: Callable[[Any], Run], items: Sequence[Any], parts: int = 2) -> Iterator[Run]:
    """Yield the result of ``work`` for each item, from ``parts`` processes."""
    ends = []
    for part in range(parts):
        reader, writer = os.pipe()
        if os.fork() == 0:
            code = 1
            try:
                os.close(reader)
                with os.fdopen(writer, "wb") as pipe:
                    pickle.dump([work(item) for item in items[part::parts]], pipe)
                code = 0
            except BaseException:  # noqa: BLE001
                traceback.print_exc()
            finally:
                os._exit(code)
        os.close(writer)
        ends.append(reader)
    for reader in ends:
        with os.fdopen(reader, "rb") as pipe:
            yield from pickle.load(pipe)
        os.wait()


def rounds(plan: Plan) -> Sequence[Run]:
    """Return the rounds, each in a separate folder: two runs at once or one killed run, then one more run."""
    found: list[Run] = []
    begun = time.monotonic()
    for number in range(plan.rounds):
        root = plan.scratch / f"round-{number}"
        shutil.copytree(plan.folder, root)
        if plan.kinds == ("together",):
            one, other = (_start(plan, root, root / f"output-{name}", None) for name in "ab")
            codes = [_end(process) for process in (one, other)]
            code = max(codes)
            said = "".join((root / f"output-{name}").read_text(encoding="utf-8") for name in "ab")
        else:
            process = _start(plan, root, root / "output-a", None)
            if number:
                time.sleep(plan.seconds * random.random())
                os.kill(process, signal.SIGKILL)
            code, said = _end(process), (root / "output-a").read_text(encoding="utf-8")
        files = contents(root / "work")
        again, said_again = _child(plan, root, root / "output", None)
        found.append(Run(plan.kinds[0], number, f"round {number}", code, said, files, again, said_again, contents(root / "work")))
        shutil.rmtree(root)
    print(f"{plan.rounds} rounds in {time.monotonic() - begun:.1f} s")  # noqa: T201
    return found


def main() -> None:
    """Run the plan in the first file, and write its runs to the second file."""
    plan_file, result_file = map(Path, sys.argv[1:])
    # ruff: noqa: S301  both files come from the test
    plan = pickle.loads(plan_file.read_bytes())
    warm = plan.scratch / "warm"
    shutil.copytree(plan.folder, warm)
    # A run imports everything now, because a fork cannot import with a fault at every opening.
    saved, folder = dict(os.environ), Path.cwd()
    out, err = os.dup(1), os.dup(2)
    _run(plan, warm, plan.scratch / "warm.out", None)
    os.dup2(out, 1)
    os.dup2(err, 2)
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    os.environ.clear()
    os.environ.update(saved)
    os.chdir(folder)
    gc.collect()
    gc.freeze()  # forks do not copy memory that the collector does not touch
    result_file.write_bytes(pickle.dumps(rounds(plan) if plan.rounds else runs(plan)))


if __name__ == "__main__":
    # The pickles name the classes by this module, not by __main__.
    from tests import faults as this  # noqa: PLW0406

    this.main()
