"""A draft -> its first error in our format, or None."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from deckbuilder.adopt.draft import Draft, compose
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.records import Settings, Source
from deckbuilder.pipeline.build_deck import build
from deckbuilder.source.deck_folder import Loaded, Place

_LATER = frozenset({"missing-media", "media-outside"})
"""Codes of missing pictures. The packed pictures do not exist yet when a draft is checked."""


def fault(draft: Draft, links: Sequence[tuple[str, str]], packed: Collection[str]) -> Diagnostic | None:
    """Return the first error in a file with only this question; None if there is none.

    ``packed`` has the names of the pictures and sounds that will be written with the question.
    """
    nowhere = Path("nowhere")
    loaded = Loaded(
        Place("draft", nowhere, (), None),
        Settings("draft", "Draft", Span("draft.md")),
        (Source("draft.md", nowhere, compose("", [draft], links=links)),),
        (),
    )
    built = build(loaded)
    wrong = (problem for problem in built.diagnostics if problem.is_error)
    errors = [one for one in wrong if one.code not in _LATER or not any(f"/{name}'" in one.message for name in packed)]
    if errors:
        return errors[0]
    questions = [entry.question for entry in built.deck.entries]
    if [(question.id, question.kind) for question in questions] != [(draft.id, draft.kind)]:
        return Diagnostic(Span("draft.md"), "left-out", "it cannot be written as one question")
    return None
