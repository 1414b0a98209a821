"""The table ``[test]`` of ``deck.toml``: how the code of each language is run."""

from __future__ import annotations

from typing import NamedTuple

PYTHON = "python"


class Runner(NamedTuple):
    """How the code of one language is run. In ``command`` and ``build``, ``{file}`` is the code and ``{dir}`` its folder."""

    command: tuple[str, ...]
    """The program and its arguments. No shell reads them."""
    build: tuple[str, ...] = ()
    """The compiler and its arguments; empty for a language without a compiler."""
    suffix: str = ".txt"
    """The suffix of the file with the code."""
    setup: str = ""
    """The file of the deck whose code comes before the code of each question; ``""`` for none."""
    before: str = ""
    """Code that comes before the code of each question, and that no author has to see, such as ``set -eu``."""
    edition: str = ""
    """The edition of the language, for ``{edition}``."""
    env: tuple[tuple[str, str], ...] = ()
    """Variables of the environment."""
    apart: bool = False
    """True if each block is a program of its own; False if all blocks of a question are one program."""
    wrap: str = ""
    """A program with ``{code}``, for code without ``main``; ``""`` for none."""
    main: str = ""
    """A regular expression that finds the ``main`` of a whole program."""
    merged: bool = True
    """True if the output is stdout and stderr in order; False if the output is stdout alone."""
    version: tuple[str, ...] = ()
    """A command that prints the version of the compiler or interpreter; empty for none."""
    prepare: tuple[str, ...] = ()
    """A command before each program, such as one that makes a fresh database called ``{name}``; empty for none."""
    cleanup: tuple[str, ...] = ()
    """A command after each program, such as one that deletes the database; empty for none."""
    replace: tuple[tuple[str, str], ...] = ()
    """Pairs (regular expression, text): parts of the output that differ in each run, such as a time."""


class RunSettings(NamedTuple):
    """The table ``[test]``, with every default filled in."""

    python: str = ""
    """The path of the Python that runs the code; ``""`` for the Python of deckbuilder."""
    setup: str = ""
    """The Python file of the deck that runs before each question; ``""`` for none."""
    timeout: int = 10
    """Seconds of the processor for one program. A program that waits has at least three times as long."""
    memory: int = 2048
    """Megabytes for the code of one question."""
    runners: tuple[tuple[str, Runner], ...] = ()
    """The runner of each language other than Python."""
    root: str = ""
    """The folder of the deck, for ``{deck}``; ``""`` until the code runs."""
    texts: tuple[tuple[str, str], ...] = ()
    """The text of each setup file, by its path."""

    def runner(self, language: str) -> Runner | None:
        """Return the runner of ``language``, or None."""
        return next((runner for name, runner in self.runners if name == language), None)

    def runs(self, language: str) -> bool:
        """Return whether there is a program for ``language``."""
        return language == PYTHON or self.runner(language) is not None
