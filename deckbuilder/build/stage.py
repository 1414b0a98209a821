"""One file -> all that can be said of it alone: its questions, their notes, what is wrong in it.

The costly half of a build. A function of values, so that it can run in other processes and be remembered (see ``cache``).
"""

from __future__ import annotations

from deckbuilder.cards import published_ids
from deckbuilder.cards.render import render, with_id
from deckbuilder.check.run_rules import check_file
from deckbuilder.model.note import Note
from deckbuilder.model.records import File, Outline, Rendered, Settings, Source, Staged
from deckbuilder.source.parse import parse


def stage(source: Source, settings: Settings) -> Staged:
    """Parse, render and check ``source`` by itself."""
    parsed = parse(source, settings.question_level)
    notes = tuple(render(question, settings) for question in parsed.questions)
    cards = tuple(map(Rendered, parsed.questions, notes))
    problems = check_file(File(settings, source, cards, parsed.strays, parsed.unclosed))
    outlines = tuple(question.outline() for question in parsed.questions)
    return Staged(outlines, notes, (*parsed.diagnostics, *problems))


def named(note: Note, question: Outline, settings: Settings) -> Note:
    """``note`` as the one of ``question``, whose id may have been derived since it was rendered."""
    if note.id == question.id:
        return note
    return with_id(note, question.id)._replace(guid=published_ids.guid(settings.id, question.id))
