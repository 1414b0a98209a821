"""The code of one program -> its output and its end. Builds and runs the program as ``deck.toml`` says."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from deckbuilder.execution import compare, processes
from deckbuilder.model.code_steps import Outcome
from deckbuilder.model.run_settings import Runner, RunSettings

_LONGEST = 200
"""Characters of an output in a message."""
_BUILD = 60
"""More seconds of the processor for a compiler, and for the commands around the program."""
_ERROR = re.compile(r"(?:\S+: )?(?:\w+ ){0,2}\w*(?:error|exception)\b", re.IGNORECASE)
_GUTTER = re.compile(r"^ *(\d+)(?= \|)", re.MULTILINE)
"""The number of a line of code that a compiler shows."""


class Trial(NamedTuple):
    """The result of one program."""

    out: str
    """The output after the replacements of the runner."""
    status: int
    late: str = ""
    """The limit of time that the program reached, such as ``"30 s"``; ``""`` if it ended before."""
    built: bool = True
    """False if the compiler refused the program. Then ``out`` is the compiler's output."""
    left: str = ""
    """The reason why the runner's ``cleanup`` failed; ``""`` if it did not."""


class Program(NamedTuple):
    """The code of a program: ``above`` has the setup and hidden blocks, and the numbers of lines begin with ``code``."""

    above: str
    code: str

    def trial(self, wanted: Outcome, runner: Runner, settings: RunSettings) -> Trial:
        """Build and run the program. Raises OSError if a program cannot be started."""
        with tempfile.TemporaryDirectory(prefix="deckbuilder-", ignore_cleanup_errors=True) as place:
            return _Run(self, Path(place).resolve(), wanted, runner, settings).trial()


class _Run:
    """One run of a program in the folder ``place``."""

    def __init__(self, program: Program, place: Path, wanted: Outcome, runner: Runner, settings: RunSettings) -> None:
        """Write the file with the code. It is beside the empty folder; but a runner without ``{file}`` finds it in there."""
        self.wanted, self.runner, self.settings = wanted, runner, settings
        self.folder = place / "card"
        named = any("{file}" in word for word in (*runner.command, *runner.build))
        self.beside = place / "code" if named else self.folder
        for folder in {self.folder, self.beside}:
            folder.mkdir()
        self.file = self.beside / f"card{runner.suffix}"
        text, self.lines_above = _whole(program, runner)
        self.file.write_bytes(text.encode("utf-8", "surrogatepass"))
        self.values = {"file": str(self.file), "dir": str(self.folder), "edition": wanted.edition or runner.edition}
        self.values |= {"deck": settings.root, "name": f"card_{secrets.token_hex(8)}"}
        self.env = processes.environment(self.folder, dict(runner.env))

    def trial(self) -> Trial:
        """Build and run the program between the runner's ``prepare`` and ``cleanup``. Raises OSError."""
        if self.runner.prepare:
            ready = self.ended(self.runner.prepare, more=_BUILD)
            if ready.status or ready.late:
                raise OSError(f"'prepare' of deck.toml fails: {_end(ready)}")
        done: Trial | None = None
        try:
            done = self.built_and_run()
        finally:
            cleaned = self.ended(self.runner.cleanup, more=_BUILD) if self.runner.cleanup else None
        return done._replace(left=_end(cleaned)) if cleaned and (cleaned.status or cleaned.late) else done

    def built_and_run(self) -> Trial:
        """Build and run the program."""
        if self.runner.build:
            built = self.ended(self.runner.build, more=_BUILD)
            if built.status or built.late:
                return Trial(self.plain(built.out, compiler=True), built.status, built.late, built=False)
        if not self.wanted.runs or not self.wanted.compiles:
            return Trial("", 0)
        ran = self.ended(self.runner.command, merged=self.runner.merged)
        return Trial(self.plain(ran.out), ran.status, ran.late)

    def ended(self, command: Sequence[str], *, merged: bool = True, more: int = 0) -> processes.Ended:
        """Run a command of the runner. Raises OSError."""
        words = [re.sub(r"\{(deck|dir|edition|file|name)\}", lambda match: self.values[match[1]], word) for word in command]
        timeout = self.settings.timeout + more
        return processes.run(words, self.folder, self.env, timeout=timeout, memory=self.settings.memory, merged=merged)

    def plain(self, text: str, *, compiler: bool = False) -> str:
        """Return an output without the folders of this run, with the line numbers of the card, and with the replacements."""
        for folder in (self.beside, self.folder):
            text = text.replace(f"{folder}{os.sep}", "").replace(str(folder), ".")
        if self.lines_above:
            named = rf"(?:\b{re.escape(self.file.name)}(?::|:? (?:on )?line )|\bnear line )(\d+)\b"
            text = re.sub(named, self.renumbered, text)
            text = _GUTTER.sub(self.renumbered, text) if compiler else text
        return compare.normalised(text, self.runner.replace)

    def renumbered(self, match: re.Match[str]) -> str:
        """Return the matched text with the number of the line on the card. Lines above the card's code keep their number."""
        number = int(match[1]) - self.lines_above
        if number < 1:
            return match[0]
        before = match[0].removesuffix(match[1])
        return before + (str(number) if before.strip() else f"{number:>{len(match[1])}}")


def _whole(program: Program, runner: Runner) -> tuple[str, int]:
    """Return (the whole program, the number of lines above the code)."""
    above, code = program.above, program.code
    if runner.wrap and not re.search(runner.main, above + code, re.MULTILINE):
        before, _, after = runner.wrap.partition("{code}")
        above, code = before + above, code + after
    above = runner.before + above
    return above + code, above.count("\n")


def _end(ended: processes.Ended) -> str:
    return f"it has not ended after {ended.late}" if ended.late else said(ended.out)


def said(text: str) -> str:
    """Return the line of ``text`` that says most: the first line that begins with the name of an error, else the last line."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return next((line for line in lines if _ERROR.match(line)), lines[-1] if lines else "no output")[:_LONGEST]
