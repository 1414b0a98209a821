"""Who is who in Anki: GUIDs and the ids of note types and decks. ``model.note_schemas`` has those of fields and templates.

All of it is published with the first release. Anki knows a learner's note by its GUID alone: any change here
leaves the notes of every deck ever built "conflicting" for good, or doubles them without their schedules.
"""

from __future__ import annotations

import base64
import hashlib

from deckbuilder.model.control_characters import NUL


def _digest(*parts: str) -> bytes:
    """SHA-256 of the parts, none of which can run into the next."""
    return hashlib.sha256(NUL.join(("deckbuilder", *parts)).encode()).digest()


def guid(deck_id: str, question_id: str) -> str:
    """The GUID of a question's note: 16 ASCII characters that hang on these two ids only, whatever their case."""
    return base64.urlsafe_b64encode(_digest("note", deck_id.casefold(), question_id.casefold())[:12]).decode()


def note_type_id(deck_id: str, key: str) -> int:
    """Return the id of a deck's note type (``key`` as in its schema): no deck's style touches another's."""
    return _number("note type", deck_id.casefold(), key)


def anki_deck_id(deck_id: str, subdeck: str) -> int:
    """The id of a deck or subdeck in the package. Anki goes by the name and gives its own; it must only be no other's."""
    return _number("deck", deck_id.casefold(), subdeck)


def _number(*parts: str) -> int:
    """A number like Anki's own ids, which are creation times in milliseconds: between 2001 and 2023."""
    return 1_000_000_000_000 + int.from_bytes(_digest(*parts)[:5], "big") % 700_000_000_000
