"""One file -> all results that depend on this file alone: its questions, their notes, its problems.

Staging is the costly half of a build. The result depends only on the arguments. So other processes can stage a file, and
``cache`` can store the result.
"""

from __future__ import annotations

from deckbuilder.cards import published_ids
from deckbuilder.cards.render import render, with_id
from deckbuilder.check.run_rules import check_file
from deckbuilder.model.note import Note
from deckbuilder.model.records import File, Outline, Rendered, Settings, Source, Staged
from deckbuilder.source.parse import parse
from deckbuilder.source.tested_file import code_hash
from deckbuilder.source.unrun_code import unrun


def stage(source: Source, settings: Settings) -> Staged:
    """Parse, render and check ``source`` alone."""
    parsed = parse(source, settings.question_level, context=settings.context)
    notes = tuple(render(question, settings) for question in parsed.questions)
    entries = tuple(map(Rendered, parsed.questions, notes))
    problems = check_file(File(settings, source, entries, parsed.strays, parsed.unclosed))
    outlines = tuple(
        question.outline(code_hash(question.code, settings.test), tuple(unrun(question.code, settings.test)))
        for question in parsed.questions
    )
    return Staged(outlines, notes, (*parsed.diagnostics, *problems), parsed.ignore)


def named(note: Note, question: Outline, settings: Settings) -> Note:
    """Return ``note`` as the note of ``question``, whose id may have been derived after the note was rendered."""
    if note.id == question.id:
        return note
    return with_id(note, question.id)._replace(guid=published_ids.guid(settings.id, question.id))
