"""``deckbuilder check``."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from deckbuilder.commands import common, reporting
from deckbuilder.library import check_decks
from deckbuilder.model.diagnostics import Diagnostic, Severity

_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


@click.command
@common.sources
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="text for people (on stderr), json for programs, github for annotations in a workflow (both on stdout).",
)
@click.option(
    "--release", is_flag=True, help="Be as strict as 'deckbuilder release': mistakes that would hurt learners are errors."
)
@reporting.every
@click.option("--statistics", is_flag=True, help="Print only a table, on stdout: the number of mistakes with each code.")
@common.quiet
def command(sources: tuple[Path, ...], style: str, *, release: bool, every: bool, statistics: bool, quiet: bool) -> None:
    """Report every mistake in the questions. Write nothing.

    The exit code is 1 if there is an error. Warnings and notes alone do not change the exit code 0.

    \b
    Examples:
      deckbuilder check content/flask-zh
      content/flask-zh/01-basics.md:12:3: error: question has no answer; ... [missing-answer]
      deckbuilder check --statistics
      (how many mistakes of each kind)
    """
    if statistics and style == "github":
        raise click.UsageError("--statistics goes with --format text or json")
    found = check_decks(*sources, release=release, jobs=0, cache=True, progress=common.bar("checking", quiet=quiet))
    shown = [problem for problem in found.diagnostics if not quiet or problem.is_error]
    if style == "text" and not found.diagnostics:
        counts = f"{common.plural(found.questions, 'question')}, no problems" + reporting.and_ignored(found.ignored)
        (common.silent if quiet else common.echo)(counts)
    elif style == "text" and not statistics:
        reporting.report(shown, ignored=found.ignored, every=every, quiet=quiet)
    elif text := _FORMS[style, statistics](shown):
        common.echo(text, err=False, utf8=style == "github")  # GitHub reads UTF-8 from Windows, too
    sys.exit(not found.good)


def _table(diagnostics: Sequence[Diagnostic]) -> str:
    """Return the counts as a table; ``""`` if there is nothing to count."""
    return reporting.table(reporting.statistics(diagnostics)) if diagnostics else ""


def _counts(diagnostics: Iterable[Diagnostic]) -> str:
    """Return a JSON list of objects with code, severity, count, files and mends."""
    kinds = reporting.statistics(diagnostics)
    return common.json_text([dataclasses.asdict(kind) | {"severity": kind.severity.name.lower()} for kind in kinds])


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """Return a JSON list of objects with path, line, column, severity, code, message and mend."""
    return common.json_text(
        [
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
    )


def as_github(diagnostics: Iterable[Diagnostic]) -> str:
    """Return workflow commands, as in https://docs.github.com/actions/reference/workflow-commands-for-github-actions."""

    def data(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def value(text: str) -> str:
        return data(text).replace(":", "%3A").replace(",", "%2C")

    return "\n".join(
        f"::{_GITHUB[problem.severity]} file={value(problem.span.path)},line={problem.span.line},"
        f"col={problem.span.column},title={value(problem.code)}::{data(problem.message)}"
        for problem in sorted(set(diagnostics))
    )


_FORMS = {("json", False): as_json, ("github", False): as_github, ("text", True): _table, ("json", True): _counts}
"""For (format, ``--statistics``), a function that returns the text for stdout."""
