"""``deckbuilder preview``."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import click

from deckbuilder.adopt.new_folder import NoRoomError, check_room
from deckbuilder.commands import common, reporting
from deckbuilder.commands.pictures_of_cards import draw
from deckbuilder.files.portable_names import quoted, shown
from deckbuilder.preview.live import Live
from deckbuilder.source.deck_folder import deck_around
from deckbuilder.source.decks import load_decks


@click.command
@click.argument("source", metavar="[SOURCE]", type=click.Path(path_type=Path), default=Path("content"))
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the address; by default a free port.")
@click.option("--no-open", "closed", is_flag=True, help="Open no browser.")
@click.option("--png", "wanted", metavar="ID", multiple=True, help="Only write pictures of this question's cards; '*' for all.")
@common.output_in("pictures", "pictures")
def command(source: Path, port: int | None, closed: bool, wanted: tuple[str, ...], output: Path) -> None:
    """Show the cards in the browser as in Anki. Update at each save, until Ctrl-C.

    SOURCE is a deck folder, a folder of deck folders or one Markdown file; by default 'content'. Only this machine can
    open the page; the command prints its address. Space or a click turns a card. The arrow keys show another card.

    With --png, the command writes pictures and ends. A picture has question and answer, by day and by night, as on a phone.

    \b
    Examples:
      deckbuilder preview content/flask-zh
      http://127.0.0.1:49152/
      deckbuilder preview content/flask-zh --png g-lifetime --png 'session-*' -o pictures
      pictures/g-lifetime.png
    """
    if wanted:
        draw(source, wanted, output)
    else:
        _serve(source, port, closed=closed)


def _serve(source: Path, port: int | None, *, closed: bool) -> None:
    """Show the cards until Ctrl-C. Raises ClickException."""
    try:
        from deckbuilder.preview import server  # noqa: PLC0415  # needs the extra
    except ImportError:
        raise click.UsageError(common.EXTRA.format("preview")) from None
    _check(source)
    stop = threading.Event()
    live = Live(common.watched([source], "preview", stop), lambda: load_decks([source]))
    try:
        live.start()
        try:
            listening = server.listen(port)
        except OSError as error:
            raise click.ClickException(f"cannot listen on port {port}: {error.strerror or error}") from None
        with listening:
            address = f"http://{server.HOST}:{listening.getsockname()[1]}/"
            common.echo(address, err=False)
            common.echo("Ctrl-C ends the preview")
            advice = server.Advice(shown(source), _command(source))
            if not live.current.items:
                common.echo(f"no question in {advice.source} yet; the page shows each question as soon as its file is saved")
                _advise(advice.command)
            if not closed:
                click.launch(address)
            server.serve(listening, lambda: live.current, advice)
    except KeyboardInterrupt:
        return
    finally:
        stop.set()
        live.join()


def _check(source: Path) -> None:
    """Exit with 1 and a message if nothing is at ``source``. An empty folder is fine: the author may write the first file now."""
    if not os.path.exists(source):  # noqa: PTH110  # a folder above may be closed, and Path.exists may raise then
        reporting.report(load_decks([source])[1])
        _advise(_command(source))
        sys.exit(1)


def _advise(command: str) -> None:
    if command:
        common.echo(f"for a deck to start from: {command}")


def _command(source: Path) -> str:
    """Return the command that makes a deck for this preview; ``""`` where none can be: inside a deck, at a file."""
    is_file = os.path.isfile(source)  # noqa: PTH113  raises nothing
    if is_file or source.suffix.lower() == ".md" or deck_around(source.absolute()):
        return ""
    try:
        check_room(source)
        own = source.name == "content"  # by default a folder of decks
    except (NoRoomError, OSError):
        own = True
    return f"deckbuilder new {quoted(source / 'my-deck' if own else source)}"
