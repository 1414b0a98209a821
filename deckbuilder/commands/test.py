"""``deckbuilder test``."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import click

from deckbuilder.commands import common, reporting
from deckbuilder.commands.check import as_github, json_values
from deckbuilder.commands.rewriting import rewrite
from deckbuilder.execution import checked_with, interpreter, run_deck, trust
from deckbuilder.execution.mismatches import Mismatch
from deckbuilder.execution.passed import Passed, key
from deckbuilder.files.portable_names import quoted, shown
from deckbuilder.files.writing import cannot_write, write_whole
from deckbuilder.model.diagnostics import Diagnostic, plural
from deckbuilder.model.tested import Tested
from deckbuilder.pipeline import cache_folder
from deckbuilder.source import tested_file
from deckbuilder.source.deck_folder import Loaded
from deckbuilder.source.decks import load_decks
from deckbuilder.source.settings import asks_for_versions

_USUAL = 80
"""Columns of a page, for readers without a terminal."""
_MOST = 20
"""Lines of a text that are shown."""


@click.command
@common.sources
@click.option("--update", is_flag=True, help="Write the real outputs into the files; on a terminal, show them first and ask.")
@click.option("--yes", is_flag=True, help="With --update: do not ask.")
@click.option("-k", "wanted", metavar="TEXT", default="", help="Run only questions whose id or heading contains TEXT.")
@click.option("-j", "--jobs", type=click.IntRange(0), default=0, help="Questions that run at once; 0 (the default): one a core.")
@reporting.style
@click.option("--no-cache", is_flag=True, help="Run all code again, also code that a former run has proven.")
@click.option("--trust", "trusted", is_flag=True, help="Run the code without a question, as in CI.")
@reporting.every
@common.quiet
def command(sources: tuple[Path, ...], wanted: str, jobs: int, style: str, **given: bool) -> None:
    """Run the code on the cards, and compare its output.

    This command runs the code of the deck on your machine, with your rights: use it for decks that you trust. Each question
    runs in a process of its own, in an empty folder, with limits of time and memory. It does not get the variables of
    your environment, such as tokens. That is no sandbox.

    A block 'output' below the code must be what the code prints. Python runs as it is; for other languages, deck.toml
    names a command: [test.run] bash = "bash {file}". The exit code is 1 if a card is wrong.

    \b
    Examples:
      deckbuilder test content/flask-en
      content/flask-en/01-basics.md:31:1: error: the code prints '42' here, ... [output-differs]
      deckbuilder test -k session --update
    """
    every, quiet = given["every"], given["quiet"]
    decks = _decks(sources, trusted=given["trusted"], every=every, quiet=quiet)
    if wanted and not any(run_deck.has(deck, wanted) for deck in decks):
        raise click.UsageError(f"no question with code has '{wanted}' in its id or heading")
    passed = Passed(None if given["no_cache"] else cache_folder.folder())

    def run(passed: Passed) -> list[run_deck.DeckRun]:
        return [_run(deck, passed, wanted, jobs, quiet=quiet) for deck in decks]

    with contextlib.ExitStack() as end:
        end.callback(passed.write)  # also after Ctrl-C
        runs = run(passed)
        if given["update"]:
            unstable = rewrite(runs, run(Passed(None)), yes=given["yes"], quiet=quiet or style != "text")
            decks, _ = load_decks(sources)
            runs = [one.with_unstable(unstable) for one in run(passed)]
        pairs = [] if wanted else zip(decks, runs, strict=True)
        more = [problem for deck, found in pairs for problem in _record(deck, found, passed)]
    sys.exit(_report(runs, more, style, every=every, quiet=quiet))


def _decks(sources: Sequence[Path], *, trusted: bool, every: bool, quiet: bool) -> list[Loaded]:
    """Return the decks, which the user trusts. Decks with errors end the command. Raises ClickException."""
    decks, problems = load_decks(sources)
    problems = [*problems, *(problem for deck in decks for problem in deck.diagnostics if problem.is_error)]
    if problems:
        reporting.report(problems, every=every, quiet=quiet)
        sys.exit(1)
    for deck in decks:
        _ask(deck, trusted=trusted)
    return decks


def _ask(deck: Loaded, *, trusted: bool) -> None:
    """Ask the user once for each deck whether its code may run. Raises ClickException."""
    folder, root = cache_folder.folder(), deck.place.root
    if trusted or trust.is_trusted(root, folder):
        return
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty()):
        raise click.ClickException(f"'test' runs the code of {quoted(root)} on this machine; say --trust if you trust the deck")
    common.echo(f"'test' runs the code of {quoted(root)} on this machine, with your rights.")
    click.confirm("Do you trust this deck?", abort=True, err=True)
    trust.trust(root, folder)


def _run(deck: Loaded, passed: Passed, wanted: str, jobs: int, *, quiet: bool) -> run_deck.DeckRun:
    """Run the code of a deck. Raises ClickException."""
    try:
        return run_deck.run(deck, passed, wanted, jobs, common.bar("testing", quiet=quiet))
    except interpreter.NoInterpreterError as error:
        raise click.ClickException(f"{shown(deck.place.toml or deck.place.root)}: [test] python: {error}") from None


def _record(deck: Loaded, run: run_deck.DeckRun, passed: Passed) -> list[Diagnostic]:
    """Write ``deck.tested`` if it changes, and return the problems."""
    if deck.place.toml is None:
        return []
    settings = deck.settings
    said = ""
    if asks_for_versions(settings):
        try:
            said = _versions(deck, passed)
        except (checked_with.NoVersionError, interpreter.NoInterpreterError) as error:
            return [Diagnostic(settings.at("checked_with"), "bad-deck-toml", f"'checked_with': {error}")]
    after = Tested(run.hashes(), said)
    if after == deck.tested or not (after.hashes or deck.tested):
        return []
    path = deck.place.root / tested_file.FILE
    try:
        write_whole(path, tested_file.text(after).encode())
    except OSError as error:
        raise click.ClickException(cannot_write(path, error)) from None
    return []


def _versions(deck: Loaded, passed: Passed) -> str:
    """Return the text of ``checked_with``. A module is imported only if no former run with the same libraries did so.

    Raises NoVersionError and NoInterpreterError.
    """
    settings = deck.settings
    python = interpreter.find(settings.test.python, deck.place.root)
    libraries = interpreter.versions(python)

    def name(said: str) -> str:
        return key(f"{settings.checked_with}\n{said}", "checked_with", libraries)

    before = deck.tested.checked_with if deck.tested else ""
    if not settings.checked_with_command and before and name(before) in passed:
        return before
    said = checked_with.found(settings, python)
    passed.add(name(said))
    return said


def _report(runs: Sequence[run_deck.DeckRun], more: Iterable[Diagnostic], style: str, *, every: bool, quiet: bool) -> bool:
    """Print the results of the decks, and ``more`` problems. Return True if one of them is an error."""
    heard = [run.diagnostics() for run in runs]
    found = sorted([*more, *(problem for one in heard for problem in one.kept)])
    mismatches = {(one.question.span.path, item.line): item for run in runs for one in run.done for item in one.mismatches}
    if style == "text":
        reporting.report(found, ignored=sum(one.ignored for one in heard), every=every, quiet=quiet)
        if lines := [] if quiet else [*_differences(found, mismatches), *_summary(runs)]:
            common.echo(*lines)
    else:
        _print(found, mismatches, style)
    return any(problem.is_error for problem in found)


def _print(found: Sequence[Diagnostic], mismatches: Mapping[tuple[str, int], Mismatch], style: str) -> None:
    """Print the diagnostics for programs."""
    if style == "github":
        if text := as_github(found):
            common.echo(*text.split("\n"), err=False, utf8=True)
        return
    values = json_values(found)
    for value in values:
        mismatch = mismatches.get((value["path"], value["line"]))
        value |= {"expected": mismatch.shown if mismatch else "", "got": mismatch.got if mismatch else ""}
    common.echo(*common.json_text(values).split("\n"), err=False)


def _differences(found: Iterable[Diagnostic], mismatches: Mapping[tuple[str, int], Mismatch]) -> Iterator[str]:
    """Yield the lines that show the card's text and the real output side by side."""
    for problem in found:
        mismatch = mismatches.get((problem.span.path, problem.span.line))
        if mismatch and mismatch.code == "output-differs":
            yield from ("", f"{problem.span}", *_side_by_side(mismatch, _columns()))


def _columns() -> int:
    """Return the columns of the terminal that people see the texts in."""
    try:
        return max(_USUAL, os.get_terminal_size(sys.stderr.fileno()).columns)
    except (AttributeError, OSError, ValueError):  # stderr is closed, or is no terminal
        return _USUAL


def _side_by_side(mismatch: Mismatch, columns: int) -> Iterator[str]:
    """Yield the lines of the card and of the code, in two columns."""
    width = (columns - 5) // 2
    left, right = mismatch.shown.rstrip("\n").split("\n"), mismatch.got.rstrip("\n").split("\n")
    count = max(len(left), len(right))
    yield f"  {'the card shows':<{width}}   the code prints"
    for number in range(min(count, _MOST)):
        one = left[number] if number < len(left) else ""
        other = right[number] if number < len(right) else ""
        mark = " " if one == other else "|"
        yield f"  {_cut(one, width):<{width}} {mark} {_cut(other, width)}".rstrip()
    if count > _MOST:
        yield f"  … and {plural(count - _MOST, 'more line')}; '--format json' has the whole texts"


def _cut(line: str, width: int) -> str:
    """Return ``line`` with an ellipsis in place of all that is wider than ``width`` characters."""
    return line if len(line) <= width else line[: width - 1] + "…"


def _summary(runs: Iterable[run_deck.DeckRun]) -> Iterator[str]:
    """Yield what was done: the blocks that ran, and those that did not."""
    done = [one for run in runs for one in run.done]
    blocks, wrong = sum(one.blocks for one in done), sum(bool(one.mismatches) for one in done)
    remembered = sum(one.blocks for one in done if not one.again)
    if not done:
        yield "no question has code or an output"
        return
    text = f"{plural(len(done), 'question')} with code: {plural(blocks, 'block')} ran"
    text += f" ({remembered:,} of them in a former run)" if remembered else ""
    yield text + (
        f"; {plural(wrong, 'question')} {'is' if wrong == 1 else 'are'} wrong"
        if wrong
        else "; every output is right"
        if blocks
        else ""
    )
    if skipped := sum(one.skipped for one in done):
        yield f"{plural(skipped, 'block')} skipped, as their marks say"
