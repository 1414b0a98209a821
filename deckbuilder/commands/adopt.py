"""``deckbuilder adopt``."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from deckbuilder.adopt.lists import left_out_file, text_tables
from deckbuilder.adopt.lists.account import Account
from deckbuilder.adopt.lists.adopt_lists import adopt
from deckbuilder.adopt.lists.readings import NO_ANSWER
from deckbuilder.adopt.lists.recognise import LEVELS, RECOGNISERS
from deckbuilder.adopt.new_folder import NoRoomError, UnsoundError, check_room, write
from deckbuilder.adopt.packages.left_out import Left
from deckbuilder.commands import common, reporting
from deckbuilder.files.portable_names import quoted, shown
from deckbuilder.files.writing import cannot_write
from deckbuilder.model.diagnostics import Diagnostic, Span, plural
from deckbuilder.package.read_package import NotAPackageError, RefusedError
from deckbuilder.pipeline.build_deck import Stager
from deckbuilder.pipeline.staging import stager

_SHOWN = 20
"""The most notes that are listed for one reason."""
_LONGEST = 80
"""Characters of a skipped question that its message shows: some lists have whole paragraphs as headings."""
_SAMPLES = 5
"""The questions that are shown at the end."""
_WIDE = 48
"""Characters of each side of such a question."""
_LIBRARIES = ("bs4", "markdownify")


class _Command(click.Command):
    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Values of --as"):
            formatter.write_dl([(recogniser.name, recogniser.about) for recogniser in RECOGNISERS])


@click.command(cls=_Command)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path),
    required=True,
    help="The folder to write; it must be new or empty.",
)
@click.option(
    "--as",
    "shape",
    type=click.Choice([recogniser.name for recogniser in RECOGNISERS] + list(LEVELS)),
    default=None,
    metavar="NAME",
    help="The form of the lists, such as headings:3; by default recognised from each file.",
)
@click.option("-y", "--yes", is_flag=True, help="Write the deck in the form that explains the lists best, in spite of doubts.")
@reporting.every
@common.quiet
def command(files: tuple[Path, ...], output: Path, shape: str | None, *, yes: bool, every: bool, quiet: bool) -> None:
    """Turn a deck of another tool into a folder of Markdown questions.

    FILE is an Anki package (.apkg) by any tool. Learners keep their schedules: each note keeps its GUID. The next release
    updates the notes that you edit, and no others. Notes that cannot become questions are listed with the reason.

    Or FILE is a question list in Markdown, from GitHub or for another tool, or a folder with such lists. Each question
    goes into the deck, or is listed and kept in README.left-out.md.

    \b
    Examples:
      deckbuilder adopt python.apkg -o content/python
      content/python: 120 questions in 3 files, 14 pictures and sounds; 2 notes skipped
      deckbuilder adopt interview-questions.md -o content/interview
      content/interview: 96 questions in 1 file
    """
    packages = [file for file in files if file.suffix.lower() == ".apkg"]
    if packages and (len(files) > 1 or shape):
        raise click.UsageError("a package must be the only FILE, without --as")
    plain = [file for file in files if not os.path.isdir(file)]  # noqa: PTH112  raises nothing
    if wrong := [file for file in plain if file.suffix.lower() not in (".md", ".apkg", *text_tables.SUFFIXES)]:
        raise click.UsageError(f"{shown(wrong[0])} is no .apkg, .md, .csv, .tsv or .txt file")
    if packages:
        _adopt_package(packages[0], output, quiet=quiet)
    else:
        _adopt_lists(files, output, shape or "", yes=yes, every=every, quiet=quiet)


def _adopt_lists(files: Sequence[Path], output: Path, shape: str, *, yes: bool, every: bool, quiet: bool) -> None:
    """Write the questions in ``files`` to the folder ``output``, and report every other question. Raises ClickException.

    Nothing is written if the form of a file is in doubt, but with ``yes``.
    """
    say = common.silent if quiet else common.echo
    try:
        check_room(output)
        adopted, diagnostics = adopt(files, shape)
        diagnostics += _told(adopted)
        if reporting.report(diagnostics, every=every, quiet=quiet, together=True) or not adopted.questions:
            if not adopted.questions:
                common.echo("no question with an answer found; 'deckbuilder adopt --help' lists the forms to try with --as")
            common.echo("nothing written")
            sys.exit(1)
        if not yes and any(entry.doubts for entry in adopted.lists):
            common.echo(_counts(adopted))
            common.echo(f"nothing written, because {_doubtful(adopted)}; write the deck with --yes, or decide with --as")
            sys.exit(1)
        write(output, adopted.files, adopted.questions, _stage(quiet=quiet))
    except ModuleNotFoundError as error:
        raise _without_libraries(error, "HTML") from None
    except NoRoomError as error:
        raise click.ClickException(f"nothing written: {error}") from None
    except UnsoundError as error:
        reporting.report(error.diagnostics)
        raise click.ClickException(f"{error}: a bug of deckbuilder, please report it; nothing written") from None
    except OSError as error:
        raise click.ClickException(cannot_write(output, error)) from None
    say(_counts(adopted), *_samples(adopted))
    say(f"{shown(output)}: {plural(adopted.questions, 'question')} in {plural(_files(adopted), 'file')}", err=False)
    say(f'the deck\'s name is "{adopted.name}", its id is {adopted.id}; both can change in deck.toml until the first release')
    say(f"next: read and edit the questions, then run: deckbuilder check {quoted(output)}")


def _stage(*, quiet: bool) -> Stager:
    """Return the stager that reads the new deck back, with a bar on a terminal."""
    return stager(remember=False, show=common.bar("checking", quiet=quiet))


def _samples(adopted: Account) -> Iterator[str]:
    """Yield a short line for some questions from all over the deck. They show a wrong form at once."""
    drafts = [outcome.draft for entry in adopted.lists for outcome in entry.outcomes if not outcome.reason]
    count = min(_SAMPLES, len(drafts))
    for at in range(count):
        draft = drafts[at * (len(drafts) - 1) // max(1, count - 1)]
        yield f"  {_short(draft.heading or draft.body)} → {_short(draft.answer or '(hidden in the question)')}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _WIDE else f"{line[: _WIDE - 1]}…"


def _files(adopted: Account) -> int:
    return sum(name.endswith(".md") and name != left_out_file.FILE for name in adopted.files)


def _told(adopted: Account) -> list[Diagnostic]:
    """Return a diagnostic for each question that is not in the deck, and for each file without questions."""
    found = []
    for entry in adopted.lists:
        found += [Diagnostic(Span(entry.source.path, line + 1), "unsure-list", message) for line, message in entry.doubts]
        if not entry.outcomes:
            reason = f": {entry.aside}" if entry.aside else ""
            found.append(Diagnostic(Span(entry.source.path), "without-questions", f"no questions found in this file{reason}"))
        for outcome in entry.outcomes:
            found += [Diagnostic(Span(entry.source.path, outcome.found.start + 1), "adopted-gap", gap) for gap in outcome.gaps]
        for outcome in (outcome for outcome in entry.outcomes if outcome.reason):
            code = "without-answer" if outcome.reason == NO_ANSWER else "left-out"
            title = outcome.draft.heading or outcome.draft.body.partition("\n")[0]
            title = title if len(title) <= _LONGEST else f"{title[:_LONGEST]}…"
            span = Span(entry.source.path, outcome.found.start + 1)
            found.append(Diagnostic(span, code, f"'{title}' is skipped: {outcome.reason}"))
    return found


def _counts(adopted: Account) -> str:
    """Return the counts. Each question counts once: found = written + without an answer + skipped for another reason."""
    reasons = [outcome.reason for entry in adopted.lists for outcome in entry.outcomes]
    missing = reasons.count(NO_ANSWER)
    shapes = Counter(entry.name for entry in adopted.lists if entry.name)
    read = ", ".join(f"{count} as {name}" if len(shapes) > 1 else f"as {name}" for name, count in shapes.items())
    others = len(reasons) - missing - adopted.questions
    counts = f"{adopted.questions:,} written, {missing:,} without an answer, {others:,} skipped for another reason"
    texts = sum(len(entry.rest) for entry in adopted.lists)
    around = f"; {plural(texts, 'text')} around the questions" if texts else ""
    return f"{plural(len(reasons), 'question')} found (read {read}): {counts}{around}"


def _doubtful(adopted: Account) -> str:
    """Return the sentence about the files with a doubt."""
    doubtful = sum(bool(entry.doubts) for entry in adopted.lists)
    if len(adopted.lists) == 1:
        return "the form of the list is in doubt"
    return f"the form of {doubtful} of {len(adopted.lists)} lists is in doubt"


def _adopt_package(package: Path, output: Path, *, quiet: bool) -> None:
    """Write the deck in ``package`` to the folder ``output``, and report the notes that are skipped. Raises ClickException."""
    try:
        from deckbuilder.adopt.packages import package_folder, package_notes  # noqa: PLC0415  an extra
    except ModuleNotFoundError as error:
        raise _without_libraries(error, "a package") from None
    try:
        check_room(output)
        try:
            found = package_notes.adopt(
                package, lambda notes, count: notes if quiet else common.progress("reading", notes, count)
            )
        except OSError as error:
            raise click.ClickException(f"cannot read {shown(package)}: {error.strerror or error}") from None
        written = package_folder.write(found, output, _stage(quiet=quiet))
    except RefusedError as error:
        raise click.ClickException(f"Anki itself refuses {shown(package)}: {error}") from None
    except NotAPackageError as error:
        raise click.ClickException(f"{shown(package)} is not an Anki package, or is damaged: {error}") from None
    except (NoRoomError, package_notes.NotWrittenError) as error:
        raise click.ClickException(f"nothing written: {error}") from None
    except OSError as error:
        raise click.ClickException(cannot_write(output, error)) from None
    if quiet:
        return
    for remark in found.remarks:
        common.echo(remark)
    for line in listed(written.left):
        common.echo(line)
    left = f"; {plural(len(written.left), 'note')} skipped, see {package_folder.LEFT_OUT}" if written.left else ""
    counts = f"{plural(written.questions, 'question')} in {plural(written.files, 'file')}"
    common.echo(f"{shown(output)}: {counts}, {written.media} pictures and sounds{left}", err=False)
    for deck in written.folders:
        common.echo(f"next: read and edit the questions, then run: deckbuilder release {quoted(deck)}")


def _without_libraries(error: ModuleNotFoundError, what: str) -> Exception:
    """Return the exception to raise: a message if the extra is missing, else ``error``, which is a bug."""
    if error.name not in _LIBRARIES:
        return error
    return click.ClickException(f'adopting {what} needs two libraries; install them with: pip install "anki-deckbuilder[adopt]"')


def listed(left: Iterable[Left]) -> Iterator[str]:
    """Yield a line for each reason, with the titles of its skipped notes below."""
    reasons: dict[str, list[str]] = {}
    for note in left:
        reasons.setdefault(note.reason, []).append(note.title)
    for reason, titles in reasons.items():
        yield f"{plural(len(titles), 'note')} skipped: {reason}"
        yield from (f"  {title}" for title in titles[:_SHOWN])
        if len(titles) > _SHOWN:
            yield f"  … and {len(titles) - _SHOWN:,} more"
