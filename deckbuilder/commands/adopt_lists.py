"""``deckbuilder adopt`` of question lists in Markdown."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from deckbuilder.adopt import leftover
from deckbuilder.adopt.account import Account
from deckbuilder.adopt.drafts import NO_ANSWER
from deckbuilder.adopt.folder import NoRoomError, UnsoundError, room, write
from deckbuilder.adopt.lists import adopt
from deckbuilder.commands import common
from deckbuilder.diagnostics import Diagnostic, Severity, Span
from deckbuilder.files import cannot_write


def run(files: Sequence[Path], output: Path, shape: str, *, quiet: bool) -> None:
    """Write the questions in ``files`` to the folder ``output``, and account for each of them. Raises ClickException."""
    say = common.silent if quiet else common.echo
    try:
        room(output)
        adopted, diagnostics = adopt(files, shape)
        diagnostics += _told(adopted)
        if common.report(diagnostics, len(adopted.lists), quiet=quiet) or not adopted.questions:
            if not adopted.questions:
                common.echo("no question with an answer found; 'deckbuilder adopt --help' lists the shapes to try with --as")
            common.echo("nothing written")
            sys.exit(1)
        write(output, adopted.files, adopted.questions)
    except NoRoomError as error:
        raise click.ClickException(f"nothing written: {error}") from None
    except UnsoundError as error:
        common.report(error.diagnostics, 0)
        raise click.ClickException(f"{error}: a fault of deckbuilder, please report it; nothing written") from None
    except OSError as error:
        raise click.ClickException(cannot_write(output, error)) from None
    say(_counts(adopted))
    say(f"{output}: {common.plural(adopted.questions, 'question')} in {common.plural(_files(adopted), 'file')}", err=False)


def _files(adopted: Account) -> int:
    return sum(name.endswith(".md") and name != leftover.FILE for name in adopted.files)


def _told(adopted: Account) -> list[Diagnostic]:
    """What is not in the deck, each at its place."""
    found = []
    for entry in adopted.lists:
        if not entry.outcomes:
            found.append(Diagnostic(Span(entry.source.path), "no-questions", "no questions found in this file", Severity.WARNING))
        for outcome in (outcome for outcome in entry.outcomes if outcome.reason):
            code = "without-answer" if outcome.reason == NO_ANSWER else "left-out"
            title = outcome.draft.heading or outcome.draft.body.partition("\n")[0]
            span = Span(entry.source.path, outcome.found.start + 1)
            found.append(Diagnostic(span, code, f"'{title}' is left out: {outcome.reason}", Severity.WARNING))
    return found


def _counts(adopted: Account) -> str:
    """Every question once: found = written + without an answer + left out."""
    reasons = [outcome.reason for entry in adopted.lists for outcome in entry.outcomes]
    missing = reasons.count(NO_ANSWER)
    shapes = Counter(entry.name for entry in adopted.lists if entry.name)
    read = ", ".join(f"{count} as {name}" if len(shapes) > 1 else f"as {name}" for name, count in shapes.items())
    counts = (
        f"{adopted.questions:,} written, {missing:,} without an answer, {len(reasons) - missing - adopted.questions:,} left out"
    )
    return f"{common.plural(len(reasons), 'question')} found (read {read}): {counts}"
