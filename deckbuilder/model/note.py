"""The note that Anki gets for one question. A named tuple: a deck has thousands, and they cross processes."""

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
    """The time it had when it was adopted: a changed one must be later, whatever unit that is in."""
    styled: bool = False
    """A field has HTML that needs our style."""


class Removed(NamedTuple):
    """A piece of HTML that was not let onto a card."""

    what: str
    """As a message names it: ``<iframe>``, ``onclick=``, ``javascript:``."""
    active: bool
    """It would run, load, ask for input or leave its card. Otherwise it is merely on no list."""
    tag: str
    """The tag that it is in, as rendered. Most tags are written the same in the author's Markdown."""
    at: str
    """How it begins, within that tag or, if that is not in the source, anywhere."""
    way: str = ""
    """The entry of ``html`` in ``deck.toml`` that would allow it; ``""`` if nothing allows it."""
    runs: bool = False
    """It is a script or a form, which ``adopt`` refuses."""
    misplaced: bool = False
    """A browser, too, would drop it at this place."""


class Note(NamedTuple):
    """The note of one question."""

    guid: str
    id: str
    """The question's id."""
    note_type: str
    """The key of the note type of ours that it is rendered for."""
    fields: tuple[str, ...]
    """HTML, one string a field, in the published order. ``text`` finds one by what it is."""
    tags: tuple[str, ...]
    deck: str
    """The full name of its deck, ``::`` between levels."""
    ords: tuple[int, ...]
    """Ordinals of its cards: the templates that are not empty, or each cloze number - 1."""
    media: tuple[str, ...] = ()
    """Paths of pictures and sounds as the author wrote them; after ``bind`` their packaged names."""
    foreign: Foreign | None = None
    """Packed instead of ``fields``, ``tags`` and ``ords``, which still say what the question is."""
    removed: tuple[Removed, ...] = ()
    """The pieces that its author wrote and the fields do not hold."""

    @property
    def schema(self) -> NoteSchema:
        """The note type of ours that it is rendered for."""
        return note_schemas.by_key(self.note_type)

    @property
    def by_name(self) -> dict[str, str]:
        """The HTML of each field by its published name."""
        return dict(zip((part.name for part in self.schema.parts), self.fields, strict=True))

    def text(self, holds: str) -> str:
        """Return the HTML of the field that ``holds`` it (``"answer"``), ``""`` if the note type has no such field."""
        return self.schema.text(self.fields, holds)

    def with_text(self, holds: str, html: str) -> Note:
        """Return the note with ``html`` in the field that ``holds`` such a text."""
        pairs = zip(self.schema.fields, self.fields, strict=True)
        return self._replace(fields=tuple(html if field.holds == holds else text for field, text in pairs))
