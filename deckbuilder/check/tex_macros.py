"""The rule about macros of formulas: each must be on the list of ``safety.macros``, which sorts the macros of MathJax in Anki."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from deckbuilder.check.formulas import in_question
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.note import Removed
from deckbuilder.model.records import File, Question
from deckbuilder.safety import macros
from deckbuilder.source import positions

_LIKE = 0.75
"""How similar a known macro must be, for a message to name it: https://docs.python.org/3/library/difflib.html."""


def harmless_macros(file: File) -> Iterator[Diagnostic]:
    r"""Report macros that run, load or cover, and unknown ones. Bad: ``$\href{x}{y}$``, ``$\aplha$``. Good: ``$\frac{a}{b}$``."""
    count = 0
    for entry in file.entries:
        for item in dict.fromkeys(item for item in entry.note.removed if item.tex):
            for place in _places(file, entry.question, item.at) if count < positions.MOST else [entry.question.span]:
                yield diagnostic(item, place, advise=count < positions.MOST)
                count += 1


def diagnostic(item: Removed, place: Span, *, advise: bool = True) -> Diagnostic:
    """Return the diagnostic about the macro ``item``. Only with ``advise`` it names a similar macro, which takes time."""
    way = f'; to allow it, add to deck.toml: tex = ["{item.way}"]' if item.way else ""
    if item.unknown:
        like = difflib.get_close_matches(item.way, sorted(macros.harmless()), n=1, cutoff=_LIKE) if advise and item.way else []
        way = f"; did you mean '{item.what.replace(item.way, like[0])}'?" if like else way
    return Diagnostic(place, "tex-macro", f"'{item.what}' {item.tex}{way}")


def _places(file: File, question: Question, text: str) -> list[Span]:
    """Return the places of ``text`` in the formulas of ``question``, or else in its prose."""
    found: list[Span] = []
    for formula, place in in_question(file, question):
        at = formula.find(text)
        while at >= 0 and len(found) < positions.MOST:
            if not (text[-1].isalpha() and formula[at + len(text) : at + len(text) + 1].isalpha()):
                found.append(place(at))
            at = formula.find(text, at + len(text))
    if found:
        return found
    prose = positions.prose(file, question)
    return [positions.in_prose(prose, question, text, text.partition("{")[0])]
