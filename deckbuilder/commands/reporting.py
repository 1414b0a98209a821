"""Diagnostics -> the text form for people: lines on stderr, a summary, a table of counts."""

from __future__ import annotations

import itertools
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import click

from deckbuilder.commands import common
from deckbuilder.model.diagnostics import Diagnostic, Severity, plural, printable

MOST = 3
"""Diagnostics of one code in one file that are shown each. Beyond these, one line shows the count."""
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}

style = click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="text for people (on stderr), json for programs, github for annotations in a workflow (both on stdout).",
)

every = click.option(
    "--all", "every", is_flag=True, help=f"Show each mistake, also beyond {MOST} mistakes with the same code in one file."
)


def report(
    diagnostics: Iterable[Diagnostic],
    *,
    ignored: int = 0,
    every: bool = False,
    quiet: bool = False,
    fixes: bool = False,
    together: bool = False,
) -> bool:
    """Print the diagnostics to stderr, sorted, with their counts at the end. Return True if one is an error.

    Beyond ``MOST`` diagnostics with one code in one file, one line shows the count, unless ``every``.
    ``ignored`` is the number of diagnostics that the author ignores. If ``quiet``, only errors are printed and counted.
    If ``fixes``, one more line says how to see the safe mends, if there are any. If ``together``, the files are one group: a
    folder may have thousands.
    """
    # sorted first, because long sorted lists come in; hashing and sorting a set takes three times as long
    found = [problem for problem, _ in itertools.groupby(sorted(diagnostics)) if not quiet or problem.is_error]
    if found:
        mends = [_mends(count)] if fixes and not quiet and (count := sum(problem.mend is not None for problem in found)) else []
        lines = _together(found) if together and not every else _lines(found, every=every)
        common.echo(*lines, *_summary(found, 0 if quiet else ignored), *mends)
    return any(problem.is_error for problem in found)


def _lines(found: Sequence[Diagnostic], *, every: bool) -> Iterator[str]:
    """Yield a line for each of the sorted diagnostics. For a group that is too large, yield a line with the count."""
    counts = Counter((problem.span.path, problem.code) for problem in found)
    seen: Counter[tuple[str, str]] = Counter()
    large: list[Diagnostic] = []
    for problem, following in itertools.zip_longest(found, found[1:]):
        group = (problem.span.path, problem.code)
        seen[group] += 1
        if every or seen[group] <= MOST or counts[group] == MOST + 1:  # the line with the count would save nothing
            yield f"{common.styled(str(problem.span), bold=True)}: {_coloured(problem)}"
        elif seen[group] == MOST + 1:
            large.append(problem)
        if following is None or following.span.path != problem.span.path:
            for more in large:
                text = f"… and {counts[more.span.path, more.code] - MOST:,} more [{more.code}]; '--all' shows each"
                yield f"{common.styled(printable(more.span.path), bold=True)}: {common.styled(text, fg=_COLOURS[more.severity])}"
            large.clear()


def _together(found: Sequence[Diagnostic]) -> Iterator[str]:
    """Yield a line for the first ``MOST`` sorted diagnostics with each code, and a line that counts the others."""
    codes = sorted(Counter(problem.code for problem in found))
    for code in codes:
        own = [problem for problem in found if problem.code == code]
        shown = own if len(own) == MOST + 1 else own[:MOST]  # the line with the count would save nothing
        yield from (f"{common.styled(str(problem.span), bold=True)}: {_coloured(problem)}" for problem in shown)
        if rest := own[len(shown) :]:
            files = plural(len({problem.span.path for problem in rest}), "file")
            yield common.styled(f"… and {len(rest):,} more in {files} [{code}]; '--all' shows each", fg=_COLOURS[own[0].severity])


def _coloured(problem: Diagnostic) -> str:
    return common.styled(str(problem).removeprefix(f"{problem.span}: "), fg=_COLOURS[problem.severity])


def _summary(found: Sequence[Diagnostic], ignored: int) -> Iterator[str]:
    """Yield a line with the counts and, if there are several codes, a line with the count of each code.

    On a terminal, also yield a line that names the page of the worst mistake.
    """
    # pathlib raises OSError for a path that is too long
    files = sum(os.path.isfile(path) for path in {problem.span.path for problem in found})  # noqa: PTH113
    yield summary(found) + (f" in {plural(files, 'file')}" if files else "") + and_ignored(ignored)
    kinds = sorted(statistics(found), key=lambda kind: -kind.severity)
    if len(kinds) > 1:
        yield ", ".join(f"{kind.count:,} {kind.code}" for kind in kinds)
    if sys.stderr and sys.stderr.isatty():  # None if stderr is closed
        worst = max(found, key=lambda problem: problem.severity)  # the first of several
        yield f"'deckbuilder explain {worst.code}' explains the mistake"


def and_ignored(count: int) -> str:
    """Return the end of a summary: the number of diagnostics that the author ignores; ``""`` for none."""
    return f"; {count:,} ignored" if count else ""


def _mends(count: int) -> str:
    mends = "has a safe mend" if count == 1 else "have safe mends"
    return f"{count:,} of these {mends}; see: deckbuilder check --fix"


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """Return the counts as in ``"2 errors, 1 warning"``."""
    counts = Counter(problem.severity for problem in diagnostics)
    return ", ".join(plural(counts[level], level.name.lower()) for level in sorted(counts, reverse=True))


@dataclass(frozen=True, slots=True)
class Kind:
    """One code with its counts."""

    code: str
    severity: Severity
    count: int
    files: int
    """The number of files with this code."""
    mends: int
    """The number of diagnostics with a safe mend."""


def statistics(diagnostics: Iterable[Diagnostic]) -> list[Kind]:
    """Return the counts of each code, the largest count first. No two diagnostics are equal."""
    found = list(diagnostics)
    kinds = [(problem.code, problem.severity) for problem in found]
    files = Counter((code, severity) for code, severity, _ in {(one.code, one.severity, one.span.path) for one in found})
    mends = Counter((problem.code, problem.severity) for problem in found if problem.mend)
    counted = [Kind(*kind, count, files[kind], mends[kind]) for kind, count in Counter(kinds).items()]
    return sorted(counted, key=lambda kind: (-kind.count, -kind.severity, kind.code))


def table(kinds: Sequence[Kind]) -> str:
    """Return the counts as a table for people, with a line for each code."""
    rows = [("count", "files", "mends", "severity", "code")]
    rows += [(f"{one.count:,}", f"{one.files:,}", f"{one.mends:,}", one.severity.name.lower(), one.code) for one in kinds]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        f"{count:>{widths[0]}}  {files:>{widths[1]}}  {mends:>{widths[2]}}  {severity:{widths[3]}}  {code}"
        for count, files, mends, severity, code in rows
    )
