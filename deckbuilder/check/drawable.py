"""A rule about diagrams that cannot be drawn."""

from __future__ import annotations

from collections.abc import Iterator

from deckbuilder.cards import drawn_fences
from deckbuilder.diagrams.drawing import Undrawn
from deckbuilder.markdown import fence_options
from deckbuilder.markdown.block import Block, language_of
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.records import File, Question
from deckbuilder.source import positions

MISSING = 'a diagram needs two more libraries; install them with: pip install "anki-deckbuilder[diagrams]"'
_WAY = "or show the text, with diagrams = false in deck.toml"


def diagrams_drawn(file: File) -> Iterator[Diagnostic]:
    """Report a diagram that cannot be drawn. Bad: ``flowchart LR`` with ``A[Start``. Good: ``A[Start]``."""
    if not file.settings.diagrams:
        return
    for entry in file.entries:
        for line, block in positions.code(entry.question):
            if not fence_options.is_diagram(block):
                continue
            lines, first = _lines(entry.question, block)
            found = drawn_fences.drawn(language_of(block), "\n".join(lines))
            if isinstance(found, Undrawn):
                message = (
                    f"{MISSING}, {_WAY}" if found.missing else f"this diagram cannot be drawn: {found.reason}; correct it, {_WAY}"
                )
                place = line + found.line if found.line and first else line
                yield Diagnostic(Span(entry.question.span.path, place), "undrawn-diagram", message)


def _lines(question: Question, block: Block) -> tuple[tuple[str, ...], bool]:
    """Return the lines of a diagram, and whether these are in the fence and not in another file."""
    other = {one.info: one for one in question.included}.get(block.text.strip()) if not any(block.lines) else None
    return (other.lines, False) if other else (block.lines, True)
