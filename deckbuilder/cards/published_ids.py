"""Who is who in Anki: GUIDs and the ids of note types, fields, templates and decks.

All of it is published with the first release. Anki knows a learner's note by its GUID alone, and
matches fields and templates by id: any change here forks the note types of every deck ever built,
leaves their notes "conflicting" for good, or doubles them without their schedules.
"""

from __future__ import annotations

import base64
import hashlib
from typing import NamedTuple

from deckbuilder.model.control_characters import NUL


class Part(NamedTuple):
    """A field or template of a note type: a published name with a published id."""

    name: str
    id: int


QA_FIELDS = (
    Part("Question", 1702301857284631),
    Part("Answer", 1702301857284632),
    Part("Hint", 1702301857284633),
    Part("Source", 1702301857284634),
    Part("Typed", 1702301857284635),
    Part("Reversed", 1702301857284636),
    Part("Id", 1702301857284637),
    Part("Spare 1", 1702301857284638),
    Part("Spare 2", 1702301857284639),
    Part("Spare 3", 1702301857284640),
)
QA_TEMPLATES = (Part("Card 1", 1702301857284651), Part("Card 2", 1702301857284652))
CLOZE_FIELDS = (
    Part("Text", 1702301857284661),
    Part("Extra", 1702301857284662),
    Part("Hint", 1702301857284663),
    Part("Source", 1702301857284664),
    Part("Id", 1702301857284665),
    Part("Spare 1", 1702301857284666),
    Part("Spare 2", 1702301857284667),
)
CLOZE_TEMPLATES = (Part("Cloze", 1702301857284681),)


def _digest(*parts: str) -> bytes:
    """SHA-256 of the parts, none of which can run into the next."""
    return hashlib.sha256(NUL.join(("deckbuilder", *parts)).encode()).digest()


def guid(deck_id: str, question_id: str) -> str:
    """The GUID of a question's note: 16 ASCII characters that hang on these two ids only, whatever their case."""
    return base64.urlsafe_b64encode(_digest("note", deck_id.casefold(), question_id.casefold())[:12]).decode()


def note_type_id(deck_id: str, kind: str) -> int:
    """The id of a deck's note type of ``kind`` ("qa" or "cloze"): no deck's style touches another's."""
    return _number("note type", deck_id.casefold(), kind)


def anki_deck_id(deck_id: str, subdeck: str) -> int:
    """The id of a deck or subdeck in the package. Anki goes by the name and gives its own; it must only be no other's."""
    return _number("deck", deck_id.casefold(), subdeck)


def _number(*parts: str) -> int:
    """A number like Anki's own ids, which are creation times in milliseconds: between 2001 and 2023."""
    return 1_000_000_000_000 + int.from_bytes(_digest(*parts)[:5], "big") % 700_000_000_000
