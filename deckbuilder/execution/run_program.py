"""Runs the pieces of a question in a language with a runner of ``deck.toml``."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from deckbuilder.execution import compare, processes
from deckbuilder.execution.code_pieces import Piece
from deckbuilder.execution.mismatches import UNSTABLE, Mismatch
from deckbuilder.execution.run_python import differs, late, unshown
from deckbuilder.model.code_steps import Outcome, outcome
from deckbuilder.model.run_settings import Runner, RunSettings

_LONGEST = 200
_AT_A_PROMPT = ((r"^card\.sh: line \d+: ", "bash: "),)
"""The beginning of a message of bash in a file, and at a prompt."""


class Trial(NamedTuple):
    """The result of one program."""

    out: str
    """The output after the replacements of the runner."""
    status: int
    late: bool = False
    built: bool = True
    """False if the compiler refused the program. Then ``out`` is the compiler's output."""


def mismatches(pieces: Sequence[Piece], runner: Runner, settings: RunSettings, setup: str) -> list[Mismatch]:
    """Run the pieces, and return the mismatches from the card. ``setup`` is code that comes before.

    Raises OSError if a program cannot be started.
    """
    return list((_apart if runner.apart else _joined)(pieces, runner, settings, setup))


def _joined(pieces: Sequence[Piece], runner: Runner, settings: RunSettings, setup: str) -> Iterator[Mismatch]:
    """Run one growing program: all code up to an output. The output of the shorter program is not on the card again."""
    code, before = "", ""
    if any(piece.session for piece in pieces):  # as at a prompt, a command that fails is not the end
        runner = runner._replace(before="", replace=(*runner.replace, *_AT_A_PROMPT))
    if setup:
        trial = _trial(setup, Outcome(), runner, settings)
        if trial.status or trial.late:
            yield Mismatch(
                "code-fails", pieces[0].place, f"{runner.setup}, the setup of the deck, fails: {_last(trial.out)}; mend it"
            )
            return
        before = trial.out
    for at, piece in enumerate(pieces):
        code += piece.code
        last = at + 1 == len(pieces)
        if piece.shown is None and not last:
            continue
        wanted = outcome(piece.step.words)
        trial = _trial(setup + code, wanted, runner, settings)
        if not trial.out.startswith(before):
            yield Mismatch("not-stable", piece.place, UNSTABLE)
            return
        got, before = trial.out[len(before) :], trial.out
        yield from _judged(piece, trial._replace(out=got, status=0 if piece.session else trial.status), wanted, runner, settings)
        if trial.late or (trial.status and not piece.session):
            return


def _apart(pieces: Sequence[Piece], runner: Runner, settings: RunSettings, setup: str) -> Iterator[Mismatch]:
    """Run each visible piece as a program of its own, below the hidden code above it."""
    hidden = setup
    for piece in pieces:
        if piece.step.hidden and piece.shown is None:
            hidden += piece.code
            continue
        wanted = outcome(piece.step.words)
        yield from _judged(piece, _trial(hidden + piece.code, wanted, runner, settings), wanted, runner, settings)


def _judged(piece: Piece, trial: Trial, wanted: Outcome, runner: Runner, settings: RunSettings) -> Iterator[Mismatch]:
    line, shown = piece.place, piece.shown
    if trial.late:
        yield late(piece, settings)
    elif not wanted.compiles:
        yield from _refused(piece, trial, wanted)
    elif not trial.built:
        message = f"this does not compile: {_last(trial.out)}; mend it, or write compile-fail after the language"
        yield Mismatch("code-fails", line, message, got=trial.out)
    elif wanted.runs and wanted.fails != (trial.status != 0) and (wanted.fails or not wanted.status):
        yield _ends_otherwise(piece, trial, wanted)
    elif wanted.status not in (None, trial.status):
        message = f"this ends with the exit status {trial.status}, not {wanted.status}; correct exit={wanted.status}"
        yield Mismatch("code-fails", line, message, got=trial.out)
    elif shown is None:
        if trial.out.strip() and wanted.runs and not wanted.fails:
            yield unshown(piece, trial.out)
    elif not shown.skipped and wanted.runs and not _same(shown.text, trial.out, runner):
        yield differs(piece, trial.out)


def _same(shown: str, got: str, runner: Runner) -> bool:
    """Return whether the card shows the output ``got``, perhaps with parts that differ in each run, such as a time."""
    return compare.matches(shown, got) or compare.matches(compare.normalised(shown, runner.replace), got)


def _refused(piece: Piece, trial: Trial, wanted: Outcome) -> Iterator[Mismatch]:
    """Yield the mismatches of code that the compiler must refuse."""
    if trial.built:
        message = "this compiles, but its block says compile-fail; mend the code, or delete the word"
        yield Mismatch("passes-unexpectedly", piece.place, message)
    elif wanted.error and not re.search(rf"\b{re.escape(wanted.error)}\b", trial.out):
        message = f"the compiler's error is not {wanted.error}: {_last(trial.out)}; correct the code, or the error"
        yield Mismatch("output-differs", piece.place, message, wanted.error, trial.out)
    elif piece.shown and not piece.shown.skipped and not compare.contains(piece.shown.text, trial.out):
        yield differs(piece, trial.out)._replace(place=None)


def _ends_otherwise(piece: Piece, trial: Trial, wanted: Outcome) -> Mismatch:
    if wanted.fails:
        message = "this ends without an error, but its block says that it fails; mend the code, or delete the word"
        return Mismatch("passes-unexpectedly", piece.place, message, got=trial.out)
    message = f"this ends with the exit status {trial.status}: {_last(trial.out)}; mend it, or write exit={trial.status} after the language"
    return Mismatch("code-fails", piece.place, message, got=trial.out)


def _trial(code: str, wanted: Outcome, runner: Runner, settings: RunSettings) -> Trial:
    """Build and run a program. Raises OSError if a program cannot be started."""
    with tempfile.TemporaryDirectory(prefix="deckbuilder-", ignore_cleanup_errors=True) as place:
        folder = Path(place).resolve() / "card"
        folder.mkdir()
        file = folder / f"card{runner.suffix}"
        file.write_bytes(_whole(code, runner).encode("utf-8", "surrogatepass"))
        values = {"file": str(file), "dir": str(folder), "edition": wanted.edition or runner.edition}
        values |= {"deck": settings.root, "name": f"card_{secrets.token_hex(8)}"}
        env = processes.environment(folder, dict(runner.env))

        def ended(command: Sequence[str], *, merged: bool) -> processes.Ended:
            words = _filled(command, values)
            return processes.run(words, folder, env, timeout=settings.timeout, memory=settings.memory, merged=merged)

        def plain(text: str) -> str:
            return compare.normalised(text.replace(f"{folder}{os.sep}", "").replace(str(folder), "."), runner.replace)

        if runner.prepare:
            ready = ended(runner.prepare, merged=True)
            if ready.status or ready.late:
                raise OSError(f"'prepare' of deck.toml fails: {_last(ready.out)}")
        try:
            return _built_and_run(runner, wanted, ended, plain)
        finally:
            if runner.cleanup:
                ended(runner.cleanup, merged=True)


def _built_and_run(runner: Runner, wanted: Outcome, ended: Callable[..., processes.Ended], plain: Callable[[str], str]) -> Trial:
    """Build and run the program in its folder."""
    if runner.build:
        built = ended(runner.build, merged=True)
        if built.status or built.late:
            return Trial(plain(built.out), built.status, built.late, built=False)
    if not wanted.runs or not wanted.compiles:
        return Trial("", 0)
    ran = ended(runner.command, merged=runner.merged)
    return Trial(plain(ran.out), ran.status, ran.late)


def _whole(code: str, runner: Runner) -> str:
    """Return ``code`` as a whole program."""
    if runner.wrap and not re.search(runner.main, code, re.MULTILINE):
        code = runner.wrap.replace("{code}", code)
    return runner.before + code


def _filled(command: Sequence[str], values: dict[str, str]) -> list[str]:
    return [re.sub(r"\{(deck|dir|edition|file|name)\}", lambda match: values[match[1]], word) for word in command]


def _last(text: str) -> str:
    """Return the line of ``text`` that says most: the first line with ``error``, else the last line."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return next((line for line in lines if re.match(r"(?i)error\b", line)), lines[-1] if lines else "no output")[:_LONGEST]
