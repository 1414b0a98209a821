"""One side of a card -> the page that shows this side, as a client of Anki would.

Three things differ from Anki. A sound has the browser's own player. A turned card stays at its question. No page of the
network is in a frame.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from string import Template

from deckbuilder import assets
from deckbuilder.model.references import unescape
from deckbuilder.preview.media_types import media_type
from deckbuilder.preview.state import Item
from deckbuilder.preview.template import side
from deckbuilder.preview.typed import compared

_TYPE = re.compile(r"\[\[type:([^\]]+)\]\]")
_SOUND = re.compile(r"\[sound:([^\]]+)\]")
_MATHS = re.compile(r"\\[(\[]")
"""The beginning of a formula. In the code on our cards, a reference replaces the backslash."""
_LEADS_AWAY = re.compile(r"<(?=(?:meta|iframe)\b)", re.IGNORECASE)
"""Tags that the frame's policy does not stop.

``<meta>`` can load another page. For an ``<iframe>``, Chromium connects to the server before it refuses the page.
"""


@dataclass(frozen=True, slots=True)
class View:
    """A card of a note, the side to show, and the look."""

    number: int = 1
    """The number of the card, from 1."""
    answer: bool = False
    night: bool = False
    desktop: bool = False
    zoom: int = 100
    """Per cent."""
    typed: str = ""
    """The text that was typed on the question side."""


def card_page(item: Item, view: View) -> str:
    """Return the HTML of the whole page. As in Anki's clients, the page has inputs and sounds, and its body has classes."""
    qa = _LEADS_AWAY.sub("<disarmed-", with_players(_with_input(item, view)))
    maths = _MATHS.search(qa) is not None
    return Template(assets.text("preview/card.html")).substitute(
        screen=("desktop" if view.desktop else "phone") + (" maths" if maths else ""),
        mathjax=assets.text("preview/mathjax.html") if maths else "",
        body=f"card card{view.number}" + (" nightMode night_mode" if view.night else ""),
        zoom=view.zoom,
        client=assets.text("preview/client.css"),
        # as in Anki, the style sheet of the note type is in the body, after the client's style sheet
        css=item.note_type.css,
        qa=qa,
    )


def _with_input(item: Item, view: View) -> str:
    """Return the HTML of the side, with an input for the typed answer, or on the back with the comparison."""
    template = item.note_type.template(view.number - 1)
    fields = item.note.by_name
    html = side(template.back if view.answer else template.front, fields, view.number, answer=view.answer)
    html = html if html.strip() else assets.text("preview/blank.html")

    def put(match: re.Match[str]) -> str:
        if view.answer:
            return compared(unescape(fields[match[1]]), view.typed)
        return assets.text("preview/input.html").strip().replace("TYPED", escape(view.typed))

    return _TYPE.sub(put, html)


def with_players(html: str) -> str:
    """Return ``html`` with a player for each sound. For Anki, a video is a sound, too."""

    def player(match: re.Match[str]) -> str:
        kind = "video" if media_type(match[1]).startswith("video/") else "sound"
        return assets.text(f"preview/{kind}.html").strip().replace("FILE", match[1])

    return _SOUND.sub(player, html)
