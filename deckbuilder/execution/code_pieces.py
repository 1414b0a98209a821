"""The code of one question -> pieces to run, one after the other, each with the output that the card shows for it.

A piece is a block, or one command of a session: ``>>>`` in Python, ``$`` in a console.
"""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from deckbuilder.model.code_steps import SESSIONS, Step

_PROMPT, _MORE = "$ ", "> "


class SessionError(Exception):
    """Doctest cannot read a Python session. The text is the reason."""

    def __init__(self, step: Step, reason: str) -> None:
        super().__init__(reason)
        self.step = step


class Shown(NamedTuple):
    """Output on a card."""

    line: int
    """The number of the first line in the file."""
    lines: tuple[str, ...]
    skipped: bool = False

    @property
    def text(self) -> str:
        """The lines, each with its newline."""
        return "".join(f"{line}\n" for line in self.lines)


class Piece(NamedTuple):
    """Code to run, and the output on the card."""

    step: Step
    """The block of the code, or of the session."""
    code: str
    line: int
    """The number of the first line of the code in the file."""
    shown: Shown | None = None
    """The output below the code; None if the output of the next piece shows this output, too, or if there is none."""
    session: bool = False
    """True for a command of a session: Python prints the value of such code."""

    @property
    def place(self) -> int:
        """The number of the line in the file of the card: code from another file has the line of its fence."""
        return self.step.line if self.step.origin else self.line


def pieces(steps: Sequence[Step]) -> Iterator[tuple[str, Piece]]:
    """Yield (language, piece) for each piece of code in ``steps``. An output belongs to the code above."""
    for at, step in enumerate(steps):
        if step.is_output:
            continue
        following = steps[at + 1] if at + 1 < len(steps) else None
        output = following if following and following.is_output and step.language not in SESSIONS else None
        if step.language == "console":
            yield from (("bash", piece) for piece in _console(step))
        elif step.language in SESSIONS:
            yield from (("python", piece) for piece in _session(step))
        else:
            shown = Shown(output.line, output.lines, skipped=output.skipped is not None) if output else None
            yield step.language, Piece(step, step.text, step.first or step.line, shown)


def lonely(steps: Sequence[Step]) -> Iterator[Step]:
    """Yield each output that has no code above: nothing can prove this output."""
    before: Step | None = None
    for step in steps:
        if step.is_output and (before is None or before.is_output or before.language in SESSIONS) and step.skipped is None:
            yield step
        before = step


def _session(step: Step) -> Iterator[Piece]:
    """Yield the commands of a Python session, as doctest finds them. Raises SessionError."""
    try:
        examples = doctest.DocTestParser().get_examples(step.text)
    except ValueError as error:
        raise SessionError(step, re.sub(r"^line \d+ of the docstring for \S+ |\n.*", "", str(error), flags=re.DOTALL)) from None
    for example in examples:
        first = step.line + example.lineno
        below = first + example.source.count("\n")
        shown = Shown(below, tuple(example.want.split("\n")[:-1]))
        yield Piece(step, example.source, first, shown, session=True)


def _console(step: Step) -> Iterator[Piece]:
    """Yield the commands of a console. A line that begins with ``$`` is a command, and so is a line with ``>`` below it."""
    command: list[str] = []
    output: list[str] = []
    first = 0
    for number, line in enumerate((*step.lines, _PROMPT)):
        if line.startswith(_PROMPT) or line == _PROMPT.rstrip():
            if command:
                code = "".join(f"{part}\n" for part in command)
                shown = Shown(step.line + first + len(command), tuple(output))
                yield Piece(step, code, step.line + first, shown, session=True)
            command, output, first = [line[2:]], [], number
        elif command and not output and line.startswith(_MORE):
            command.append(line[2:])
        else:
            output.append(line)


def by_language(steps: Sequence[Step]) -> dict[str, list[Piece]]:
    """Return the pieces of each language, without those to skip. Raises SessionError."""
    found: dict[str, list[Piece]] = {}
    for language, piece in pieces(steps):
        if piece.step.skipped is None:
            found.setdefault(language, []).append(piece)
    return found
