"""A deck -> the mismatches of its code. Each question runs in a process of its own, several at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

from deckbuilder.check.ignored import Heard, heard
from deckbuilder.execution import code_pieces, interpreter, processes, run_program, run_python
from deckbuilder.execution.mismatches import Mismatch, unstable
from deckbuilder.execution.passed import Passed, key
from deckbuilder.model.code_steps import Step
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.records import Ignore, Question
from deckbuilder.model.run_settings import PYTHON, RunSettings
from deckbuilder.source import unrun_code
from deckbuilder.source.deck_folder import Loaded
from deckbuilder.source.parse import parse, with_ids
from deckbuilder.source.tested_file import code_hash

_STEP = 0.2
"""Seconds between two checks for Ctrl-C."""
Show = Callable[[Iterator["Done"], int], Iterator["Done"]]
"""Passes on the questions that are done, and may show the progress; the second argument is their number."""


class Place(NamedTuple):
    """An output on a card. Unlike a number of a line, it is the same after a change above."""

    path: str
    id: str
    shown: str


class Done(NamedTuple):
    """The code of one question after its run."""

    id: str
    question: Question
    mismatches: tuple[Mismatch, ...]
    blocks: int
    """Blocks of code that ran, or that a former run has proven."""
    hash: str
    """The hash of the code, as in ``deck.tested``."""
    again: bool
    """False if a former run has proven the code."""
    skipped: int = 0
    """Blocks that the author skips."""
    left: tuple[tuple[str, int], ...] = ()
    """(Language, number of the line) of each block without a runner."""

    def place(self, mismatch: Mismatch) -> Place:
        """Return the place of a mismatch of this question."""
        return Place(self.question.span.path, self.id, mismatch.shown)

    def with_unstable(self, places: Container[Place]) -> Self:
        """Return the question with the outputs at ``places`` as outputs that differ in each run."""
        found = (
            mismatch._replace(code="not-stable", message=unstable(mismatch.language))
            if mismatch.code == "output-differs" and self.place(mismatch) in places
            else mismatch
            for mismatch in self.mismatches
        )
        return self._replace(mismatches=tuple(found))

    @property
    def proven(self) -> bool:
        """True if all code of the question ran, and every output is right."""
        wrong = any(mismatch.code != "output-missing" for mismatch in self.mismatches)
        return not wrong and not self.skipped and not self.left and self.blocks > 0


@dataclass(frozen=True, slots=True)
class DeckRun:
    """The results of a deck."""

    done: tuple[Done, ...]
    ignore: tuple[Ignore, ...] = ()
    """The author's orders to ignore a warning or note."""

    def with_unstable(self, places: Container[Place]) -> Self:
        """Return the results with the outputs at ``places`` as outputs that differ in each run."""
        return replace(self, done=tuple(one.with_unstable(places) for one in self.done))

    def hashes(self) -> dict[str, str]:
        """Return the record for ``deck.tested``: the hash of the code of each proven question."""
        return {one.id: one.hash for one in self.done if one.proven}

    def diagnostics(self) -> Heard:
        """Return the mismatches, and the languages without a runner, as diagnostics at their lines."""
        found = [
            Diagnostic(Span(one.question.span.path, mismatch.line), mismatch.code, mismatch.message)
            for one in self.done
            for mismatch in one.mismatches
        ]
        found += unrun_code.diagnostics((one.question.span.path, one.left) for one in self.done)
        return heard(found, self.ignore)


def questions(loaded: Loaded) -> tuple[list[tuple[str, Question]], list[Ignore]]:
    """Return (id, question) for each question with code or an output, and the deck's orders to ignore a mistake."""
    settings = loaded.settings
    files = [parse(source, settings.question_level, context=settings.context) for source in loaded.sources]
    found = [question for file in files for question in file.questions]
    named = with_ids(question.outline() for question in found)
    pairs = [(outline.id, question) for outline, question in zip(named, found, strict=True) if question.code]
    return pairs, [*settings.ignore, *(order for file in files for order in file.ignore)]


def run(loaded: Loaded, passed: Passed, wanted: str = "", jobs: int = 0, show: Show = lambda done, _count: done) -> DeckRun:
    """Run the code of the questions in ``loaded`` whose id or heading contains ``wanted``. Raises NoInterpreterError.

    ``jobs`` is the number of questions that run at once; 0 means as many as the machine has cores. ``passed`` has the code that
    former runs have proven.
    """
    pairs, ignore = questions(loaded)
    pairs = [pair for pair in pairs if _is_wanted(*pair, wanted)]
    settings = loaded.settings.test._replace(root=os.path.realpath(loaded.place.root))
    tools = _Tools(settings, interpreter.find(settings.python, loaded.place.root), passed)
    processes.STOPPED.clear()
    with ThreadPoolExecutor(jobs or os.cpu_count() or 1) as pool:
        futures = [pool.submit(_done, name, question, tools) for name, question in pairs]
        try:
            return DeckRun(tuple(show(map(_result, futures), len(pairs))), tuple(ignore))
        except BaseException:  # Ctrl-C, too: the code that runs must not go on
            processes.STOPPED.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _result(future: Future[Done]) -> Done:
    """Wait for a result. On Windows, Ctrl-C does not end a wait without a limit."""
    while not future.done():
        wait([future], timeout=_STEP)
    return future.result()


def has(loaded: Loaded, wanted: str) -> bool:
    """Return whether a question with code has ``wanted`` in its id or heading."""
    return any(_is_wanted(*pair, wanted) for pair in questions(loaded)[0])


def _is_wanted(name: str, question: Question, wanted: str) -> bool:
    text = wanted.casefold()
    return text in name.casefold() or text in "\n".join(question.heading.lines).casefold()


@dataclass(frozen=True, slots=True)
class _Tools:
    """The programs that run code, and the code that they have proven."""

    settings: RunSettings
    python: str
    passed: Passed

    def version(self, language: str) -> str:
        """Return a text that differs for another version of the program. Raises NoInterpreterError."""
        if language == PYTHON:
            return interpreter.versions(self.python)
        runner = self.settings.runner(language)
        return interpreter.program_version(runner.build or runner.command, runner.version) if runner else ""

    def mismatches(self, some: Sequence[code_pieces.Piece], language: str) -> list[Mismatch]:
        """Run the pieces, and return the mismatches from the card."""
        texts = dict(self.settings.texts)
        runner = self.settings.runner(language)
        try:
            if runner is None or language == PYTHON:
                return run_python.mismatches(some, self.python, self.settings, texts.get(self.settings.setup, ""))
            return run_program.mismatches(some, runner, self.settings, texts.get(runner.setup, ""))
        except OSError as error:
            return [Mismatch("code-fails", some[0].place, f"the code cannot be run: {error.strerror or error}")]


def _done(name: str, question: Question, tools: _Tools) -> Done:
    """Return the result of one question. Raises NoInterpreterError."""
    try:
        by_language = code_pieces.by_language(question.code)
    except code_pieces.SessionError as error:
        message = f"this session cannot be read: {error}; write '>>> ' and '... ' before its code"
        return Done(name, question, (Mismatch("code-fails", error.step.line, message),), 1, "", again=True)
    runs = {language: some for language, some in by_language.items() if tools.settings.runs(language)}
    blocks = {language: len({piece.step.line for piece in some}) for language, some in by_language.items()}
    hashed = code_hash(question.code, tools.settings)
    found = [_lonely(step) for step in code_pieces.lonely(question.code)]
    again = False
    for language, some in runs.items():
        proof = key(hashed, language, tools.version(language))
        if proof in tools.passed:
            continue
        again = True
        if mismatches := tools.mismatches(some, language):
            found += mismatches
        else:
            tools.passed.add(proof)
    return Done(
        name,
        question,
        tuple(found),
        sum(blocks[language] for language in runs),
        hashed,
        again,
        sum(step.skipped is not None and not step.is_output for step in question.code),
        tuple(unrun_code.unrun(question.code, tools.settings)),
    )


def _lonely(step: Step) -> Mismatch:
    message = "this output is below no code, so no run can prove it; move it below its code, or give it the language 'text'"
    return Mismatch("unproven-output", step.line, message)
