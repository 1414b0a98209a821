"""Deck -> everything that is wrong with it."""

from __future__ import annotations

from deckbuilder.diagnostics import Diagnostic
from deckbuilder.model import Deck
from deckbuilder.rules import Rule, content, names, shape

RULES: tuple[Rule, ...] = (
    shape.some_questions,
    names.pinned_ids,
    names.good_ids,
    names.unique_ids,
    names.known_attributes,
    names.attributes_read,
    names.good_tags,
    names.good_subdecks,
    shape.asked,
    shape.answered,
    shape.one_separator,
    shape.free_separators,
    shape.closed_blocks,
    shape.typed_in_one_line,
    shape.real_choices,
    shape.no_stray_answers,
    content.known_languages,
    content.short_lines,
    content.sound_clozes,
    content.whole_clozes,
    content.clozes_in_clozes_only,
    content.footnotes_defined,
    content.media_found,
)


def check(deck: Deck) -> list[Diagnostic]:
    """What all ``RULES`` find in ``deck``, in the order of its files; each runs over every question, broken ones too."""
    return sorted({problem for rule in RULES for problem in rule(deck)})
