"""The note types of ours: fields, templates, and which field holds which text. All that is published of them is here.

Anki matches a learner's note type, fields and templates by id. Any change of a name or an id forks the note types of
every deck ever built. Their notes are then "conflicting" for good: no package updates them any more.

A new note type needs a value in ``SCHEMAS``, its files in ``assets``, and the code that renders its notes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

ID_FIELD = "Id"
"""The name of the field with the question's id, in every note type of ours: learners search by it."""
_SEPARATOR = " · "


class AnkiKind(Enum):
    """How Anki makes cards of a note; the value is its number in Anki's JSON of a note type."""

    STANDARD = 0
    """A card for each template whose front is not empty."""
    CLOZE = 1
    """A card for each cloze number in the note."""

    @classmethod
    def of(cls, model: Mapping[str, object]) -> AnkiKind:
        """Return the kind of a note type in Anki's JSON, by any tool."""
        return cls.CLOZE if model["type"] == 1 else cls.STANDARD


class Part(NamedTuple):
    """A field or template of a note type: a published name with a published id."""

    name: str
    id: int


class Field(NamedTuple):
    """A field of a note type of ours."""

    part: Part
    holds: str
    """The name by which the code knows the text in it; ``""`` for a field that is still free.

    These are the same in each note type that has them:

    - ``question``, ``answer``, ``hint``, ``source``: HTML for the learner
    - ``typed``: the text that the learner types
    - ``id``: the id of the question
    - ``reversed``, ``code_ran``, ``long_question``: flags, ``"1"`` or ``""``, that templates ask for:
      the note has a second card; tests have run its code; a phone shows only its question, so the back folds that
    """


class CardTemplate(NamedTuple):
    """A template of a note type of ours."""

    part: Part
    asset: str
    """The beginning of its files' names in ``assets``: ``qa`` for ``qa-front.html`` and ``qa-back.html``."""
    direction: str = ""
    """The word for its card in the preview."""
    needs: str = ""
    """The flag without which a note has no card of it, as in ``Field.holds``."""


@dataclass(frozen=True, slots=True)
class NoteSchema:
    """A note type of ours, without the looks that a deck's settings give it."""

    key: str
    """Published: the id of the note type comes from it, and the lock names the note type by it."""
    suffix: str
    """Published: the end of its name in Anki."""
    anki_kind: AnkiKind
    fields: tuple[Field, ...]
    """In their published order."""
    templates: tuple[CardTemplate, ...]
    lock_kinds: tuple[tuple[str, str], ...]
    """(the lock's word for its notes, the flag or text that such a note has, as in ``Field.holds``): the first that fits."""
    described: str
    """The words of a message for one of its questions: "learners have it as …"."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """The names and ids of the fields."""
        return tuple(field.part for field in self.fields)

    def name(self, deck: str) -> str:
        """Return the name in Anki of this note type of the deck named ``deck``."""
        return f"{deck}{_SEPARATOR}{self.suffix}"

    def ordered(self, texts: Mapping[str, str]) -> tuple[str, ...]:
        """Return ``texts``, by what they are (as in ``Field.holds``), in the order of the fields. Others are empty.

        Raises KeyError for a text that no field holds, which is a bug.
        """
        if unknown := texts.keys() - {field.holds for field in self.fields if field.holds}:
            raise KeyError(f"no field of '{self.key}' holds {sorted(unknown)}")
        return tuple(texts.get(field.holds, "") for field in self.fields)

    def text(self, texts: Sequence[str], holds: str) -> str:
        """Return the one of a note's ``texts`` that is in the field for ``holds``; ``""`` if this note type has none.

        Raises KeyError if no note type has one, which is a bug.
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
    described="no cloze",
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
"""Every note type of ours. A field may be given a use, never removed, renamed or moved."""


def by_key(key: str) -> NoteSchema:
    """Return the note type with the key ``key``. Raises KeyError, which is a bug."""
    for schema in SCHEMAS:
        if schema.key == key:
            return schema
    raise KeyError(f"no note type has the key '{key}'")


def by_lock_kind(kind: str) -> NoteSchema:
    """Return the note type of a note that the lock says is a ``kind``; the first one for a word of no note type."""
    return next((schema for schema in SCHEMAS if kind in dict(schema.lock_kinds)), SCHEMAS[0])


def for_adopted(kind: AnkiKind) -> NoteSchema:
    """Return the note type that a question is rendered for, if learners have it under one of another tool's."""
    return CLOZE if kind is AnkiKind.CLOZE else QA


def deck_of(name: str) -> str:
    """Return the name of the deck whose note type has the name ``name``: the inverse of ``NoteSchema.name``."""
    return name.rpartition(_SEPARATOR)[0]


def search(deck: str) -> str:
    """Return how Anki's browser finds the note types of the deck named ``deck``."""
    return f'note:"{deck}{_SEPARATOR}*"'
