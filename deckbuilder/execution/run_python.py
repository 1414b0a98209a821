"""Runs the Python pieces of a question in one process, one module, one empty folder."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from deckbuilder.execution import compare, processes, python_driver
from deckbuilder.execution.code_pieces import Piece
from deckbuilder.execution.mismatches import Mismatch
from deckbuilder.model.code_steps import outcome
from deckbuilder.model.run_settings import RunSettings

_LONGEST = 200
"""Characters of an output in a message."""


class Ran(NamedTuple):
    """The result of one piece."""

    out: str
    """The output, and the last lines of the traceback if the piece raised an exception."""
    error: str | None = None
    line: int | None = None
    """The number of the line that raised the exception, in the file of the card."""
    exit: int | None = None


def mismatches(pieces: Sequence[Piece], python: str, settings: RunSettings, setup: str) -> list[Mismatch]:
    """Run the pieces with the interpreter at ``python``, and return the mismatches from the card.

    ``setup`` is code that runs before. Raises OSError if the interpreter cannot be started.
    """
    ran, ended = _run(pieces, python, settings, setup)
    if setup and ran and (ran[0].error or ran[0].exit):
        reason = _last(ran[0].error or f"it ends with the exit status {ran[0].exit}")
        message = f"line {ran[0].line or 1} of {settings.setup}, the setup of the deck, fails: {reason}; mend the setup"
        return [Mismatch("code-fails", pieces[0].place, message)]
    ran = ran[bool(setup) :]
    found = list(_judged(pieces, ran))
    if ended.late:
        piece = pieces[min(len(ran), len(pieces) - 1)]
        return [*found, late(piece, ended.late)]
    if len(ran) < len(pieces) and not any(one.error or one.exit for one in ran):
        piece = pieces[len(ran)]
        last = (ended.out.strip().rsplit("\n", 1) or [""])[-1][:_LONGEST]
        message = f"the process ended in this block, with status {ended.status}{last and ': '}{last}"
        found.append(Mismatch("code-fails", piece.place, message))
    return found


def _run(pieces: Sequence[Piece], python: str, settings: RunSettings, setup: str) -> tuple[list[Ran], processes.Ended]:
    """Return the results of the setup, if there is one, and of the pieces that were run; and the end of the process."""
    blocks = [_block(setup, 1, shown=False)] if setup else []
    blocks += [_block(piece.code, piece.line, shown=piece.shown is not None, session=piece.session) for piece in pieces]
    with tempfile.TemporaryDirectory(prefix="deckbuilder-", ignore_cleanup_errors=True) as place:
        above = Path(place).resolve()
        folder = above / "card"
        folder.mkdir()
        plan, result = above / "plan.json", above / "result.json"
        plan.write_bytes(json.dumps(blocks).encode())
        command = [python, python_driver.__file__, str(plan), str(result)]
        env = processes.environment(folder, {})
        ended = processes.run(command, folder, env, timeout=settings.timeout, memory=settings.memory)
        lines = result.read_text(encoding="utf-8").splitlines() if result.exists() else []
        place_of_card = str(folder)
    ran: list[Ran] = []
    for line in lines:
        values = json.loads(line)
        if "end" in values:
            ran[-1] = ran[-1]._replace(out=ran[-1].out + values["end"])
            continue
        error = values["error"] and values["error"].replace(place_of_card, "")
        ran.append(Ran(values["out"] + (error or ""), error, values["line"], values["exit"]))
    return ran, ended


def _block(code: str, line: int, *, shown: bool, session: bool = False) -> dict[str, object]:
    return {"code": code, "line": line, "mode": "single" if session else "exec", "shown": shown}


def _judged(pieces: Sequence[Piece], ran: Sequence[Ran]) -> Iterator[Mismatch]:
    printed = ""
    last: Piece | None = None
    for piece, result in zip(pieces, ran, strict=False):
        printed, last = printed + result.out, piece
        if result.exit and outcome(piece.step.words).status != result.exit:
            yield exits(piece, result)
            return
        if piece.shown is None:
            if result.error:
                yield raises(piece, result)
                return
            continue
        shown, got = piece.shown, printed
        printed = ""
        if shown.skipped:
            continue
        expected = shown.text
        if piece.session and result.error and "Traceback" in expected:
            expected = expected[expected.rfind("\n", 0, len(expected) - 1) + 1 :]
        if not compare.matches(expected, got):
            if result.error and not shown.lines:
                yield raises(piece, result)
            else:
                yield differs(piece, got)
    if printed.strip() and last:
        yield unshown(last, printed)


def late(piece: Piece, limit: str) -> Mismatch:
    """Return the mismatch of code that has not ended at its ``limit``, such as ``"30 s"``."""
    message = f"the code has not ended after {limit}; shorten it, or raise timeout in [test] of deck.toml"
    return Mismatch("code-timeout", piece.place, message)


def raises(piece: Piece, result: Ran) -> Mismatch:
    """Return the mismatch of code that raises an exception, and no output shows it."""
    last = _last(result.error or "")
    line, place = result.line or piece.line, ""
    if piece.step.origin:
        line, place = piece.step.line, f"{piece.step.origin}:{line}: "
    message = f"{place}this line raises {last!r}; mend it, or show the last line of the traceback in a block 'output' below"
    if last.startswith("ModuleNotFoundError"):
        message = f"this line raises {last!r}; install the module, or name a Python that has it: [test] python in deck.toml"
    return Mismatch("code-fails", line, message, got=result.error or "")


def _last(text: str) -> str:
    return text.strip().rsplit("\n", 1)[-1][:_LONGEST]


def exits(piece: Piece, result: Ran) -> Mismatch:
    """Return the mismatch of code that ends the process with an exit status."""
    message = f"this ends with the exit status {result.exit}; mend it, or write exit={result.exit} after the language"
    line = piece.place if piece.step.origin else result.line or piece.line
    return Mismatch("code-fails", line, message, got=result.out)


def differs(piece: Piece, got: str) -> Mismatch:
    """Return the mismatch of an output that is not the output of its code."""
    assert piece.shown  # noqa: S101  for the type checker
    at = compare.first_difference(piece.shown.lines, got)
    lines = got.strip("\n").split("\n")
    there = _quoted(lines, at)
    wanted = _quoted(piece.shown.lines, at)
    reason = compare.unwritable(got)
    line, place = piece.shown.line + at, None if reason else piece.shown
    advice = f"--update cannot write it, because {reason}" if reason else "--update writes the real output"
    if piece.step.origin and piece.session:  # the output is in the other file, too
        advice = f"correct line {piece.step.first + line - piece.step.line} of {piece.step.origin}"
        line, place = piece.step.line, None
    message = f"the code prints {there} here, the card shows {wanted}; {advice}"
    return Mismatch("output-differs", line, message, piece.shown.text, got, place, piece.step.language)


def _quoted(lines: Sequence[str], at: int) -> str:
    """Return the line at an index in quotes; ``nothing`` if the text ends above."""
    return repr(lines[at][:_LONGEST]) if at < len(lines) and any(lines) else "nothing"


def unshown(piece: Piece, got: str) -> Mismatch:
    """Return the mismatch of code whose output is on no card."""
    first = got.strip().split("\n")[0][:_LONGEST]
    message = f"the code prints {first!r}, and no block 'output' below shows it; add the block, or print nothing"
    return Mismatch("output-missing", piece.place, message, got=got)
