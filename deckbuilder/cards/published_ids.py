"""GUIDs of notes, and the ids of note types and decks. ``model.note_schemas`` has the ids of fields and templates.

The first release of a deck publishes these ids. Anki finds a learner's note by its GUID alone.
A change here would make every published note "conflicting" for ever, or duplicate the note without its schedule.
"""

from __future__ import annotations

import base64
import hashlib

from deckbuilder.model.control_characters import NUL


def _digest(*parts: str) -> bytes:
    """Return the SHA-256 of ``parts``, with NUL between the parts."""
    return hashlib.sha256(NUL.join(("deckbuilder", *parts)).encode()).digest()


def guid(deck_id: str, question_id: str) -> str:
    """Return the GUID of a question's note: 16 ASCII characters. The GUID depends on both ids, and not on their case."""
    return base64.urlsafe_b64encode(_digest("note", deck_id.casefold(), question_id.casefold())[:12]).decode()


def note_type_id(deck_id: str, key: str) -> int:
    """Return the id of a deck's note type, with ``key`` from the schema. Each deck has its own ids, and so its own style."""
    return _number("note type", deck_id.casefold(), key)


def anki_deck_id(deck_id: str, subdeck: str) -> int:
    """Return the id of a deck or subdeck, unique in the package. An import finds decks by name and gives new ids."""
    return _number("deck", deck_id.casefold(), subdeck)


def _number(*parts: str) -> int:
    """Return an id like Anki's own: a creation time in milliseconds, between the years 2001 and 2023."""
    return 1_000_000_000_000 + int.from_bytes(_digest(*parts)[:5], "big") % 700_000_000_000
