"""Code that the commands share: the SOURCE argument, printing, the progress bar, the time."""

from __future__ import annotations

import codecs
import json
import os
import secrets
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from threading import Event
from typing import Any, TypeVar

import click

from deckbuilder.model.diagnostics import ORDERS, Diagnostic, Span, visible
from deckbuilder.pipeline.watch import Changed, NoWatchError, changes
from deckbuilder.publish import clock
from deckbuilder.source.deck_folder import Loaded

Item = TypeVar("Item")

BLINK = 0.4
"""Seconds that pass before a progress bar appears."""

_ESCAPE = click.style("")[0]
_COLOUR = f"<{secrets.token_hex(16)}>"
"""The escape character of a colour on its way from ``styled`` to ``echo``. No stranger knows this word."""

sources = click.argument(
    "sources",
    metavar="[SOURCE]...",
    nargs=-1,
    type=click.Path(path_type=Path),
    callback=lambda _context, _argument, given: given or (Path("content"),),
)


def output_in(folder: str, what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option for the folder of a command's files; ``folder`` is the default, and ``what`` names the files."""
    return click.option(
        "-o",
        "--output",
        metavar="DIR",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path(folder),
        show_default=True,
        help=f"Folder for the {what}.",
    )


output = output_in("dist", "packages")

address = click.option(
    "--anki",
    "url",
    metavar="URL",
    envvar="DECKBUILDER_ANKI",
    help="Address of AnkiConnect in Anki; by default DECKBUILDER_ANKI if set, else http://127.0.0.1:8765.",
)
sync = click.option(
    "--sync", "synced", is_flag=True, help="After the import, ask Anki to sync, so that the phone gets the cards."
)

quiet = click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")


EXTRA = '{} needs more libraries; install them with: pip install "anki-deckbuilder[preview]"'
"""The message if the extra is missing. The quotes are double, because cmd on Windows knows only double quotes."""


def watched(arguments: Sequence[Path], wanted: str, stop: Event | None = None) -> Iterator[Changed]:
    """Yield the changes of files, as ``watch.changes``. A message names ``wanted``, the option or command of the user.

    Raises click.UsageError if the extra is not installed, and click.ClickException if the files cannot be watched.
    """
    try:
        yield from changes(arguments, stop)
    except NoWatchError:
        raise click.UsageError(EXTRA.format(wanted)) from None
    except OSError as error:
        raise click.ClickException(f"cannot watch the files: {error.strerror or error}") from None


def echo(*lines: str, err: bool = True, utf8: bool = False) -> None:
    """Print ``lines`` to stderr, or to stdout if not ``err``; with ``utf8`` in UTF-8, for a program that reads nothing else.

    Every command prints through this function. Names and texts of strangers give a terminal no orders, and begin no
    line: U+FFFD replaces these characters. Only ``styled`` makes colours. click removes colours if the output is no terminal; this function removes colours if NO_COLOR is set.
    Raises click.ClickException if the output cannot be written, and BrokenPipeError if its reader has ended.
    """
    shown = "\n".join(visible(line).replace("\n", "\N{REPLACEMENT CHARACTER}") for line in lines)
    text = shown.encode("utf-8", "backslashreplace") if utf8 else printable(shown, err=err).replace(_COLOUR, _ESCAPE)
    try:
        click.echo(text, err=err, color=False if os.environ.get("NO_COLOR") else None)
    except BrokenPipeError:  # click ends quietly
        raise
    except OSError as error:
        raise click.ClickException(f"cannot print: {error.strerror}") from None


def styled(text: str, **style: Any) -> str:
    """Return ``text`` in a style, as ``click.style`` takes it, for ``echo``."""
    return click.style(visible(text), **style).replace(_ESCAPE, _COLOUR)


def printable(text: str, *, err: bool = False) -> str:
    """Return ``text`` with an escape such as ``\\u4e2d`` for each character that the output cannot encode.

    The name of a file may have such characters: it need not be Unicode.
    """
    encoding = getattr(sys.stderr if err else sys.stdout, "encoding", None) or "utf-8"  # a closed stream is None
    return text.encode(encoding, "backslashreplace").decode(encoding)


def json_text(values: object) -> str:
    """Return ``values`` as JSON, in ASCII unless stdout is UTF-8: programs read JSON as UTF-8, whatever a pipe's encoding is."""
    found = json.dumps(values, ensure_ascii=False, indent=2)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    if codecs.lookup(encoding).name != "utf-8" or printable(found) != found:
        return json.dumps(values, indent=2)
    return ORDERS.sub(lambda order: f"\\u{ord(order[0]):04x}", found)


def annotation(kind: str, span: Span, title: str, message: str) -> str:
    """Return a workflow command of GitHub that shows ``message`` at ``span``. ``kind`` is error, warning or notice.

    See https://docs.github.com/actions/reference/workflow-commands-for-github-actions.
    """

    def data(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def value(text: str) -> str:
        return data(text).replace(":", "%3A").replace(",", "%2C")

    place = f"file={value(span.path)},line={span.line},col={span.column}"
    return f"::{kind} {place},title={value(title)}::{data(message)}"


def silent(*lines: str, err: bool = True) -> None:
    """Print nothing: the ``echo`` of ``--quiet``."""


def bar(label: str, *, quiet: bool) -> Callable[[Iterator[Item], int], Iterator[Item]]:
    """Return a function that passes items on and shows a progress bar called ``label``, unless ``quiet``."""
    return lambda items, count: items if quiet else progress(label, items, count)


def progress(label: str, items: Iterable[Item], count: int) -> Iterator[Item]:
    """Yield the ``items``, whose number is ``count``. Show a bar if this takes longer than ``BLINK`` and stderr is a terminal."""
    begun = time.monotonic()
    if sys.stderr is None or not sys.stderr.isatty():  # None if stderr is closed
        yield from items
        return
    rest = iter(items)
    done = 0
    while time.monotonic() - begun < BLINK:
        try:
            item = next(rest)
        except StopIteration:
            return
        yield item
        done += 1
    with click.progressbar(length=count, label=label, file=sys.stderr, show_pos=True) as bar:
        bar.update(done)
        for item in rest:
            yield item
            bar.update(1)


def now() -> int:
    """Return the time in seconds since 1970: ``SOURCE_DATE_EPOCH`` if it is set, else the system's time.

    Raises click.UsageError if ``SOURCE_DATE_EPOCH`` is no such time.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is None:
        return int(time.time())
    if not given.isascii() or not given.isdigit() or len(given) > 10 or not 0 < int(given) < clock.LATEST:
        raise click.UsageError(f"SOURCE_DATE_EPOCH must be a time in seconds since 1970, not '{given}'")
    return int(given)


def doubts(deck: Loaded, stamp: int) -> list[Diagnostic]:
    """Return warnings if ``stamp``, which is from ``now``, is an implausible time for the changes in ``deck``."""
    measured = int(time.time()) if "SOURCE_DATE_EPOCH" in os.environ else None
    return clock.doubts(stamp, deck.lock, deck.lock.path if deck.lock else deck.settings.span.path, measured)
