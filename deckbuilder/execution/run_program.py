"""Runs the pieces of a question in a language with a runner of ``deck.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from deckbuilder.execution import compare
from deckbuilder.execution.code_pieces import Piece
from deckbuilder.execution.mismatches import Mismatch, unstable
from deckbuilder.execution.programs import Program, Trial, said
from deckbuilder.execution.run_python import differs, late, unshown
from deckbuilder.model.code_steps import Outcome, outcome
from deckbuilder.model.run_settings import Runner, RunSettings

_AT_A_PROMPT = ((r"^card\.sh: line \d+: ", "bash: "),)
"""The beginning of a message of bash in a file, and at a prompt."""
_RUSTDOC = re.compile(r"^\s*# ", re.MULTILINE)
"""A line that only rustdoc hides."""


def mismatches(pieces: Sequence[Piece], runner: Runner, settings: RunSettings, setup: str) -> list[Mismatch]:
    """Run the pieces, and return the mismatches from the card. ``setup`` is code that comes before.

    Raises OSError if a program cannot be started.
    """
    return list((_apart if runner.apart else _joined)(pieces, runner, settings, setup))


def _joined(pieces: Sequence[Piece], runner: Runner, settings: RunSettings, setup: str) -> Iterator[Mismatch]:
    """Run one growing program: all code up to an output. The output of the shorter program is not on the card again."""
    code, before, above = "", "", ""
    if any(piece.session for piece in pieces):  # as at a prompt, a command that fails is not the end
        runner = runner._replace(before="", replace=(*runner.replace, *_AT_A_PROMPT))
    if setup:
        trial = Program("", setup).trial(Outcome(), runner, settings)
        if trial.status or trial.late:
            message = f"{runner.setup}, the setup of the deck, fails: {said(trial.out)}; mend it"
            yield Mismatch("code-fails", pieces[0].place, message)
            return
        before = above = trial.out
    for at, piece in enumerate(pieces):
        code += piece.code
        last = at + 1 == len(pieces)
        if piece.shown is None and not last:
            continue
        wanted = outcome(piece.step.words)
        trial = Program(setup, code).trial(wanted, runner, settings)
        got = _below(trial.out, before, above)
        if got is None:
            yield Mismatch("not-stable", piece.place, unstable(piece.step.language))
            return
        before, above = trial.out, above + (piece.shown.text if piece.shown else "")
        yield from _judged(piece, trial._replace(out=got, status=0 if piece.session else trial.status), wanted, runner)
        if trial.late or (trial.status and not piece.session):
            return


def _below(out: str, before: str, above: str) -> str | None:
    """Return the part of ``out`` below the output ``before`` of a shorter program; None if the two have different beginnings.

    Lines that differ are no difference if the card's text ``above`` has ``...`` at their place.
    """
    if out.startswith(before):
        return out[len(before) :]
    lines = out.splitlines(keepends=True)
    count = len(before.splitlines())
    return "".join(lines[count:]) if count and compare.matches(above, "".join(lines[:count])) else None


def _apart(pieces: Sequence[Piece], runner: Runner, settings: RunSettings, setup: str) -> Iterator[Mismatch]:
    """Run each visible piece as a program of its own, below the hidden code above it."""
    hidden = setup
    for piece in pieces:
        if piece.step.hidden and piece.shown is None:
            hidden += piece.code
            continue
        wanted = outcome(piece.step.words)
        yield from _judged(piece, Program(hidden, piece.code).trial(wanted, runner, settings), wanted, runner)


def _judged(piece: Piece, trial: Trial, wanted: Outcome, runner: Runner) -> Iterator[Mismatch]:
    line, shown = piece.place, piece.shown
    if trial.left:
        message = f"'cleanup' of deck.toml fails: {trial.left}; mend the command, and delete by hand what it left behind"
        yield Mismatch("code-fails", line, message)
    if trial.late:
        yield late(piece, trial.late)
    elif not wanted.compiles:
        yield from _refused(piece, trial, wanted)
    elif not trial.built:
        way = "mend it, or write compile-fail after the language"
        if piece.step.language == "rust" and _RUSTDOC.search(piece.code):
            way = "a line that begins with '# ' is hidden only by rustdoc; put it into a hidden block"
        message = f"this does not compile: {said(trial.out)}; {way}"
        yield Mismatch("code-fails", line, message, got=trial.out)
    elif wanted.runs and wanted.fails != (trial.status != 0) and (wanted.fails or not wanted.status):
        yield _ends_otherwise(piece, trial, wanted, runner)
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
        message = f"the compiler's error is not {wanted.error}: {said(trial.out)}; correct the code, or the error"
        yield Mismatch("output-differs", piece.place, message, wanted.error, trial.out)
    elif piece.shown and not piece.shown.skipped and not compare.contains(piece.shown.text, trial.out):
        yield differs(piece, trial.out)._replace(place=None)


def _ends_otherwise(piece: Piece, trial: Trial, wanted: Outcome, runner: Runner) -> Mismatch:
    if wanted.fails:
        message = "this ends without an error, but its block says that it fails; mend the code, or delete the word"
        return Mismatch("passes-unexpectedly", piece.place, message, got=trial.out)
    way = f"mend it, or write exit={trial.status} after the language"
    if runner.before.startswith("set -e"):
        name = piece.step.language
        way += f'; {name} stops at the first command that fails, unless [test.{name}] has before = ""'
    message = f"this ends with the exit status {trial.status}: {said(trial.out)}; {way}"
    return Mismatch("code-fails", piece.place, message, got=trial.out)
