"""The note that Anki gets for one question.

Processes send thousands of notes to each other. A note is a named tuple, because pickle is fast for named tuples.
"""

from __future__ import annotations

from typing import NamedTuple

from deckbuilder.model import note_schemas
from deckbuilder.model.note_schemas import NoteSchema


class Foreign(NamedTuple):
    """The content that Anki gets for a question that learners have under a note type of another tool."""

    type_id: int
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    ords: tuple[int, ...]
    after: int = 0
    """The time of the adopted note, in seconds or milliseconds. A changed note must have a later time in the same unit."""
    styled: bool = False
    """True if a field has HTML that needs our style."""


class Removed(NamedTuple):
    """A piece of HTML that was removed from a card."""

    what: str
    """The name of the piece in a message: ``<iframe>``, ``onclick=``, ``javascript:``."""
    active: bool
    """True if the piece would run, load, ask for input or leave its card. False if the piece is only missing on the safe list."""
    tag: str
    """The rendered tag with the piece. Most tags are the same in the author's Markdown."""
    at: str
    """The text to search in the Markdown for the place of the piece: from the tag on, or anywhere if the tag is not found."""
    way: str = ""
    """The entry of ``html`` in ``deck.toml`` that would allow it; ``""`` if nothing allows it."""
    runs: bool = False
    """True for a script or a form, which ``adopt`` refuses."""
    misplaced: bool = False
    """True if a browser would also drop the piece at this place."""
    tex: str = ""
    r"""For a macro of a formula, such as ``\href``: words about it for a message. ``way`` is then an entry of ``tex``."""
    unknown: bool = False
    """True for a macro that MathJax in Anki does not know."""


class Drawn(NamedTuple):
    """A picture that deckbuilder draws of a fence. No author's file has its ``path``."""

    path: str
    svg: bytes


class Note(NamedTuple):
    """The note of one question."""

    guid: str
    id: str
    """The question's id."""
    note_type: str
    """The key of the note type of ours that the note is rendered for."""
    fields: tuple[str, ...]
    """HTML, one string a field, in the published order. ``text`` finds a field by its use."""
    tags: tuple[str, ...]
    deck: str
    """The full name of the note's deck, ``::`` between levels."""
    ords: tuple[int, ...]
    """Ordinals of the note's cards: the index of each template that makes a card, or each cloze number - 1."""
    media: tuple[str, ...] = ()
    """Paths of pictures and sounds as the author wrote them. After ``media_references.bind``, their names in the package."""
    foreign: Foreign | None = None
    """The content that is packed instead of ``fields``, ``tags`` and ``ords``, if learners have another note type."""
    removed: tuple[Removed, ...] = ()
    """The pieces of HTML that the author wrote and the fields do not have."""
    drawings: tuple[Drawn, ...] = ()
    """The pictures of the diagrams. ``media`` has their paths, too, until it has their names in the package."""

    @property
    def schema(self) -> NoteSchema:
        """The note type of ours that the note is rendered for."""
        return note_schemas.by_key(self.note_type)

    @property
    def by_name(self) -> dict[str, str]:
        """The HTML of each field by its published name."""
        return dict(zip((part.name for part in self.schema.parts), self.fields, strict=True))

    def text(self, holds: str) -> str:
        """Return the HTML of the field for ``holds``, such as ``"answer"``; ``""`` if the note type has no such field.

        Raises KeyError if no note type has such a field, which is a bug.
        """
        return self.schema.text(self.fields, holds)

    def with_text(self, holds: str, html: str) -> Note:
        """Return the note with ``html`` in the field for ``holds``, such as ``"id"``."""
        pairs = zip(self.schema.fields, self.fields, strict=True)
        return self._replace(fields=tuple(html if field.holds == holds else text for field, text in pairs))
