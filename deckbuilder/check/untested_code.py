"""A rule of a release: cards that say "checked with" need a run of their code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from deckbuilder.files.portable_names import quoted
from deckbuilder.model.deck import Deck
from deckbuilder.model.diagnostics import Diagnostic, plural
from deckbuilder.source import unrun_code

_FEW = 5
"""Ids that a message names."""


def code_was_run(deck: Deck) -> Iterator[Diagnostic]:
    """Report code that no ``deckbuilder test`` has run as it is now. Bad: a new line of code. Good: the line, and a run."""
    settings = deck.settings
    if "checked_with" not in settings.places and deck.tested is None:
        return
    record = deck.tested.hashes if deck.tested else {}
    outlines = [entry.question for entry in deck.entries]
    yield from unrun_code.diagnostics((question.span.path, question.unrun) for question in outlines)
    provable = [question for question in outlines if question.code_hash and not question.unrun and not question.skips]
    stale = [question.id for question in provable if record.get(question.id) != question.code_hash]
    if not stale:
        return
    names = ", ".join(stale[:_FEW]) + (f" and {len(stale) - _FEW} more" if len(stale) > _FEW else "")
    count = plural(len(stale), "question")
    message = f"no run has proven the code of {count} ({names}), so the cards do not say 'checked with'; run: deckbuilder test {quoted(Path(settings.span.path).parent)}"
    yield Diagnostic(settings.at("checked_with"), "untested-code", message)
