"""Our note types: fields, templates, and the field of each text. Every published name and id of a note type is here.

Anki matches a learner's note type, fields and templates by id. After a change of a name or an id, Anki no
longer recognises the note types of published decks. All existing notes are then "conflicting": no package can ever update
such a note.

A new note type needs a value in ``SCHEMAS``, its files in ``assets``, and the code that renders its notes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

ID_FIELD = "Id"
"""The name of the field with the question's id, in every note type of ours. Learners search for an id in this field."""
_SEPARATOR = " · "


class AnkiKind(Enum):
    """The way in which Anki makes cards of a note. The value is the number in Anki's JSON of a note type."""

    STANDARD = 0
    """A card for each template whose front is not empty."""
    CLOZE = 1
    """A card for each cloze number in the note."""

    @classmethod
    def of(cls, model: Mapping[str, object]) -> AnkiKind:
        """Return the kind of a note type of any tool, given in Anki's JSON."""
        return cls.CLOZE if model["type"] == 1 else cls.STANDARD


class Part(NamedTuple):
    """A field or template of a note type: a published name with a published id."""

    name: str
    id: int


class Field(NamedTuple):
    """A field of a note type of ours."""

    part: Part
    holds: str
    """The name by which the code knows the text of the field; ``""`` for a field that is still free.

    The names are the same in each note type:

    - ``question``, ``answer``, ``hint``, ``source``: HTML for the learner
    - ``typed``: the text that the learner types
    - ``id``: the id of the question
    - ``reversed``: ``"1"`` if the note has a second card, else ``""``; the templates test such flags
    - ``code_ran``: ``"1"`` if tests have run the code of the note
    - ``long_question``: ``"1"`` if the question alone fills a phone, so that the back folds the question
    """

    @property
    def is_for_templates(self) -> bool:
        """True if only the templates and searches need the field: Anki's editor folds it."""
        return self.holds in ("", "id", "reversed", "code_ran", "long_question")


class CardTemplate(NamedTuple):
    """A template of a note type of ours."""

    part: Part
    asset: str
    """The beginning of the names of the template's files in ``assets``: ``qa`` for ``qa-front.html`` and ``qa-back.html``."""
    direction: str = ""
    """The name of the card in the preview."""
    needs: str = ""
    """The flag that a note needs to get this card, as in ``Field.holds``; ``""`` if every note gets it."""


@dataclass(frozen=True, slots=True)
class NoteSchema:
    """A note type of ours, without the look that comes from a deck's settings."""

    key: str
    """Published: the id of the note type comes from this key, and the lock names the note type by this key."""
    suffix: str
    """Published: the end of the note type's name in Anki."""
    anki_kind: AnkiKind
    fields: tuple[Field, ...]
    """The fields in their published order."""
    templates: tuple[CardTemplate, ...]
    lock_kinds: tuple[tuple[str, str], ...]
    """(the word for a kind of note in the lock, the field that such a note fills, as in ``Field.holds``).

    The first pair whose field is not empty counts. A pair with ``""`` fits every note.
    """
    described: str
    """The name of such a question in a message: "learners have 'g-purpose' as …"."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """The names and ids of the fields."""
        return tuple(field.part for field in self.fields)

    @property
    def folded(self) -> frozenset[str]:
        """The names of the fields that Anki's editor folds."""
        return frozenset(field.part.name for field in self.fields if field.is_for_templates)

    def name(self, deck: str) -> str:
        """Return the name in Anki of this note type of the deck named ``deck``."""
        return f"{deck}{_SEPARATOR}{self.suffix}"

    def ordered(self, texts: Mapping[str, str]) -> tuple[str, ...]:
        """Return ``texts``, given by use (as in ``Field.holds``), in the order of the fields. All other fields are ``""``.

        Raises KeyError for a text that no field holds, which is a bug.
        """
        if unknown := texts.keys() - {field.holds for field in self.fields if field.holds}:
            raise KeyError(f"no field of '{self.key}' holds {sorted(unknown)}")
        return tuple(texts.get(field.holds, "") for field in self.fields)

    def text(self, texts: Sequence[str], holds: str) -> str:
        """Return the text in the field for ``holds`` among a note's ``texts``; ``""`` if this note type has no such field.

        Raises KeyError if no note type has such a field, which is a bug.
        """
        for field, text in zip(self.fields, texts, strict=True):
            if field.holds == holds:
                return text
        if not any(field.holds == holds for schema in SCHEMAS for field in schema.fields):
            raise KeyError(f"no field holds '{holds}'")
        return ""

    def lock_kind(self, texts: Sequence[str]) -> str:
        """Return the word in ``lock_kinds`` for a note with these ``texts``."""
        return next(kind for kind, needs in self.lock_kinds if not needs or self.text(texts, needs))


QA = NoteSchema(
    key="qa",
    suffix="Q&A",
    anki_kind=AnkiKind.STANDARD,
    fields=(
        Field(Part("Question", 1702301857284631), "question"),
        Field(Part("Answer", 1702301857284632), "answer"),
        Field(Part("Hint", 1702301857284633), "hint"),
        Field(Part("Source", 1702301857284634), "source"),
        Field(Part("Typed", 1702301857284635), "typed"),
        Field(Part("Reversed", 1702301857284636), "reversed"),
        Field(Part(ID_FIELD, 1702301857284637), "id"),
        Field(Part("Spare 1", 1702301857284638), "code_ran"),
        Field(Part("Spare 2", 1702301857284639), "long_question"),
        Field(Part("Spare 3", 1702301857284640), ""),
    ),
    templates=(
        CardTemplate(Part("Card 1", 1702301857284651), "qa", "forth"),
        CardTemplate(Part("Card 2", 1702301857284652), "reversed", "back", needs="reversed"),
    ),
    lock_kinds=(("reversed", "reversed"), ("typed", "typed"), ("basic", "")),
    described="a question without clozes",
)
CLOZE = NoteSchema(
    key="cloze",
    suffix="Cloze",
    anki_kind=AnkiKind.CLOZE,
    fields=(
        Field(Part("Text", 1702301857284661), "question"),
        Field(Part("Extra", 1702301857284662), "answer"),
        Field(Part("Hint", 1702301857284663), "hint"),
        Field(Part("Source", 1702301857284664), "source"),
        Field(Part(ID_FIELD, 1702301857284665), "id"),
        Field(Part("Spare 1", 1702301857284666), "code_ran"),
        Field(Part("Spare 2", 1702301857284667), ""),
    ),
    templates=(CardTemplate(Part("Cloze", 1702301857284681), "cloze"),),
    lock_kinds=(("cloze", ""),),
    described="a cloze",
)
SCHEMAS: tuple[NoteSchema, ...] = (QA, CLOZE)
"""Every note type of ours. A free field may get a use. A field is never removed, renamed or moved."""


def by_key(key: str) -> NoteSchema:
    """Return the note type with the key ``key``. Raises KeyError, which is a bug."""
    for schema in SCHEMAS:
        if schema.key == key:
            return schema
    raise KeyError(f"no note type has the key '{key}'")


def by_lock_kind(kind: str) -> NoteSchema:
    """Return the note type with the lock's word ``kind``; the first note type for an unknown word."""
    return next((schema for schema in SCHEMAS if kind in dict(schema.lock_kinds)), SCHEMAS[0])


def for_adopted(kind: AnkiKind) -> NoteSchema:
    """Return our note type for rendering a question that learners have under another tool's note type of this ``kind``."""
    return CLOZE if kind is AnkiKind.CLOZE else QA


def deck_of(name: str) -> str:
    """Return the name of the deck whose note type has the name ``name``. This is the inverse of ``NoteSchema.name``."""
    return name.rpartition(_SEPARATOR)[0]


def search(deck: str) -> str:
    """Return the search that finds the notes of the deck named ``deck`` in Anki's browser, by their note types."""
    return f'note:"{deck}{_SEPARATOR}*"'
