"""``deckbuilder check``."""

from __future__ import annotations

import dataclasses
import functools
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from deckbuilder.commands import common, mending, reporting
from deckbuilder.files.portable_names import shown
from deckbuilder.library import CheckResult, check_decks
from deckbuilder.model.diagnostics import Diagnostic, Severity, plural

_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


@click.command
@common.sources
@reporting.style
@click.option(
    "--release", is_flag=True, help="Be as strict as 'deckbuilder release': mistakes that would hurt learners are errors."
)
@reporting.every
@click.option("--statistics", is_flag=True, help="Print only a table, on stdout: the number of mistakes with each code.")
@click.option("--fix", is_flag=True, help="Show the safe mends of mistakes as a diff, on stdout.")
@click.option("--write", is_flag=True, help="With --fix: apply the mends to the files.")
@common.quiet
def command(sources: tuple[Path, ...], style: str, *, release: bool, **given: bool) -> None:
    """Report every mistake in the questions. Write nothing, unless you say --write.

    The exit code is 1 if there is an error. Warnings and notes alone do not change the exit code 0. With --fix --write,
    only the mistakes that are left count.

    \b
    Examples:
      deckbuilder check content/flask-zh
      content/flask-zh/01-basics.md:12:3: error: question has no answer; ... [missing-answer]
      deckbuilder check --fix
      (the safe mends, as a diff; --fix --write applies them)
    """
    statistics, every, quiet = given["statistics"], given["every"], given["quiet"]
    if statistics and style == "github":
        raise click.UsageError("--statistics goes with --format text or json")
    if given["write"] and not given["fix"]:
        raise click.UsageError("--write goes with --fix")
    if given["fix"] and (statistics or style != "text"):
        raise click.UsageError("use --fix without --format and --statistics")
    bar = common.bar("checking", quiet=quiet)
    checked = functools.partial(check_decks, *sources, release=release, jobs=0, cache=True, progress=bar)
    if given["fix"]:
        sys.exit(not _fix(sources, checked, write=given["write"], every=every, quiet=quiet))
    found = checked()
    if style == "text" and not (statistics and found.diagnostics):
        _report(found, fixes=True, every=every, quiet=quiet)
    elif text := _FORMS[style, statistics]([problem for problem in found.diagnostics if not quiet or problem.is_error]):
        common.echo(*text.split("\n"), err=False, utf8=style == "github")  # GitHub reads UTF-8 from Windows, too
    sys.exit(not found.good)


def _report(found: CheckResult, *, fixes: bool, every: bool, quiet: bool) -> None:
    """Print the diagnostics for people, or that there are none."""
    reporting.report(found.diagnostics, ignored=found.ignored, every=every, quiet=quiet, fixes=fixes)
    if not found.diagnostics and not quiet:
        common.echo(f"{plural(found.questions, 'question')}, no problems" + reporting.and_ignored(found.ignored))


def _fix(sources: Sequence[Path], checked: Callable[[], CheckResult], *, write: bool, every: bool, quiet: bool) -> bool:
    """Show the safe mends as a diff, or apply them, and report the other mistakes. Return True if no error is left.

    ``checked`` checks the decks at ``sources``. Raises ClickException.
    """
    found = checked()
    changes = mending.changes(sources, found.diagnostics)
    if changes and not quiet:
        common.echo(*(line for one in changes for line in one.diff()), err=False)
    if write:
        for one in changes:
            one.write()
        found = checked() if changes else found
    mends = {(shown(one.path), mend) for one in changes for mend in one.applied}
    left = [problem for problem in found.diagnostics if write or (problem.span.path, problem.mend) not in mends]
    _report(dataclasses.replace(found, diagnostics=tuple(left)), fixes=False, every=every, quiet=quiet)
    if changes:
        count = "no mistake is left" if not left else f"{plural(len(left), 'mistake')} {'is' if len(left) == 1 else 'are'} left"
        done = f"applied {mending.counts(changes)}; {count}" if write else f"{mending.counts(changes)}; --write applies them"
        (common.silent if quiet else common.echo)(done)
    elif found.diagnostics:
        (common.silent if quiet else common.echo)("no mistake has a safe mend")
    return found.good


def _table(diagnostics: Sequence[Diagnostic]) -> str:
    """Return the counts as a table; ``""`` if there is nothing to count."""
    return reporting.table(reporting.statistics(diagnostics)) if diagnostics else ""


def _counts(diagnostics: Iterable[Diagnostic]) -> str:
    """Return a JSON list of objects with code, severity, count, files and mends."""
    kinds = reporting.statistics(diagnostics)
    return common.json_text([dataclasses.asdict(kind) | {"severity": kind.severity.name.lower()} for kind in kinds])


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """Return a JSON list of objects with path, line, column, severity, code, message and mend."""
    return common.json_text(json_values(diagnostics))


def json_values(diagnostics: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """Return the values of ``as_json``."""
    return [
        {
            "path": problem.span.path,
            "line": problem.span.line,
            "column": problem.span.column,
            "severity": problem.severity.name.lower(),
            "code": problem.code,
            "message": problem.message,
            "mend": problem.mend._asdict() if problem.mend else None,
        }
        for problem in sorted(set(diagnostics))
    ]


def as_github(diagnostics: Iterable[Diagnostic]) -> str:
    """Return a workflow command for each of the diagnostics."""
    found = sorted(set(diagnostics))
    return "\n".join(common.annotation(_GITHUB[one.severity], one.span, one.code, one.message) for one in found)


_FORMS = {("json", False): as_json, ("github", False): as_github, ("text", True): _table, ("json", True): _counts}
"""For (format, ``--statistics``), a function that returns the text for stdout."""
