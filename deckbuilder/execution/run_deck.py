"""A deck -> the mismatches of its code. Each question runs in a process of its own, several at once."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import NamedTuple

from deckbuilder.execution import code_pieces, interpreter, processes, run_program, run_python
from deckbuilder.execution.mismatches import Mismatch
from deckbuilder.execution.passed import Passed, key
from deckbuilder.model.code_steps import Step
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.records import Question
from deckbuilder.model.run_settings import PYTHON, RunSettings
from deckbuilder.source.deck_folder import Loaded
from deckbuilder.source.parse import parse, with_ids
from deckbuilder.source.tested_file import code_hash

_STEP = 0.2
"""Seconds between two checks for Ctrl-C."""
Show = Callable[[Iterator["Done"], int], Iterator["Done"]]
"""Passes on the questions that are done, and may show the progress; the second argument is their number."""


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
    left: tuple[str, ...] = ()
    """The languages of blocks without a runner, a word for each block."""

    @property
    def proven(self) -> bool:
        """True if all code of the question ran, and every output is right."""
        wrong = any(mismatch.code != "output-missing" for mismatch in self.mismatches)
        return not wrong and not self.skipped and not self.left and self.blocks > 0


@dataclass(frozen=True, slots=True)
class DeckRun:
    """The results of a deck."""

    done: tuple[Done, ...]

    def hashes(self) -> dict[str, str]:
        """Return the record for ``deck.tested``: the hash of the code of each proven question."""
        return {one.id: one.hash for one in self.done if one.proven}

    @property
    def left(self) -> Counter[str]:
        """The number of blocks without a runner, by language."""
        return Counter(language for one in self.done for language in one.left)


def questions(loaded: Loaded) -> Iterator[tuple[str, Question]]:
    """Yield (id, question) for each question of a deck that has code or an output."""
    settings = loaded.settings
    found = [
        question
        for source in loaded.sources
        for question in parse(source, settings.question_level, context=settings.context).questions
    ]
    named = with_ids(question.outline() for question in found)
    yield from ((outline.id, question) for outline, question in zip(named, found, strict=True) if question.code)


def run(loaded: Loaded, passed: Passed, wanted: str = "", jobs: int = 0, show: Show = lambda done, _count: done) -> DeckRun:
    """Run the code of the questions in ``loaded`` whose id or heading contains ``wanted``. Raises NoInterpreterError.

    ``jobs`` is the number of questions that run at once; 0 means as many as the machine has cores. ``passed`` has the code that
    former runs have proven.
    """
    pairs = chosen(loaded, wanted)
    settings = loaded.settings.test._replace(root=os.path.realpath(loaded.place.root))
    tools = _Tools(settings, interpreter.find(settings.python, loaded.place.root), passed)
    processes.STOPPED.clear()
    with ThreadPoolExecutor(jobs or os.cpu_count() or 1) as pool:
        futures = [pool.submit(_done, name, question, tools) for name, question in pairs]
        try:
            return DeckRun(tuple(show(map(_result, futures), len(pairs))))
        except BaseException:  # Ctrl-C, too: the code that runs must not go on
            processes.STOPPED.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _result(future: Future[Done]) -> Done:
    """Wait for a result. On Windows, Ctrl-C does not end a wait without a limit."""
    while not future.done():
        wait([future], timeout=_STEP)
    return future.result()


def chosen(loaded: Loaded, wanted: str) -> list[tuple[str, Question]]:
    """Return (id, question) for each question with code whose id or heading contains ``wanted``."""
    return [pair for pair in questions(loaded) if _is_wanted(*pair, wanted)]


def _is_wanted(name: str, question: Question, wanted: str) -> bool:
    text = wanted.casefold()
    return text in name.casefold() or text in "\n".join(question.heading.lines).casefold()


@dataclass(frozen=True, slots=True)
class _Tools:
    """The programs that run code, and the code that they have proven."""

    settings: RunSettings
    python: str
    passed: Passed

    def runs(self, language: str) -> bool:
        """Return whether there is a program for ``language``."""
        return language == PYTHON or self.settings.runner(language) is not None

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
    runs = {language: some for language, some in by_language.items() if tools.runs(language)}
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
        tuple(language for language in by_language.keys() - runs for _ in range(blocks[language])),
    )


def _lonely(step: Step) -> Mismatch:
    message = "this output is below no code, so no run can prove it; move it below its code, or give it the language 'text'"
    return Mismatch("unproven-output", step.line, message)


def diagnostics(done: Iterable[Done]) -> list[Diagnostic]:
    """Return the mismatches as diagnostics at their lines."""
    return sorted(
        Diagnostic(Span(one.question.span.path, mismatch.line), mismatch.code, mismatch.message)
        for one in done
        for mismatch in one.mismatches
    )
