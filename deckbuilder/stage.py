"""One file -> all that can be said of it alone: its questions, their notes, what is wrong in it.

The costly half of a build. A function of values, so that it can run in other processes and be remembered (see ``cache``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from deckbuilder import identity
from deckbuilder.check import check_file
from deckbuilder.diagnostics import Diagnostic, Span
from deckbuilder.model import Card, Deck, Note, Question, Settings, Source, Stray
from deckbuilder.parse import parse
from deckbuilder.render import render, with_id


class Staged(NamedTuple):
    """A file, parsed, rendered and checked by itself. Questions without a pinned id have the id ``""`` yet."""

    questions: tuple[Question, ...]
    notes: tuple[Note, ...]
    """One of each question; their media still have the paths their author wrote."""
    strays: tuple[Stray, ...]
    unclosed: tuple[Span, ...]
    diagnostics: tuple[Diagnostic, ...]


def stage(source: Source, settings: Settings) -> Staged:
    """Parse, render and check ``source`` by itself."""
    parsed = parse(source, settings.question_level)
    notes = tuple(render(question, settings) for question in parsed.questions)
    alone = Deck(
        settings=settings,
        sources=(source,),
        cards=tuple(Card(question, note) for question, note in zip(parsed.questions, notes, strict=True)),
        strays=parsed.strays,
        unclosed=parsed.unclosed,
    )
    return Staged(parsed.questions, notes, parsed.strays, parsed.unclosed, (*parsed.diagnostics, *check_file(alone)))


def named(note: Note, question: Question, settings: Settings) -> Note:
    """``note`` as the one of ``question``, whose id may have been derived since it was rendered."""
    if note.id == question.id:
        return note
    return replace(with_id(note, question.id), guid=identity.guid(settings.id, question.id))
