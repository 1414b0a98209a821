"""Figures -> one HTML page that reads without a network: drawings, their numbers, and a table of all cards."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from string import Template

from deckbuilder import assets
from deckbuilder.learners.figures import DeckFigures, Figures
from deckbuilder.learners.plots import Plot, plots
from deckbuilder.model.diagnostics import plural


def figures_page(decks: Sequence[DeckFigures], words: Sequence[str]) -> str:
    """Return the page of ``decks``. ``words`` are sentences about the files and about what was not counted.

    Raises NoPlotsError.
    """
    return _filled(
        "page",
        title=", ".join(deck.name for deck in decks),
        css=assets.text("stats/page.css"),
        words="".join(_filled("word", text=text) for text in words),
        decks="".join(map(_deck, decks)),
        raw=("css", "words", "decks"),
    )


def _deck(deck: DeckFigures) -> str:
    return _filled(
        "deck",
        name=deck.name,
        summary=summary(deck),
        plots="".join(map(_plot, plots(deck))),
        rows="".join(_row(one, "hard" if one.hard else "") for one in deck.ranked),
        raw=("plots", "rows"),
    )


def summary(deck: DeckFigures) -> str:
    """Return the figures of a whole deck in words."""
    found = (*deck.ranked, *deck.few)
    answers, learners = sum(one.answers for one in found), deck.learners
    given = f"{plural(learners, 'learner')}, {plural(answers, 'answer')}"
    if not deck.ranked:
        return f"{given}; no card has enough answers for a rank"
    return (
        f"{given}; a usual card fails {100 * deck.usual:.1f} %, {len(deck.hard):,} of {len(deck.ranked):,} ranked cards are hard"
    )


def _plot(plot: Plot) -> str:
    rows = "".join(_filled("number", name=name, value=value) for name, value in plot.rows)
    svg = base64.b64encode(plot.svg.encode()).decode()
    return _filled("plot", title=plot.title, text=plot.text, svg=svg, rows=rows, raw=("svg", "rows"))


def _row(one: Figures, kind: str) -> str:
    return _filled(
        "row",
        kind=kind,
        title=one.card.title,
        id=one.card.id,
        place=f"{one.card.span.path}:{one.card.span.line}",
        share=f"{100 * one.share:.1f}",
        bound=f"{100 * one.bound:.1f}",
        answers=f"{one.answers:,}",
        lapses=f"{one.lapses:,}",
        seconds=f"{one.seconds:.1f}",
        capped=f"{one.capped:,}",
        learners=f"{one.learners:,}",
        difficulty="" if one.difficulty is None else f"{one.difficulty:.1f}",
    )


def _filled(part: str, *, raw: Sequence[str] = (), **values: str) -> str:
    """Return the file of ``part`` with ``values`` as text, or as HTML if they are in ``raw``."""
    texts = {key: value if key in raw else escape(value) for key, value in values.items()}
    return Template(assets.text(f"stats/{part}.html")).substitute(texts)
