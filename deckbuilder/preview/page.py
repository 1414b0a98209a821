"""One side of a card -> the page that shows it, as a client on a phone would.

What is not as in Anki: a sound has the browser's own player, maths is its source, and no page of the network is framed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape
from string import Template

from deckbuilder import assets
from deckbuilder.preview.state import Item
from deckbuilder.preview.template import side
from deckbuilder.preview.typed import compared

_TYPE = re.compile(r"\[\[type:([^\]]+)\]\]")
_SOUND = re.compile(r"\[sound:([^\]]+)\]")
_LEADS_AWAY = re.compile(r"<(?=(?:meta|iframe)\b)", re.IGNORECASE)
"""Tags that the frame's policy does not disarm: one leads the page away, for the other Chromium connects before it refuses."""


@dataclass(frozen=True, slots=True)
class View:
    """Which side of which card of a note, and how."""

    number: int = 1
    answer: bool = False
    night: bool = False
    desktop: bool = False
    zoom: int = 100
    """Per cent."""
    typed: str = ""
    """What was typed into the question."""


def card_page(item: Item, view: View) -> str:
    """The whole page. What Anki's clients do to a side is done here: inputs and sounds are put in, and the body has its classes."""
    return Template(assets.text("preview/card.html")).substitute(
        screen="desktop" if view.desktop else "phone",
        body=f"card card{view.number}" + (" nightMode night_mode" if view.night else ""),
        zoom=view.zoom,
        client=assets.text("preview/client.css"),
        # as Anki does: the note type's style sheet stands in the body, after the client's
        css=item.note_type.css,
        qa=_LEADS_AWAY.sub("<disarmed-", _with_sounds(_with_input(item, view))),
    )


def _with_input(item: Item, view: View) -> str:
    template = item.note_type.template(view.number - 1)
    fields = item.note.by_name
    html = side(template.back if view.answer else template.front, fields, view.number, answer=view.answer)
    html = html if html.strip() else assets.text("preview/blank.html")

    def put(match: re.Match[str]) -> str:
        if view.answer:
            return compared(unescape(fields[match[1]]), view.typed)
        return assets.text("preview/input.html").strip().replace("TYPED", escape(view.typed))

    return _TYPE.sub(put, html)


def _with_sounds(html: str) -> str:
    audio = assets.text("preview/sound.html").strip()
    return _SOUND.sub(lambda match: audio.replace("FILE", match[1]), html)
