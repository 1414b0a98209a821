"""``deckbuilder explain``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import click

from deckbuilder.commands import common
from deckbuilder.model.diagnostic_codes import CODES, Code
from deckbuilder.model.diagnostics import nearest, plural

GUIDES = Path(__file__).parent.parent / "docs"
"""The folder with the guides, as Markdown."""
PAGES = GUIDES / "diagnostics"
"""The folder with a page for each code, as Markdown."""
_STOPS = "stops a release"


def _codes(_context: click.Context, _argument: click.Parameter, incomplete: str) -> list[str]:
    """Return the codes and guides that begin with ``incomplete``, for the completion in a shell."""
    return sorted(name for name in (*CODES, *_guides()) if name.startswith(incomplete))


def _guides() -> list[str]:
    return sorted(path.stem for path in GUIDES.glob("*.md"))


@click.command
@click.argument("code", metavar="[CODE]", required=False, shell_complete=_codes)
def command(code: str | None) -> None:
    """Explain a mistake by its code, or list all codes.

    CODE is the word in brackets at the end of a message. The page of a code explains the mistake. The page
    has a bad and a good example, and the effect on learners. The name of a guide prints the guide.

    \b
    Examples:
      deckbuilder explain vanished-id
      deckbuilder explain
      deckbuilder explain assistants
      (all that an assistant needs to write a deck, on one page)
    """
    if code is None:
        common.echo(*_list(), err=False)
        return
    name = code.strip("[]").lower()
    guides = _guides()
    if name not in CODES and name not in guides:
        known = nearest(name, (*CODES, *guides)) or "; 'deckbuilder explain' lists all"
        raise click.UsageError(f"unknown code '{code}'{known}")
    text = ((PAGES if name in CODES else GUIDES) / f"{name}.md").read_text(encoding="utf-8")
    common.echo(*_with_bold_headings(text.rstrip("\n")), err=False)


def _list() -> Iterator[str]:
    """Yield the lines that list each code. The most severe codes come first."""
    names = max(map(len, CODES))
    ordered = sorted(CODES.values(), key=lambda code: (-code.severity, code.name))
    for severity, group in groupby(ordered, key=lambda code: code.severity):
        codes = list(group)
        yield common.styled(plural(len(codes), severity.name.lower()), bold=True)
        yield from (f"  {code.name:{names}}  {_release(code)}  {code.summary}" for code in codes)
    yield "'deckbuilder explain CODE' prints the page of a code"
    yield f"guides: {', '.join(_guides())}"


def _release(code: Code) -> str:
    return _STOPS if code.stops_release else " " * len(_STOPS)


def _with_bold_headings(page: str) -> Iterator[str]:
    """Yield the lines of ``page``; a ``#`` in an example is no heading."""
    fence = ""
    for line in page.split("\n"):
        mark = line[: len(line) - len(line.lstrip("`"))]
        if len(mark) >= 3 and (not fence or line == fence):
            fence = "" if fence else mark
        yield common.styled(line, bold=True) if line.startswith("#") and not fence else line
