"""A note that a learner wrote in our deck -> Markdown to paste, as far as there is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from deckbuilder.adopt.draft import compose
from deckbuilder.adopt.packages.convert import Sides, converted
from deckbuilder.adopt.packages.left_out import NotCarriedError
from deckbuilder.model.anki_text import spaced
from deckbuilder.model.note_schemas import AnkiKind
from deckbuilder.model.records import Kind
from deckbuilder.source.question_ids import slug

_LONGEST = 100_000
"""Characters of a note that are shown."""


class NewNote(NamedTuple):
    """A note that the deck does not have."""

    title: str
    by: tuple[str, ...]
    markdown: str
    """The question in our format; ``""`` if Markdown cannot express the note."""
    reason: str = ""
    """The reason why there is no Markdown."""


def new_note(fields: Mapping[str, str], kind: AnkiKind, by: str, path_of: Callable[[str], str]) -> NewNote:
    """Return the note with these ``fields``, in their order. The first two are the question and the answer, also in foreign note types."""
    texts = list(fields.values())
    title = spaced(texts[0] if texts else "")[:80] or "a note without a question"
    if sum(map(len, texts)) > _LONGEST:
        return NewNote(title, (by,), "", "it is too long")
    cloze = kind is AnkiKind.CLOZE
    html = {"question": texts[:1], "answer": texts[1:2] or [""]}
    html |= {part: [fields[name]] for part, name in (("hint", "Hint"), ("source", "Source")) if fields.get(name)}
    if fields.get("Typed"):
        html["typed"] = [fields["Typed"]]
    shape = (
        Kind.CLOZE if cloze else Kind.TYPED if fields.get("Typed") else Kind.REVERSED if fields.get("Reversed") else Kind.BASIC
    )
    try:
        draft = converted(Sides(shape, html), path_of)
    except NotCarriedError as error:
        return NewNote(title, (by,), "", str(error))
    return NewNote(title, (by,), compose("", [replace(draft, id=slug(title) or "new")]).strip("\n"))
